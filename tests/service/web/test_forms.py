"""The forms of pages: what is shown can be sent back and means the same."""

from __future__ import annotations

import copy

import pytest
from lxml import html
from werkzeug.datastructures import MultiDict

import forms
from service.errors import InputError
from service.form_plan import form_plan
from service.web.drafts import (
    blank_draft,
    draft_of_form,
    draft_of_payload,
    is_blank,
    payload_of,
    without_blank_texts,
)
from service.web.remarks import Remark
from service.web.row_commands import MAX_ROWS, changed
from service.web.widgets import build_form
from tests.samples import ALL_SAMPLES, kind_of, read_sample
from tests.service.web.site import controls, errors_of, random_key

HOSTILE = """А & Б <script>alert(1)</script> "в" 'г' {{ 1 + 1 }} {% if x %} &amp; </textarea> конец"""

each_kind = pytest.mark.parametrize("kind", forms.all_kinds().values(), ids=lambda kind: kind.name)
each_sample = pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda path: path.stem)


@each_sample
def test_a_sample_comes_back_from_its_form_as_the_same_data(site, sample):
    kind, payload = kind_of(sample), read_sample(sample)
    plan = form_plan(kind.name)
    page = _render(site, kind, draft_of_payload(plan, payload))

    sent = draft_of_form(plan, controls(page))
    returned = payload_of(plan, without_blank_texts(plan, sent))

    assert kind.load(returned) == kind.load(payload)


@each_sample
def test_a_form_sent_back_twice_does_not_change(site, sample):
    plan = form_plan(kind_of(sample).name)
    first = draft_of_form(
        plan, controls(_render(site, kind_of(sample), draft_of_payload(plan, read_sample(sample))))
    )

    second = draft_of_form(plan, controls(_render(site, kind_of(sample), first)))

    assert second == first


@each_sample
def test_every_control_has_a_label_and_ids_are_unique(site, sample):
    plan = form_plan(kind_of(sample).name)
    page = html.fromstring(_render(site, kind_of(sample), draft_of_payload(plan, read_sample(sample))))

    ids = page.xpath("//@id")
    labelled = set(page.xpath("//label/@for"))
    for control in page.xpath('//form[@id="paper"]//*[self::input or self::select or self::textarea]'):
        if control.get("type") not in {"hidden", "checkbox"}:
            assert control.get("id") in labelled, control.get("name")
        if described := control.get("aria-describedby"):
            assert set(described.split()) <= set(ids)
    assert len(ids) == len(set(ids))


@each_kind
def test_an_untouched_form_is_blank_and_names_every_required_field(visitor, kind):
    page = visitor.get(f"/new/{kind.name}")
    sent = controls(page.text)

    answer = visitor.post(f"/new/{kind.name}", [*sent, ("_do", "create")])

    assert answer.status_code == 422
    assert errors_of(answer.text)
    for error in html.fromstring(answer.text).xpath('//*[@aria-invalid="true"]'):
        assert error.get("aria-describedby")


@each_kind
def test_hostile_text_is_shown_as_text(site, kind):
    plan = form_plan(kind.name)
    draft = _filled(draft_of_payload(plan, read_sample(kind.name)), HOSTILE)

    page = _render(site, kind, draft)

    assert "<script>alert" not in page
    assert draft_of_form(plan, controls(page)) == draft


@each_kind
def test_a_page_with_its_sample_is_small(visitor, kind):
    answer = visitor.get(f"/new/{kind.name}?sample=1", headers={"Accept-Encoding": "gzip"})

    assert answer.headers["Content-Encoding"] == "gzip"
    assert len(answer.data) < 60_000


def test_a_long_roadmap_fits_into_a_small_page_and_comes_back(site, visitor):
    payload = read_sample("roadmap")
    payload["rows"] = [{**copy.deepcopy(payload["rows"][1]), "no": f"{n}.1"} for n in range(1, 48)]
    payload["footnotes"] = []
    plan = form_plan("roadmap")
    page = _render(site, forms.get_kind("roadmap"), draft_of_payload(plan, payload))

    answer = visitor.post(
        "/new/roadmap", [*controls(page), ("_do", "create")], headers={"Accept-Encoding": "gzip"}
    )

    assert answer.status_code == 303
    edit = visitor.get(f"{answer.headers['Location']}/new-version", headers={"Accept-Encoding": "gzip"})
    assert len(edit.data) < 200_000


def test_rows_are_added_deleted_copied_and_moved():
    plan = form_plan("order")
    draft = draft_of_payload(plan, read_sample("order"))
    texts = [clause["text"] for clause in draft["clauses"]]

    def after(action):
        return [clause["text"] for clause in changed(plan, draft, action).draft["clauses"]]

    assert after("add:clauses") == [*texts, ""]
    assert after("delete:clauses-0") == texts[1:]
    assert after("copy:clauses-1") == [*texts[:2], texts[1], *texts[2:]]
    assert after("down:clauses-0") == [texts[1], texts[0], *texts[2:]]
    assert after("up:clauses-1") == [texts[1], texts[0], *texts[2:]]
    assert after("up:clauses-0") == texts
    assert [clause["text"] for clause in draft["clauses"]] == texts


def test_rows_within_rows_are_added_and_deleted():
    plan = form_plan("order")
    draft = draft_of_payload(plan, read_sample("order"))

    added = changed(plan, draft, "add:clauses-1-subclauses")
    deleted = changed(plan, draft, "delete:clauses-1-subclauses-0")

    assert [len(added.draft["clauses"][1]["subclauses"]), added.focus] == [3, "clauses-1-subclauses-2"]
    assert len(deleted.draft["clauses"][1]["subclauses"]) == 1


@pytest.mark.parametrize(
    "action",
    [
        "add:", "add:nope", "add:title", "add:clauses-0", "add:clauses-99-subclauses", "delete:clauses",
        "delete:clauses-99", "delete:clauses--1", "delete:clauses-x", "up:clauses-٣", "copy:organisation-name",
        "add:organisation", "delete:", "add:clauses-0-executor-person", "down:clauses-" + "9" * 5000,
    ],
)  # fmt: skip
def test_a_forged_button_is_refused(action):
    plan = form_plan("order")

    with pytest.raises(InputError):
        changed(plan, draft_of_payload(plan, read_sample("order")), action)


def test_a_form_holds_a_limited_number_of_rows():
    plan = form_plan("roadmap")
    draft = draft_of_payload(plan, read_sample("roadmap"))
    draft["rows"] = [copy.deepcopy(draft["rows"][0]) for _ in range(MAX_ROWS)]

    with pytest.raises(InputError, match="Загрузить JSON"):
        changed(plan, draft, "add:rows")


def test_places_of_rows_are_taken_in_order_whatever_they_are():
    plan = form_plan("order")
    sent = MultiDict(
        [("clauses-10-text", "в"), ("clauses-2-text", "б"), ("clauses-0-text", "а"), ("clauses-x-text", "?"),
         ("clauses-" + "9" * 5000 + "-text", "г"), ("clauses", "?"), ("a-" * 5000 + "b", "?")]
    )  # fmt: skip

    draft = draft_of_form(plan, sent.items(multi=True))

    assert [clause["text"] for clause in draft["clauses"]] == ["а", "б", "в", "г"]


def test_an_optional_group_is_absent_until_something_is_filled_in():
    plan = form_plan("order")
    draft = blank_draft(plan)
    control = plan.child("clauses")

    assert "executor" not in payload_of(plan, draft)["clauses"][0]
    draft["clauses"][0]["executor"]["position"] = "методист"
    assert payload_of(plan, draft)["clauses"][0]["executor"]["position"] == "методист"
    assert control is not None
    assert not is_blank(control, draft["clauses"])


def test_values_get_the_types_of_json():
    plan = form_plan("curator_report")
    draft = draft_of_payload(plan, read_sample("curator_report"))
    draft["year"], draft["starts_on"] = " 2022 ", "01.02.2022"
    draft["risks"][0]["verified"] = ""
    draft["conclusions"] = ["первый\nв две строки", "", "второй"]

    payload = payload_of(plan, draft)

    assert payload["year"] == 2022
    assert payload["starts_on"] == "2022-02-01"
    assert payload["risks"][0]["verified"] is False
    assert payload["conclusions"] == ["первый\nв две строки", "второй"]


def test_wrong_values_stay_as_they_were_typed(visitor):
    sent = dict(controls(visitor.get("/new/roadmap?sample=1").text))
    sent |= {"year": "две тысячи", "starts_on": "31.02.2022", "_do": "check"}

    answer = visitor.post("/new/roadmap", sent)

    assert answer.status_code == 422
    shown = dict(controls(answer.text))
    assert (shown["year"], shown["starts_on"]) == ("две тысячи", "31.02.2022")
    assert any("Дата не распознана" in error for error in errors_of(answer.text))


def test_a_remark_stands_beside_its_field_or_the_nearest_around_it():
    plan = form_plan("order")
    draft = draft_of_payload(plan, read_sample("order"))
    remarks = [
        Remark("clauses.1.executor.person", "Проверьте падеж"),
        Remark("clauses.1.executor.person.nope.deeper", "Глубже"),
        Remark("nowhere.at.all", "Нигде"),
        Remark("clauses.1.subclauses", "Мало"),
    ]

    form = build_form(plan, draft, remarks=remarks)

    assert [(placed.id, placed.place) for placed in form.remarks] == [
        ("clauses-1-executor-person", "Пункт 2 → Исполнитель → Фамилия, имя, отчество"),
        ("clauses-1-executor-person", "Пункт 2 → Исполнитель → Фамилия, имя, отчество"),
        ("", ""),
        ("clauses-1-subclauses", "Пункт 2 → Подпункты"),
    ]
    clauses = next(widget for widget in form.root.content if widget.id == "clauses")
    assert [row.unfolded for row in clauses.rows] == [False, True, False, False, False]
    assert clauses.troubled


def test_a_choice_that_is_no_longer_offered_is_not_changed_in_silence():
    plan = form_plan("order")
    draft = draft_of_payload(plan, {**read_sample("order"), "doc_kind": "указ"})

    form = build_form(plan, draft)

    kind = next(widget for widget in form.root.content if widget.id == "doc_kind")
    assert ("указ", "указ") in kind.options


def _render(site, kind, draft):
    from flask import render_template

    with site.app.test_request_context("/new/x"):
        form = build_form(form_plan(kind.name), draft)
        return render_template("form.html", kind=kind, newest=None, form=form, key=random_key(), reason="")


def _filled(draft, text):
    """Replace every typed text of a draft, but not choices and ticks."""
    plan_free = {"yes", ""}
    if isinstance(draft, dict):
        return {key: _filled(value, text) if key not in _CHOICES else value for key, value in draft.items()}
    if isinstance(draft, list):
        return [_filled(value, text) for value in draft]
    return draft if draft in plan_free else text


def _choices(plan):
    for child in plan.fields:
        if child.control in {"choice", "yes"}:
            yield child.name
        yield from _choices(child)


_CHOICES = {name for kind in forms.all_kinds() for name in _choices(form_plan(kind))}
