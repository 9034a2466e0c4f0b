"""Rules about the sense of rows: doubles, copied indicators, levels, things done after the approval."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import chain, pairwise
from typing import Any

from forms._checks import Finding
from forms._checks_table import row_label
from forms._checks_vocabulary import EVENT_NOUNS
from forms._checks_walk import folded, shown
from forms._remembered import remembered

_ORDINAL = re.compile(
    r"(?<!\w)(?:(?:перв|втор|трет|четв[её]рт)\w*|[1-4]|i{1,3}|iv)(?!\w)"
    r"(?=(?: \w+){0,2} (?:этап|полугоди|четверт|квартал|опрос|цикл|тур|год))|(?:перв|втор|трет)\w*"
)
_STAGE = re.compile(
    r"(?:(перв)\w*|(втор)\w*|(трет)\w*|([1-3])(?:-?[а-я]{1,2})?) этап|этап\w* (?:№ ?)?([1-3])"
)
_STEM = re.compile(r" ([а-я]{3,5}|\d{4})")
_SAYS_NOTHING = frozenset(
    (
        *("проек", "участ", "школ", "школы", "школа", "общео", "органи", "орган"),
        *("для", "при", "или", "что", "над", "без", "под"),
    )
)
_FEWEST_STEMS = 3
_MOST_DOUBLES = 60
_SHORTEST_INDICATOR = 20
_LEVEL = re.compile(r"(муниципальн|региональн|федеральн)\w+ (?:дорожн|план)")
_LEVEL_WORDS = {"муниципальн": "муниципальный", "региональн": "региональный", "федеральн": "федеральный"}
_OWN_MAP = (
    r"(?:разработка|утверждение|составление|подготовка)(?: и (?:утверждение|согласование))? "
    r"{level}\w+ (?:дорожн|план)"
)
_REGIONAL_TASK = re.compile(
    r"региональным координатором"
    r"|(?:создани|формировани|ведени|наполнени)\w+ региональн\w+ (?:банк|реестр)\w*"
    r"|(?:подготовка|составление|разработка) (?:\w+ ){0,4}региональн\w+ (?:дорожн|план)\w*"
)
_SCHOOL = re.compile(r"(?:МБОУ|МКОУ|МАОУ|МОУ|ГБОУ|ГКОУ|СОШ|ООШ)[ \n]+«")
_NAMES_CURATORS = re.compile(r"^(?:определение|назначение|утверждение|отбор|закрепление) куратор")


@dataclass(frozen=True, slots=True)
class Measure:
    """A row with what the rules compare.

    Attributes:
        action: the event and the action for comparison.
        indicator: the indicator for comparison.
        stage: the stage the action names, «1» or «2»; empty when none.
    """

    index: int
    section: int
    row: Mapping[str, Any]
    action: str
    indicator: str
    stage: str

    @property
    def label(self) -> str:
        """The number of the row."""
        return row_label(self.row, self.index)


def check_rows(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Run every rule that compares rows with each other and with the title."""
    section = 0
    measures: list[Measure] = []
    for index, row in enumerate(data["rows"]):
        section += bool(row["section"])
        if row["action"]:
            action = folded(f"{row['event']} {row['action']}")
            measures.append(Measure(index, section, row, action, folded(row["indicator"]), _stage_of(action)))
    yield from _same_action(measures)
    yield from _same_indicator(measures)
    yield from _same_meaning(measures)
    yield from _same_monitoring(measures)
    yield from _levels(data, measures)
    yield from _roles(measures)
    for measure in measures:
        if measure.action.startswith("участие") and re.search(r"провед[её]н[аоы]?(?!\w)", measure.indicator):
            yield Finding(
                "ACTION_INDICATOR_MISMATCH",
                "info",
                f"rows.{measure.index}.indicator",
                f"Мероприятие – участие, а показатель – проведение: «{shown(measure.row['indicator'])}».",
                "Опишите в показателе, кто принял участие.",
            )


@remembered
def _stage_of(action: str) -> str:
    found = _STAGE.search(action) if "этап" in action else None
    if not found:
        return ""
    return next(str(i) if i <= 3 else text for i, text in enumerate(found.groups(), 1) if text)


@remembered
def _without_stage(text: str) -> str:
    return _ORDINAL.sub("#", text)


def _same_action(measures: Sequence[Measure]) -> Iterator[Finding]:
    first: dict[str, Measure] = {}
    for measure in measures:
        known = first.setdefault(measure.action, measure)
        if known is not measure:
            yield Finding(
                "DUPLICATE_ROW",
                "warning",
                f"rows.{measure.index}.action",
                f"Строка {measure.label} повторяет строку {known.label}: «{shown(measure.row['action'])}».",
                "Объедините строки или укажите, чем мероприятия отличаются.",
            )


def _same_indicator(measures: Sequence[Measure]) -> Iterator[Finding]:
    """One indicator for different measures; stages of one measure and meetings of one kind may share it."""
    first: dict[str, Measure] = {}
    for measure in measures:
        if len(measure.indicator) < _SHORTEST_INDICATOR:
            continue
        known = first.setdefault(measure.indicator, measure)
        if known is measure or _without_stage(known.action) == _without_stage(measure.action):
            continue
        is_stage_pair = known.stage and measure.stage and known.stage != measure.stage
        if is_stage_pair or _one_event(known, measure):
            continue
        yield Finding(
            "INDICATOR_COPYPASTE",
            "warning",
            f"rows.{measure.index}.indicator",
            f"Показатель строки {measure.label} скопирован из строки {known.label}, хотя мероприятия разные: "
            f"«{shown(measure.row['indicator'])}».",
            "Напишите показатель, который относится к этому мероприятию.",
        )


def _one_event(one: Measure, other: Measure) -> bool:
    return any(noun in one.action and noun in other.action and noun in one.indicator for noun in EVENT_NOUNS)


@remembered
def _stems(text: str) -> frozenset[str]:
    """Return the beginnings of the words of a folded text; short words and figures but years are left out."""
    return frozenset(_STEM.findall(f" {text}")) - _SAYS_NOTHING


def _same_meaning(measures: Sequence[Measure]) -> Iterator[Finding]:
    """A measure of another section says nothing that this one does not: all its words are here."""
    told: set[tuple[int, int]] = set()
    for name in ("action", "indicator"):
        stems = [_stems(getattr(measure, name)) for measure in measures]
        # What has a word of its own has no double.
        own = {word for word, count in Counter(chain.from_iterable(stems)).items() if count == 1}
        doubtful = [place for place, words in enumerate(stems) if own.isdisjoint(words)]
        holders: dict[str, set[int]] = {}
        asked = frozenset().union(*(stems[place] for place in doubtful))
        for place, words in enumerate(stems) if doubtful else ():
            for word in words & asked:
                holders.setdefault(word, set()).add(place)
        for place in doubtful:
            words = stems[place]
            if len(words) < _FEWEST_STEMS:
                continue
            rarest = min((holders[word] for word in words), key=len)
            if len(rarest) > _MOST_DOUBLES:  # words of a template, in every row, say nothing
                continue
            for other in sorted(rarest.intersection(*(holders[word] for word in words)) - {place}):
                pair = (min(place, other), max(place, other))
                if pair not in told and _may_be_double(measures[pair[0]], measures[pair[1]]):
                    told.add(pair)
                    yield _double(measures[pair[0]], measures[pair[1]])


def _may_be_double(one: Measure, other: Measure) -> bool:
    """Another section, no other stage, and the same time – or a stage of the same name at another time."""
    if one.section == other.section or one.stage != other.stage or one.action == other.action:
        return False
    if one.stage:
        return True
    a, b = one.row["period"], other.row["period"]
    if not (a and b and a.start and a.end and b.start and b.end):
        return False
    return bool(a.start <= b.end and b.start <= a.end)


def _double(one: Measure, other: Measure) -> Finding:
    terms = [str(measure.row["period"] or "без срока") for measure in (one, other)]
    differ = f", а сроки разные: {shown(terms[0])} и {shown(terms[1])}" if terms[0] != terms[1] else ""
    return Finding(
        "DUPLICATE_MEANING",
        "warning",
        f"rows.{other.index}.action",
        f"Строка {other.label} говорит о том же, что {one.label}{differ}: «{shown(other.row['action'])}».",
        "Оставьте одну строку или разведите мероприятия по смыслу.",
    )


def _same_monitoring(measures: Sequence[Measure]) -> Iterator[Finding]:
    """Neighbours that monitor the same stage at the same time with the same people."""
    for one, other in pairwise(measures):
        if (
            one.stage
            and one.stage == other.stage
            and "мониторинг" in one.action
            and "мониторинг" in other.action
            and one.row["period"]
            and str(one.row["period"]) == str(other.row["period"])
            and one.row["executors"]
            and one.row["executors"] == other.row["executors"]
        ):
            yield Finding(
                "DUPLICATE_MEANING",
                "info",
                f"rows.{other.index}.action",
                f"Строки {one.label} и {other.label}: один срок, одни исполнители, один этап мониторинга.",
                "Проверьте, не одно ли это мероприятие.",
            )


def _levels(data: Mapping[str, Any], measures: Sequence[Measure]) -> Iterator[Finding]:
    titles = " ".join([data["title"], *(column["title"] for column in data["columns"])]).lower()
    own = next((level for level in _LEVEL_WORDS if level in titles), "")
    own_map = re.compile(_OWN_MAP.format(level=own))
    approved_on = (data["approval"] or {}).get("date")
    for measure in measures:
        done = set(_LEVEL.findall(measure.action)) if "альн" in measure.action else set()
        shown_by = set(_LEVEL.findall(measure.indicator)) if done else set()
        if len(done) == len(shown_by) == 1 and done != shown_by:
            yield _level_finding(
                measure,
                "indicator",
                f"мероприятие – {_LEVEL_WORDS[done.pop()]} уровень, показатель – {_LEVEL_WORDS[shown_by.pop()]}",
            )
        is_regional = own == "муниципальн" and "региональн" in measure.action
        if is_regional and (task := _REGIONAL_TASK.search(measure.action)):
            yield _level_finding(
                measure, "action", f"в муниципальном документе региональная задача «{task[0]}»"
            )
        if not own or own not in measure.action or not own_map.search(measure.action):
            continue
        term = measure.row["period"]
        if term and (not approved_on or not term.end or term.end >= approved_on):
            yield Finding(
                "LOGIC_AFTER_APPROVAL",
                "warning",
                f"rows.{measure.index}.action",
                f"Строка {measure.label} планирует «{shown(measure.row['action'])}» ({shown(str(term))}), "
                "а этот документ и есть такая карта.",
                "Уберите строку или назовите карты другого уровня.",
            )


def _level_finding(measure: Measure, name: str, what: str) -> Finding:
    return Finding(
        "LEVEL_MISMATCH",
        "warning",
        f"rows.{measure.index}.{name}",
        f"Строка {measure.label}: {what}.",
        "Проверьте, чья это задача, и исправьте слово.",
    )


def _roles(measures: Sequence[Measure]) -> Iterator[Finding]:
    """Curators are people; one role keeps its number, «куратор» or «кураторы»."""
    called = [(measure, [text.lower() for text in measure.row["executors"]]) for measure in measures]
    plural = [measure for measure, names in called if "кураторы" in names]
    single = [measure for measure, names in called if "куратор" in names]
    for measure in measures:
        if not _NAMES_CURATORS.search(measure.action):
            continue
        parts = [part["text"] for part in measure.row["sub_actions"]]
        if _SCHOOL.search("\n".join([measure.row["action"], *parts])):
            yield Finding(
                "ROLE_TYPE",
                "warning",
                f"rows.{measure.index}.action",
                f"Кураторами в строке {measure.label} названы школы, а куратор – человек.",
                "Назовите фамилии и должности кураторов.",
            )
    if plural and single:
        yield Finding(
            "ROLE_TYPE",
            "info",
            f"rows.{single[0].index}.executors",
            f"Исполнители названы то «куратор» ({single[0].label}), то «кураторы» ({plural[0].label}).",
            "Называйте исполнителей одинаково.",
        )
