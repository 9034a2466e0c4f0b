"""The form of any kind as the template draws it: controls with values, remarks beside them, what is unfolded.

Built from a plan, a draft and remarks; knows no kind, no request and no HTML.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from service.form_plan import FieldPlan
from service.web.drafts import Draft, is_blank
from service.web.remarks import PlacedRemark, Remark, join, place_remarks

# More rows than these are shown folded, each as one line.
UNFOLDED_ROWS = 3
# Letters that fit into so many columns; help may take two lines.
_COLUMNS = ((5, 3), (22, 4), (46, 6))
_HELP_COLUMNS = ((40, 3), (70, 4))
_SUMMARY_LENGTH = 90
_SHORT = 14


@dataclass(frozen=True)
class Row:
    """One row of a repeated field."""

    id: str
    title: str
    summary: str
    unfolded: bool
    pressed: str
    remarks: tuple[Remark, ...]
    first: bool
    last: bool
    content: tuple[Widget, ...]


@dataclass(frozen=True)
class Widget:
    """One field of the form with its value."""

    plan: FieldPlan
    id: str
    value: str = ""
    remarks: tuple[Remark, ...] = ()
    unfolded: bool = False
    filled: bool = False
    focused: bool = False
    explained: bool = True
    content: tuple[Widget, ...] = ()
    rows: tuple[Row, ...] = ()

    @property
    def wrong(self) -> bool:
        """Whether an error stands beside it."""
        return any(remark.severity == "error" for remark in self.remarks)

    @property
    def options(self) -> tuple[tuple[str, str], ...]:
        """The choices; a value that is none of them is shown too, so that nothing changes unseen."""
        known = self.plan.options
        return known if any(value == self.value for value, _ in known) else (*known, (self.value, self.value))

    @property
    def lines(self) -> int:
        """How many lines of text the control should show at first."""
        fewest = {"text": 2, "lines": 3}.get(self.plan.control, 1)
        needed = sum(1 + len(line) // 90 for line in self.value.split("\n"))
        return max(fewest, min(needed, 12))

    @property
    def columns(self) -> int:
        """How many of the twelve columns of the form it takes: as much as its example, choices and help need."""
        if self.plan.control in {"text", "lines", "texts"}:
            return 12
        short = self.plan.control in {"date", "whole", "amount"}
        own = 3 if short else _fitting(max(self.plan.longest, len(self.value)), _COLUMNS)
        return max(own, min(_fitting(len(self.plan.help), _HELP_COLUMNS), 6))

    @property
    def troubled(self) -> bool:
        """Whether an error stands beside it or anywhere below."""
        inside = (*self.content, *(widget for row in self.rows for widget in row.content))
        return self.wrong or any(widget.troubled for widget in inside)

    @property
    def calls(self) -> bool:
        """Whether it should be seen although it is one of those folded away."""
        return self.wrong or self.focused or (self.plan.nested and self.unfolded)


@dataclass(frozen=True)
class Form:
    """A whole form: its fields, and every remark with its place."""

    root: Widget
    remarks: tuple[PlacedRemark, ...] = ()

    @property
    def errors(self) -> tuple[PlacedRemark, ...]:
        """The remarks that stop the paper."""
        return tuple(placed for placed in self.remarks if placed.remark.severity == "error")

    @property
    def advice(self) -> tuple[PlacedRemark, ...]:
        """The other remarks."""
        return tuple(placed for placed in self.remarks if placed.remark.severity != "error")


def parted(content: tuple[Widget, ...]) -> tuple[tuple[Widget, ...], tuple[Widget, ...]]:
    """Return the fields that are always seen, and those folded away; a group of only such fields shows them."""
    main = tuple(widget for widget in content if not widget.plan.aside)
    return (main, tuple(widget for widget in content if widget.plan.aside)) if main else (content, ())


def aside_title(aside: tuple[Widget, ...]) -> str:
    """Return what stands on the fold: the names of a few fields, or one word for many."""
    if len(aside) > 3:
        return "Дополнительно"
    first, *others = (widget.plan.label for widget in aside)
    return ", ".join([first, *(label[:1].lower() + label[1:] for label in others)])


@dataclass(frozen=True)
class _View:
    """What the whole tree needs to know while it is built.

    Attributes:
        touched: ids with something to look at at or below them.
        pressed: the button that moved the row in focus, which gets the focus instead of the row's first field.
    """

    remarks: Mapping[str, Sequence[Remark]]
    touched: frozenset[str]
    focus: str
    pressed: str


def build_form(
    plan: FieldPlan, draft: Draft, *, remarks: Iterable[Remark] = (), focus: str = "", pressed: str = ""
) -> Form:
    """Return the form of a draft.

    Args:
        focus: the id of a row or field that was just touched: it is unfolded and gets the focus.
        pressed: "up" or "down" when the row was moved: then that button keeps the focus.
    """
    placed = place_remarks(plan, draft, remarks)
    by_id: dict[str, list[Remark]] = {}
    for one in placed:
        by_id.setdefault(one.id, []).append(one.remark)
    loud = {one.id for one in placed if one.remark.severity != "info"}
    view = _View(by_id, frozenset(_upwards({*loud, focus})), focus, pressed)
    content = _widgets(plan, draft, "", view, explained=True)
    return Form(Widget(plan, "", content=content), placed)


def _upwards(ids: Iterable[str]) -> Iterator[str]:
    """Give every id and those of all that is around it."""
    for id_ in ids:
        while id_:
            yield id_
            id_ = id_.rpartition("-")[0]


def _widgets(plan: FieldPlan, draft: Draft, id_: str, view: _View, *, explained: bool) -> tuple[Widget, ...]:
    return tuple(
        _widget(child, draft[child.name], join(id_, child.name), view, explained=explained)
        for child in plan.fields
    )


def _widget(plan: FieldPlan, value: Any, id_: str, view: _View, *, explained: bool) -> Widget:
    filled = not is_blank(plan, value)
    common: dict[str, Any] = {
        "plan": plan,
        "id": id_,
        "remarks": tuple(view.remarks.get(id_, ())),
        "filled": filled,
        "focused": view.focus == id_,
        "explained": explained,
    }
    if plan.control == "group":
        content = _widgets(plan, value, id_, view, explained=explained)
        open_now = plan.required or (filled and not plan.aside) or id_ in view.touched
        return Widget(**common, unfolded=open_now, content=content)
    if plan.repeats:
        rows = _rows(plan, value, id_, view, explained=explained)
        return Widget(**common, unfolded=id_ in view.touched, rows=rows)
    return Widget(**common, value=value)


def _rows(plan: FieldPlan, rows: Sequence[Any], id_: str, view: _View, *, explained: bool) -> tuple[Row, ...]:
    made = []
    # Help and examples are read once, and again where a row was just added.
    explain = {0, *(index for index in range(len(rows)) if view.focus == f"{id_}-{index}")}
    for index, row in enumerate(rows):
        row_id = f"{id_}-{index}"
        moved = view.pressed if view.focus == row_id else ""
        made.append(
            Row(
                id=row_id,
                title=f"{plan.one} {index + 1}",
                summary=_summary(plan, row) if plan.control == "rows" else "",
                unfolded=len(rows) <= UNFOLDED_ROWS or (row_id in view.touched and not moved),
                pressed=moved,
                remarks=tuple(view.remarks.get(row_id, ())) if plan.control == "rows" else (),
                first=index == 0,
                last=index == len(rows) - 1,
                content=_row_content(plan, row, row_id, view, explained=explained and index in explain),
            )
        )
    return tuple(made)


def _row_content(
    plan: FieldPlan, row: Any, row_id: str, view: _View, *, explained: bool
) -> tuple[Widget, ...]:
    focused = view.focus == row_id and not view.pressed
    if plan.control == "rows":
        content = _widgets(plan, row, row_id, view, explained=explained)
        return _with_focus(content) if focused else content
    remarks = tuple(view.remarks.get(row_id, ()))
    return (Widget(plan, row_id, value=row, remarks=remarks, focused=focused, explained=explained),)


def _with_focus(content: tuple[Widget, ...]) -> tuple[Widget, ...]:
    """Give the focus to the first simple control of a row."""
    for index, widget in enumerate(content):
        if not widget.plan.nested and not widget.plan.aside:
            return (*content[:index], replace(widget, focused=True), *content[index + 1 :])
    return content


def _summary(plan: FieldPlan, row: Draft) -> str:
    """Return the words by which a folded row is recognised: its number, if it has one, and its first text."""
    words = []
    for text in _texts(plan, row):
        words.append(text)
        if len(text) > _SHORT:
            break
    line = " · ".join(words)
    return line if len(line) <= _SUMMARY_LENGTH else line[: _SUMMARY_LENGTH - 1].rstrip() + "…"


def _texts(plan: FieldPlan, row: Draft) -> Iterator[str]:
    for child in plan.fields:
        value = row[child.name]
        if child.control == "choice" and value:
            yield next((label for key, label in child.options if key == value), value)
        elif child.control in {"line", "text", "term", "date", "whole", "amount"} and value.strip():
            yield " ".join(value.split())


def _fitting(length: int, table: tuple[tuple[int, int], ...]) -> int:
    return next((columns for letters, columns in table if length <= letters), 12)
