"""Signatures and the executor mark: G-SIGN and G-EXEC (requisites 22 and 25; layout rules A.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forms._checks import Finding
from service.layout_rules import wording
from service.layout_rules.paper import Paper, Signature
from service.layout_rules.profiles import Profile
from service.layout_rules.remarks import Rule, in_mm
from service.layout_rules.wording import quoted

_NAME = re.compile(r"[А-ЯЁ]\.(?:[А-ЯЁ]\.)?\u00a0[А-ЯЁ][а-яё]+(?:-[А-ЯЁ]?[а-яё]+)*")
_COPY, _POSITION = re.compile(r"(?i:верно)[:.]?"), re.compile(r"^\s*[А-ЯЁ][а-яё-]{2,}")
_COPY_LINES = 6  # what certifies a copy is no longer
_FOR = re.compile(r"(?i:за\s|/)")


def signed(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-SIGN-01: an order is signed."""
    if paper.facts.part == "order" and not _own(paper):
        yield Finding(
            "G-SIGN-01", "error", "page", "В документе нет подписи: должности, инициалов и фамилии.",
            "Напечатайте под текстом должность слева, инициалы и фамилию справа.",
        )  # fmt: skip


def name_form(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-SIGN-01: initials before the surname, together, and a space that does not break."""
    for one in paper.signatures:
        if _NAME.fullmatch(one.name_text):
            continue
        if wording.NAME_REVERSED.fullmatch(one.name_text):
            message = "Инициалы в подписи стоят после фамилии"
        elif re.search(r"\.[ \u00a0][А-ЯЁ]\.", one.name_text):
            message = "Инициалы в подписи разделены пробелом"
        else:
            message = "Инициалы в подписи могут оторваться от фамилии"
        yield Finding(
            "G-SIGN-01", "error", one.path, f"{message}: {quoted(one.name_text)}.",
            "Напишите инициалы, неразрывный пробел и фамилию: П.Г. Рамазанов.",
        )  # fmt: skip


def room_to_sign(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-SIGN-01: at least 3 cm for the hand between position and name."""
    for one in paper.signatures:
        if one.gap < profile.signature_gap:
            yield Finding(
                "G-SIGN-01", "warning", one.path,
                f"Для подписи оставлено около {in_mm(max(0, one.gap))}, нужно не меньше 30 мм: "
                f"{quoted(one.name_text)}.",
                "Разнесите должность и фамилию или разбейте должность на строки.",
            )  # fmt: skip


def where_it_stands(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-SIGN-02: from the left margin without indent to the right margin, the name on the last line."""
    for one in paper.signatures:
        first = one.position[0]
        if first.format.first_line or first.left > profile.tolerance:
            problem = "подпись начинается не от левого поля"
        elif not one.is_level:
            problem = "фамилия стоит не на уровне последней строки должности"
        elif not one.at_margin:
            problem = "фамилия стоит не у правого поля"
        else:
            continue
        yield Finding(
            "G-SIGN-02", "warning", one.path, f"{problem.capitalize()}: {quoted(one.name_text)}.",
            "Печатайте должность от левого поля без отступа, фамилию у правого поля на её последней строке.",
        )  # fmt: skip


def room_above(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-SIGN-03: two or three intervals between the text and the signature."""
    for one in _own(paper)[:1]:
        if one.above is not None and one.before < profile.signature_above:
            yield Finding(
                "G-SIGN-03", "warning", one.path,
                f"Между текстом и подписью {in_mm(one.before)}, нужно два-три интервала.",
                "Добавьте перед подписью интервал не меньше 24 пт.",
            )  # fmt: skip


def no_proxy_sign(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-SIGN-04: nobody signs with «за» or a slash; acting officers are named as such."""
    for one in paper.signatures:
        if _FOR.match(one.position[0].text.strip()):
            yield Finding(
                "G-SIGN-04", "error", one.path,
                f"Перед должностью стоит «за» или черта: {quoted(one.position[0].text)}.",
                "Укажите должность того, кто подписывает: «Врио начальника …», «И.о. директора …».",
            )  # fmt: skip


def not_alone(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-SIGN-05: the signature goes to the next page only together with the text."""
    for one in _own(paper)[:1]:
        if not one.kept:
            yield Finding(
                "G-SIGN-05", "warning", one.path,
                "Подпись может остаться одна на странице: абзац перед ней не удерживается.",
                "Включите для последних абзацев перед подписью «Не отрывать от следующего».",
            )  # fmt: skip


def commission_order(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-SIGN-06: the chair signs above the members of a commission."""
    positions = [one.position[0].text.lower() for one in _own(paper)]
    members = next((place for place, text in enumerate(positions) if text.startswith("член")), None)
    chairs = [place for place, text in enumerate(positions) if text.startswith("председатель")]
    if members is not None and chairs and chairs[0] > members:
        yield Finding(
            "G-SIGN-06", "warning", _own(paper)[members].path,
            "Члены комиссии подписывают выше председателя.",
            "Поставьте подпись председателя первой.",
        )  # fmt: skip


def executor_mark(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-EXEC-01: who prepared an order: full name and telephone, at the left margin under the signature."""
    parts = list(paper.of("executor"))
    if not parts:
        if paper.facts.part == "order":
            yield Finding(
                "G-EXEC-01", "info", "page", "Нет отметки об исполнителе.",
                "Добавьте внизу фамилию, имя, отчество и телефон того, кто подготовил документ.",
            )  # fmt: skip
        return
    text = " ".join(part.text for part in parts)
    if not wording.EXECUTOR_PHONE.search(text):
        yield Finding(
            "G-EXEC-01", "warning", parts[0].path, f"В отметке об исполнителе нет телефона: {quoted(text)}.",
            "Добавьте номер телефона.",
        )  # fmt: skip
    if not re.match(r"(?:Исп\w*\.?:?\s*)?[А-ЯЁ][\w-]+ [А-ЯЁ][\w-]+", text):
        yield Finding(
            "G-EXEC-01", "warning", parts[0].path,
            f"В отметке об исполнителе нет полных имени и отчества: {quoted(text)}.",
            "Напишите фамилию, имя и отчество полностью.",
        )  # fmt: skip
    if any(part.left > profile.tolerance or part.format.first_line for part in parts):
        yield Finding(
            "G-EXEC-01", "warning", parts[0].path, "Отметка об исполнителе стоит не у левого поля.",
            "Печатайте отметку об исполнителе от левого поля без отступа.",
        )  # fmt: skip


def certified_copy(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-COPY-01: «Верно» stands below the signature, with position, name and date of who certifies the copy."""
    signed_at = {id(one.name) for one in paper.signatures}
    for place, part in enumerate(paper.flow):
        if not _COPY.fullmatch(part.text.strip()):
            continue
        below = [one.text for one in paper.flow[place + 1 : place + 1 + _COPY_LINES] if not one.is_empty]
        parts = (("должности", _POSITION), ("инициалов и фамилии", wording.NAME), ("даты", wording.DATE))
        missing = [name for name, pattern in parts if not any(map(pattern.search, below))]
        if not any(id(one) in signed_at for one in paper.flow[:place]):
            message = "Отметка «Верно» стоит не под подписью"
        elif missing:
            message = f"В отметке «Верно» нет {', '.join(missing)}"
        else:
            continue
        yield Finding(
            "G-COPY-01", "warning", part.path, f"{message}.",
            "Напечатайте под подписью: Верно, должность, подпись, инициалы и фамилия, дата.",
        )  # fmt: skip


def _own(paper: Paper) -> list[Signature]:
    """The signatures of the paper itself, without agreements and acquaintances."""
    return [one for one in paper.signatures if not one.is_note]


RULES: tuple[Rule, ...] = (
    signed,
    name_form,
    room_to_sign,
    where_it_stands,
    room_above,
    no_proxy_sign,
    not_alone,
    commission_order,
    executor_mark,
    certified_copy,
)
