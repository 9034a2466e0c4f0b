"""Requisites of the letterhead and their order: date, number, place, title, G-BLANK (layout rules A.2, A.3)."""

from __future__ import annotations

import re
from collections.abc import Iterator

from forms._checks import Finding
from service.layout_rules import wording
from service.layout_rules.paper import Paper, Paragraph
from service.layout_rules.profiles import Profile
from service.layout_rules.remarks import Rule
from service.layout_rules.text_width import line_count
from service.layout_rules.wording import quoted

_ABOUT = re.compile(r"(?:О|Об|Обо)\s")
_ABOUT_NOTE = re.compile(r"(?i:об?о?|по|за|к)\s")
_PLACE_IN_NAME = re.compile(
    r"(?i:город[ае]?|г\.|пос[её]лк[ае]|сел[ае]|станиц[ыае]|аул[ае]|пгт)[ \u00a0]+[А-ЯЁ]"
)
_ORDER_OF_PARTS = (
    ("letterhead", "наименование организации"),
    ("kind", "вид документа"),
    ("requisite", "дата и номер"),
    ("title", "заголовок к тексту"),
    ("text", "текст"),
    ("signature", "подпись"),
    ("executor", "отметка об исполнителе"),
)
# «… на 2022 г.» ends with an abbreviation, not with a full stop.
_STOP = re.compile(r"(?<!\bг)(?<!гг)(?<!\.)\.$")
_NUMBER = re.compile(r"№[\u00a0 ]\S+")


def kind_named(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-REQ-09: the name of the kind stands under the author of an order, once."""
    if paper.facts.part == "order" and not any(paper.of("kind")):
        yield Finding(
            "G-REQ-09", "error", "page", "Не напечатано наименование вида документа.",
            "Напечатайте вид документа прописными буквами отдельной строкой: ПРИКАЗ.",
        )  # fmt: skip


def date_form(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-REQ-10: «05.06.2016» or «5 июня 2016 г.», and nothing else."""
    for part in paper.of("requisite"):
        printed = wording.find_date(part.text)
        if printed is None:
            continue
        if printed.style == "room":
            message, fix = "Дата документа не заполнена", "Впишите дату подписания."
        elif printed.defect:
            message = f"Дата написана неверно, {printed.defect}"
            fix = "Пишите дату так: 05.06.2022 или 5 июня 2022 г."
        elif re.match(r"от\s", part.text):
            message, fix = "Перед датой документа стоит «от»", "Уберите «от» перед датой документа."
        else:
            continue
        severity = "error" if printed.defect else "warning"
        yield Finding(
            "G-REQ-10", "error" if severity == "error" else "warning", part.path,
            f"{message}: {quoted(part.text)}.", fix,
        )  # fmt: skip


def number_form(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-REQ-11: «№ 376»: the sign, a space that does not break, the number."""
    for part in paper.of("requisite"):
        match = wording.NUMBER.search(part.text)
        if match is None:
            continue
        if not match["value"].strip("_"):
            yield Finding(
                "G-REQ-11", "warning", part.path, "Регистрационный номер не заполнен.", "Впишите номер."
            )
        elif not _NUMBER.match(part.text[match.start() :]):
            yield Finding(
                "G-REQ-11", "error", part.path,
                f"Регистрационный номер написан неверно: {quoted(match[0])}.",
                "Пишите номер через неразрывный пробел: № 376.",
            )  # fmt: skip


def place(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-REQ-13: an order names the place, unless the organisation's name does."""
    if paper.facts.part != "order" or not any(paper.of("requisite")):
        return
    if any(wording.PLACE.search(part.text) for part in paper.of("requisite")):
        return
    name = " ".join(
        part.text for part in paper.of("letterhead") if not re.search(r"\d{6}|тел\.|@", part.text)
    )
    if not _PLACE_IN_NAME.search(name):
        yield Finding(
            "G-REQ-13", "warning", next(paper.of("requisite")).path,
            "Не указано место издания, а в наименовании организации его нет.",
            "Укажите место издания: г. Заречный, с. Ясное.",
        )  # fmt: skip


def date_and_number(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-BLANK-03: an order has a date and a number above the title."""
    if paper.facts.part != "order":
        return
    lines = [part.text for part in paper.of("requisite")]
    for name, found in (
        ("дата", any(wording.DATE.search(line) for line in lines)),
        ("номер", any(wording.NUMBER.search(line) for line in lines)),
    ):
        if not found:
            yield Finding(
                "G-BLANK-03", "error", "page", f"Перед заголовком к тексту нет реквизита: {name}.",
                f"Напечатайте реквизит «{name}» под видом документа.",
            )  # fmt: skip


def title_wording(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-REQ-17: the title answers «о чём?», has no full stop and at most five lines."""
    parts = _first_title(paper)
    if not parts or paper.facts.part == "annex" or not any(paper.of("kind")):
        return
    text = " ".join(" ".join(part.text for part in parts).split()).lstrip("«")
    wanted = _ABOUT if paper.facts.part == "order" else _ABOUT_NOTE
    if not wanted.match(text):
        yield Finding(
            "G-REQ-17", "warning" if paper.facts.part == "order" else "info", parts[0].path,
            f"Заголовок к тексту не отвечает на вопрос «о чём?»: {quoted(text)}.",
            "Начните заголовок с «О …» или «Об …».",
        )  # fmt: skip
    lines = sum(line_count(part) for part in parts)
    if lines > profile.title_lines:
        yield Finding(
            "G-REQ-17", "warning", parts[0].path,
            f"Заголовок к тексту занимает около {lines} строк, а нужно не больше {profile.title_lines}.",
            "Сократите заголовок.",
        )  # fmt: skip


def title_stop(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-REQ-17: no full stop after a title, neither of the text nor of an annex."""
    for part in paper.of("title"):
        text = part.text.rstrip()
        if _STOP.search(text):
            yield Finding(
                "G-REQ-17", "warning", part.path,
                f"После заголовка стоит точка: {quoted(part.text)}.",
                "Уберите точку в конце заголовка.",
            )  # fmt: skip


def title_present(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-REQ-17: the title may be left out of a short text only, and never from 18.08.2025."""
    if paper.facts.part != "order" or any(paper.of("title")):
        return
    lines = sum(line_count(part) for part in paper.of("text", "clause", "item"))
    if profile.title_always or lines > profile.short_text_lines:
        yield Finding(
            "G-REQ-17", "error", "page", "У документа нет заголовка к тексту.",
            "Напечатайте над текстом заголовок: «О …» или «Об …».",
        )  # fmt: skip


def one_letterhead(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-BLANK-01: the letterhead is angular or longitudinal, as was said, and not both."""
    parts = list(paper.of("letterhead"))
    if not parts or not paper.facts.letterhead:
        return
    corner = [
        part for part in parts if part.left < profile.tolerance + 400 and part.width <= profile.angular + 400
    ]
    angular = paper.facts.letterhead == "angular"
    if angular and len(corner) < len(parts):
        odd, message = (
            next(p for p in parts if p not in corner),
            "Бланк угловой, но строка стоит не в левом углу",
        )
    elif not angular and corner:
        odd, message = corner[0], "Бланк продольный, но строка стоит в левом углу"
    elif not angular and any(part.format.align != "center" for part in parts):
        odd = next(part for part in parts if part.format.align != "center")
        message = "Бланк продольный, но строка стоит не по центру"
    else:
        return
    yield Finding(
        "G-BLANK-01", "warning", odd.path, f"{message}: {quoted(odd.text)}.",
        "Расположите все реквизиты бланка одним способом.",
    )  # fmt: skip


def order_of_parts(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-BLANK-02: author, kind, date and number, place, title, text, signature, executor, annexes."""
    if not any(paper.of("kind")):
        return
    ranks = {role: rank for rank, (role, _) in enumerate(_ORDER_OF_PARTS)}
    ranks |= {"verb": ranks["text"], "clause": ranks["text"]}
    names = dict(_ORDER_OF_PARTS)
    highest: tuple[int, str] = (-1, "")
    for part, role in zip(paper.flow, _placed_roles(paper), strict=True):
        if role == "mark" and highest[0] >= ranks["text"]:
            return  # an annex begins, with parts of its own
        rank = ranks.get(role, -1)
        if 0 <= rank < highest[0]:
            name = names.get(role, "текст")
            yield Finding(
                "G-BLANK-02", "warning", part.path,
                f"Реквизит стоит не на своём месте: {name} после реквизита «{highest[1]}»: {quoted(part.text)}.",
                "Порядок: организация, вид документа, дата и номер, место, заголовок, текст, подпись.",
            )  # fmt: skip
            return
        if rank > highest[0]:
            highest = (rank, names.get(role, "текст"))


def _placed_roles(paper: Paper) -> Iterator[str]:
    """Give the roles; what says date and number alone is a requisite wherever it stands."""
    for part, role in zip(paper.flow, paper.roles, strict=True):
        text = part.text.strip()
        alone = wording.DATE.match(text) and wording.NUMBER.search(text) and len(text) < 60
        if role in ("text", "title", "letterhead", "note") and alone:
            yield "requisite"
        elif role in ("text", "heading") and wording.kind_word(text):
            yield "kind"
        else:
            yield role


def _first_title(paper: Paper) -> list[Paragraph]:
    """Return the lines of the title to the text: the titles of annexes come after a mark."""
    parts: list[Paragraph] = []
    for part, role in zip(paper.flow, paper.roles, strict=True):
        if role == "title":
            parts.append(part)
        elif parts:
            break
    return parts


RULES: tuple[Rule, ...] = (
    kind_named,
    date_form,
    number_form,
    place,
    date_and_number,
    title_wording,
    title_stop,
    title_present,
    one_letterhead,
    order_of_parts,
)
