"""Spaces that must not break, dashes, quotes: G-TXT-01 and the T rules (layout rules A.6) on printed text."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from forms._checks import Finding, Severity
from forms.language.typography import fragments_of
from service.layout_rules import wording
from service.layout_rules.paper import Paper
from service.layout_rules.profiles import Profile
from service.layout_rules.remarks import Rule
from service.layout_rules.wording import quoted

# G-TXT-01 makes the first ones errors: initials, № and dates must not be torn at a line end.
_SEVERITIES: dict[str, Severity] = {"T-NB-01": "error", "T-NB-03": "error", "T-NB-04": "error"}
_TEXTS = {
    "T-NB-01": ("Инициалы могут оторваться от фамилии", "Поставьте между ними неразрывный пробел."),
    "T-NB-02": ("Инициалы разделены пробелом", "Пишите инициалы без пробела: А.Ш."),
    "T-NB-03": ("Номер может оторваться от знака №", "Поставьте после № неразрывный пробел."),
    "T-NB-04": ("Дата может разорваться на две строки", "Поставьте неразрывные пробелы между частями даты."),
    "T-NB-05": ("Знак процента отделён по-разному или обычным пробелом", "Пишите единообразно: 100 %."),
    "T-NB-06": ("Сокращение может оторваться от слова", "Поставьте после сокращения неразрывный пробел."),
    "T-DASH-01": ("Вместо тире стоит дефис", "Поставьте тире: между датами с пробелами, между месяцами без них."),
    "T-CHAR-01": ("Название проекта написано неверно", "Пишите название проекта так: «500+»."),
    "G-ORD-10": ("После знака № нет пробела", "Поставьте после № неразрывный пробел."),
}  # fmt: skip
_TORN = re.compile(
    rf"[А-ЯЁ]\.\n[А-ЯЁ][а-яё]|[а-яё]\n[А-ЯЁ]\.[А-ЯЁ]\.|№\s*\n\s*\d|\d\n(?={wording.MONTH})|{wording.MONTH}\n\d{{4}}"
)
_TIGHT, _APART = re.compile(r"%(?<=\d%)"), re.compile(r"%(?<=\d[ \u00a0]%)")
_TIGHT_NUMBER = re.compile(r"№\w")
# Headings of columns, not names and numbers: «И.О. Фамилия», «№ п/п».
_NO_NAME = re.compile(r"Фамили|Ф\.\s?И\.|№ ?п$")
_DEFINED_BARE = re.compile(r"(?i:далее\s[–—-]\s[^.)«]{0,60}\b500\+)")


def not_torn(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """G-TXT-01: no line end between initials and surname, № and number, day and month."""
    for part in paper.printed:
        if "\n" in part.text and (match := _TORN.search(part.text)):
            start = max(0, match.start() - 10)
            yield Finding(
                "G-TXT-01", "error", part.path,
                f"Разрыв строки посреди имени, номера или даты: {quoted(part.text[start : match.end() + 10])}.",
                "Уберите разрыв строки.",
            )  # fmt: skip


def typography(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """T-NB, T-DASH, T-CHAR and G-ORD-10: the lint of the language part, on what is printed."""
    found: dict[str, list[str]] = {}
    for rule, fragment in _fragments([part.text for part in paper.printed]):
        found.setdefault(rule, []).append(fragment)
    for rule, places in found.items():
        message, fix = _TEXTS[rule]
        fragment = places[0]
        part = next(part for part in paper.printed if fragment in part.text)
        more = f" Всего таких мест: {len(places)}." if len(places) > 1 else ""
        severity = "error" if rule == "G-ORD-10" else _SEVERITIES.get(rule, "warning")
        yield Finding(rule, severity, part.path, f"{message}: {quoted(fragment)}.{more}", fix)


def percent_signs(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """T-NB-05: the per cent sign is written one way in the whole paper."""
    text = paper.text
    if "%" in text and (tight := _TIGHT.search(text)) and (apart := _APART.search(text)):
        part = next(part for part in paper.printed if _TIGHT.search(part.text))
        fragments = [text[match.start() - size : match.end()] for match, size in ((tight, 1), (apart, 2))]
        yield Finding(
            "T-NB-05", "warning", part.path,
            f"Проценты написаны по-разному: {quoted(fragments[0])} и {quoted(fragments[1])}.",
            "Пишите единообразно: 100 %.",
        )  # fmt: skip


def quotes(paper: Paper, profile: Profile) -> Iterator[Finding]:
    """T-QUOT-01: «ёлочки», as many opened as closed; a requisite of several lines counts as one text."""
    for path, text in _quoted_blocks(paper):
        if text.count("«") != text.count("»"):
            yield Finding(
                "T-QUOT-01", "warning", path, f"Кавычки не парные: {quoted(text, 80)}.",
                "Закройте или уберите лишнюю кавычку.",
            )  # fmt: skip
        elif '"' in text:
            yield Finding(
                "T-QUOT-01", "warning", path, f"Прямые кавычки вместо «ёлочек»: {quoted(text, 80)}.",
                "Замените кавычки на «ёлочки».",
            )  # fmt: skip


def _fragments(texts: Sequence[str]) -> list[tuple[str, str]]:
    found = [(rule, fragment) for rule, fragment in fragments_of(texts) if not _NO_NAME.search(fragment)]
    if any(fragment == "500+" for _, fragment in found):
        bare_is_defined = any("500+" in text and _DEFINED_BARE.search(text) for text in texts)
        found = [one for one in found if not (bare_is_defined and one[1] == "500+")]
    return [
        ("G-ORD-10" if rule == "T-NB-03" and _TIGHT_NUMBER.match(fragment) else rule, fragment)
        for rule, fragment in found
    ]


def _quoted_blocks(paper: Paper) -> Iterator[tuple[str, str]]:
    previous, path, texts = "", "", [""]
    for part, role in zip(paper.flow, paper.roles, strict=True):
        joins = role == previous and role in ("letterhead", "title", "mark", "signature")
        if not joins:
            yield path, " ".join(texts)
            path, texts = part.path, []
        previous = role
        texts.append(part.text)
    yield path, " ".join(texts)
    for table in paper.tables:
        for row in table.rows:
            for cell in row.cells:
                yield row.path, cell.text
    yield from ((note.path, note.text) for note in paper.notes)


RULES: tuple[Rule, ...] = (not_torn, typography, percent_signs, quotes)
