"""A paper bears the number of the journal, and a paper that is not made takes none."""

from __future__ import annotations

import copy
import dataclasses
import threading
from concurrent.futures import ThreadPoolExecutor

import pytest

from service.archive import Filter
from service.errors import ChecksFailed, Conflict, ConversionTimeout, FormInvalid, UnknownKind
from service.filling import outline
from service.pipeline import Press
from service.production import make_paper, make_version, register_version
from service.registration import wanted_number, with_number
from tests.doubles import DoubleConverter
from tests.samples import read_sample
from tests.service.web.site import open_site

NBSP = "\N{NO-BREAK SPACE}"


@pytest.fixture
def site(tmp_path):
    site = open_site(tmp_path)
    yield site
    site.backends.close()


@pytest.fixture
def make(site):
    def make(kind="order", payload=None, *, actor=None, press=None, **options):
        return make_version(
            kind,
            payload if payload is not None else order(),
            press=press or site.backends.press,
            archive=site.backends.archive,
            actor=actor or site.ours,
            **options,
        )

    return make


def order(**changes):
    payload = {**read_sample("order"), **changes}
    return {name: value for name, value in payload.items() if value is not None}


def package():
    order_ = order(number=None, annexes=[])
    order_["clauses"] = [{**clause, "annex": None} for clause in order_["clauses"]]
    order_["clauses"][0]["annex"] = 1
    roadmap = read_sample("roadmap")
    roadmap.pop("approval", None)
    return {"order": order_, "annexes": [{"kind": "roadmap", "payload": roadmap}], "sheets": []}


class BrokenConverter(DoubleConverter):
    """Never ready in time, though it would be on another try."""

    def convert(self, docx: bytes, *, deadline_s: float) -> bytes:
        raise ConversionTimeout("PDF не готов к сроку.")


def numbers(site):
    journal = site.backends.archive.journal
    return [(one.number, one.state) for one in journal.in_order(site.ours.organisation_id, Filter())]


def printed(site, version):
    return outline(site.backends.archive.open_file(version, "docx"))


def test_an_order_without_a_number_prints_the_next_one(site, make):
    made = [make(payload=order(number=None), register=True) for _ in range(2)]

    assert [version.payload["number"] for version in made] == ["1", "2"]
    assert f"№{NBSP}2" in printed(site, made[1])
    assert made[1].title.startswith("Приказ от 23.01.2023 № 2 ")
    assert numbers(site) == [("1", "registered"), ("2", "registered")]


def test_an_order_with_a_number_is_registered_under_it_and_once(site, make):
    make(register=True)

    with pytest.raises(Conflict, match="занят"):
        make(register=True)

    assert numbers(site) == [("01-05/17", "registered")]


def test_without_registration_a_draft_is_recorded_as_before(site, make):
    make()
    make()
    draft = make(payload=order(number=None))

    assert numbers(site) == []
    assert draft.title.startswith("Приказ от 23.01.2023 «О реализации")
    assert f"№{NBSP}_____" in printed(site, draft)


def test_a_directive_is_counted_apart_from_an_order(site, make):
    make(payload=order(number=None), register=True)
    other = make(payload=order(number=None, doc_kind="распоряжение"), register=True)

    assert other.payload["number"] == "1"


def test_a_kind_without_a_number_is_numbered_in_the_journal_only(site, make):
    made = make("curator_report", read_sample("curator_report"), register=True)

    assert made.payload == read_sample("curator_report")
    assert numbers(site) == [("1", "registered")]


def test_the_annexes_of_a_package_bear_the_number_of_its_order(press):
    payload = with_number("package", package(), "03а-ОД")

    paper = make_paper("package", payload, press, with_pdf=False)

    assert (wanted_number("package", package()).series, wanted_number("package", package()).number) == (
        "order/приказ",
        "",
    )
    assert paper.payload["order"]["number"] == "03а-ОД"
    assert outline(paper.docx).count(f"№{NBSP}03а-ОД") == 2


def test_what_the_schema_or_the_checks_refuse_takes_no_number(site, make):
    spoiled = order(number=None)
    spoiled["clauses"] = copy.deepcopy(spoiled["clauses"])
    spoiled["clauses"][0]["annex"] = 77

    with pytest.raises(FormInvalid):
        make(payload=order(number=None, title=None), register=True)
    with pytest.raises(ChecksFailed):
        make(payload=spoiled, register=True)
    with pytest.raises(UnknownKind):
        make("letter", {}, register=True)
    assert numbers(site) == []


def test_a_failure_explains_its_number(site, make, templates):
    press = Press(templates, BrokenConverter(), 10)

    with pytest.raises(ConversionTimeout):
        make(payload=order(number=None), register=True, press=press)
    made = make(payload=order(number=None), register=True)

    (lost, _) = site.backends.archive.journal.in_order(site.ours.organisation_id, Filter())
    assert (lost.state, lost.reason) == ("void", "Документ не создан: PDF не готов к сроку.")
    assert made.payload["number"] == "2"


def test_a_repeated_request_makes_nothing_twice(site, make):
    keyed = {"idempotency_key": "k", "request_sha256": "e" * 64, "register": True}

    first = make(payload=order(number=None), **keyed)
    again = make(payload=order(number=None), **keyed)

    assert again == first
    assert numbers(site) == [("1", "registered")]


def test_a_registered_draft_stays_as_it_is_when_its_number_is_printed(site, make):
    draft = make()
    parts = {"press": site.backends.press, "archive": site.backends.archive, "actor": site.ours}

    made = register_version(draft.document_id, **parts)
    again = register_version(draft.document_id, **parts)

    assert made == again == draft
    assert numbers(site) == [("01-05/17", "registered")]


def test_a_note_without_a_number_gets_a_version_that_prints_it(site, make):
    draft = make("information_note", {**read_sample("information_note"), "number": ""})
    parts = {"press": site.backends.press, "archive": site.backends.archive, "actor": site.ours}

    made = register_version(draft.document_id, **parts)

    assert (made.number, made.payload["number"]) == (2, "1")
    assert register_version(draft.document_id, **parts) == made


class MeetingConverter(DoubleConverter):
    """Goes on when two papers are being converted at the same time."""

    def __init__(self) -> None:
        super().__init__()
        self._meeting = threading.Barrier(2)

    def convert(self, docx: bytes, *, deadline_s: float) -> bytes:
        self._meeting.wait(30)
        return super().convert(docx, deadline_s=deadline_s)


def test_a_draft_registered_by_two_at_the_same_moment_becomes_one_paper_with_one_number(site, make):
    draft = make(payload=order(number=None))
    press = dataclasses.replace(site.backends.press, converter=MeetingConverter())
    parts = {"press": press, "archive": site.backends.archive, "actor": site.ours}

    with ThreadPoolExecutor(2) as both:
        made = [both.submit(register_version, draft.document_id, **parts) for _ in range(2)]

    assert made[0].result() == made[1].result()
    assert site.backends.archive.get(site.ours.organisation_id, draft.document_id).number == 2
    assert numbers(site) == [("1", "registered")]


def test_a_draft_is_not_registered_over_a_newer_one(site, make):
    draft = make(payload=order(number=None))

    class Overtaken(DoubleConverter):
        """Somebody saves the draft while it is being converted."""

        def convert(self, docx: bytes, *, deadline_s: float) -> bytes:
            make(payload=order(number=None, title="Другой"), document_id=draft.document_id)
            return super().convert(docx, deadline_s=deadline_s)

    press = dataclasses.replace(site.backends.press, converter=Overtaken())
    with pytest.raises(Conflict, match="более новая версия"):
        register_version(draft.document_id, press=press, archive=site.backends.archive, actor=site.ours)

    newest = site.backends.archive.get(site.ours.organisation_id, draft.document_id)
    assert (newest.number, newest.payload["title"]) == (2, "Другой")
    assert numbers(site) == [("1", "void")]


def test_an_organisation_cannot_register_what_is_not_its_own(site, make):
    draft = make()

    with pytest.raises(Exception, match="не найден"):
        register_version(
            draft.document_id, press=site.backends.press, archive=site.backends.archive, actor=site.theirs
        )


def test_a_backdated_order_needs_a_reason(site, make):
    make(payload=order(number=None, date="23.01.2023"), register=True)

    with pytest.raises(FormInvalid) as refusal:
        make(payload=order(number=None, date="16.01.2023"), register=True)
    made = make(payload=order(number=None, date="16.01.2023"), register=True, reason="Подписан вовремя")

    assert "задним числом" in refusal.value.messages["reason"][0]
    assert made.payload["number"] == "1/1"


def test_a_draft_without_a_number_is_not_backdated_in_silence(site, make):
    draft = make(payload=order(number=None, date="16.01.2023"))
    make(payload=order(number=None), register=True)
    parts = {"press": site.backends.press, "archive": site.backends.archive, "actor": site.ours}

    with pytest.raises(FormInvalid):
        register_version(draft.document_id, **parts)

    assert register_version(draft.document_id, **parts, reason="Передан позже").payload["number"] == "1/1"
