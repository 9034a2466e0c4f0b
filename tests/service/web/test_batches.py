"""Batches over the API and on pages: checked row by row, made by workers, corrected without repeating."""

from __future__ import annotations

import io
import json
import threading
import time
import zipfile
from collections.abc import Callable
from typing import Any

import pytest
from lxml import html
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse, encode_multipart

from service.errors import FormInvalid
from service.work.making import Maker
from tests.samples import read_sample
from tests.service.batches.books import KIND, cell, edited, opened, reports
from tests.service.web.site import Site, Visitor

EXCEL = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"


def spoiled(number: int, payload: dict[str, Any]) -> None:
    if number == 2:
        del payload["problems"]


def sent(data: bytes, name: str = "отчёты.xlsx", **fields: str) -> dict[str, Any]:
    return {"data": {"file": (io.BytesIO(data), name), **fields}, "content_type": "multipart/form-data"}


def work_off(site: Site, *, most: int = 1_000) -> None:
    """Make what waits, as a worker does."""
    parts = site.backends
    maker = Maker(parts.leases, archive=parts.archive, press_for=parts.press_for)
    parts.leases.sign_on("w" * 32, "test")
    while most and (claim := parts.leases.claim("w" * 32)):
        maker.make(claim)
        most -= 1
    parts.leases.sign_off("w" * 32)


def test_good_rows_are_ordered_and_the_others_named_with_their_cells(site, program):
    answer = program.post("/batches", **sent(reports(3, spoiled), kind=KIND))

    assert answer.status_code == 202
    body = answer.json
    assert (body["rows"], body["ready"], body["refused"]) == (3, 2, 1)
    [row] = body["refused_rows"]
    [message] = [one for one in row["messages"] if one["severity"] == "error"]
    assert (row["key"], message["address"], message["label"]) == ("2", "AA3", "Проблемы")
    progress = program.get(f"/batches/{body['batch_id']}").json
    assert answer.headers["Location"] == f"/api/v1/batches/{body['batch_id']}"
    assert (progress["counts"]["ready"], progress["counts"]["refused"], progress["ended"]) == (2, 1, False)
    assert site.recorded() == 0


def test_a_batch_runs_is_corrected_and_finishes_without_repeating(site, program):
    batch = program.post("/batches", **sent(reports(3, spoiled), kind=KIND)).json["batch_id"]
    work_off(site)
    before = {one["seq"]: one["document_id"] for one in program.get(f"/batches/{batch}/rows").json["items"]}

    returned = program.get(f"/batches/{batch}/result.xlsx")
    corrected = edited(returned.data, lambda book: setattr(cell(book, "Проблемы", 3), "value", "Нет"))
    resumed = program.post(f"/batches/{batch}/resume", **sent(corrected))
    work_off(site)

    assert returned.mimetype == EXCEL
    book = opened(returned.data)
    assert [cell(book, "Статус", row).value for row in (2, 3, 4)] == ["готов", "не принят", "готов"]
    assert before[1] in cell(book, "Файл", 2).value
    assert (resumed.json["corrected"], resumed.json["untouched"]) == (1, 2)
    rows = program.get(f"/batches/{batch}/rows").json["items"]
    assert [row["state"] for row in rows] == ["done"] * 3
    assert {row["seq"]: row["document_id"] for row in rows} == {**before, 2: rows[1]["document_id"]}
    assert site.recorded() == 3
    assert program.get(f"/batches/{batch}").json["sentence"] == "Готово 3 из 3"
    after = opened(program.get(f"/batches/{batch}/result.xlsx").data)
    assert [cell(after, "Статус", row).value for row in (2, 3, 4)] == ["готов"] * 3


def test_a_row_changed_after_it_was_made_keeps_its_paper(site, program):
    batch = program.post("/batches", **sent(reports(2, spoiled), kind=KIND)).json["batch_id"]
    work_off(site)

    def change(book):
        cell(book, "Проблемы", 2).value = "Другие"
        cell(book, "Проблемы", 3).value = "Нет"

    answer = program.post(f"/batches/{batch}/resume", **sent(edited(reports(2, spoiled), change)))
    work_off(site)

    assert (answer.json["corrected"], answer.json["changed"], answer.json["untouched"]) == (1, 1, 1)
    assert site.recorded() == 2


def test_rows_that_are_still_wrong_stay_refused_and_new_ones_are_taken_once(site, program):
    batch = program.post("/batches", **sent(reports(2, spoiled), kind=KIND, reason="Итоги")).json["batch_id"]
    work_off(site)

    answer = program.post(f"/batches/{batch}/resume", **sent(reports(4, spoiled))).json
    again = program.post(f"/batches/{batch}/resume", **sent(reports(4, spoiled))).json
    work_off(site)

    assert (answer["corrected"], answer["refused"], answer["added"], answer["strange"]) == (0, 1, 2, 0)
    assert (again["corrected"], again["refused"], again["added"], again["total"]) == (0, 1, 0, 4)
    book = opened(program.get(f"/batches/{batch}/result.xlsx").data)
    assert [cell(book, "Статус", row).value for row in (2, 3, 4, 5)] == [
        "готов",
        "не принят",
        "готов",
        "готов",
    ]
    assert site.recorded() == 3
    documents = program.get("/documents").json["items"]
    reasons = {program.get(f"/documents/{one['id']}").json["versions"][0]["reason"] for one in documents}
    assert reasons == {"Итоги"}


def test_a_new_row_with_an_error_waits_for_its_correction(site, program):
    def spoil_last(number, payload):
        if number == 2:
            del payload["problems"]

    batch = program.post("/batches", **sent(reports(1), kind=KIND)).json["batch_id"]

    refused = program.post(f"/batches/{batch}/resume", **sent(reports(2, spoil_last))).json
    fixed = program.post(f"/batches/{batch}/resume", **sent(reports(2))).json
    work_off(site)

    assert (refused["added"], refused["refused"]) == (0, 1)
    assert (fixed["corrected"], fixed["added"]) == (1, 0)
    assert site.recorded() == 2


def test_rows_that_were_taken_out_are_said_and_known_when_they_come_back(site, program):
    batch = program.post("/batches", **sent(reports(3, spoiled), kind=KIND)).json["batch_id"]
    work_off(site)
    shorter = edited(reports(3), lambda book: book["Документы"].delete_rows(3, amount=2))

    gone = program.post(f"/batches/{batch}/resume", **sent(shorter)).json
    listed = program.get(f"/batches/{batch}/rows").json["items"]
    back = program.post(f"/batches/{batch}/resume", **sent(reports(4))).json
    work_off(site)

    assert (gone["removed"], gone["removed_done"], gone["added"]) == (2, 1, 0)
    assert [(row["key"], row["state"]) for row in listed] == [("1", "done"), ("2", "refused"), ("3", "done")]
    assert (back["corrected"], back["added"], back["untouched"], back["removed"]) == (1, 1, 2, 0)
    assert site.recorded() == 4


def test_a_change_after_the_making_is_named_in_the_workbook_and_may_be_taken_back(site, program):
    batch = program.post("/batches", **sent(reports(2, spoiled), kind=KIND)).json["batch_id"]
    work_off(site)
    changed = edited(reports(2), lambda book: setattr(cell(book, "Проблемы", 2), "value", None))

    answer = program.post(f"/batches/{batch}/resume", **sent(changed)).json
    book = opened(program.get(f"/batches/{batch}/result.xlsx").data)
    again = program.post(f"/batches/{batch}/resume", **sent(reports(2))).json

    assert (answer["changed"], answer["corrected"]) == (1, 1)
    assert "изменения этой строки не приняты" in cell(book, "Замечания", 2).value
    assert cell(book, "Статус", 2).value == "готов"
    assert (again["changed"], again["untouched"]) == (0, 2)


def test_a_batch_is_cancelled_and_resumed_exactly(site, program):
    batch = program.post("/batches", **sent(reports(4), kind=KIND)).json["batch_id"]
    work_off(site, most=1)

    answer = program.post(f"/batches/{batch}/cancel")
    assert answer.status_code == 200, answer.text
    cancelled = answer.json
    work_off(site)
    made = site.recorded()
    resumed = program.post(f"/batches/{batch}/resume").json
    work_off(site)

    assert (cancelled["counts"]["done"], cancelled["counts"]["cancelled"], made) == (1, 3, 1)
    assert resumed["corrected"] == 3
    assert site.recorded() == 4


def failed_and_cancelled(site, program):
    """A cancelled batch: one row is made, one failed, one was cancelled."""
    first, second, third = (read_sample("order") for _ in range(3))
    second["number"], third["number"] = "2", "3"
    lines = "\n".join(json.dumps(one) for one in (first, second, third)).encode()
    batch = program.post("/batches", **sent(lines, "приказы.jsonl", kind="order")).json["batch_id"]
    work_off(site, most=1)
    parts = site.backends
    parts.leases.sign_on("f" * 32, "test")
    parts.leases.fail(
        parts.leases.claim("f" * 32), FormInvalid("Не вышло.", messages={"signer": ["Не найден."]})
    )
    parts.leases.sign_off("f" * 32)
    program.post(f"/batches/{batch}/cancel")
    return batch


def states(program, batch):
    return [one["state"] for one in program.get(f"/batches/{batch}/rows").json["items"]]


def test_only_the_failed_rows_of_a_cancelled_batch_go_on_when_only_they_are_asked_for(site, program):
    batch = failed_and_cancelled(site, program)
    before = states(program, batch)

    wrong = program.post(f"/batches/{batch}/resume?state=done")
    resumed = program.post(f"/batches/{batch}/resume?state=failed").json
    work_off(site)
    after = states(program, batch)
    rest = program.post(f"/batches/{batch}/resume?state=cancelled").json
    work_off(site)

    assert before == ["done", "failed", "cancelled"]
    assert (wrong.status_code, list(wrong.json["messages"])) == (400, ["state"])
    assert (resumed["corrected"], resumed["cancelled"]) == (1, False)
    assert after == ["done", "done", "cancelled"]
    assert rest["corrected"] == 1
    assert states(program, batch) == ["done"] * 3
    assert site.recorded() == 3


def test_a_person_chooses_which_rows_go_on(site, visitor, program):
    batch = failed_and_cancelled(site, program)

    page = visitor.get(f"/batches/{batch}").text
    visitor.post(f"/batches/{batch}/resume", {"only": "failed"})
    work_off(site)

    assert "Повторить 1\u00a0несозданный документ" in page
    assert "Продолжить все: 2\u00a0документа" in page
    assert "<b>Подписывает.</b> Не найден." in page
    assert states(program, batch) == ["done", "done", "cancelled"]


def test_a_row_that_failed_names_its_reason_and_goes_on_later(site, program):
    batch = program.post("/batches", **sent(reports(1), kind=KIND)).json["batch_id"]
    [row] = program.get(f"/batches/{batch}/rows?state=ready").json["items"]

    assert program.get(f"/batches/{batch}/rows?state=failed").json == {"items": [], "next_after": None}
    assert (row["key"], row["row"], row["status"]) == ("1", 2, "ожидает")
    assert row["title"] == "Отчёт куратора: МБОУ «Школа № 1», 1 этап, 2022 год"


def test_a_repeat_with_the_same_key_is_the_same_batch(site, program):
    key = {"Idempotency-Key": "the-same"}
    data = reports(1)
    first = program.post("/batches", headers=key, **sent(data, kind=KIND)).json
    again = program.post("/batches", headers=key, **sent(data, kind=KIND)).json
    other = program.post("/batches", headers=key, **sent(reports(2), kind=KIND))

    assert first["batch_id"] == again["batch_id"]
    assert other.status_code == 409
    assert len(program.get("/batches").json["items"]) == 1


def test_check_only_orders_nothing(site, program):
    answer = program.post("/batches", **sent(reports(1), kind=KIND, start="no")).json

    assert (answer["batch_id"], answer["ready"]) == (None, 1)
    assert program.get("/batches").json == {"items": []}


def test_json_lines_are_a_batch_and_have_no_workbook(site, program):
    lines = "\n".join(
        json.dumps({**read_sample("order"), "number": str(n)}, ensure_ascii=False) for n in (7, 8)
    )
    batch = program.post("/batches", **sent(lines.encode(), "a.jsonl", kind="order")).json["batch_id"]
    work_off(site)

    assert program.get(f"/batches/{batch}").json["counts"]["done"] == 2
    assert program.get(f"/batches/{batch}/result.xlsx").status_code == 409


def test_the_papers_of_a_batch_come_in_one_zip(site, program):
    batch = program.post("/batches", **sent(reports(2), kind=KIND)).json["batch_id"]
    empty = program.get(f"/batches/{batch}/bundle.zip")
    work_off(site)

    answer = program.get(f"/batches/{batch}/bundle.zip")

    assert empty.status_code == 400
    names = zipfile.ZipFile(io.BytesIO(answer.data)).namelist()
    assert sum(name.endswith(".pdf") for name in names) == 2


@pytest.mark.parametrize(
    ("options", "status", "code"),
    [
        ({"json": {"kind": KIND}}, 415, None),
        (sent(b"x", "a.xlsx"), 404, "unknown_kind"),
        (sent(b"x", "a.xlsx", kind=KIND), 422, "batch_invalid"),
        (sent(b"PK", "a.xlsm", kind=KIND), 422, "batch_invalid"),
        (sent(b"[{}]", "a.json", kind=KIND, extra="1"), 422, "form_invalid"),
        (sent(b"[{}]", "a.json", kind=KIND, start="maybe"), 422, "form_invalid"),
        (sent(b"[{}]", "a.json", kind=KIND, reason="x" * 2001), 422, "form_invalid"),
        (sent(b"[{}]", "a.json", kind=KIND), 400, "bad_input"),
        ({"data": {"kind": KIND}, "content_type": "multipart/form-data"}, 400, "bad_input"),
    ],
)
def test_what_is_no_upload_is_refused_with_the_reason(program, options, status, code):
    answer = program.post("/batches", **options)

    assert answer.status_code == status, answer.text
    assert code in (None, answer.json["code"])
    assert program.get("/batches").json == {"items": []}


def test_two_files_in_one_request_are_refused(program):
    data = {"kind": KIND, "file": [(io.BytesIO(b"[]"), "a.json"), (io.BytesIO(b"[]"), "b.json")]}

    answer = program.post("/batches", data=data, content_type="multipart/form-data")

    assert (answer.status_code, answer.json["code"]) == (400, "bad_input")


def test_a_blank_is_downloaded_and_named_in_russian(program, visitor):
    for answer in (program.get(f"/kinds/{KIND}/blank.xlsx"), visitor.get(f"/kinds/{KIND}/blank.xlsx")):
        assert answer.mimetype == EXCEL
        assert "Документы" in opened(answer.data).sheetnames
    assert program.get("/kinds/letter/blank.xlsx").status_code == 404


def test_a_person_uploads_looks_orders_and_corrects_without_scripts(site, visitor):
    visitor.get("/batches/new")
    answer = visitor.post(
        "/batches/new",
        {"kind": KIND, "reason": "Итоги этапа", "file": (io.BytesIO(reports(3, spoiled)), "отчёты.xlsx")},
        content_type="multipart/form-data",
    )
    checked = visitor.get(answer.headers["Location"])

    assert "AA3 «Проблемы»." in checked.text
    assert "Создать 2\N{NO-BREAK SPACE}документа" in checked.text
    assert site.recorded() == 0
    verdict = visitor.get(f"{answer.headers['Location']}/result.xlsx")
    assert cell(opened(verdict.data), "Статус", 3).value == "не принят"

    shown = visitor.get(visitor.post(f"{answer.headers['Location']}/start").headers["Location"])
    address = shown.request.path
    work_off(site)
    page = visitor.get(address)

    assert 'hx-trigger="every 2s"' in shown.text
    assert "hx-trigger" not in page.text
    assert "Готово 2 из 3, ждут исправления 1" in page.text
    corrected = visitor.post(
        f"{address}/corrected",
        {"file": (io.BytesIO(reports(3)), "отчёты.xlsx")},
        content_type="multipart/form-data",
    )
    work_off(site)
    done = visitor.get(corrected.headers["Location"])
    assert "создаётся документов – 1; не тронуто готовых и создаваемых – 2." in done.text
    assert site.recorded() == 3
    links = html.fromstring(done.text).xpath('//table//a[starts-with(@href, "/documents/")]')
    assert len(links) == 3
    assert visitor.get(links[0].get("href")).status_code == 200


def test_the_progress_of_a_finished_batch_asks_for_the_whole_page(site, visitor, program):
    batch = program.post("/batches", **sent(reports(1), kind=KIND)).json["batch_id"]
    running = visitor.get(f"/batches/{batch}/progress")
    work_off(site)
    ended = visitor.get(f"/batches/{batch}/progress")

    assert "HX-Refresh" not in running.headers
    assert ended.headers["HX-Refresh"] == "true"


def test_a_file_that_cannot_be_read_is_said_on_the_page(visitor):
    visitor.get("/batches/new")

    answer = visitor.post(
        "/batches/new",
        {"kind": KIND, "file": (io.BytesIO(b"no workbook"), "отчёты.xlsx")},
        content_type="multipart/form-data",
    )

    assert answer.status_code == 422
    assert "не книга Excel" in answer.text


def test_cancel_and_resume_are_buttons(site, visitor, program):
    batch = program.post("/batches", **sent(reports(2), kind=KIND)).json["batch_id"]
    page = visitor.get(f"/batches/{batch}")

    assert "Отменить пакет" in page.text
    visitor.post(f"/batches/{batch}/cancel")
    cancelled = visitor.get(f"/batches/{batch}")
    assert "Пакет отменён." in cancelled.text
    assert "Продолжить" in cancelled.text
    visitor.post(f"/batches/{batch}/resume")
    work_off(site)
    assert site.recorded() == 2
    assert "отчёты.xlsx" in visitor.get("/batches").text


def test_registered_papers_come_back_with_their_numbers(site, program):
    batch = program.post("/batches", **sent(reports(2), kind=KIND, register="yes")).json["batch_id"]
    work_off(site)

    book = opened(program.get(f"/batches/{batch}/result.xlsx").data)

    assert {cell(book, "Рег. номер", row).value for row in (2, 3)} == {"1", "2"}
    listed = program.get("/journal").json["items"]
    assert sorted(one["number"] for one in listed) == ["1", "2"]


PADDING = b" " * 6_000_000


def encoded(data: bytes, name: str, **fields: str) -> dict[str, Any]:
    """What `sent` gives, as bytes: werkzeug's client leaves the file open into which it writes a large form."""
    boundary, body = encode_multipart({"file": FileStorage(io.BytesIO(data), name), **fields})
    return {"data": body, "content_type": f"multipart/form-data; boundary={boundary}"}


def uploaded(visitor: Visitor, data: bytes, name: str) -> TestResponse:
    """The answer to a large file that a person sends."""
    visitor.get("/batches/new")
    return visitor.client.post("/batches/new", **encoded(data, name, kind="order", csrf_token=visitor.token))


def until(look: Callable[[], Any], good: Callable[[Any], bool]) -> Any:
    """Return what is seen once it is as it should be; the last look when that takes too long."""
    deadline, pause = time.monotonic() + 30, threading.Event()
    while not good(seen := look()) and time.monotonic() < deadline:
        pause.wait(0.05)
    return seen


def large(count: int) -> bytes:
    lines = [json.dumps({**read_sample("order"), "number": str(one)}) for one in range(1, count + 1)]
    return "\n".join(lines).encode() + b"\n" + PADDING


def test_a_large_file_is_accepted_and_its_address_tells_how_far_it_is(site, program):
    answer = program.post("/batches", **encoded(large(2), "приказы.jsonl", kind="order"))

    assert answer.status_code == 202
    upload = answer.json["upload_id"]
    assert (answer.json["state"], answer.json["batch_id"]) == ("checking", None)
    assert answer.headers["Location"] == f"/api/v1/uploads/{upload}"
    again = until(lambda: program.get(f"/uploads/{upload}").json, lambda body: body["state"] != "checking")
    assert (again["state"], again["rows"], again["ready"], again["checked_rows"]) == ("checked", 2, 2, 2)
    assert program.get(f"/batches/{again['batch_id']}").json["counts"]["ready"] == 2


def test_who_prefers_to_wait_gets_the_verdicts_of_a_large_file_at_once(site, program):
    waits = {"Prefer": "wait=30", "Idempotency-Key": "k"}
    answer = program.post("/batches", headers=waits, **encoded(large(2), "приказы.jsonl", kind="order"))
    again = program.post("/batches", headers=waits, **encoded(large(2), "приказы.jsonl", kind="order"))

    assert (answer.json["state"], answer.json["ready"]) == ("checked", 2)
    assert answer.headers["Location"] == f"/api/v1/batches/{answer.json['batch_id']}"
    assert answer.headers["Preference-Applied"] == "wait=30"
    assert again.json == answer.json


def test_a_large_file_that_cannot_be_read_is_refused_as_a_small_one(site, program):
    waits = {"Prefer": "wait=30"}
    broken = program.post("/batches", headers=waits, **encoded(b"{}" + PADDING, "а.json", kind="order"))
    small = program.post("/batches", **sent(b"{}", "а.json", kind="order"))

    assert (broken.status_code, broken.json["messages"]) == (small.status_code, small.json["messages"])
    assert small.status_code == 422


def test_a_person_sees_a_large_file_accepted_and_then_its_verdicts(site, visitor):
    page = uploaded(visitor, large(2), "приказы.jsonl")
    address = page.headers["Location"]

    done = until(lambda: visitor.get(address).text, lambda text: "Создать 2" in text)
    assert page.status_code == 303
    assert "приказы.jsonl" in visitor.get("/batches").text
    assert visitor.get(f"{address}/progress").headers["HX-Refresh"] == "true"
    assert "Без ошибок" in done


def test_a_person_is_told_why_a_large_file_cannot_be_read(site, visitor):
    address = uploaded(visitor, b"{}" + PADDING, "а.json").headers["Location"]

    text = until(lambda: visitor.get(address).text, lambda text: "не прочитан" in text)
    assert "Ожидается список документов" in text
    assert "не прочитан" in visitor.get("/batches").text


def test_the_list_of_batches_tells_how_far_each_is(site, visitor, program):
    batch = program.post("/batches", **sent(reports(3, spoiled), kind=KIND)).json["batch_id"]
    waits = visitor.get("/batches").text
    work_off(site, most=1)
    runs = visitor.get("/batches/list?said=").text
    work_off(site)
    ended = visitor.get("/batches/list").text

    assert "ожидает" in waits
    assert "hx-get" in waits
    assert ("Готово 1 из 3" in runs, "создаётся" in runs) == (True, True)
    assert ("Готово 2 из 3" in ended, "ждёт исправления" in ended, "hx-get" in ended) == (True, True, False)
    assert f'id="batch-{batch}"' in ended


def test_only_a_change_of_state_is_said_aloud(site, visitor, program):
    program.post("/batches", **sent(reports(2), kind=KIND))
    said = html.fromstring(visitor.get("/batches").text).xpath("//@hx-get")[0]

    same = visitor.get(said).text
    work_off(site)
    changed = visitor.get(said).text

    assert "hx-swap-oob" not in same
    assert 'hx-swap-oob="innerHTML:#batch-said">отчёты.xlsx: готов.' in changed
