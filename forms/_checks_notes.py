"""Rules about an information note: figures that can be computed again, dates, schools named twice."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from forms._checks import Finding
from forms._checks_reports import late_recommendations
from forms._checks_walk import folded, printed_of, shown

_PART_FIRST = re.compile(
    r"(?<![\d,])(\d+)(?: [а-яё]+){0,2} из (\d+)(?: [а-яё]+)? \((\d+(?:,\d+)?)[ \u00a0]?%\)"
)
_SHARE_FIRST = re.compile(r"(?<![\d,])(\d+(?:,\d+)?)[ \u00a0]?% \((\d+)(?: [а-яё]+){0,2} из (\d+)\)")
_NUMBER = re.compile(r"\d+(?:,\d+)?")
_FEWEST_ROWS = 4
_HUNDRED = Decimal(100)


def check_shares(data: Mapping[str, Any]) -> Iterator[Finding]:
    """«202 из 250 (80,8 %)» is computed again, wherever it is written."""
    printed = printed_of(data)
    found = [(piece, match, match.groups()) for piece, match in printed.matches(_PART_FIRST)]
    found += [(p, m, (m[2], m[3], m[1])) for p, m in printed.matches(_SHARE_FIRST)]
    for piece, match, (part, whole, share) in found:
        if not _is_share(share, part, whole):
            yield Finding(
                "PERCENT_MISMATCH",
                "warning",
                piece.path,
                f"Процент не сходится: «{shown(match[0])}», получается {_share_text(part, whole, share)} %.",
                "Пересчитайте процент.",
            )


def check_note(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Run every rule about an information note."""
    if data["ends_on"] > data["date"]:
        yield Finding(
            "NOTE_BEFORE_END",
            "warning",
            "date",
            f"Справка датирована {data['date']:%d.%m.%Y}, а период заканчивается {data['ends_on']:%d.%m.%Y}.",
            "Исправьте дату или период.",
        )
    for index, act in enumerate(data["basis"]):
        if act["date"] and act["date"] > data["date"]:
            yield Finding(
                "BASIS_AFTER_ORDER",
                "error",
                f"basis.{index}.date",
                f"Основание датировано {act['date']:%d.%m.%Y}, позже самой справки ({data['date']:%d.%m.%Y}).",
                "Исправьте дату.",
            )
    yield from _twice(data["schools"], "schools")
    for index, block in enumerate(data["results"]):
        if table := block["objects"]:
            names = [row["name"] for row in table["rows"]]
            yield from _twice(names, f"results.{index}.objects.rows", ".name")
            yield from _share_columns(table, f"results.{index}.objects")
    yield from late_recommendations(data, data["date"])


def _twice(names: Sequence[str], path: str, field: str = "") -> Iterator[Finding]:
    first: dict[str, int] = {}
    for index, name in enumerate(names):
        if first.setdefault(folded(name), index) != index:
            yield Finding(
                "DUPLICATE_NAME",
                "warning",
                f"{path}.{index}{field}",
                f"«{shown(name)}» названо дважды.",
                "Уберите повтор.",
            )


def _share_columns(table: Mapping[str, Any], path: str) -> Iterator[Finding]:
    """Where nearly every row shows a share of two other columns, the row that does not is a slip."""
    rows = [row["cells"] for row in table["rows"]]
    for target, title in enumerate(table["columns"]):
        if "%" not in title or len(rows) < _FEWEST_ROWS:
            continue
        for whole in range(target):
            for part in range(target):
                if part == whole:
                    continue
                right = [_cells_agree(cells, target, part, whole) for cells in rows]
                known = [holds for holds in right if holds is not None]
                if len(known) < _FEWEST_ROWS or sum(known) < len(known) - max(1, len(known) // 10):
                    continue
                for index, holds in enumerate(right):
                    if holds is False:
                        yield _share_finding(table, path, index, (target, part, whole))


def _cells_agree(cells: Sequence[str], target: int, part: int, whole: int) -> bool | None:
    numbers = [cells[place].strip() for place in (target, part, whole)]
    if not all(_NUMBER.fullmatch(number) for number in numbers):
        return None
    return _is_share(*numbers)


def _share_finding(table: Mapping[str, Any], path: str, index: int, places: tuple[int, int, int]) -> Finding:
    row = table["rows"][index]
    share, part, whole = (row["cells"][place].strip() for place in places)
    return Finding(
        "PERCENT_MISMATCH",
        "warning",
        f"{path}.rows.{index}.cells.{places[0]}",
        f"Доля не сходится ({shown(row['name'])}): {part} из {whole} – это {_share_text(part, whole, share)} %, "
        f"а указано {share}.",
        "Пересчитайте долю.",
    )


def _is_share(share: str, part: str, whole: str) -> bool:
    """Halves may be rounded either way; nothing is a share of nothing."""
    value, a, b = (Decimal(text.replace(",", ".")) for text in (share, part, whole))
    if not b:
        return not value
    unit = Decimal(1).scaleb(-len(share.partition(",")[2]))
    return abs(a * _HUNDRED / b - value) <= unit / 2


def _share_text(part: str, whole: str, like: str) -> str:
    a, b = (Decimal(text.replace(",", ".")) for text in (part, whole))
    if not b:
        return "0"
    unit = Decimal("0.1") if "," in like else Decimal(1)
    return str((a * _HUNDRED / b).quantize(unit, rounding=ROUND_HALF_UP)).replace(".", ",")
