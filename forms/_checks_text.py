"""Rules about wording that one text decides: quotes, broken words, repeated words, odd signs.

A rule is a pattern with a message. It searches the whole paper at once and gives one finding for each text, with
the fragments it met there. A pattern starts with the sign it is about and looks back from it: `re` then jumps from
sign to sign instead of trying every letter, which makes the rules ten times faster.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from forms._checks import Finding, Severity
from forms._checks_sentences import sentence_findings
from forms._checks_vocabulary import COMPOUNDS, LATIN_WORDS, VERBAL_NOUNS
from forms._checks_walk import SEPARATOR, Piece, Printed, listed
from forms.language.morphology import is_known
from forms.language.typography import by_first_sign


def _always(match: re.Match[str], piece: Piece) -> bool:
    return True


@dataclass(frozen=True)
class TextRule:
    """Patterns that have no place in an official paper.

    Attributes:
        lower: search the text in lower case.
        keep: says of a match whether it is a defect; asked only after a pattern has matched.
    """

    rule: str
    severity: Severity
    patterns: tuple[str, ...]
    message: str
    fix: str
    lower: bool = False
    keep: Callable[[re.Match[str], Piece], bool] = _always


def text_findings(printed: Printed) -> Iterator[Finding]:
    """Run every rule about wording over every printed text."""
    # A pattern that stands for all with the same first sign says first that none of them is met.
    met = {(lower, gate) for lower, gate in _GATES if gate.search(printed.lower if lower else printed.joined)}
    for rule, patterns in _COMPILED:
        asked = [pattern for pattern, gate in patterns if (rule.lower, gate) in met]
        if asked:
            yield from _found(rule, asked, printed)
    yield from sentence_findings(printed)


def _found(rule: TextRule, patterns: Sequence[re.Pattern[str]], printed: Printed) -> Iterator[Finding]:
    fragments: dict[str, list[str]] = {}
    for pattern in patterns:
        for piece, match in printed.matches(pattern, lower=rule.lower):
            if rule.keep(match, piece):
                start, end = _word_limits(printed.joined, *match.span())
                found = fragments.setdefault(piece.path, [])
                if len(found) <= _SHOWN_FRAGMENTS:
                    found.append(printed.joined[start:end].strip(".,;:() "))
    for path, texts in fragments.items():
        yield Finding(
            rule.rule, rule.severity, path, f"{rule.message}: {listed(texts, _SHOWN_FRAGMENTS)}.", rule.fix
        )


_SHOWN_FRAGMENTS = 4
_WIDEST_WORD = 40
_GAPS = frozenset(f" \u00a0\n{SEPARATOR}")


def _word_limits(text: str, start: int, end: int) -> tuple[int, int]:
    """Widen a match to whole words; a match that begins or ends with a space takes the next word too."""
    if text[start] in _GAPS or text[start] == "+":
        start -= 1
    first, last = start - _WIDEST_WORD, end + _WIDEST_WORD
    while start > first and text[start - 1] not in _GAPS:
        start -= 1
    while end < last and text[end] not in _GAPS:
        end += 1
    return start, end


_LETTER_NAMES = re.compile(r"(?:букв|звук)\w*$")


def _is_split_word(match: re.Match[str], piece: Piece) -> bool:
    """«постоянно й» is one word of the dictionary; «звук й» is not."""
    found = re.search(r"[а-яё]{3,}$", match.string[max(0, match.start() - 30) : match.start()])
    return bool(found and not _LETTER_NAMES.search(found[0]) and is_known(found[0] + match[0].strip()))


def _is_hyphenated_word(match: re.Match[str], piece: Piece) -> bool:
    """«по-⏎мощи» is a word broken by hand; «школ-⏎участниц» is a compound that happened to end a line."""
    found = re.search(
        r"(?<![А-ЯЁа-яё-])[А-ЯЁа-яё]+$", match.string[max(0, match.start() - 30) : match.start()]
    )
    return bool(found and is_known((found[0] + match[1]).lower()))


def _is_impossible(match: re.Match[str], piece: Piece) -> bool:
    try:
        dt.date(int(match[3]), int(match[2]), int(match[1]))
    except ValueError:
        return True
    return False


def _joins_two_measures(match: re.Match[str], piece: Piece) -> bool:
    """«Подведение итогов Проекта 500+ обсуждение плана»; «в рамках Проекта 500+ проведение …» is right."""
    words = piece.text.split(maxsplit=1)
    before = match.string[match.string.rfind(SEPARATOR, 0, match.start()) : match.start()]
    return words[0].lower() in VERBAL_NOUNS and " рамках " not in before


_ENDINGS = {True: "(?:я|ю|ем|и|й|ям|ями|ях)", False: "(?:а|у|ом|е|ы|и|ов|ам|ами|ах)"}
# «-совещание» is the nominative, «-конкурсе» is not.
_COMPOUND = "|".join(
    rf"(?<={first}-){second}{_ENDINGS[second.endswith('и')]}"
    for first, seconds in COMPOUNDS.items()
    for second in seconds
)
_LETTER, _INITIAL = "[A-Za-zА-ЯЁа-яё]", r"\.(?<=[^А-Яа-яЁё\d][А-ЯЁ]\.)"

TEXT_RULES: tuple[TextRule, ...] = (
    TextRule(
        "PROJECT_TOKEN",
        "error",
        (
            r"\+(?:(?<=[^\d:.,]00\+)|(?<=[^\d:.,]00[ \u00a0]\+)|(?<=[^\d]5[оОoO][0оОoO]\+)|(?<=[^\d]50[оОoO]\+))(?!\d)",
        ),
        "Искажено обозначение проекта",
        "Напишите «500+».",
    ),
    TextRule(
        "PROJECT_TOKEN",
        "warning",
        (r"\+(?<=[^\d]500[ \u00a0]\+)",),
        "Лишний пробел в обозначении проекта",
        "Напишите «500+» без пробела.",
    ),
    TextRule(
        "OCR_SPLIT",
        "error",
        (r" [йьъы](?![\w-])",),
        "Слово разорвано пробелом",
        "Уберите пробел внутри слова.",
        lower=True,
        keep=_is_split_word,
    ),
    TextRule(
        "HYPHENATION",
        "error",
        (r"-\n[ ]*([а-яё]+)(?![-а-яё])",),
        "В тексте остался перенос слова",
        "Соедините части слова и уберите дефис.",
        keep=_is_hyphenated_word,
    ),
    TextRule(
        "NUM_SIGN_SPACE",
        "warning",
        (r"№\w+",),
        "Нет пробела после знака №",
        "Поставьте пробел: «№ 1».",
    ),
    TextRule(
        "NBSP_YEAR",
        "warning",
        (r"г(?<=[^\d](?:19|20)\d\dг)(?:г?\.|од)",),
        "Нет пробела между годом и «г.»",
        "Поставьте пробел: «2022 г.».",
    ),
    TextRule(
        "DATE_FORMAT",
        "warning",
        (r"г(?:(?<=\d\.\d\d\.\d{4}г)|(?<=\d\.\d\d\.\d{4}[ \u00a0]г))(?:\.|ода?(?![а-яё]))",),
        "После даты цифрами «г.» не пишется",
        "Напишите «14.01.2022» или «14 января 2022 г.».",
    ),
    TextRule(
        "DATE_FORMAT",
        "warning",
        (r"\.(?<=[^\d.](\d\d)\.)(\d\d)\.((?:19|20)\d\d)(?!\d)",),
        "Такой даты в календаре нет",
        "Исправьте день или месяц.",
        keep=_is_impossible,
    ),
    TextRule(
        "TYPOGRAPHY",
        "warning",
        (
            rf" - (?<=(?:{_LETTER}|») - )(?={_LETTER}|«)",
            r"- (?<=[а-яё]- )(?!(?:и|или) )(?=[А-ЯЁа-яё])",
            r" -(?<=[А-ЯЁа-яё] -)(?=[А-ЯЁа-яё])",
            r" –(?<=[А-ЯЁа-яё] –)(?=[А-ЯЁа-яё])",
            r"далее[-–](?=[А-ЯЁ«])",
        ),
        "Дефис или тире с лишним или пропущенным пробелом",
        "В сложном слове уберите пробелы («школ-участниц»), между словами поставьте тире с пробелами.",
    ),
    TextRule(
        "TYPOGRAPHY",
        "warning",
        tuple(rf"{re.escape(word)}(?<=[^\w.@/-]{re.escape(word)})(?![\w.@/])" for word in LATIN_WORDS),
        "Слово написано латинскими буквами",
        "Напишите его по-русски: «онлайн».",
        lower=True,
    ),
    TextRule(
        "TYPOGRAPHY",
        "warning",
        (r"[A-Za-z](?:(?<=[А-Яа-яЁё].)|(?=[А-Яа-яЁё]))",),
        "В одном слове смешаны русские и латинские буквы",
        "Наберите слово заново русскими буквами.",
    ),
    TextRule(
        "PUNCTUATION",
        "warning",
        (
            r" [,;:](?![)\d-])",
            r",(?=[.,])",
            r",(?=[А-ЯЁа-яё])(?<=[А-ЯЁа-яё],)",
            r";\.",
            r"\.\.(?<=[^.]\.\.)(?!\.)",
        ),
        "Лишний или пропущенный пробел либо двойной знак препинания",
        "Исправьте знаки препинания.",
    ),
    TextRule(
        "NAME_SPACING",
        "warning",
        (rf"{_INITIAL}[А-ЯЁ][а-яё]{{2,}}", rf"{_INITIAL} [А-ЯЁ]\.(?:[ \u00a0]?[А-ЯЁ][а-яё]+)?"),
        "Инициалы и фамилия набраны с неверными пробелами",
        "Пишите инициалы слитно, фамилию – через пробел: «С.К. Курбанов».",
    ),
    TextRule(
        "GRAMMAR",
        "warning",
        (rf"-(?:{_COMPOUND})(?![а-яё])",),
        "Первая часть сложного слова не просклонялась",
        "Склоняются обе части: «смотра-конкурса», «плана-графика».",
        lower=True,
    ),
    TextRule(
        "GRAMMAR",
        "warning",
        (rf"500\+»? (?:{'|'.join(VERBAL_NOUNS)})(?![а-яё])",),
        "Между однородными членами нет запятой или союза",
        "Поставьте «,» или «и».",
        keep=_joins_two_measures,
    ),
)
_GATE_OF = {
    lower: by_first_sign(p for rule in TEXT_RULES if rule.lower is lower for p in rule.patterns)
    for lower in (False, True)
}
_GATES = {(lower, gate) for lower, gates in _GATE_OF.items() for gate in gates.values()}
_COMPILED = tuple(
    (rule, tuple((re.compile(pattern), _GATE_OF[rule.lower][pattern]) for pattern in rule.patterns))
    for rule in TEXT_RULES
)
