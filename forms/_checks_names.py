"""Rules about names that must be the same throughout a paper: people, organisations, the project, terms."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from forms._checks import Finding
from forms._checks_vocabulary import GRAMMAR_SLIPS, TERM_PAIRS, WRONG_TERMS
from forms._checks_walk import SMALL_LETTERS, Piece, Printed, folded, listed, shown

_GAP = "[ \u00a0]"
_INITIALS_FIRST = re.compile(rf"(?<![А-Яа-яЁё])[А-ЯЁ]\.{_GAP}?[А-ЯЁ]\.{_GAP}?[А-ЯЁ][а-яё]+")
_SURNAME_FIRST = re.compile(
    rf"(?<![А-Яа-яЁё-])[А-ЯЁ][а-яё]+{_GAP}[А-ЯЁ]\.{_GAP}?[А-ЯЁ]\.(?!{_GAP}?[А-ЯЁ][а-яё])"
)
_IN_HONOUR = re.compile(rf"(?:им\.|имени)[^«»\uffff]{{0,60}}?({_SURNAME_FIRST.pattern})")
_HONOUR_CHARACTERS = 60
_HONOURS = re.compile(r"(?:им\.|имени)[^«»\uffff]*$")
_ANY_INITIAL = re.compile(r"\.(?<=[^А-Яа-яЁё][А-ЯЁ]\.)")
_SURNAME = re.compile(rf"(?:[А-ЯЁ]\.{_GAP}?){{1,2}}{_GAP}?([А-ЯЁ][а-яё]+)|([А-ЯЁ][а-яё]+)(?={_GAP}[А-ЯЁ]\.)")
_DOUBLE_VOWEL = re.compile(r"аа|уу|ыы|([а-яё])\1\1")
_REAL_DOUBLES = re.compile(r"саак|раам|^саая|^маад|хаард|^аа", re.IGNORECASE)
_QUOTED_NAME = re.compile(r"«(?<=[А-ЯЁ][ \n\u00a0]«)([^«»\uffff]{3,80})»")
_LEGAL_FORM = re.compile(r"(?<![А-Яа-яЁё])[А-ЯЁ]{2,6}$")
_PROJECT = re.compile(r"роект(?<=[Пп]роект)[а-яё]*[ \n]+([^«»\uffff.;:()]{0,160}?)[ \n]*«?(?:500|00)[ ]?\+")
_SHORT_NAME = re.compile(r"алее(?<=[Дд]алее)\s*[-–—]?\s*«?Проект")
_LONG_NAME = 15
_BARE_PROJECT = re.compile(r"проект(?:а|у|ом|е)?(?:(?P<token> 500\+)|(?=[).,;:\uffff]))")
_WIDEST_WORD = 60
_ADJECTIVE = re.compile(r"(?:ого|ому|ым|им|ом|ем|ий|ый|ой)$")
_COMPOUND = re.compile(r"-(?<=[а-яё]-)[а-яё]+")
_SMALL_COMPOUND = re.compile(r"(?<![А-Яа-яЁё-])[а-яё]+-[а-яё]+(?![а-яё-])")
_CAPITAL_START = re.compile(r"[а-яё,] ([А-ЯЁ][а-яё]+)$")


def name_findings(printed: Printed) -> Iterator[Finding]:
    """Run every rule about names over the printed texts."""
    named = list(dict.fromkeys(piece for piece, _ in printed.matches(_ANY_INITIAL)))
    yield from _name_order(named)
    yield from _suspect_surnames(named, printed)
    yield from _organisations(printed)
    yield from _project_names(printed)
    yield from _short_name_of_project(printed)
    yield from _terms(printed)
    yield from _capital_compounds(printed)


def _name_order(named: Sequence[Piece]) -> Iterator[Finding]:
    """In honour of somebody the initials come first; elsewhere one order is kept."""
    orders: dict[str, list[tuple[Piece, str]]] = {"И.О. Фамилия": [], "Фамилия И.О.": []}
    for piece in named:
        honoured = {match.start(1): match[1] for match in _IN_HONOUR.finditer(piece.text)}
        for name in honoured.values():
            yield _order_finding(piece, name, "в названии в честь человека инициалы стоят перед фамилией")
        for order, pattern in (("И.О. Фамилия", _INITIALS_FIRST), ("Фамилия И.О.", _SURNAME_FIRST)):
            for match in pattern.finditer(piece.text):
                # The order of a name in the name of a school is not the author's choice.
                before = piece.text[max(0, match.start() - _HONOUR_CHARACTERS) : match.start()]
                if match.start() not in honoured and not _HONOURS.search(before):
                    orders[order].append((piece, match[0]))
    if all(orders.values()):
        piece, name = min(orders.values(), key=len)[0]
        yield _order_finding(piece, name, "в тексте встречаются и «И.О. Фамилия», и «Фамилия И.О.»")


def _order_finding(piece: Piece, name: str, why: str) -> Finding:
    return Finding(
        "NAME_ORDER",
        "warning",
        piece.path,
        f"Порядок имени «{shown(name)}»: {why}.",
        "Пишите имена в одном порядке.",
    )


def _suspect_surnames(named: Sequence[Piece], printed: Printed) -> Iterator[Finding]:
    names = [(p.path, match[1] or match[2]) for p in named for match in _SURNAME.finditer(p.text)]
    names += [(piece.path, piece.text) for piece in printed.pieces if piece.path.endswith(".last")]
    for path, name in dict.fromkeys(names):
        if _DOUBLE_VOWEL.search(name.lower()) and not _REAL_DOUBLES.search(name):
            yield Finding(
                "NAME_SUSPECT",
                "warning",
                path,
                f"Проверьте фамилию «{name}»: подряд стоят одинаковые буквы.",
                "Исправьте опечатку или оставьте, если фамилия пишется так.",
            )


def _organisations(printed: Printed) -> Iterator[Finding]:
    """One quoted name stands with one legal form: «МО «Озёрный район»» and «МР «Озёрный район»» differ."""
    first: dict[str, str] = {}
    told: set[tuple[str, str]] = set()
    for piece, match in printed.matches(_QUOTED_NAME):
        legal = _LEGAL_FORM.search(printed.joined[max(0, match.start() - 8) : match.start() - 1])
        if not legal:
            continue
        form, name = legal[0], folded(match[1])
        known = first.setdefault(name, form)
        if form != known and (form, name) not in told:
            told.add((form, name))
            yield Finding(
                "ORG_NAME_VARIANTS",
                "warning",
                piece.path,
                f"Организация названа по-разному: «{known} «{shown(match[1])}»» и «{form} «{shown(match[1])}»».",
                "Назовите её везде одинаково.",
            )


def _project_names(printed: Printed) -> Iterator[Finding]:
    """The long name of the project is one; the short one, «проект «500+»», may stand anywhere."""
    places: dict[str, str] = {}
    texts: dict[str, str] = {}
    for piece, match in printed.matches(_PROJECT):
        name = folded(match[1]).removeprefix("по оказанию ")
        if len(name) >= _LONG_NAME:
            form = folded(match[1])
            places.setdefault(form, piece.path)
            texts.setdefault(form, match[1])
    if len(places) > 1:
        path = list(places.values())[1]
        yield Finding(
            "PROJECT_NAME_VARIANTS",
            "warning",
            path,
            f"Проект назван по-разному: {listed(list(texts.values()), 4)}.",
            "Назовите проект полностью один раз, дальше пишите сокращённо.",
        )


def _short_name_of_project(printed: Printed) -> Iterator[Finding]:
    """Once «Проект 500+» is agreed on, «проект» with a small letter is another word."""
    if not _SHORT_NAME.search(printed.joined):
        return
    places: dict[str, list[str]] = {}
    for piece, match in printed.matches(_BARE_PROJECT):
        fragment = _bare_project(match)
        if fragment and not piece.path.startswith("title"):
            places.setdefault(piece.path, []).append(fragment)
    for path, found in places.items():
        yield Finding(
            "TERM_CASE",
            "warning",
            path,
            f"Принято название «Проект 500+», а здесь написано {listed(found, 3)}.",
            "Используйте принятое название: «Проект 500+».",
        )


def _bare_project(match: re.Match[str]) -> str:
    """Return «проекта» before «500+», «ходе проекта» at the end of a part; "" for another project."""
    before = match.string[max(0, match.start() - _WIDEST_WORD) : match.start()]
    word = before[:-1][len(before[:-1].rstrip(SMALL_LETTERS)) :] if before.endswith(" ") else ""
    if match["token"]:
        return match[0].removesuffix(match["token"]) if word or before.endswith("«") else ""
    return f"{word} {match[0]}" if word and not _ADJECTIVE.search(word) else ""


def _terms(printed: Printed) -> Iterator[Finding]:
    for pattern, right in WRONG_TERMS:
        for path, found in _grouped(printed.matches(pattern, lower=True)).items():
            yield _term_finding(path, found, right)
    for pattern, right in GRAMMAR_SLIPS:
        for path, found in _grouped(printed.matches(pattern, lower=True)).items():
            text = f"Грамматическая ошибка: {listed(found, 3)}."
            yield Finding("GRAMMAR", "warning", path, text, f"Правильно: «{right}».")
    for one, other, what in TERM_PAIRS:
        groups = [_grouped(printed.matches(pattern, lower=True)) for pattern in (one, other)]
        if all(groups):
            rarer = min(groups, key=len)
            path = next(iter(rarer))
            yield _term_finding(path, rarer[path], what)


def _term_finding(path: str, found: list[str], right: str) -> Finding:
    return Finding(
        "TERM_VARIANTS",
        "warning",
        path,
        f"Термин написан не так, как принято: {listed(found, 3)}.",
        f"Пишите везде одинаково: «{right}».",
    )


def _capital_compounds(printed: Printed) -> Iterator[Finding]:
    capital: list[tuple[Piece, str]] = []
    for piece, match in printed.matches(_COMPOUND):
        start = _CAPITAL_START.search(printed.joined[max(0, match.start() - 30) : match.start()])
        if start:
            capital.append((piece, start[1] + match[0]))
    small = set(_SMALL_COMPOUND.findall(printed.joined)) if capital else set()
    for piece, word in capital:
        if word.lower() in small:
            yield Finding(
                "TYPOGRAPHY",
                "warning",
                piece.path,
                f"Слово «{word}» внутри предложения написано с прописной буквы, в других местах – со строчной.",
                "Пишите слово одинаково.",
            )


def _grouped(found: Iterable[tuple[Piece, re.Match[str]]]) -> dict[str, list[str]]:
    """Return path -> fragments."""
    groups: dict[str, list[str]] = {}
    for piece, match in found:
        groups.setdefault(piece.path, []).append(match[0])
    return groups
