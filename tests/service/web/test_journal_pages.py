"""The journal through its doors: programs and people register, void, list and print."""

from __future__ import annotations

import io

import openpyxl
import pytest

from tests.samples import read_sample
from tests.service.web.site import controls


def order(**changes):
    return {**read_sample("order"), "number": "", **changes}


def create(program, payload=None, **options):
    return program.post("/documents", {"kind": "order", "payload": payload or order(), **options})


def test_a_program_registers_while_it_creates(program):
    made = create(program, register=True)
    drafted = create(program)

    assert made.status_code == 201
    assert (made.json["state"], made.json["registered_as"], made.json["registered_on"]) == (
        "registered",
        "1",
        "2023-01-23",
    )
    assert (drafted.json["state"], drafted.json["registered_as"], drafted.json["registered_on"]) == (
        "draft",
        "",
        None,
    )
    listed = program.get("/documents").json["items"]
    assert [(one["state"], one["number"]) for one in listed] == [("draft", ""), ("registered", "1")]


def test_the_same_key_registers_once(program):
    headers = {"Idempotency-Key": "k"}
    answers = [
        program.post("/documents", {"kind": "order", "payload": order(), "register": True}, headers=headers)
        for _ in range(2)
    ]

    assert [answer.status_code for answer in answers] == [201, 201]
    assert answers[0].json == answers[1].json
    assert len(program.get("/journal").json["items"]) == 1
    other = program.post("/documents", {"kind": "order", "payload": order()}, headers=headers)
    assert other.status_code == 409


def test_a_program_registers_a_draft_and_voids_it(program):
    document = create(program).json["document_id"]

    registered = program.post(f"/documents/{document}/register", {})
    again = program.post(f"/documents/{document}/register", {})
    unexplained = program.post(f"/documents/{document}/void", {"reason": " "})
    voided = program.post(f"/documents/{document}/void", {"reason": "Издан ошибочно"})
    twice = program.post(f"/documents/{document}/void", {"reason": "Издан ошибочно"})

    assert (registered.status_code, registered.json["number"], registered.json["state"]) == (
        200,
        2,
        "registered",
    )
    assert again.json == registered.json
    assert unexplained.status_code == 422
    assert (voided.json["state"], voided.json["state_reason"]) == ("void", "Издан ошибочно")
    assert twice.status_code == 409
    states = [one["state"] for one in program.get(f"/documents/{document}").json["versions"]]
    assert states == ["draft", "void"]


def test_another_organisation_finds_nothing_to_register_or_void(site, program):
    document = create(program, register=True).json["document_id"]
    stranger = site.program(site.theirs)

    for action in ("register", "void"):
        refused = stranger.post(f"/documents/{document}/{action}", {"reason": "Просто так"})
        unknown = stranger.post(f"/documents/{'0' * 32}/{action}", {"reason": "Просто так"})
        assert refused.status_code == unknown.status_code == 404
        assert refused.json["error"] == unknown.json["error"]
    assert stranger.get("/journal").json["items"] == []


def test_the_journal_is_listed_by_year_kind_and_state(program):
    create(program, register=True)
    create(program, order(doc_kind="распоряжение"), register=True)
    program.post(
        "/documents", {"kind": "curator_report", "payload": read_sample("curator_report"), "register": True}
    )

    def numbers(query):
        return [one["series"] for one in program.get(f"/journal?{query}").json["items"]]

    assert numbers("") == ["curator_report", "order/распоряжение", "order/приказ"]
    assert numbers("year=2023&kind=order") == ["order/распоряжение", "order/приказ"]
    assert numbers("kind=order/приказ&state=registered") == ["order/приказ"]
    assert numbers("kind=ord") == numbers("year=1999") == numbers("state=void") == []
    assert program.get("/journal?limit=1").json["next_cursor"]


@pytest.mark.parametrize("query", ["year=x", "year=12345", "state=gone", "limit=0", "cursor=%00", "kind=%00"])
def test_a_journal_nobody_can_ask_for_is_refused(program, query):
    assert program.get(f"/journal?{query}").status_code == 400


def test_the_journal_as_a_workbook_has_a_row_for_every_number(program):
    """T-07."""
    create(program, register=True)
    document = create(program, order(title="=1+1 О дне знаний"), register=True).json["document_id"]
    program.post(f"/documents/{document}/void", {"reason": "=HYPERLINK(1)"})

    answer = program.get("/journal.xlsx?year=2023")

    assert "filename*=UTF-8''" in answer.headers["Content-Disposition"]
    workbook = openpyxl.load_workbook(io.BytesIO(answer.data))
    rows = list(workbook["Журнал"].values)
    assert rows[0][:4] == ("№ п/п", "Номер", "Дата", "Вид")
    assert [row[1] for row in rows[1:]] == ["1", "2"]
    assert rows[2][5] == "Аннулирован"
    assert rows[2][7] == "=HYPERLINK(1)"
    assert {cell.data_type for row in workbook["Журнал"].iter_rows() for cell in row} <= {
        "s",
        "n",
        "inlineStr",
    }
    assert [row[1] for row in list(workbook["Контрольные суммы"].values)[1:]] == [2, 5]


@pytest.mark.parametrize(("file_format", "magic"), [("pdf", b"%PDF-"), ("docx", b"PK\x03\x04")])
def test_the_journal_is_printed(program, file_format, magic):
    create(program, register=True)

    assert program.get(f"/journal.{file_format}?year=2023").data.startswith(magic)


def test_the_heads_of_both_chains_are_exported(program):
    create(program, register=True)

    heads = program.get("/heads").json["items"]

    assert [(head["chain"], head["chain_number"]) for head in heads] == [("versions", 1), ("events", 2)]


def test_a_person_creates_and_registers_with_one_button(site, visitor):
    page = visitor.get("/new/order?sample=1").text
    sent = [(name, "" if name == "number" else value) for name, value in controls(page)]

    answer = visitor.post("/new/order", [*sent, ("_do", "register")], follow_redirects=True)

    assert answer.status_code == 200
    assert "зарегистрирован · №&nbsp;1" in answer.text
    assert "Документ создан. Зарегистрирован под №\u00a01." in answer.text
    assert "Аннулировать" in answer.text


def test_a_person_registers_and_voids_on_the_page_of_the_document(site, visitor, program):
    document = create(program, read_sample("order")).json["document_id"]
    visitor.get(f"/documents/{document}")

    registered = visitor.post(f"/documents/{document}/register", {"reason": ""}, follow_redirects=True)
    refused = visitor.post(f"/documents/{document}/void", {"reason": ""})
    voided = visitor.post(f"/documents/{document}/void", {"reason": "Издан ошибочно"}, follow_redirects=True)

    assert "Документ зарегистрирован под №\u00a001-05/17." in registered.text
    assert refused.status_code == 422
    assert "Укажите причину" in refused.text
    assert "повторно не присваивается" in voided.text
    assert "Издан ошибочно" in voided.text
    journal = visitor.get("/journal").text
    assert "аннулирован" in journal
    assert "Издан ошибочно" in journal


def test_a_person_who_registers_out_of_order_is_asked_for_the_reason(visitor, program):
    create(program, register=True)
    page = visitor.get("/new/order?sample=1").text
    earlier = {"number": "", "date": "16.01.2023"}
    sent = [(name, earlier.get(name, value)) for name, value in controls(page)]

    refused = visitor.post("/new/order", [*sent, ("_do", "register")])
    explained = [*controls(refused.text), ("_do", "register")]
    made = visitor.post(
        "/new/order",
        [(name, "Передан позже" if name == "_reason" else value) for name, value in explained],
        follow_redirects=True,
    )

    assert "_reason" not in dict(sent)
    assert (refused.status_code, "задним числом" in refused.text) == (422, True)
    assert "№&nbsp;1/1" in made.text


def test_a_taken_number_is_told_beside_the_buttons(visitor, program):
    create(program, read_sample("order"), register=True)
    document = create(program, read_sample("order")).json["document_id"]
    visitor.get(f"/documents/{document}")

    answer = visitor.post(f"/documents/{document}/register", {"reason": ""})

    assert answer.status_code == 409
    assert "Номер 01-05/17 за 2023 год занят" in answer.text


def test_an_empty_journal_says_what_to_do(visitor):
    assert "Номеров ещё нет" in visitor.get("/journal").text
