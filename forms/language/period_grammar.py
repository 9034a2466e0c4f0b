"""Read the tokens of a term as one sentence and give its kind and days.

Owns what a row of tokens means. Two readings become a flag; no reading becomes a refusal.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace

from forms.language.calendar_bounds import ImpossibleDateError, bounds
from forms.language.calendar_words import WEEKDAYS
from forms.language.period_elision import Context, NotASentenceError, dated, flags_of
from forms.language.period_words import Atom, Token

_ATOMS = "dmqhsyw"
_MODIFIERS = "GRY№SNAi"
_KIND_OF_UNIT = {"half": "half_year", "school": "school_year"}
_KIND_OF_MODIFIER = {
    "G": "ongoing",
    "R": "recurring",
    "S": "separate_schedule",
    "N": "as_needed",
    "A": "by_agreement",
}
_KIND_OF_PHRASE = {"T": "stage", "Z": "school_term"}
_RECURS_INSIDE = ("month", "quarter", "half_year", "year", "school_year", "whole_period")


@dataclass(frozen=True)
class Reading:
    """What a sentence means; dates are None where the text does not give them."""

    kind: str
    start: dt.date | None = None
    end: dt.date | None = None
    flags: tuple[str, ...] = ()
    dates: tuple[dt.date, ...] = ()


def read_sentence(tokens: Sequence[Token], context: Context) -> Reading:
    """Return the meaning of the tokens.

    Args:
        tokens: All tokens of the term, in order, at least one.
        context: The document's year and period.

    Raises:
        NotASentenceError: No shape fits, a date is impossible or a range is reversed.
    """
    _refuse_stray_brackets(tokens)
    modifiers = [token for token in tokens if token.letter in _MODIFIERS]
    core = _core(tokens)
    if not core:
        return _modifiers_alone(modifiers)
    try:
        reading = _shape_of(core)(core, context)
    except ImpossibleDateError as error:
        raise NotASentenceError(core[0].begin, str(error)) from error
    return _with_modifiers(reading, modifiers)


def _refuse_stray_brackets(tokens: Sequence[Token]) -> None:
    opened: Token | None = None
    for token in tokens:
        if (token.letter == "(" and opened) or (token.letter == ")" and not opened):
            raise NotASentenceError(token.begin, "скобка без пары")
        opened = token if token.letter == "(" else None if token.letter == ")" else opened
    if opened:
        raise NotASentenceError(opened.begin, "скобка без пары")


def _core(tokens: Sequence[Token]) -> list[Token]:
    """Drop brackets, modifiers with their commas, and prepositions that stand before a date."""
    kept = [token for token in tokens if token.letter not in "()"]
    letters = "".join(token.letter for token in kept)
    drop: set[int] = set()
    for match in re.finditer(rf",*[{_MODIFIERS}](?:,*[{_MODIFIERS}])*", letters):
        leading = match.start() == 0 and letters[match.end() : match.end() + 1] == ","
        drop.update(range(match.start(), match.end() + leading))
    drop.update(match.start() for match in re.finditer(rf"I(?=[{_ATOMS}nFECBb])", letters))
    return [token for index, token in enumerate(kept) if index not in drop]


def _modifiers_alone(modifiers: Sequence[Token]) -> Reading:
    letters = [token.letter for token in modifiers]
    main = next((letter for letter in "RSNAG" if letter in letters), None)
    if main is None or "№" in letters:
        raise NotASentenceError(0)
    kind = _KIND_OF_MODIFIER[main]
    return Reading(kind, flags=flags_of(token for token in modifiers if token.letter != main or main in "RG"))


def _shape_of(core: Sequence[Token]) -> _Shape:
    letters = "".join(token.letter for token in core)
    for pattern, build in _SHAPES:
        if pattern.fullmatch(letters):
            return build
    for length in range(len(letters) - 1, 0, -1):
        if any(pattern.fullmatch(letters[:length]) for pattern, _ in _SHAPES):
            raise NotASentenceError(core[length].begin)
    raise NotASentenceError(0)


def _single(core: Sequence[Token], context: Context) -> Reading:
    atoms, flags = dated(core, context)
    return _spanning(_kind(atoms[0]), atoms, core, flags)


def _range(core: Sequence[Token], context: Context) -> Reading:
    atoms, flags = dated(core, context)
    units = {atom.unit for atom in atoms}
    if len(units) > 1 and units != {"day", "month"}:
        raise NotASentenceError(core[0].begin, "слева и справа стоят разные единицы времени")
    kind = "day" if len(units) > 1 else _kind(atoms[0])
    return _spanning(f"{kind}_range", atoms, core, flags)


def _list(core: Sequence[Token], context: Context) -> Reading:
    atoms, flags = dated(core, context)
    if len({atom.unit for atom in atoms}) > 1:
        raise NotASentenceError(core[0].begin, "в перечне стоят разные единицы времени")
    if "YEAR_UNKNOWN" in flags:
        return Reading(f"{_kind(atoms[0])}_list", flags=flags)
    spans = [bounds(atom) for atom in atoms]
    dates = tuple(first for first, _ in spans)
    return Reading(f"{_kind(atoms[0])}_list", min(dates), max(last for _, last in spans), flags, dates)


def _two_days(core: Sequence[Token], context: Context) -> Reading:
    reading = _list(core, context)
    flags = (*reading.flags, "AMBIGUOUS_RANGE_OR_LIST")
    return replace(reading, kind="two_dates_no_separator", flags=flags, dates=())


def _deadlines(core: Sequence[Token], context: Context) -> Reading:
    atoms, flags = dated(core, context)
    flags = (*flags, "MULTI_VALUE_CELL")
    if "YEAR_UNKNOWN" in flags:
        return Reading("deadline_list", flags=flags)
    dates = tuple(bounds(atom)[0] for atom in atoms)
    return Reading("deadline_list", None, max(dates), flags, dates)


def _deadline(core: Sequence[Token], context: Context) -> Reading:
    """«До конца марта» and «не позднее марта» include March; «до марта» means «до 1 марта», flagged."""
    atoms, flags = dated(core, context)
    first, last = bounds(atoms[0])
    inclusive = atoms[0].unit == "day" or core[0].letter == "L" or core[1].letter == "E"
    if not inclusive:
        flags = (*flags, "AMBIGUOUS_DEADLINE")
        last = first - dt.timedelta(days=1)
    return Reading("deadline", None, None if "YEAR_UNKNOWN" in flags else last, flags)


def _from(core: Sequence[Token], context: Context) -> Reading:
    atoms, flags = dated(core, context)
    first, _ = bounds(atoms[0])
    return Reading("ongoing_from", None if "YEAR_UNKNOWN" in flags else first, None, flags)


def _part(core: Sequence[Token], context: Context) -> Reading:
    atoms, flags = dated(core, context)
    word = {"B": "начало", "C": "середина", "E": "конец"}[core[0].letter]
    return _spanning(f"part_of_{_kind(atoms[0])}", atoms, core, (*flags, f"PART={word}", "APPROXIMATE"))


def _blank_day(core: Sequence[Token], context: Context) -> Reading:
    atoms, flags = dated(core, context)
    return _spanning("blank_day", atoms, core, (*flags, "DAY_BLANK"))


def _half_of_school_year(core: Sequence[Token], context: Context) -> Reading:
    half, school = (token.atom for token in core)
    if half is None or school is None or school.year is None or half.year is not None:
        raise NotASentenceError(core[1].begin)
    return _spanning("half_year", [replace(school, number=half.number)], core, ("SCHOOL_YEAR_BOUNDS",))


def _phrase(core: Sequence[Token], context: Context) -> Reading:
    flags = flags_of(core)
    years = [f"SCHOOL_YEAR={token.atom.year}" for token in core if token.atom and token.atom.year]
    return Reading(_KIND_OF_PHRASE[core[0].letter], flags=(*flags, *years))


def _day_of_month(core: Sequence[Token], context: Context) -> Reading:
    return Reading("day_of_month", flags=flags_of(core))


def _whole(core: Sequence[Token], context: Context) -> Reading:
    if context.span:
        return Reading("whole_period", *context.span)
    if context.year is None:
        return Reading("whole_period", flags=("PERIOD_UNKNOWN",))
    return Reading(
        "whole_period", dt.date(context.year, 1, 1), dt.date(context.year, 12, 31), ("PERIOD_INFERRED",)
    )


_Shape = Callable[[Sequence[Token], Context], Reading]
_X, _N = f"[{_ATOMS}]", f"[{_ATOMS}n]"
_SHAPES: tuple[tuple[re.Pattern[str], _Shape], ...] = tuple(
    (re.compile(pattern), build)
    for pattern, build in (
        (f"Od|{_X}", _single),
        (f"F?{_N}-{_X}|[FO]{_N}[PU]{_X}", _range),
        (f"{_N}(?:,{_N})*,{_X}", _list),
        ("dd", _two_days),
        ("Ud(?:,?Ud)+", _deadlines),
        (f"[UkL]E?{_X}", _deadline),
        (f"FB?{_X}", _from),
        ("[EBC][mqhy]", _part),
        ("O?b", _blank_day),
        ("hs", _half_of_school_year),
        ("T|Zs?", _phrase),
        ("[UL]?K", _day_of_month),
        ("W", _whole),
    )
)


def _kind(atom: Atom) -> str:
    return _KIND_OF_UNIT.get(atom.unit, atom.unit)


def _spanning(kind: str, atoms: Sequence[Atom], core: Sequence[Token], flags: tuple[str, ...]) -> Reading:
    start, end = bounds(atoms[0])[0], bounds(atoms[-1])[1]
    if start > end:
        both_have_years = all(token.atom is None or token.atom.year is not None for token in core)
        advice = "" if both_have_years else "; укажите год у обеих дат"
        raise NotASentenceError(core[0].begin, f"конец раньше начала{advice}")
    if "YEAR_UNKNOWN" in flags:
        return Reading(kind, flags=flags)
    return Reading(kind, start, end, flags)


def _with_modifiers(reading: Reading, modifiers: Sequence[Token]) -> Reading:
    flags = []
    for token in modifiers:
        if token.letter == "№" and reading.kind not in ("day", "blank_day"):
            raise NotASentenceError(token.begin)
        if token.letter == "G" and reading.kind != "ongoing_from":
            flags.append("ONGOING")
        flags.extend(token.flags)
    recurs = any(token.letter == "R" and token.flags != ("FREQUENCY=ежегодно",) for token in modifiers)
    inside = reading.kind.endswith("_range") or reading.kind in _RECURS_INSIDE
    if recurs and reading.kind == "day" and reading.start:
        wanted = {flag.removeprefix("WEEKDAY=") for flag in flags if flag.startswith("WEEKDAY=")}
        if wanted and wanted != {WEEKDAYS[reading.start.weekday()]}:
            flags.append("WEEKDAY_MISMATCH")
    kind = "recurring_in_range" if recurs and inside else reading.kind
    return replace(reading, kind=kind, flags=(*flags, *reading.flags))
