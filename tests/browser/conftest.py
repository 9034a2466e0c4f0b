"""A site on a local port and a real Chromium before it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, sync_playwright
from werkzeug.serving import make_server

from tests.service.web.site import PASSWORD, open_site

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = ["--no-sandbox", "--disable-quic", "--no-first-run", "--disable-background-networking"]


@pytest.fixture(scope="session")
def chromium():
    if not CHROMIUM.exists():
        pytest.skip(f"no browser: install it with apt-get install {CHROMIUM.name}")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def site(tmp_path):
    site = open_site(tmp_path)
    yield site
    site.backends.close()


@pytest.fixture
def address(site):
    with served(site.app) as address:
        yield address


@contextmanager
def served(app: Flask) -> Iterator[str]:
    """A local port with the application behind it; gives its address."""
    server = make_server("127.0.0.1", 0, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class Visit:
    """A browser window on the site; whatever the console complains of ends up in `complaints`."""

    def __init__(self, browser: Browser, address: str, *, script: bool, width: int = 1280) -> None:
        self.context = browser.new_context(
            base_url=address,
            java_script_enabled=script,
            locale="ru-RU",
            viewport={"width": width, "height": 900},
            accept_downloads=True,
        )
        self.context.set_default_timeout(10_000)
        self.page: Page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", self._answer)

    def sign_in(self) -> Page:
        self.page.goto("/sign-in")
        self.page.get_by_label("Логин").fill("ours")
        self.page.get_by_label("Пароль").fill(PASSWORD)
        self.page.get_by_role("button", name="Войти").click()
        self.page.get_by_role("heading", name="Создать документ").wait_for()
        return self.page

    def _answer(self, dialog) -> None:
        self.complaints.append(f"{dialog.type}: {dialog.message}".rstrip(" :"))
        dialog.accept()

    def _note(self, message) -> None:
        if message.type in {"error", "warning"}:
            self.complaints.append(message.text)


@pytest.fixture(params=[True, False], ids=["script", "no-script"])
def script(request):
    return request.param


@pytest.fixture
def visit(chromium, address, script):
    visit = Visit(chromium, address, script=script)
    yield visit
    visit.context.close()
    assert visit.complaints == []


@pytest.fixture
def scripted(chromium, address):
    visit = Visit(chromium, address, script=True)
    yield visit
    visit.context.close()


@pytest.fixture
def phone(chromium, address):
    visit = Visit(chromium, address, script=True, width=360)
    yield visit
    visit.context.close()
    assert visit.complaints == []
