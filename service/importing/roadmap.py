"""From paragraphs and tables to the payload of a roadmap.

Finds the table, asks the other modules of this package what its lines and cells mean and puts the answers together.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from service.errors import BatchInvalid
from service.importing.columns import complete_columns
from service.importing.grids import Grid, Remark, Source, quoted, without_marks
from service.importing.headings import Column, Heading, find_heading, known_names
from service.importing.measures import MeasureReader
from service.importing.notes import Notes
from service.importing.roadmap_rows import Body, BodyReader, RawRow, continues
from service.importing.roadmap_terms import TERM_KEYS
from service.importing.title import Front, lines_above, lines_of, read_front, without_tail, year_of

_LONGEST_REMARK = 3_000


def read_roadmap(source: Source) -> tuple[dict[str, Any], tuple[Remark, ...]]:
    """Return (payload, remarks) of a file.

    Raises:
        BatchInvalid: no table has the heading of a roadmap, or nothing stands below it.
    """
    return _Reading(source).result()


class _Reading:
    """One file while it is read."""

    def __init__(self, source: Source) -> None:
        self._blocks = source.blocks
        self._remarks = list(source.remarks)
        self._notes = Notes(dict(source.notes))

    def result(self) -> tuple[dict[str, Any], tuple[Remark, ...]]:
        """Return the payload and the remarks in the order of the work."""
        at, grid, found = self._main_table()
        columns, unnamed = complete_columns(grid, found)
        self._remarks += unnamed
        heading = replace(found, columns=columns)
        front = read_front(self._lines(self._blocks[:at]) + lines_above(grid, heading.first))
        body, below = self._body(at, grid, heading)
        if not body.rows:
            raise BatchInvalid("Под шапкой таблицы нет ни одной строки.")
        below = self._notes.take_typed(below, front.title + "".join(column.marked for column in columns))
        year = self._year(front, columns, body.rows)
        payload: dict[str, Any] = {}
        if front.mark:
            payload = {"approval": front.mark.approval, "date_style": front.mark.date_style}
        payload |= {"title": self._title(front), "year": year, "columns": self._column_fields(columns)}
        measures = MeasureReader(columns, year, self._notes, self._remarks)
        payload["rows"] = [measures.row(raw) for raw in body.rows]
        payload |= self._notes.payload()
        self._report(front, below)
        return payload, tuple(self._remarks)

    def _main_table(self) -> tuple[int, Grid, Heading]:
        """Return the table whose heading matches most synonyms; of equal ones the longest.

        A Word table may be cut at every page: then its first piece is meant.
        """
        found = [
            (at, block, heading)
            for at, block in enumerate(self._blocks)
            if isinstance(block, Grid) and (heading := find_heading(block))
        ]
        if not found:
            raise BatchInvalid(
                "Таблица дорожной карты не найдена: ни у одной таблицы нет знакомых заголовков граф. "
                f"Назовите графы, например, так: {known_names()}."
            )
        best = max(found, key=lambda one: (one[2].score, len(one[1].lines), -one[0]))
        if best[1].lettered:
            return best
        return next(one for one in found if _same_keys(one[2], best[2]) and one[2].score == best[2].score)

    def _lines(self, blocks: Sequence[str | Grid]) -> list[str]:
        lines: list[str] = []
        for block in blocks:
            if isinstance(block, str):
                lines += block.split("\n")
            elif block.lettered and block.lines:
                text = "Лист не перенесён: дорожная карта взята с другого листа."
                self._remarks.append(Remark(block.place, text))
            elif not block.lettered:
                lines += lines_of(block)
        return lines

    def _body(self, at: int, grid: Grid, heading: Heading) -> tuple[Body, list[str]]:
        """Return the measures and the lines that stand below the table or between its halves."""
        body = Body()
        reader = BodyReader(heading.columns, body)
        main, tail = without_tail(grid, heading)
        reader.read(main, heading)
        below: list[str] = []
        for block in self._blocks[at + 1 :]:
            if isinstance(block, str) or block.lettered:
                below += self._lines([block])
            elif (again := find_heading(block)) and _same_keys(again, heading):
                below += lines_above(block, again.first)
                reader.read(block, again)
            elif continues(block, heading.columns):
                text = "Таблица присоединена к предыдущей как её продолжение."
                self._remarks.append(Remark(block.place, text))
                reader.read(block, None)
            else:
                below += self._lines([block])
        reader.finish()
        self._remarks += body.remarks
        return body, [line for line in [*tail, *body.tail, *below] if line.strip()]

    def _column_fields(self, columns: Sequence[Column]) -> list[dict[str, str]]:
        fields = []
        for order, column in enumerate(columns):
            self._notes.place(column.marked, "column", column.key, last_column=order == len(columns) - 1)
            made = {"key": column.key, "title": self._notes.without_typed(column.title)}
            fields.append({**made, "group": column.group} if column.group else made)
        return fields

    def _title(self, front: Front) -> str:
        self._notes.place(front.title, "title")
        if not front.title:
            self._remarks.append(Remark("заголовок", "Заголовок над таблицей не найден: впишите его."))
        elif not front.is_certain:
            self._remarks.append(Remark("заголовок", "Заголовком принят последний абзац перед таблицей."))
        return self._notes.without_typed(without_marks(front.title))

    def _year(self, front: Front, columns: Sequence[Column], rows: Sequence[RawRow]) -> int | None:
        terms = (text for row in rows for key, text in row.texts.items() if key in TERM_KEYS)
        headings = [f"{column.group} {column.title}" for column in columns]
        year, origin = year_of(front.title, headings, terms, front.mark)
        if year is None:
            self._remarks.append(Remark("год", "Год документа не найден: впишите его."))
        elif origin:
            self._remarks.append(Remark("год", f"В заголовке нет года: взят {year} {origin}."))
        return year

    def _report(self, front: Front, below: Sequence[str]) -> None:
        """Report the text that has no place in the payload."""
        for text in front.mark.doubts if front.mark else ():
            self._remarks.append(Remark("отметка об утверждении", text))
        for place, lines in (("текст перед таблицей", front.rest), ("текст после таблицы", below)):
            if lines:
                self._remarks.append(
                    Remark(place, f"Не перенесено: {quoted(' / '.join(lines), _LONGEST_REMARK)}.")
                )
        self._remarks += self._notes.unused()


def _same_keys(one: Heading, other: Heading) -> bool:
    """Return whether a heading is the other one retyped; columns it does not know may have got any key."""
    known = {column.key for column in one.columns if column.key}
    return len(one.columns) == len(other.columns) and known <= {column.key for column in other.columns}
