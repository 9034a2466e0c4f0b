"""Rules about requisites: the mark of approval, the title, the signature, the executor mark."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any

from forms._checks import Finding
from forms._checks_vocabulary import IN_NAMES
from forms._checks_walk import folded, shown

_STAMP_WORD = re.compile(r"^\s*утвержда(?:ю|ется)\s*:?", re.IGNORECASE)
# An abbreviation before a quoted name is its legal form: «МКУ «Управление образования»».
_ABBREVIATION = re.compile(r"(?<![А-ЯЁа-яё-])([А-ЯЁ]{2,8})(?![А-ЯЁа-яё])(?!\s+«)")
_BROKEN = re.compile(r"-\n\s*(?=[а-яё])")
_SHORTEST_TITLE = 20


def check_approval(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A plan, a list or a composition is approved: by an act with date and number, or by a stamp with a date."""
    approval = data.get("approval")
    if not approval:
        yield Finding(
            "ANNEX_MARK_MISSING",
            "warning" if data.get("signer") else "error",
            "approval",
            "Нет ни отметки «Приложение к приказу …», ни грифа утверждения.",
            "Заполните отметку об утверждении.",
        )
    elif approval["form"] == "approve_stamp":
        yield from _stamp(approval)
    else:
        for name, word in (("date", "дата"), ("number", "номер")):
            if not approval[name]:
                yield Finding(
                    "REQ_NUMBER",
                    "info",
                    f"approval.{name}",
                    f"В отметке об утверждении не заполнена {word} акта, печатается место для неё."
                    if name == "date"
                    else f"В отметке об утверждении не заполнен {word} акта, печатается место для него.",
                    "Заполните, когда акт зарегистрирован.",
                )


def _stamp(approval: Mapping[str, Any]) -> Iterator[Finding]:
    if not approval["date"]:
        yield Finding(
            "STAMP_INCOMPLETE",
            "error",
            "approval.date",
            "В грифе «УТВЕРЖДАЮ» нет даты утверждения.",
            "Укажите дату утверждения или дайте обоснование, если её ставят от руки.",
        )
    if not approval["date"] and not approval["number"]:
        yield Finding(
            "REQ_NUMBER",
            "error",
            "approval",
            "У документа нет ни даты, ни номера утверждения: сослаться на него невозможно.",
            "Укажите дату утверждения или оформите документ приложением к приказу.",
        )
    if found := _STAMP_WORD.search(approval["position"]):
        yield Finding(
            "STAMP_WORD",
            "error",
            "approval.position",
            f"Слово «{shown(found[0])}» стоит в должности; гриф «УТВЕРЖДАЮ» печатается сам, прописными, без двоеточия.",
            "Оставьте в поле только должность.",
        )
    yield from _abbreviated("approval.position", approval["position"])


def check_signature(data: Mapping[str, Any]) -> Iterator[Finding]:
    """The position of the one who signs is written in full."""
    if data.get("signer"):
        yield from _abbreviated("signer.position", data["signer"]["position"])


def _abbreviated(path: str, position: str) -> Iterator[Finding]:
    found = [short for short in _ABBREVIATION.findall(position) if short not in IN_NAMES]
    if found and position.upper() != position:
        yield Finding(
            "SIGN_ABBR",
            "warning",
            path,
            f"В должности сокращение: «{found[0]}».",
            "Напишите должность полностью.",
        )


def check_title_twice(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A title that was copied from a cover and from the page below stands twice."""
    words = folded(_BROKEN.sub("", data["title"])).split()
    half = len(words) // 2
    if (
        len(" ".join(words)) >= 2 * _SHORTEST_TITLE
        and len(words) == 2 * half
        and words[:half] == words[half:]
    ):
        yield Finding(
            "DUPLICATE_TITLE",
            "error",
            "title",
            f"Заголовок повторён дважды: «{shown(data['title'])}».",
            "Оставьте заголовок один раз.",
        )


def check_optional_marks(data: Mapping[str, Any]) -> Iterator[Finding]:
    """What a paper may do without, but a careful office has."""
    if "executor_mark" in data and not data["executor_mark"]:
        yield Finding(
            "REQ_OPTIONAL",
            "info",
            "executor_mark",
            "Нет отметки об исполнителе.",
            "Укажите, кто подготовил документ, и телефон.",
        )
    is_annex = "approval" in data and (data["approval"] or {}).get("form") != "approve_stamp"
    if is_annex and "signer" in data and not data["signer"]:
        yield Finding(
            "REQ_OPTIONAL",
            "info",
            "signer",
            "Документ не подписан тем, кто его ведёт.",
            "Добавьте подпись муниципального координатора, если так принято.",
        )
    if "acquainted" in data and not data["acquainted"]:
        yield Finding(
            "REQ_OPTIONAL",
            "info",
            "acquainted",
            "Нет отметок об ознакомлении.",
            "Перечислите исполнителей или приложите лист ознакомления.",
        )
