"""What the rules need to know of a paper beyond its file."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

Part = Literal["order", "annex", "note"]


@dataclass(frozen=True, slots=True)
class PaperFacts:
    """What is known of a paper.

    Attributes:
        kind: the form kind's name.
        part: an order; an annex to one (or a plan with its own stamp); anything else is a note.
        pages: how many pages the PDF has, None when there is none yet.
        kept_over_10_years: the paper is kept longer than ten years; orders always are.
        needs_mark: the data asks for an annex mark or an approval stamp.
        order_date: date of the order whose annex this is, or of this order.
        order_number: its registration number.
        letterhead: how the letterhead is placed, empty when nobody said.
        separate_annexes: numbers of annexes that are papers of their own.
    """

    kind: str = ""
    part: Part = "note"
    pages: int | None = None
    kept_over_10_years: bool = False
    needs_mark: bool = False
    order_date: dt.date | None = None
    order_number: str = ""
    letterhead: Literal["", "longitudinal", "angular"] = ""
    separate_annexes: frozenset[int] = frozenset()


def facts_of(kind: str, data: Mapping[str, Any], *, pages: int | None = None) -> PaperFacts:
    """Return the facts that form data states, by the fields that kinds share.

    Args:
        kind: the form kind's name.
        data: form data: `doc_kind` with `clauses` makes an order, `approval` an annex or a plan with a stamp.
        pages: pages of the PDF, when there is one.
    """
    approval = data.get("approval") or {}
    is_order = bool(data.get("doc_kind") and data.get("clauses"))
    act = approval if approval and approval.get("form") != "approve_stamp" else data if is_order else {}
    annexes = enumerate(data.get("annexes") or () if is_order else (), start=1)
    letterhead = data.get("letterhead")
    return PaperFacts(
        kind=kind,
        part="order" if is_order else "annex" if approval else "note",
        pages=pages or None,
        kept_over_10_years=is_order,
        needs_mark=bool(approval),
        order_date=_date(act.get("date")),
        order_number=str(act.get("number") or ""),
        letterhead="angular" if letterhead == "angular" else "longitudinal" if letterhead else "",
        separate_annexes=frozenset(number for number, annex in annexes if _is_separate(annex)),
    )


def date_of(data: Mapping[str, Any]) -> dt.date | None:
    """Return the date of a paper, which chooses the edition: its own, or that of its mark."""
    own = _date(data.get("date")) or _date(data.get("reported_on"))
    return own or _date((data.get("approval") or {}).get("date"))


def _date(value: Any) -> dt.date | None:
    return value if isinstance(value, dt.date) else None


def _is_separate(annex: Any) -> bool:
    return isinstance(annex, Mapping) and not annex.get("paragraphs")
