"""Rules about addresses: an e-mail, a site, a telephone and a postcode have a shape that nothing replaces."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from forms._checks import Finding

_EMAIL = re.compile(r"[!-~]+@[a-z0-9.-]+\.[a-z]{2,}", re.IGNORECASE)
_MIXED = re.compile(r"[a-z][а-яё]|[а-яё][a-z]", re.IGNORECASE)
_POSTCODE = re.compile(r"\s*(\d{3,})\s*,")
_HOLDERS = ("organisation", "executor_mark", "school", "schools")
_FEWEST_DIGITS, _POSTCODE_DIGITS = 5, 6


def check_contacts(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Look at every e-mail, site, telephone and address of the paper."""
    for name in _HOLDERS:
        yield from _contacts(data.get(name), name)


def _contacts(value: Any, path: str) -> Iterator[Finding]:
    if isinstance(value, Mapping):
        for name, part in value.items():
            own = f"{path}.{name}" if path else name
            if isinstance(part, str) and part:
                yield from _contact(name, part, own)
            else:
                yield from _contacts(part, own)
    elif isinstance(value, list):
        for number, part in enumerate(value):
            yield from _contacts(part, f"{path}.{number}")


def _contact(name: str, text: str, path: str) -> Iterator[Finding]:
    if name == "email" and not all(_EMAIL.fullmatch(one.strip()) for one in text.split(",")):
        yield _finding(
            path, f"Адрес электронной почты записан неверно: «{text}».", "Сверьте адрес: name@site.ru."
        )
    elif name == "site" and _MIXED.search(text):
        yield _finding(
            path, f"В адресе сайта смешаны русские и латинские буквы: «{text}».", "Наберите адрес заново."
        )
    elif name == "phone" and sum(sign.isdigit() for sign in text) < _FEWEST_DIGITS:
        yield _finding(path, f"В номере телефона не хватает цифр: «{text}».", "Укажите номер с кодом города.")
    elif name == "address" and (code := _POSTCODE.match(text)) and len(code[1]) != _POSTCODE_DIGITS:
        yield _finding(
            path, f"В почтовом индексе {len(code[1])} цифр вместо шести: «{code[1]}».", "Исправьте индекс."
        )


def _finding(path: str, message: str, fix: str) -> Finding:
    return Finding("CONTACT_FORM", "warning", path, message, fix)
