"""What people do, with the script and without it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

import forms
from tests.service.web.site import PASSWORD

pytestmark = pytest.mark.browser
SCRIPT = Path(__file__).resolve().parents[2] / "service" / "web" / "static" / "vendor" / "htmx.min.js"


def test_an_order_is_made_from_its_sample_and_downloaded(visit, site):
    page = visit.sign_in()
    page.get_by_role("link", name="Приказ", exact=True).click()
    page.get_by_role("link", name="Заполнить примером").click()
    clauses = page.locator("#clauses > .row")
    expect(clauses).to_have_count(5)

    page.get_by_role("button", name="Добавить: пункт", exact=True).click()
    expect(clauses).to_have_count(6)
    expect(page.locator("#clauses-5-text")).to_be_focused()
    page.locator("#clauses-5-text").fill("Обеспечить хранение документа")
    page.get_by_role("button", name="Пункт 5: удалить").click()
    expect(clauses).to_have_count(5)
    expect(page.locator("#clauses-4-text")).to_have_value("Обеспечить хранение документа")
    page.get_by_role("button", name="Пункт 5: выше").click()
    expect(page.locator("#clauses-3-text")).to_have_value("Обеспечить хранение документа")
    page.get_by_role("button", name="Создать документ").click()

    expect(page.get_by_text("Документ создан.")).to_be_visible()
    with page.expect_download() as download:
        page.get_by_role("link", name="Скачать PDF").click()
    assert download.value.suggested_filename == "2023-01-23 Приказ № 01-05 17.pdf"
    assert Path(download.value.path()).read_bytes().startswith(b"%PDF")
    with page.expect_download() as download:
        page.get_by_role("link", name="Данные", exact=True).click()
    payload = json.loads(Path(download.value.path()).read_bytes())
    assert [clause["text"] for clause in payload["clauses"]][3] == "Обеспечить хранение документа"
    assert site.recorded() == 1


def test_a_new_version_is_made_from_the_last_one(visit, site):
    page = visit.sign_in()
    page.goto("/new/order?sample=1")
    page.get_by_role("button", name="Создать документ").click()
    page.get_by_role("link", name="Новая версия").click()

    page.get_by_label("Причина новой версии").fill("Исправлен номер")
    page.get_by_label("Номер", exact=False).first.fill("01-05/18")
    page.get_by_role("button", name="Создать версию").click()

    expect(page.get_by_role("heading", name="Версия 2")).to_be_visible()
    expect(page.get_by_role("heading", name="Версия 1")).to_be_visible()
    expect(page.get_by_text("Исправлен номер")).to_be_visible()
    assert site.recorded() == 2


def test_an_order_is_registered_and_voided(visit, site):
    page = visit.sign_in()
    page.goto("/new/order?sample=1")
    page.get_by_label("Номер", exact=False).first.fill("")
    page.get_by_role("button", name="Создать документ").click()
    page.get_by_role("heading", name="Зарегистрировать").click()
    page.get_by_role("button", name="Зарегистрировать").click()
    expect(page.get_by_text("Документ зарегистрирован под № 1.")).to_be_visible()
    expect(page.get_by_role("heading", name="Приказ от 23.01.2023 № 1")).to_be_visible()

    page.get_by_role("heading", name="Аннулировать").click()
    page.get_by_label("Причина").fill("Издан ошибочно")
    page.get_by_role("button", name="Аннулировать").click()
    page.get_by_role("link", name="Журнал").click()

    row = page.get_by_role("row").filter(has_text="Издан ошибочно")
    expect(row).to_contain_text("аннулирован")
    with page.expect_download() as download:
        page.get_by_role("link", name="Excel").click()
    assert download.value.suggested_filename == "Журнал регистрации.xlsx"


def test_buttons_at_rows_do_not_reload_the_page(scripted):
    if not SCRIPT.is_file():
        pytest.skip("htmx is not installed: npm ci, then copy it to service/web/static/vendor")
    page = scripted.sign_in()
    page.goto("/new/order?sample=1")
    page.evaluate("window.stayed = true")
    page.locator("#clauses > button.add").scroll_into_view_if_needed()
    before = page.evaluate("scrollY")

    page.get_by_role("button", name="Пункт 2: копировать").click()

    expect(page.locator("#clauses > .row")).to_have_count(6)
    assert page.evaluate("window.stayed") is True
    assert abs(page.evaluate("scrollY") - before) < 900
    assert scripted.complaints == []


def test_an_error_is_announced_and_leads_to_its_field(scripted):
    page = scripted.sign_in()
    page.goto("/new/order?sample=1")
    page.locator("#number").fill("№ 5")

    page.get_by_role("button", name="Проверить").last.click()

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Номер").click()
    number = page.locator("#number")
    expect(number).to_be_in_viewport()
    expect(number).to_have_attribute("aria-invalid", "true")
    expect(number).to_have_accessible_description(
        "Номер состоит из цифр, букв и знаков «-», «/», «.»; знак № не пишется. "
        "Пустой номер присвоит журнал при регистрации."
    )


def test_enter_in_a_field_checks_and_changes_nothing_else(visit, site):
    page = visit.sign_in()
    page.goto("/new/order?sample=1")

    page.locator("#number").press("Enter")

    expect(page.get_by_text("Ошибок нет.")).to_be_visible()
    expect(page.locator("#clauses > .row")).to_have_count(5)
    assert site.recorded() == 0


def test_a_preview_opens_beside_the_form(scripted, site):
    page = scripted.sign_in()
    page.goto("/new/order?sample=1")
    answers = []
    scripted.context.on(
        "response", lambda answer: answers.append((answer.url, answer.headers.get("content-type")))
    )

    with scripted.context.expect_event("response", lambda answer: "/preview/" in answer.url):
        page.get_by_role("button", name="Предпросмотр").click()

    assert ("application/pdf") in [kind for url, kind in answers if "/preview/" in url]
    expect(page.locator("#number")).to_have_value("01-05/17")
    assert site.recorded() == 0


@pytest.mark.parametrize("kind", forms.all_kinds())
def test_pages_fit_a_phone(phone, kind):
    page = phone.sign_in()

    for path in (
        "/",
        f"/new/{kind}",
        f"/new/{kind}?sample=1",
        "/documents",
        "/journal",
        "/upload",
        "/account",
        "/api/docs",
        f"/api/docs/{kind}",
    ):
        page.goto(path)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360, path


def test_what_people_type_runs_nothing(scripted, site):
    """T-30."""
    hostile = "<img src=x onerror=alert(1)><script>alert(2)</script>"
    page = scripted.sign_in()
    page.goto("/new/order?sample=1")
    page.locator("#title").fill(hostile)
    page.get_by_role("button", name="Создать документ").click()
    page.get_by_role("heading", name="Версия 1").wait_for()

    for path in ("/", "/documents", page.url):
        page.goto(path)
        assert page.locator("img").count() == 0
        assert page.locator("script:not([src])").count() == 0
    assert scripted.complaints == []


def test_a_form_typed_in_a_session_that_ended_comes_back(visit, site):
    page = visit.sign_in()
    page.goto("/new/order?sample=1")
    page.locator("#title").fill("О хранении документов")
    visit.context.clear_cookies()

    page.get_by_role("button", name="Создать документ").click()
    expect(page.get_by_text("заполненная форма откроется снова")).to_be_visible()
    page.get_by_label("Логин").fill("ours")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()

    expect(page.get_by_text("Заполненная форма восстановлена.")).to_be_visible()
    expect(page.locator("#title")).to_have_value("О хранении документов")
    expect(page.locator("#clauses > .row")).to_have_count(5)
    assert site.recorded() == 0
    page.get_by_role("button", name="Создать документ").click()
    expect(page.get_by_text("Документ создан.")).to_be_visible()
    assert site.recorded() == 1


def test_a_button_at_a_row_after_the_session_ended_loses_nothing(scripted):
    if not SCRIPT.is_file():
        pytest.skip("htmx is not installed: npm ci, then copy it to service/web/static/vendor")
    page = scripted.sign_in()
    page.goto("/new/order?sample=1")
    page.locator("#title").fill("О хранении документов")
    scripted.context.clear_cookies()

    page.get_by_role("button", name="Пункт 2: копировать").click()
    page.get_by_label("Логин").fill("ours")
    page.get_by_label("Пароль").fill(PASSWORD)
    page.get_by_role("button", name="Войти").click()

    expect(page.locator("#title")).to_have_value("О хранении документов")


def test_two_tabs_and_one_new_session_lose_nothing(scripted):
    page = scripted.sign_in()
    page.goto("/new/order?sample=1")
    page.locator("#title").fill("О хранении документов")
    scripted.context.clear_cookies()
    other = scripted.context.new_page()
    other.goto("/sign-in")
    other.get_by_label("Логин").fill("ours")
    other.get_by_label("Пароль").fill(PASSWORD)
    other.get_by_role("button", name="Войти").click()
    other.get_by_role("heading", name="Создать документ").wait_for()

    page.get_by_role("button", name="Создать документ").click()

    expect(page.get_by_text("Проверьте заполненное и отправьте ещё раз.")).to_be_visible()
    expect(page.locator("#title")).to_have_value("О хранении документов")


def test_a_filled_form_is_left_only_on_purpose(scripted, site):
    page = scripted.sign_in()
    page.goto("/new/order?sample=1")
    page.locator("#title").press("End")
    page.get_by_role("link", name="Документы").click()
    page.get_by_role("heading", name="Документы").wait_for()
    untouched = list(scripted.complaints)

    page.goto("/new/order?sample=1")
    page.locator("#title").press_sequentially("!")
    page.get_by_role("link", name="Документы").click()
    page.get_by_role("heading", name="Документы").wait_for()
    left = list(scripted.complaints)

    page.goto("/new/order?sample=1")
    page.locator("#number").press_sequentially("1")
    page.get_by_role("button", name="Создать документ").click()
    expect(page.get_by_text("Документ создан.")).to_be_visible()

    assert (untouched, left) == ([], ["beforeunload"])
    assert scripted.complaints == left
    assert site.recorded() == 1


def test_a_search_that_went_wrong_leads_to_its_field(scripted):
    page = scripted.sign_in()
    page.goto("/documents?from=32.13.2022")

    summary = page.get_by_role("alert")
    expect(summary).to_be_focused()
    summary.get_by_role("link", name="Дата с").click()

    expect(page.get_by_label("Дата с")).to_be_focused()
    expect(page.get_by_label("Дата с")).to_have_accessible_description(
        "Поиск не выполнен. Дата с: Дата не распознана. Напишите её так: 14.01.2022."
    )
