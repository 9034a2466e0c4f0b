"""Rules about what an information note rests on: totals, figures of conclusions, schools it speaks to."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

from forms._checks import Finding
from forms._checks_walk import folded, shown

_TOTAL = re.compile(r"(?:итого|всего)(?![а-яё])", re.IGNORECASE)
# Sums of shares and means say nothing.
_NO_SUM = re.compile(r"%|дол[яи]|средн|балл", re.IGNORECASE)
_NUMBER = re.compile(r"\d+(?:,\d+)?")
_PERCENT = re.compile(r"(?<![\d,])\d+(?:,\d+)?(?=[ \u00a0]?%)")
# «202 из 250 (80,8 %)» says itself what it is computed from, and in figures it is computed again by another rule.
_OWN_SHARE = re.compile(r" из \w+[^.;()]{0,40}\([^)]*%\)|\d[\d,]*[ \u00a0]?% \([^)]* из \w+[^)]*\)")
_SCHOOL = re.compile(r"(?<![А-ЯЁа-яё])(?:М[БКА]?|Г[БКА]?)ОУ[ \u00a0\n]+«([^»]+)»")
_STEM = 4
_HUNDRED = Decimal(100)


def check_backing(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Run every rule about what the note rests on."""
    for index, block in enumerate(data["results"]):
        if block["objects"]:
            yield from _totals(block["objects"], f"results.{index}.objects")
    yield from _conclusions(data)
    yield from _addressees(data)


def _totals(table: Mapping[str, Any], path: str) -> Iterator[Finding]:
    """A row «Итого» is the sum of the rows above it, column by column."""
    first = 0
    for index, row in enumerate(table["rows"]):
        if not _TOTAL.match(row["name"].strip()):
            continue
        above, first = table["rows"][first:index], index + 1
        for column, title in enumerate(table["columns"]):
            cells = [one["cells"][column].strip() for one in (*above, row)]
            if not above or _NO_SUM.search(title) or not all(map(_NUMBER.fullmatch, cells)):
                continue
            *parts, total = map(_decimal, cells)
            if sum(parts) != total:
                wanted = str(sum(parts)).replace(".", ",")
                yield Finding(
                    "TOTAL_MISMATCH",
                    "warning",
                    f"{path}.rows.{index}.cells.{column}",
                    f"Итог не сходится (графа «{shown(title)}»): сумма строк {wanted}, а указано {cells[-1]}.",
                    "Пересчитайте итог.",
                )


def _conclusions(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A percentage of a conclusion stands in the results, as it is, rounded, or as the rest of a hundred."""
    known = {one for figure in _figures(data) for one in (figure, _HUNDRED - figure)}
    for index, conclusion in enumerate(data["conclusions"]):
        for number in _PERCENT.findall(_OWN_SHARE.sub("", conclusion)):
            value = _decimal(number)
            unit = Decimal(1).scaleb(-len(number.partition(",")[2]))
            if not any(figure.quantize(unit, rounding=ROUND_HALF_UP) == value for figure in known):
                yield Finding(
                    "CONCLUSION_UNBACKED",
                    "info",
                    f"conclusions.{index}",
                    f"Значения {number} % из вывода нет ни в тексте, ни в таблицах результатов.",
                    "Приведите это значение в результатах или исправьте вывод.",
                )


def _figures(data: Mapping[str, Any]) -> set[Decimal]:
    """Return the percentages of the results: of texts and tables, and those that are printed beside plan and fact."""
    texts = [data["comparison"] or ""]
    figures: set[Decimal] = set()
    for block in data["results"]:
        texts.append(block["text"])
        table = block["objects"] or {"columns": (), "rows": ()}
        shares = [place for place, title in enumerate(table["columns"]) if _NO_SUM.search(title)]
        cells = [row["cells"][place].strip() for row in table["rows"] for place in shares]
        figures |= {_decimal(cell) for cell in cells if _NUMBER.fullmatch(cell)}
        for row in block["plan_fact"]:
            if row["unit"] == "%":
                figures |= {value for value in (row["plan"], row["fact"]) if value is not None}
            elif row["plan"]:
                figures.add(row["fact"] * _HUNDRED / row["plan"])
    return figures | {_decimal(number) for text in texts for number in _PERCENT.findall(text)}


def _addressees(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A school that a recommendation names takes part: it stands in the list of the note or in its tables."""
    named = [*data["schools"]]
    named += [row["name"] for block in data["results"] for row in (block["objects"] or {}).get("rows", ())]
    if not data["schools"]:
        return
    known = [_stems(name) for name in named]
    for index, one in enumerate(data["recommendations"]):
        for match in _SCHOOL.finditer(one["text"]):
            wanted = _stems(match[1])
            if not any(wanted <= stems for stems in known):
                yield Finding(
                    "ADDRESSEE_UNLISTED",
                    "warning",
                    f"recommendations.{index}.text",
                    f"Рекомендация называет школу «{shown(match[1])}», а в перечне организаций справки её нет.",
                    "Исправьте наименование или дополните перечень.",
                )


def _stems(name: str) -> frozenset[str]:
    """Return the beginnings of the words of a name: it may stand in another case."""
    return frozenset(word[:_STEM] for word in folded(name).split())


def _decimal(text: str) -> Decimal:
    return Decimal(text.replace(",", "."))
