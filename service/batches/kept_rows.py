"""The rows of a file as they are kept with it: one JSON line each behind a line on the sheets, zlib-packed.

What is kept is enough to order the papers and to write verdicts, so that an uploaded workbook is read once. The
problems of rows stand in the listing.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import asdict
from typing import Any

from service.batches.listing import messages_of
from service.batches.rows import Places, Row, Shape, SourceFile

# Rows of one file are much alike: a higher level takes longer and gains little.
_LEVEL = 1


def packed_rows(source: SourceFile) -> bytes:
    """Return the rows of a file as bytes."""
    return zlib.compress("\n".join(_lines(source)).encode("utf-8", "surrogatepass"), _LEVEL)


def unpacked_rows(data: bytes) -> SourceFile:
    """Return the file that `packed_rows` made bytes of, without the problems of its rows."""
    head, *lines = zlib.decompress(data).decode("utf-8", "surrogatepass").split("\n")
    about = json.loads(head)
    shapes = tuple(_shape(one) for one in about["shapes"])
    return SourceFile(tuple(_row(line, shapes) for line in lines), messages_of(about["remarks"]), shapes)


def _lines(source: SourceFile) -> Iterator[str]:
    about = {
        "shapes": [asdict(shape) for shape in source.shapes],
        "remarks": [asdict(one) for one in source.remarks],
    }
    yield json.dumps(about, ensure_ascii=False)
    for row in source.rows:
        lists = row.places.lists if row.places else {}
        yield json.dumps([row.number, row.key, lists, row.payload], ensure_ascii=False)


def _row(line: str, shapes: tuple[Shape, ...]) -> Row:
    number, key, lists, payload = json.loads(line)
    return Row(number, key, payload, Places(shapes, number, lists) if shapes else None)


def _shape(plain: Mapping[str, Any]) -> Shape:
    headers = {int(column): header for column, header in plain["headers"].items()}
    return Shape(**{**plain, "headers": headers})
