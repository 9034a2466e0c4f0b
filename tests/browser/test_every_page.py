"""Every page, filled with papers: axe-core finds nothing, it fits a phone, and it is small.

`--pictures FOLDER` keeps a picture of each page, wide and narrow.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from service.backends import new_id, utc_now
from service.batches.batches import SentFile
from service.batches.files import Files
from service.batches.uploading import Uploads
from service.documents import DOCX_MEDIA_TYPE
from service.web.strict_json import parse_json
from tests.browser.conftest import Visit, served
from tests.samples import PROJECT, read_sample
from tests.service.filling.template_files import docx_of
from tests.service.template_check.test_comments import comments_of
from tests.service.web.site import open_site

pytestmark = pytest.mark.browser
AXE = PROJECT / "node_modules" / "axe-core" / "axe.min.js"
WIDTHS = {"wide": 1280, "narrow": 390}
MOST_BYTES = 200_000
LONG_NAME = "О реализации регионального проекта адресной методической помощи школам с низкими результатами"

PAGES = {
    "home": "/",
    "form of an order": "/new/order",
    "form of an order, filled": "/new/order?sample=1",
    "form of a roadmap, filled": "/new/roadmap?sample=1",
    "form of a report, filled": "/new/curator_report?sample=1",
    "form of a version": "/documents/{document}/new-version",
    "document": "/documents/{document}",
    "document, void": "/documents/{void}",
    "changes": "/documents/{document}/changes",
    "archive": "/documents",
    "archive, found": "/documents?q=приказ&from=01.01.2020",
    "archive, nothing found": "/documents?q=бегемот",
    "archive, a slip": "/documents?from=32.13.2022",
    "journal": "/journal",
    "journal, nothing found": "/journal?year=2023&state=reserved",
    "rules": "/rules",
    "numbering": "/numbering",
    "batches": "/batches",
    "new batch": "/batches/new",
    "checked batch": "/batches/uploads/{upload}",
    "large batch, looked at": "/batches/uploads/{looked_at}",
    "large batch, unreadable": "/batches/uploads/{unreadable}",
    "batch": "/batches/{batch}",
    "JSON": "/upload",
    "account": "/account",
    "templates": "/templates",
    "interface": "/api/docs",
    "interface, a kind": "/api/docs/order",
    "nothing there": "/documents/0",
}


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A site with papers of several kinds, a journal, batches and tokens; and the ids of them."""
    site = open_site(tmp_path_factory.mktemp("site"))
    program, orders = site.program(), []
    for number in range(1, 4):
        payload = {**read_sample("order"), "number": f"01-05/{number}"}
        body = {"kind": "order", "payload": payload, "register": number < 3}
        orders.append(program.post("/documents", body).json["document_id"])
    for kind in ("roadmap", "curator_report", "school_list", "working_group"):
        program.post("/documents", {"kind": kind, "payload": read_sample(kind)})
    changed = {**read_sample("order"), "number": "01-05/1", "title": LONG_NAME}
    program.post(f"/documents/{orders[0]}/versions", {"payload": changed, "reason": "Уточнено наименование"})
    program.post(f"/documents/{orders[1]}/void", {"reason": "Издан ошибочно"})
    good, bad = {**read_sample("order"), "number": "01-05/9"}, {**read_sample("order"), "date": "31.02.2023"}
    batches, uploads = site.backends.batches, []
    for name in ("приказы.json", "исправленные приказы за март.json"):
        lines = json.dumps([good, bad], ensure_ascii=False).encode()
        uploads.append(batches.upload(site.ours, "order", SentFile(name, lines), parse_json).id)
    batch = batches.start(site.ours, uploads[0], parse_json)
    looked_at, unreadable = large_files(site)
    yield (
        site,
        {
            "document": orders[0],
            "void": orders[1],
            "upload": uploads[1],
            "batch": batch,
            "looked_at": looked_at,
            "unreadable": unreadable,
        },
    )
    site.backends.close()


def large_files(site):
    """A file that another process looks at, and one that cannot be read."""
    files = Files(site.backends.engine)
    uploads = Uploads(files, strictness_of=lambda _: {}, now=utc_now, new_id=new_id)
    ids = []
    for name in ("отчёты района.jsonl", "повреждённые отчёты.jsonl"):
        sent = SentFile(name, b"{}" + b" " * 6_000_000)
        ids.append(uploads.take(site.ours, "curator_report", sent, parse_json).id)
    first, second = (files.checks.claim(one) for one in files.checks.waiting())
    files.checks.beat(first, done=340, total=1_000)
    files.checks.fail(second, "Файл не в кодировке UTF-8. Сохраните его в UTF-8 и загрузите снова.")
    return ids


@pytest.fixture(scope="module")
def filled_address(filled):
    with served(filled[0].app) as address:
        yield address


@pytest.fixture(scope="module", params=WIDTHS)
def window(request, chromium, filled_address):
    visit = Visit(chromium, filled_address, script=True, width=WIDTHS[request.param])
    visit.sign_in()
    yield request.param, visit.page
    visit.context.close()


@pytest.fixture
def seen(window, pytestconfig):
    """Look at a page by its name: axe, width, weight, a picture."""

    def look(name: str) -> None:
        width, page = window
        _keep_picture(page, pytestconfig.getoption("--pictures"), f"{name}.{width}")
        assert page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width]
        assert _violations(page) == []

    return look


def test_axe_finds_what_is_wrong(window):
    """The control: a page with a picture without words and with pale text is found out."""
    _, page = window
    page.goto("/account")
    page.evaluate(
        "document.querySelector('main').innerHTML = '<h1>x</h1><img src=/static/icon.svg><p style=color:#ddd>y</p>'"
    )

    found = {line.split(":")[0] for line in _violations(page)}

    assert {"image-alt"} <= found


@pytest.mark.parametrize("name", PAGES)
def test_a_page_is_whole_for_everybody(window, filled, seen, name):
    _, page = window
    session = page.context.new_cdp_session(page)
    session.send("Network.enable")
    session.send("Network.setCacheDisabled", {"cacheDisabled": True})
    page.goto(PAGES[name].format(**filled[1]))
    session.detach()

    assert 1_000 < page.evaluate(TRANSFERRED) < MOST_BYTES
    seen(name)


@pytest.mark.parametrize("kind", ["order", "roadmap"])
def test_a_form_with_errors_is_whole_for_everybody(window, seen, kind):
    _, page = window
    page.goto(f"/new/{kind}")
    page.get_by_role("button", name="Проверить").last.click()
    page.get_by_role("alert").wait_for()

    seen(f"form with errors, {kind}")


def test_the_findings_of_a_template_are_whole_for_everybody(window, seen):
    _, page = window
    page.goto("/templates")
    wrong = {"name": "шаблон.docx", "mimeType": DOCX_MEDIA_TYPE, "buffer": docx_of("Год {{ yaer }}")}
    page.get_by_label("Шаблон", exact=True).set_input_files([wrong])
    with page.expect_download() as download:
        page.get_by_role("button", name="Скачать с примечаниями").click()
    page.get_by_role("button", name="Проверить").click()
    page.get_by_role("alert").wait_for()

    assert download.value.suggested_filename == "шаблон – замечания.docx"
    assert comments_of(Path(download.value.path()).read_bytes())[0][0] == "{{ yaer }}"
    seen("templates, findings")


def test_the_page_to_sign_in_is_whole_for_everybody(window, chromium, filled_address, seen):
    width, _ = window
    stranger = Visit(chromium, filled_address, script=True, width=WIDTHS[width])
    try:
        stranger.page.goto("/sign-in")
        assert stranger.page.evaluate("document.documentElement.scrollWidth") <= WIDTHS[width]
        assert _violations(stranger.page) == []
    finally:
        stranger.context.close()


TRANSFERRED = """() => [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")]
    .reduce((sum, entry) => sum + entry.transferSize, 0)"""
OPENED = 'document.querySelectorAll("details").forEach(one => one.open = true)'


def _violations(page) -> list[str]:
    """What axe says of the page with everything unfolded, as «rule: place»."""
    page.evaluate(OPENED)
    if not page.evaluate("window.axe !== undefined"):
        page.evaluate(AXE.read_text(encoding="utf-8"))
    found = page.evaluate("axe.run({resultTypes: ['violations']})")["violations"]
    return [
        f"{one['id']}: {node['target'][0]}: {node['html'][:120]}" for one in found for node in one["nodes"]
    ]


def _keep_picture(page, folder: str | None, name: str) -> None:
    if folder:
        Path(folder).mkdir(parents=True, exist_ok=True)
        page.screenshot(path=str(Path(folder) / f"{name}.png"), full_page=True)
