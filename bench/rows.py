"""Growth with the rows of a table: filling to 20,000 rows, conversion as far as anybody would print."""

from __future__ import annotations

import resource
from typing import Any

from bench.clock import once_ms
from bench.papers import compiled, docx_of, kind_of, payload_of
from bench.results import Row, Section
from service.backends import open_press
from service.config import read_settings

FILLED = (10, 100, 1_000, 10_000, 20_000)
CONVERTED = (10, 100, 1_000)
TABLES = (("roadmap.003", "rows"), ("school_list", "schools"))


def growth() -> Section:
    """Measure the two kinds with the longest tables."""
    rows: list[Row] = []
    press = open_press(read_settings(), eager=True)
    try:
        press.converter.convert(docx_of("order"), deadline_s=60)
        for name, key in TABLES:
            template = compiled(kind_of(name).name)
            for count in FILLED:
                context = _long(name, key, count)
                template.fill(context, title="")
                spent = min(once_ms(lambda t=template, c=context: t.fill(c, title="")) for _ in range(3))
                rows.append(_row(f"{name}, {count} rows: fill and compare", spent, count))
                if count in CONVERTED:
                    docx = template.fill(context, title="")
                    spent = once_ms(lambda d=docx: press.converter.convert(d, deadline_s=600))
                    rows.append(_row(f"{name}, {count} rows: convert", spent, count))
    finally:
        press.converter.close()
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    rows.append(Row("peak memory of this process after all of it", peak_mb, "MB"))
    return Section(
        "Rows",
        "The rows of a sample again and again; the schemas admit 5,000 rows of a roadmap and 2,000 schools.",
        rows,
    )


def _row(what: str, spent_ms: float, count: int) -> Row:
    return Row(f"{what}, {spent_ms / count:.2f} ms a row", spent_ms, "ms")


def _long(name: str, key: str, count: int) -> dict[str, Any]:
    kind = kind_of(name)
    data = kind.load(payload_of(name))
    table = [dict(data[key][n % len(data[key])]) for n in range(count)]
    return dict(kind.context({**data, key: table}))
