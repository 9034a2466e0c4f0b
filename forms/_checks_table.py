"""Rules about the table of a roadmap: rows, numbers, columns, who answers and what shows the result."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forms._checks import Finding
from forms._checks_walk import listed

_NUMBER = re.compile(r"\d+(?:[ .]+\d+)*[ ]?\.?")
_CONTENT = (
    "event", "action", "sub_actions", "period", "indicator", "executors", "result", "publication", "consequences",
    "related", "usage", "note",
)  # fmt: skip
_TERM_COLUMNS = frozenset({"period", "start", "end", "q1", "q2", "q3", "q4"})
_RESULT_COLUMNS = frozenset({"indicator", "result"})
_HALF_ADJECTIVE = re.compile(r"[а-яё]+(?:ый|ий|ой|ая|ые|ие)", re.IGNORECASE)
_FEWEST_NUMBERED = 2
_PERCENT_LIMIT = 100


def check_table(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Run every rule about rows and columns."""
    rows = data["rows"]
    keys = {column["key"] for column in data["columns"]}
    yield from _columns(keys)
    yield from _empty_rows(rows)
    yield from _empty_cells(rows, keys)
    yield from _numbers(rows, keys)
    yield from _torn_executors(rows)
    yield from _percentages(rows)


def row_label(row: Mapping[str, Any], index: int) -> str:
    """Return what a person calls a row: its number, or its place."""
    number: str = row["no"].rstrip(". ")
    return number or str(index + 1)


def is_torn(row: Mapping[str, Any]) -> bool:
    """Tell whether a row is the rest of the row before it, cut off by a page."""
    if row["no"] or row["period"] or row["section"]:
        return False
    action = row["action"]
    return action[:1].islower() or (not action and any(row[name] for name in _CONTENT))


def is_empty(row: Mapping[str, Any]) -> bool:
    """Tell whether a row names no measure."""
    return not any(row[name] for name in ("event", "action", "sub_actions"))


def _columns(keys: set[str]) -> Iterator[Finding]:
    if "executors" not in keys:
        yield Finding(
            "COLUMN_EXECUTOR_MISSING",
            "warning",
            "columns",
            "В таблице нет графы «Исполнители»: за мероприятия никто не отвечает.",
            "Добавьте графу исполнителей.",
        )
    if not keys & _RESULT_COLUMNS:
        yield Finding(
            "COLUMN_INDICATOR_MISSING",
            "warning",
            "columns",
            "В таблице нет графы с показателем или результатом: исполнение нечем проверить.",
            "Добавьте графу «Показатель реализации».",
        )


def _empty_rows(rows: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    for index, row in enumerate(rows):
        if is_torn(row):
            yield Finding(
                "ROW_TORN",
                "warning",
                f"rows.{index}.action",
                f"Строка без номера и срока продолжает предыдущую: «{row['action'][:40]}».",
                "Соедините её с предыдущей строкой.",
            )
        elif is_empty(row):
            filled = any(row[name] for name in _CONTENT)
            what = "не указано мероприятие" if filled else "нет ничего, кроме номера"
            yield Finding(
                "ROW_EMPTY",
                "error",
                f"rows.{index}.action",
                f"В строке {row_label(row, index)} {what}.",
                "Заполните строку или удалите её.",
            )


def _empty_cells(rows: Sequence[Mapping[str, Any]], keys: set[str]) -> Iterator[Finding]:
    for index, row in enumerate(rows):
        if is_empty(row) or is_torn(row):
            continue
        label = row_label(row, index)
        has_term = row["period"] or any(part["period"] for part in row["sub_actions"])
        if keys & _TERM_COLUMNS and not has_term:
            yield Finding(
                "PERIOD_MISSING",
                "warning",
                f"rows.{index}.period",
                f"В строке {label} не указан срок.",
                "Укажите срок.",
            )
        if "executors" in keys and not row["executors"]:
            yield Finding(
                "EXECUTOR_MISSING",
                "warning",
                f"rows.{index}.executors",
                f"В строке {label} не указан исполнитель.",
                "Укажите, кто отвечает за мероприятие.",
            )
        if "indicator" in keys and not row["indicator"]:
            yield Finding(
                "INDICATOR_MISSING",
                "warning",
                f"rows.{index}.indicator",
                f"В строке {label} не указан показатель.",
                "Укажите показатель или поставьте прочерк.",
            )


def _numbers(rows: Sequence[Mapping[str, Any]], keys: set[str]) -> Iterator[Finding]:
    numbered = [(index, row["no"]) for index, row in enumerate(rows) if row["no"]]
    if "no" not in keys or len(numbered) < _FEWEST_NUMBERED:
        return
    if 2 * len(numbered) > len(rows):
        for index, row in enumerate(rows):
            if not row["no"] and not is_torn(row) and not is_empty(row):
                yield Finding(
                    "NUMBER_MISSING",
                    "error",
                    f"rows.{index}.no",
                    f"У строки {index + 1} («{row['action'][:50]}») нет номера, у остальных номера есть.",
                    "Впишите номер.",
                )
    yield from _number_style([(index, no) for index, no in numbered if _NUMBER.fullmatch(no)])
    yield from _number_order(rows)


def _number_style(numbered: list[tuple[int, str]]) -> Iterator[Finding]:
    spaced = [(index, no) for index, no in numbered if " " in no]
    dots = Counter(no.endswith(".") for _, no in numbered)
    odd: list[tuple[int, str]] = []
    if len(dots) > 1:
        rare = dots.most_common()[-1][0]
        odd = [(index, no) for index, no in numbered if no.endswith(".") is rare]
    for found, what in (
        (odd, "точка после номера есть не у всех строк"),
        (spaced, "внутри номера стоит пробел"),
    ):
        if found:
            yield Finding(
                "NUMBERING_STYLE",
                "warning",
                f"rows.{found[0][0]}.no",
                f"Номера написаны по-разному ({what}): {listed([no for _, no in found], 20)}.",
                "Напишите все номера одинаково.",
            )


def _number_order(rows: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """Every number follows the one before it; a new section may start again."""
    last: tuple[int, ...] | None = None
    skipped = 0
    for index, row in enumerate(rows):
        if row["section"]:
            last, skipped = None, 0
        if not _NUMBER.fullmatch(row["no"]):
            skipped += not is_torn(row)
            continue
        number = tuple(int(part) for part in re.findall(r"\d+", row["no"]))
        if last and number not in _followers(last, skipped):
            word = "повторяется" if number == last else "не следует за предыдущим"
            yield Finding(
                "NUMBER_ORDER",
                "warning",
                f"rows.{index}.no",
                f"Номер «{row['no']}» {word} ({'.'.join(map(str, last))}).",
                "Исправьте нумерацию.",
            )
        last, skipped = number, 0


def _followers(number: tuple[int, ...], skipped: int) -> set[tuple[int, ...]]:
    """Return the numbers that may come next: a sibling, the first child, the next of any parent."""
    followers = {(*number[:-1], number[-1] + 1), (*number[:-1], number[-1] + 1 + skipped), (*number, 1)}
    for depth in range(1, len(number)):
        parent = (*number[: depth - 1], number[depth - 1] + 1)
        followers |= {parent, (*parent, 1)}
    return followers


def _torn_executors(rows: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    """«региональный | координатор»: an adjective alone is half of an executor."""
    for index, row in enumerate(rows):
        for place, executor in enumerate(row["executors"]):
            if _HALF_ADJECTIVE.fullmatch(executor):
                yield Finding(
                    "ROW_TORN",
                    "warning",
                    f"rows.{index}.executors.{place}",
                    f"Исполнитель «{executor}» назван не полностью: ячейка разорвана.",
                    "Допишите исполнителя.",
                )


def _percentages(rows: Sequence[Mapping[str, Any]]) -> Iterator[Finding]:
    for index, row in enumerate(rows):
        value = row["indicator_value"]
        if value and value["unit"] == "%" and not 0 <= value["value"] <= _PERCENT_LIMIT:
            yield Finding(
                "INDICATOR_VALUE",
                "warning",
                f"rows.{index}.indicator_value.value",
                f"Доля {value['value']} % невозможна.",
                "Доля лежит от 0 до 100 %.",
            )
