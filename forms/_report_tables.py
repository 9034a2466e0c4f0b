"""The tables of a report on a roadmap: rows, totals, the two shares, and whether status and dates agree.

The shares are I-8 (done of those due by the date) and I-9 (done and confirmed of all planned). A measure is due when
its term has an end and the end has come; one «по отдельному графику» has no end and is listed apart.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from forms._checks import Finding
from forms._columns import ColumnPlan, cells, placed
from forms._measures import DASH, share
from forms._parts import act_text, executor_mark_lines, signature
from forms.language.agree import date_in_digits, date_in_words

STATUSES = {
    "done": "исполнено",
    "done_late": "исполнено с опозданием",
    "running": "в работе",
    "not_done": "не исполнено",
    "not_due": "срок не наступил",
    "cancelled": "отменено или перенесено",
}
_COLUMNS = (
    ColumnPlan("no", "№ п/п", width_mm=14, centred=True),
    ColumnPlan("action", "Мероприятие", 30),
    ColumnPlan("period", "Срок", 15, centred=True),
    ColumnPlan("indicator", "Показатель (план)", 26),
    ColumnPlan("fact", "Фактическое исполнение", 26),
    ColumnPlan("status", "Состояние, дата исполнения", width_mm=29, centred=True),
    ColumnPlan("proof", "Подтверждение, причина, примечание", 28),
)
DONE = frozenset({"done", "done_late"})

Row = Mapping[str, Any]


def is_open(row: Row) -> bool:
    """Return whether a measure has no end: no term, «постоянно», «по отдельному графику»."""
    return row["period"] is None or row["period"].end is None


def is_due(row: Row, data: Mapping[str, Any]) -> bool:
    """Return whether the term of a measure is over on the date of monitoring."""
    return not is_open(row) and bool(row["period"].end <= data["reported_on"])


def derive(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the table cell by cell, the totals by status, the shares with their denominators, the signature."""
    rows = data["rows"]
    lines = [_texts(row) for row in rows]
    grid = placed(_COLUMNS, lines, landscape=True)
    whole = {"span": len(grid), "width": sum(column["width"] for column in grid)}
    return {
        "title_lines": data["title"].split("\n"),
        "approved_text": act_text(data["approved_by"], "nominative"),
        "date_text": date_in_words(data["reported_on"]),
        "grid": grid,
        "lines": [
            {**whole, "section": row["section"], "cells": line}
            for row, line in zip(rows, cells(grid, lines), strict=True)
        ],
        "status_lines": _totals(rows),
        "share_lines": _shares(data),
        "excluded_lines": _excluded(data),
        "signature": signature(data["signer"]),
        "signed_text": date_in_words(data["signed_on"]),
        "executor_lines": executor_mark_lines(data["executor_mark"]),
    }


def _texts(row: Row) -> dict[str, list[str]]:
    proof = row["evidence"].split("\n") if row["evidence"] else []
    if row["status"] in DONE:
        proof.append("Исполнение подтверждено" if row["confirmed"] else "Исполнение не подтверждено")
    if row["note"]:
        proof += row["note"].split("\n")
    done_on = [date_in_digits(row["done_on"])] if row["done_on"] else []
    return {
        "no": [row["no"]],
        "action": row["action"].split("\n"),
        "period": str(row["period"] or DASH).split("\n"),
        "indicator": (row["indicator"] or DASH).split("\n"),
        "fact": row["fact"].split("\n"),
        "status": [STATUSES[row["status"]], *done_on],
        "proof": proof or [DASH],
    }


def _totals(rows: Sequence[Row]) -> list[dict[str, Any]]:
    """Return {name, value, total}: the statuses that occur, then all of them together."""
    counts = {status: sum(row["status"] == status for row in rows) for status in STATUSES}
    lines = [
        {"name": STATUSES[status], "value": share(count, len(rows)), "total": False}
        for status, count in counts.items()
        if count
    ]
    return [*lines, {"name": "Всего мероприятий", "value": str(len(rows)), "total": True}]


def _shares(data: Mapping[str, Any]) -> list[str]:
    rows = data["rows"]
    due = [row for row in rows if is_due(row, data)]
    done_due = sum(row["status"] in DONE for row in due)
    confirmed = sum(row["status"] in DONE and row["confirmed"] for row in rows)
    date = date_in_words(data["reported_on"])
    by_date, of_all = share(done_due, len(due)), share(confirmed, len(rows))
    return [
        f"Доля исполненных мероприятий из числа тех, срок которых наступил на {date}: {by_date}.",
        f"Доля исполненных и подтверждённых мероприятий из общего числа запланированных: {of_all}.",
    ]


def _excluded(data: Mapping[str, Any]) -> list[str]:
    """Return what the denominator of the first share leaves out, measure by measure."""
    ahead = [row["no"] for row in data["rows"] if not is_open(row) and not is_due(row, data)]
    unlimited = [row["no"] for row in data["rows"] if is_open(row)]
    lines = {
        "срок не наступил": ahead,
        "срок окончания не установлен (в том числе «по отдельному графику»)": unlimited,
    }
    return [f"{reason}: {', '.join(numbers)}" for reason, numbers in lines.items() if numbers]


def check_rows(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Every measure of the roadmap is reported."""
    if len(data["rows"]) != data["planned_count"]:
        yield Finding(
            "REPORT_ROWS",
            "error",
            "planned_count",
            f"В дорожной карте {data['planned_count']} мероприятий, а в отчёте {len(data['rows'])}.",
            "Внесите в отчёт каждое мероприятие дорожной карты по одному разу.",
        )


def check_statuses(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A status agrees with the term: nothing due is «срок не наступил», nothing ahead is «не исполнено»."""
    for index, row in enumerate(data["rows"]):
        due = is_due(row, data)
        if due and row["status"] == "not_due":
            yield _status(index, "error", row, "срок уже наступил", "Укажите, исполнено ли мероприятие.")
        elif due and row["status"] == "running":
            yield _status(index, "warning", row, "срок уже истёк", "Укажите «не исполнено» и причину.")
        elif not due and row["status"] == "not_done" and not is_open(row):
            yield _status(
                index, "warning", row, "срок ещё не наступил", "Укажите «в работе» или «срок не наступил»."
            )


def check_dates(data: Mapping[str, Any]) -> Iterator[Finding]:
    """What was done after its term is «исполнено с опозданием», and the reverse."""
    for index, row in enumerate(data["rows"]):
        if not row["done_on"] or is_open(row):
            continue
        late = row["done_on"] > row["period"].end
        when = date_in_digits(row["done_on"])
        if late and row["status"] == "done":
            yield _status(
                index, "warning", row, f"исполнено {when}, позже срока", "Укажите «исполнено с опозданием»."
            )
        if not late and row["status"] == "done_late":
            yield _status(index, "warning", row, f"исполнено {when}, в срок", "Укажите «исполнено».")


def check_proofs(data: Mapping[str, Any]) -> Iterator[Finding]:
    """What was done has a date and a proof."""
    for index, row in enumerate(data["rows"]):
        for name, word in (("done_on", "даты исполнения"), ("evidence", "подтверждения")):
            if row["status"] in DONE and not row[name]:
                yield Finding(
                    "REPORT_PROOF",
                    "warning",
                    f"rows.{index}.{name}",
                    f"Мероприятие {row['no']} отмечено исполненным, но {word} нет.",
                    "Укажите дату и документ, которым исполнение подтверждается.",
                )


def _status(index: int, severity: Any, row: Row, fact: str, fix: str) -> Finding:
    message = f"Мероприятие {row['no']}: состояние «{STATUSES[row['status']]}», но {fact}."
    return Finding("REPORT_STATUS", severity, f"rows.{index}.status", message, fix)
