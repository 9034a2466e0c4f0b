"""Typeset Russian text when it is filled in: no-break spaces, quotes and dashes.

Owns the rules T-NB, T-DASH and T-QUOT of the layout rules (A.6). Letters and digits are never touched:
«500 +» stays as typed, and a finding points at it instead.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from forms.language.calendar_words import MONTHS_GENITIVE

_NBSP = "\u00a0"
_GAP = "[ \u00a0\u202f]"
_UPPER, _LOWER = "[А-ЯЁ]", "[а-яё]"
# The look-behind keeps long hyphen chains linear: a surname starts once.
_SURNAME = rf"(?<![А-ЯЁа-яё-]){_UPPER}{_LOWER}+(?:-{_UPPER}?{_LOWER}+)*"
_INITIALS = rf"{_UPPER}\.(?:{_GAP}?{_UPPER}\.)?"
_MONTH = "(?:" + "|".join(MONTHS_GENITIVE) + ")"
_MONTH_ANY = r"(?:янв|фев|мар|апр|ма[йя]|июн|июл|авг|сен|окт|ноя|дек)[а-я]*"
_FULL_DATE = r"\d{1,2}\.\d{2}\.\d{4}"
_YEAR_MARK = r"(?:гг\.|г\.|год(?:а|у|ом|ы|ов|ах)?(?![а-яё]))"
_SHORTS = ("г", "им", "ст", "п", "пп", "ч", "ул", "д", "с", "пос", "обл", "р", "стр", "каб", "кв", "корп")
_MONTH_WORD = r"(?:янв|фев|апр|сент|окт|ноя|дек)[а-я]+|март[а-я]*|ма[йяюе]м?|ию[нл][а-я]+|август[а-я]*"
_COUNTED = r"(?:этап|класс|квартал|полугоди)[а-я]{0,3}|экз\.|л\.|чел\.|ед\.|шт\.|руб\.|тыс\.|млн|мин\.|ч\."
_SHORT_KIND = "СОШ|ООШ|НОШ|СШ|ОШ|[Шш]кол[а-я]{1,2}|[Гг]имнази[яию]|[Лл]ице[йяю]"
_ABBREVIATIONS = rf"(?:{'|'.join(_SHORTS)})\."

# «Центр „Рост“»: quotes inside quotes are right as they are.
_INNER = re.compile(r"(?<=«)[^»„“]*(„[^„“]+“)(?=[^«»]*»)")
# One rule may open the way for another; tests show that two passes are enough.
_PASSES = 6
_RULES: tuple[tuple[re.Pattern[str], str], ...] = tuple(
    (re.compile(pattern), replacement)
    for pattern, replacement in (
        # Initials: none inside, one no-break space to the surname on either side.
        (rf"(?<![А-ЯЁа-яё])({_UPPER}\.){_GAP}({_UPPER}\.)(?={_GAP}*{_UPPER}{_LOWER})", r"\1\2"),
        (rf"({_UPPER}{_LOWER}+{_GAP}+{_UPPER}\.){_GAP}({_UPPER}\.)(?!{_GAP}*{_UPPER}{_LOWER})", r"\1\2"),
        (rf"(?<![А-ЯЁа-яё])({_UPPER}\.{_UPPER}\.){_GAP}*(?={_UPPER}{_LOWER})", rf"\1{_NBSP}"),
        (rf"({_SURNAME}){_GAP}+(?={_UPPER}\.{_UPPER}\.(?!{_GAP}*{_UPPER}{_LOWER}))", rf"\1{_NBSP}"),
        (rf"(?<![А-ЯЁа-яё.])({_UPPER}\.){_GAP}*(?={_UPPER}{_LOWER})", rf"\1{_NBSP}"),
        (rf"(№){_GAP}*(?=[\w«_])", rf"\1{_NBSP}"),
        (rf"(?<!\d)(\d{{1,2}}){_GAP}+(?={_MONTH}(?![а-яё]))", rf"\1{_NBSP}"),
        (rf"({_MONTH}){_GAP}+(?=\d{{4}}(?!\d))", rf"\1{_NBSP}"),
        (rf"(?<!\d)(\d{{4}}){_GAP}*(?={_YEAR_MARK})", rf"\1{_NBSP}"),
        (rf"({_FULL_DATE}){_GAP}*(?={_YEAR_MARK})", rf"\1{_NBSP}"),
        (rf"(\d){_GAP}+(?=%)", rf"\1{_NBSP}"),
        (rf"(?<![А-ЯЁа-яё\d.])({_ABBREVIATIONS}){_GAP}*(?=[А-ЯЁ\d«])", rf"\1{_NBSP}"),
        # What belongs to a number stays on its line: «до 15.12.2023», «январь 2023», «2 этап», «III квартал», «1 экз.».
        (rf"(?i:(?<![а-яё-])(до|от|по|с|на|к|позднее)){_GAP}+(?={_FULL_DATE})", rf"\1{_NBSP}"),
        (rf"(?i:(?<![а-яё–-])({_MONTH_WORD})){_GAP}+(?=\d{{4}}(?!\d))", rf"\1{_NBSP}"),
        (rf"(?<![\w.,])(\d{{1,4}}){_GAP}+(?={_COUNTED}(?![а-яё]))", rf"\1{_NBSP}"),
        (rf"(?<!\w)([IVX]{{1,4}}){_GAP}+(?=(?:квартал|полугоди)[а-я]*)", rf"\1{_NBSP}"),
        (rf"(?<![А-ЯЁа-яё])({_SHORT_KIND}){_GAP}+(?=№)", rf"\1{_NBSP}"),
        (r"(?<![А-ЯЁа-яё])(ИС|ФИС|ГАУ|ГБУ|ГАОУ|ГБОУ|ОГБОУ) (?=[А-ЯЁ]{2,5}(?![а-яё]))", rf"\1{_NBSP}"),
        (rf"(?<![А-ЯЁа-яё])([Пп]роект[а-я]{{0,3}}){_GAP}+(?=500\+)", rf"\1{_NBSP}"),
        # En dashes: with spaces between full dates and words, without between numbers and months.
        (rf"({_FULL_DATE})[ \u00a0]*-[ \u00a0]*(?={_FULL_DATE})", rf"\1{_NBSP}– "),
        (rf"({_FULL_DATE})[ \u00a0]*-[ \u00a0]*(?=\n\s*{_FULL_DATE})", rf"\1{_NBSP}–"),
        (rf"(?<![\w.-])(\d{{1,4}})-(?=\d{{1,4}}{_GAP}+(?:{_MONTH}|{_YEAR_MARK}|уч))", r"\1–"),
        (rf"(?i:(?<![\w-])({_MONTH_ANY})-(?={_MONTH_ANY}(?![а-яё])))", r"\1–"),
        (r"(?<=[^\s])[ \u00a0]+[-–—][ \u00a0]+(?=\S)", rf"{_NBSP}– "),
    )
)


def typeset(text: str) -> str:
    """Return the text with no-break spaces, «ёлочки» and en dashes; typesetting twice changes nothing.

    Args:
        text: What the author typed; line breaks are kept.
    """
    for _ in range(_PASSES):
        made = _once(text)
        if made == text:
            break
        text = made
    return text


def _once(text: str) -> str:
    text = re.sub(r"(?<=\S) {2,}(?=\S)", " ", text)
    text = _quotes(text)
    for pattern, replacement in _RULES:
        text = pattern.sub(replacement, text)
    return text


def _quotes(text: str) -> str:
    """Turn straight quotes into «ёлочки» by what stands around them; a lone one stays as it is."""
    inner = {place for pair in _INNER.finditer(text) for place in (pair.start(1), pair.end(1) - 1)}
    straight = [match.start() for match in re.finditer('["“”„]', text) if match.start() not in inner]
    if not straight or len(straight) % 2:
        return text
    made, depth = list(text), 0
    for order, place in enumerate(straight):
        before, after = text[place - 1 : place], text[place + 1 : place + 2]
        opens = (not before or before in ' \t\n(\u00a0«"“„[/') and bool(after) and not after.isspace()
        closes = depth > 0 and (not opens or order == len(straight) - 1)
        made[place] = "»" if closes else "«"
        depth += -1 if closes else 1
        if not closes and not opens:
            return text
    return "".join(made) if depth == 0 else text


_MONTH_ENDS = "|".join(sorted({month[-2:] for month in MONTHS_GENITIVE}))
_AFTER_ABBREVIATION = "|".join(rf"(?<={short}\.)" for short in _SHORTS)
# (rule, what it looks for, what must stand there for it). The last one begins with a sign, from one of which to
# the next `re` jumps: a text without it is passed ten times faster.
_LINT: tuple[tuple[str, re.Pattern[str], re.Pattern[str]], ...] = tuple(
    (rule, re.compile(pattern), re.compile(sign))
    for rule, pattern, sign in (
        ("T-NB-01", rf"(?<!{_LOWER}){_UPPER}\. ?{_UPPER}\. ?{_UPPER}{_LOWER}+", rf"\. ?{_UPPER}\. ?{_UPPER}"),
        (
            "T-NB-01",
            rf"{_UPPER}{_LOWER}+ {_UPPER}\. ?{_UPPER}\.(?!{_GAP}*{_UPPER}{_LOWER})",
            rf" {_UPPER}\. ?{_UPPER}\.",
        ),
        ("T-NB-02", rf"{_UPPER}\.[ \u00a0]{_UPPER}\.", rf"\.[ \u00a0]{_UPPER}\."),
        ("T-NB-03", r"№ ?\w+", r"№ ?\w"),
        ("T-NB-04", rf"\d{{1,2}} {_MONTH}", rf" (?<=\d ){_MONTH}"),
        ("T-NB-04", rf"{_MONTH} \d{{4}}", rf" (?<=(?:{_MONTH_ENDS}) )\d{{4}}"),
        ("T-NB-04", r"\d{4} ?г\.", r"г(?<=[\d ]г)\."),
        ("T-NB-05", r"\d+ %", " %"),
        (
            "T-NB-06",
            rf"(?<![А-ЯЁа-яё\d.]){_ABBREVIATIONS} ?(?=[А-ЯЁ\d«])[^\s]+",
            rf"\.(?:{_AFTER_ABBREVIATION}) ?[А-ЯЁ\d«]",
        ),
        ("T-DASH-01", rf"{_FULL_DATE}\s*-\s*{_FULL_DATE}", r"-(?<=[\d\s]-)[\d\s]"),
        ("T-DASH-01", rf"(?i:(?<![\w-]){_MONTH_ANY}-{_MONTH_ANY})", rf"-(?i:{_MONTH_ANY})"),
        ("T-DASH-01", r"\w+ - \w+", " - "),
        (
            "T-CHAR-01",
            r"500 \+|«?00\+»?(?<!500\+)(?<!500\+»)|(?<![«\d])500\+(?!»)",
            r"\+(?:(?<=00\+)|(?<=00 \+))(?:(?!»)|(?<!«500\+))",
        ),
    )
)


def by_first_sign(patterns: Iterable[str]) -> dict[str, re.Pattern[str]]:
    """Return pattern -> one pattern for all that begin with the same sign: `re` goes from sign to sign once."""
    groups: dict[str, list[str]] = {}
    for pattern in patterns:
        groups.setdefault(_first_sign(pattern), []).append(pattern)
    joined: dict[str, re.Pattern[str]] = {}
    for first, alike in groups.items():
        others = "|".join(pattern.removeprefix(first) for pattern in alike)
        joined |= dict.fromkeys(alike, re.compile(f"{first}(?:{others})"))
    return joined


def _first_sign(pattern: str) -> str:
    if pattern[0] in "([":
        return pattern[: pattern.index("]") + 1] if pattern[0] == "[" else ""
    return pattern[:2] if pattern[0] == "\\" else pattern[0]


_ODD = by_first_sign(sign.pattern for _, _, sign in _LINT)
_PARTED = "\n\n"


def fragments_of(texts: Sequence[str]) -> Iterator[tuple[str, str]]:
    """Yield (rule id, fragment) for what rule A.6 finds odd in texts, in the order of the rules; quotes aside.

    One quick look at all texts costs a tenth of a look at each.
    """
    joined = _PARTED.join(texts)
    starts = list(accumulate([len(text) + len(_PARTED) for text in texts], initial=0))
    met = {signs for signs in set(_ODD.values()) if signs.search(joined)}
    for rule, pattern, sign in _LINT:
        if _ODD[sign.pattern] not in met:
            continue
        places = {bisect_right(starts, match.start()) - 1 for match in sign.finditer(joined)}
        for text in dict.fromkeys(texts[place] for place in sorted(places)):
            yield from ((rule, match[0]) for match in pattern.finditer(text))


def lint_typography(text: str) -> list[tuple[str, str]]:
    """Return (rule id, fragment) for everything rule A.6 finds odd, in the order of the rules.

    Args:
        text: One paragraph.
    """
    found = [
        (rule, match[0])
        for rule, pattern, sign in _LINT
        if sign.search(text)
        for match in pattern.finditer(text)
    ]
    spaced, tight = (re.search(shape, text) if "%" in text else None for shape in (r"\d[ \u00a0]%", r"\d%"))
    if spaced and tight and ("T-NB-05", spaced[0]) not in found:
        found.append(("T-NB-05", f"{spaced[0]} … {tight[0]}"))
    if text.count("«") != text.count("»") or text.count('"') % 2:
        found.append(("T-QUOT-01", text.strip()[:60]))
    elif '"' in text:
        found.append(("T-QUOT-01", '"'))
    return found
