"""Rows of an uploaded file as the rest of the batches sees them, whatever format they came in."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from service.importing.grids import column_letters


@dataclass(frozen=True)
class Place:
    """A cell, a row or a sheet of the uploaded workbook.

    Attributes:
        sheet: the name of the sheet as it is in the file.
        row: counted from 1; 0 for a whole sheet.
        column: counted from 1; 0 for a whole row.
        header: what stands above the column.
        main: the sheet is that of the papers, whose name goes without saying.
    """

    sheet: str
    row: int = 0
    column: int = 0
    header: str = ""
    main: bool = False

    @property
    def address(self) -> str:
        """«C7», «строка 7», «лист «Посещения», C7»."""
        cell = f"{column_letters(self.column - 1)}{self.row}" if self.column else f"строка {self.row}"
        if self.main and self.row:
            return cell
        return f"лист «{self.sheet}», {cell}" if self.row else f"лист «{self.sheet}»"

    @property
    def words(self) -> str:
        """The address with the header: «C7 «Этап»»."""
        return f"{self.address} «{self.header}»" if self.header and self.row else self.address


@dataclass(frozen=True)
class Message:
    """One remark on a row of the file.

    Attributes:
        severity: "error" stops the row; "warning" and "info" do not.
        path: into the payload, «visits.0.date»; empty where none is meant.
        place: where it stands in a workbook; None for other formats.
        label: what people call the field of the path, where there is no place.
    """

    severity: str
    text: str
    path: str = ""
    place: Place | None = None
    label: str = ""

    @property
    def line(self) -> str:
        """The remark with its place, as people read it."""
        return f"{self.where}: {self.text}" if self.where else self.text

    @property
    def where(self) -> str:
        """The place, or else the field, in words; empty for a remark on the whole."""
        if self.place:
            return self.place.words
        return f"«{self.label}»" if self.label else self.path.strip("_")

    def as_dict(self) -> dict[str, str]:
        """Return the remark as plain JSON values."""
        place = self.place
        return {
            "severity": self.severity,
            "path": self.path,
            "address": place.address if place else "",
            "label": place.header if place else self.label,
            "message": self.text,
        }


@dataclass(frozen=True)
class Shape:
    """A sheet that was read: what the writer of verdicts must know, and where its fields stand.

    Attributes:
        header_row: counted from 1.
        last_column: the last one with anything in it.
        verdicts: header -> column of what an earlier verdict wrote.
        remarks: the header of the column for remarks.
        columns: path of a field from its line, «school.name» -> its column.
        headers: column -> what stands above it.
        absent: path of a field without a column, or of a list -> what it is called in the blank.
    """

    title: str
    header_row: int
    last_column: int
    verdicts: Mapping[str, int]
    remarks: str
    main: bool = False
    columns: Mapping[str, int] = field(default_factory=dict)
    headers: Mapping[int, str] = field(default_factory=dict)
    absent: Mapping[str, str] = field(default_factory=dict)

    def place(self, row: int, column: int = 0) -> Place:
        """Return a place on this sheet."""
        return Place(self.title, row, column, self.headers.get(column, ""), main=self.main)

    def nearest(self, row: int, names: Sequence[str]) -> Place:
        """Return the place of a field, of the first one inside a group, or of what is around it.

        A field without a column is named all the same: its row, and the header that is missing.
        """
        for end in range(len(names), 0, -1):
            path = ".".join(names[:end])
            if path in self.absent:
                return Place(self.title, row, 0, self.absent[path], main=self.main)
            inside = (number for one, number in self.columns.items() if one.startswith(f"{path}."))
            if number := self.columns.get(path) or next(inside, 0):
                return self.place(row, number)
        return self.place(row)


@dataclass(frozen=True)
class Places:
    """Where the values of one payload stand.

    Attributes:
        shapes: of the sheets of the file, the papers first.
        row: of the paper.
        lists: path of a list in the payload -> (index of its sheet, rows of its lines).
    """

    shapes: Sequence[Shape]
    row: int
    lists: Mapping[str, tuple[int, Sequence[int]]]

    def of(self, path: str) -> Place:
        """Return the place of a path, or of the nearest one around it."""
        names = path.split(".") if path else []
        shape, row, begin = self.shapes[0], self.row, 0
        for end in range(1, len(names) + 1):
            found = self.lists.get(".".join(names[:end]))
            if found is None:
                continue
            shape, begin = self.shapes[found[0]], end + 1
            if end == len(names) or not names[end].isdecimal() or int(names[end]) >= len(found[1]):
                return Place(shape.title)
            row = found[1][int(names[end])]
        return shape.nearest(row, names[begin:])


@dataclass(frozen=True)
class Row:
    """One paper to be: a row of the first sheet with its lists, an item of a JSON file.

    Attributes:
        number: the row of the sheet, the line of a JSON Lines file, the place in a JSON list; counted from 1.
        key: what the paper is called in this file; by it a corrected file is matched with the first one.
        places: where its values stand; None in files that are no workbook.
        problems: what the reading found already.
    """

    number: int
    key: str
    payload: Any
    places: Places | None = None
    problems: tuple[Message, ...] = ()

    def place_of(self, path: str) -> Place | None:
        """Return the place of a path, or of the nearest one around it."""
        return self.places.of(path) if self.places else None


@dataclass(frozen=True)
class SourceFile:
    """An uploaded file as rows.

    Attributes:
        remarks: on the file as a whole: columns and sheets that are not known, rows of lists without a paper.
        shapes: of the sheets that were read; empty for JSON.
    """

    rows: tuple[Row, ...]
    remarks: tuple[Message, ...] = ()
    shapes: tuple[Shape, ...] = ()
