"""A batch from the blank to the bundle, with the script and without it."""

from __future__ import annotations

import io
import json
import zipfile
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.browser.conftest import Visit
from tests.samples import read_sample
from tests.service.batches.books import KIND, cell, edited, opened, reports
from tests.service.web.test_batches import large, spoiled, work_off

pytestmark = pytest.mark.browser


def attached(name: str, data: bytes) -> dict[str, Any]:
    return {"name": name, "mimeType": "application/octet-stream", "buffer": data}


def uploaded(page: Page, name: str, data: bytes, kind: str = KIND) -> None:
    page.get_by_role("link", name="Пакеты").click()
    page.get_by_role("link", name="Загрузить пакет").click()
    page.get_by_label("Вид документов").select_option(kind)
    page.get_by_label("Файл", exact=True).set_input_files(attached(name, data))
    page.get_by_role("button", name="Проверить файл").click()


def saved(page: Page, link: str) -> bytes:
    with page.expect_download() as download:
        page.get_by_role("link", name=link).click()
    return Path(download.value.path()).read_bytes()


def filled(blank: bytes) -> bytes:
    """The blank with two rows under its example, written as a person copies them; the second lacks a value."""
    book, source = opened(blank), opened(reports(2, spoiled))
    for sheet in source.worksheets:
        headers = [one.value for one in book[sheet.title][1]]
        for line in sheet.iter_rows(min_row=2, values_only=True):
            if line[0] in {"1", "2"}:
                written = dict(zip((one.value for one in sheet[1]), line, strict=True))
                book[sheet.title].append([written.get(header) for header in headers])
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def test_a_coordinator_goes_from_the_blank_to_the_bundle(visit, site):
    page = visit.sign_in()
    page.get_by_role("link", name="Пакеты").click()
    page.get_by_role("link", name="бланк Excel").click()
    uploaded(page, "отчёты.xlsx", filled(saved(page, "Отчёт куратора")))

    [row] = page.get_by_role("table", name="Строки с ошибками").locator("tbody tr").all()
    place = row.get_by_role("listitem")
    expect(place).to_contain_text("«Проблемы». Обязательное поле не заполнено.")
    expect(row.get_by_role("cell").first).to_have_text("2")
    assert site.recorded() == 0
    page.get_by_role("button", name="Создать 1 документ").click()

    expect(page.get_by_text("Готово 0 из 2, ждут исправления 1")).to_be_visible()
    address = page.url
    work_off(site)
    # With the script the page notices by itself; without it the browser is asked to load it again.
    expect(page.get_by_text("Работа завершена. Готово 1 из 2, ждут исправления 1.")).to_be_visible(
        timeout=20_000
    )
    assert page.url == address
    expect(page.get_by_role("table").get_by_text("готов", exact=True)).to_be_visible()

    returned = saved(page, "Скачать файл с замечаниями")
    line = next(one.row for one in opened(returned)["Документы"]["A"] if one.value == "2")
    assert cell(opened(returned), "Статус", line).value == "не принят"
    corrected = edited(returned, lambda book: setattr(cell(book, "Проблемы", line), "value", "Нет"))
    page.get_by_label("Исправленный файл").set_input_files(attached("отчёты.xlsx", corrected))
    page.get_by_role("button", name="Загрузить исправленный файл").click()
    expect(
        page.get_by_text("создаётся документов – 1; не тронуто готовых и создаваемых – 1.")
    ).to_be_visible()
    work_off(site)
    expect(page.get_by_text("Работа завершена. Готово 2 из 2.")).to_be_visible(timeout=20_000)

    names = zipfile.ZipFile(io.BytesIO(saved(page, "Скачать документы (ZIP)"))).namelist()
    assert sum(name.endswith(".pdf") for name in names) == 2
    assert site.recorded() == 2
    page.get_by_role("link", name="Школа № 1").click()
    expect(page.get_by_role("heading", name="Отчёт куратора")).to_be_visible()


def test_a_batch_is_cancelled_and_goes_on(visit, site):
    page = visit.sign_in()
    uploaded(page, "отчёты.xlsx", reports(3))
    page.get_by_role("button", name="Создать 3 документа").click()
    work_off(site, most=1)

    page.get_by_role("button", name="Отменить пакет").click()
    expect(
        page.get_by_text("Пакет отменён. Не будет создано документов: 2; готовые остались в архиве.")
    ).to_be_visible()
    work_off(site)
    assert site.recorded() == 1

    page.get_by_role("button", name="Продолжить").click()
    expect(page.get_by_text("Пакет продолжен. Вернулось в работу строк: 2.")).to_be_visible()
    work_off(site)
    expect(page.get_by_text("Работа завершена. Готово 3 из 3.")).to_be_visible(timeout=20_000)
    assert site.recorded() == 3


def test_rows_are_added_to_a_batch_that_is_done(visit, site):
    page = visit.sign_in()
    papers = [{**read_sample("order"), "number": str(number)} for number in (7, 8)]
    uploaded(page, "приказы.json", json.dumps(papers[:1]).encode(), "order")
    page.get_by_role("button", name="Создать 1 документ").click()
    work_off(site)
    expect(page.get_by_text("Работа завершена. Готово 1 из 1.")).to_be_visible(timeout=20_000)

    page.get_by_text("Дополнить пакет новыми строками").click()
    page.get_by_label("Исправленный файл").set_input_files(
        attached("приказы.json", json.dumps(papers).encode())
    )
    page.get_by_role("button", name="Загрузить дополненный файл").click()

    expect(page.get_by_text("создаётся документов – 1 (из них новых – 1)")).to_be_visible()
    work_off(site)
    assert site.recorded() == 2


def test_a_file_that_is_no_workbook_is_said_where_it_was_chosen(chromium, address):
    visit = Visit(chromium, address, script=True)
    try:
        page = visit.sign_in()
        uploaded(page, "отчёты.xlsx", b"no workbook")

        expect(page.get_by_role("alert")).to_contain_text("Это не книга Excel")
        expect(page.get_by_label("Вид документов")).to_have_value(KIND)
    finally:
        visit.context.close()


def test_the_pages_of_a_batch_fit_a_phone(phone, site):
    page = phone.sign_in()
    long = "Отчёты_кураторов_Озёрного_муниципального_района_за_первый_этап_2022_года.xlsx"

    def fits() -> None:
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), page.url

    page.goto("/batches")
    fits()
    uploaded(page, long, reports(3, lambda n, payload: spoiled(n, payload)))
    fits()
    page.get_by_role("button", name="Создать 2 документа").click()
    fits()
    work_off(site)
    page.reload()
    fits()
    page.get_by_role("link", name="Пакеты").click()
    fits()


def test_a_large_file_shows_its_verdicts_by_itself(visit):
    page = visit.sign_in()
    uploaded(page, "приказы.jsonl", large(2), kind="order")

    expect(page.get_by_text("Файл принят и сохранён.")).to_be_visible()
    expect(page.get_by_role("button", name="Создать 2 документа")).to_be_visible(timeout=20_000)


def test_the_list_keeps_itself_fresh_and_the_focus_where_it_is(scripted, site):
    page = scripted.sign_in()
    uploaded(page, "отчёты.xlsx", reports(2))
    page.get_by_role("button", name="Создать 2 документа").click()
    page.get_by_role("link", name="Пакеты").click()
    link = page.get_by_role("link", name="отчёты.xlsx")
    expect(page.get_by_role("table").get_by_text("ожидает", exact=True)).to_be_visible()
    link.focus()

    work_off(site)

    expect(page.get_by_role("table").get_by_text("готов", exact=True)).to_be_visible(timeout=20_000)
    expect(page.get_by_text("Готово 2 из 2, завершён")).to_be_visible()
    expect(page.locator("#batch-said")).to_have_text("отчёты.xlsx: готов.")
    expect(link).to_be_focused()
