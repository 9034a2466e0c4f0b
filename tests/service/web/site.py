"""A whole site on a temporary folder: the real archive and accounts, a converter double, visitors with manners."""

from __future__ import annotations

import dataclasses
import secrets
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from argon2 import PasswordHasher
from argon2.profiles import CHEAPEST
from flask import Flask
from flask.testing import FlaskClient
from lxml import html
from werkzeug.test import TestResponse

from service.accounts import Accounts
from service.app import create_app
from service.backends import Backends, new_id, open_backends, utc_now
from service.config import read_settings
from service.conversion import Converter
from service.documents import Actor
from tests.doubles import DoubleConverter
from tests.migrated import migrated_sqlite

PASSWORD = "длинный пароль 1"


@dataclass
class Site:
    app: Flask
    backends: Backends
    ours: Actor
    theirs: Actor

    def visitor(self, login: str = "") -> Visitor:
        """A browser; signed in when a login is given."""
        visitor = Visitor(self.app.test_client())
        if login:
            visitor.sign_in(login)
        return visitor

    def program(self, actor: Actor | None = None) -> Program:
        text, _ = self.backends.accounts.create_token(actor or self.ours, "проверка", 30)
        return Program(self.app.test_client(), text)

    def administrator(self, actor: Actor | None = None) -> Program:
        """A program with the scope of an administrator."""
        text, _ = self.backends.accounts.create_token(
            actor or self.ours, "администратор", 30, scopes=("documents", "admin")
        )
        return Program(self.app.test_client(), text)

    def recorded(self, actor: Actor | None = None) -> int:
        """How many papers the organisation has."""
        organisation_id = (actor or self.ours).organisation_id
        return self.backends.archive.head(organisation_id).chain_number


class Visitor:
    """A person with a browser: keeps cookies, sends the CSRF token of the page before."""

    def __init__(self, client: FlaskClient) -> None:
        self.client = client
        self.token = ""

    def get(self, path: str, **options: Any) -> TestResponse:
        return self._seen(self.client.get(path, **options))

    def post(self, path: str, data: Any = None, **options: Any) -> TestResponse:
        controls = [*_pairs(data or {}), ("csrf_token", self.token)]
        options.setdefault("content_type", "application/x-www-form-urlencoded")
        grouped: dict[str, list[Any]] = {}
        for name, value in controls:
            grouped.setdefault(name, []).append(value)
        return self._seen(self.client.post(path, data=grouped, **options))

    def sign_in(self, login: str, password: str = PASSWORD) -> TestResponse:
        self.get("/sign-in")
        answer = self.post("/sign-in", {"login": login, "password": password})
        self.get("/")
        return answer

    def _seen(self, answer: TestResponse) -> TestResponse:
        if answer.mimetype == "text/html" and answer.data and "Content-Encoding" not in answer.headers:
            tokens = html.fromstring(answer.text).xpath('//input[@name="csrf_token"]/@value')
            self.token = tokens[0] if tokens else self.token
        return answer


class Program:
    """A program with a token."""

    def __init__(self, client: FlaskClient, token: str) -> None:
        self.client = client
        self.headers = {"Authorization": f"Bearer {token}"}

    def get(self, path: str, **options: Any) -> TestResponse:
        return self.client.get(f"/api/v1{path}", headers=self._with(options), **options)

    def post(self, path: str, json: Any = None, **options: Any) -> TestResponse:
        headers = self._with(options)
        if json is None:
            return self.client.post(f"/api/v1{path}", headers=headers, **options)
        return self.client.post(f"/api/v1{path}", headers=headers, json=json, **options)

    def put(self, path: str, json: Any) -> TestResponse:
        return self.client.put(f"/api/v1{path}", headers=self.headers, json=json)

    def _with(self, options: dict[str, Any]) -> dict[str, str]:
        return {**self.headers, **options.pop("headers", {})}


def open_site(folder: Path, *, converter: Converter | None = None, **environment: str) -> Site:
    settings = read_settings(
        {
            "DATABASE_URL": migrated_sqlite(folder / "site.sqlite3"),
            "STORAGE_URL": f"file:{folder / 'files'}",
            "SECRET_KEY_FILE": str(folder / "secret_key"),
            "WORK_DIR": str(folder / "work"),
            **environment,
        }
    )
    opened = open_backends(settings, converter=converter or DoubleConverter())
    cheap = PasswordHasher.from_parameters(CHEAPEST)
    accounts = Accounts(opened.engine, now=utc_now, new_id=new_id, hasher=cheap)
    backends = dataclasses.replace(opened, accounts=accounts)
    people = [
        accounts.create_account(
            accounts.create_organisation(name), login=login, name=person, password=PASSWORD, is_admin=True
        )
        for name, login, person in (
            ("Управление образования", "ours", "Велесова Марина"),
            ("Другой район", "theirs", "Седых Ольга"),
        )
    ]
    return Site(create_app(settings, backends), backends, *people)


def controls(page: str, form: str = "paper") -> list[tuple[str, str]]:
    """What a browser would send of a form, without its buttons."""
    found = html.fromstring(page).xpath(f'//form[@id="{form}"]')[0]
    many_lines = set(found.xpath(".//textarea/@name"))
    return [
        (name, _as_browsers_send(value) if name in many_lines else value)
        for name, value in found.form_values()
        if name != "csrf_token"
    ]


def errors_of(page: str) -> list[str]:
    """The texts of the error summary."""
    return [item.text_content().strip() for item in html.fromstring(page).xpath('//*[@id="summary"]//li')]


def random_key() -> str:
    return secrets.token_hex(16)


def _as_browsers_send(text: str) -> str:
    # lxml keeps the line end after <textarea>, which HTML 5 drops.
    return text.removeprefix("\n").replace("\n", "\r\n")


def _pairs(data: Any) -> list[tuple[str, Any]]:
    return list(data.items()) if isinstance(data, dict) else list(data)
