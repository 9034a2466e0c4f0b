"""`make bench`: filling against docxtpl, a warm office against a cold one, a whole paper against its conversion.

Times are medians of one run on a machine that may be busy: read the ratios. The table is also written to
bench/results.json.
"""

from __future__ import annotations

import io
import json
import platform
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from docxtpl import DocxTemplate

import forms
from service.backends import SAMPLES, TEMPLATES, open_press
from service.config import read_settings
from service.filling import CompiledTemplate
from service.filling.environment import Printing, forget_typeset, template_environment
from service.layout_rules import check_layout, facts_of
from service.pipeline import Press, accept, produce

SAMPLE_NAMES = ("order", "roadmap.000", "roadmap.003", "curator_report")
RESULTS = Path(__file__).with_name("results.json")
# docxtpl fills only templates without our own tags.
PLAIN_KINDS = ("order", "curator_report")


def main() -> None:
    """Measure, print the table, write the results."""
    rows: list[tuple[str, float, str, float | None]] = []
    print(f"{platform.platform()}, Python {platform.python_version()}\n")
    press = open_press(read_settings(), eager=True)
    try:
        for name in SAMPLE_NAMES:
            rows += measure(name, press)
        office_version = press.converter.ready().office_version
    finally:
        press.converter.close()
    print(f"{'what':<52} {'ms':>9} {'ratio':>8}")
    for what, median_ms, _, ratio in rows:
        print(f"{what:<52} {median_ms:>9.1f} {'' if ratio is None else f'{ratio:.2f}':>8}")
    results = {
        what: {"value": round(value, 2), "unit": unit, "ratio": None if ratio is None else round(ratio, 3),
               "machine": platform.platform(), "versions": {"office": office_version}}
        for what, value, unit, ratio in rows
    }  # fmt: skip
    RESULTS.write_text(json.dumps(results, ensure_ascii=False, indent=2) + "\n", encoding="utf-8")


def measure(name: str, press: Press) -> list[tuple[str, float, str, float | None]]:
    """Return the rows of one sample; a ratio compares with the row before it."""
    kind = forms.get_kind(name.split(".")[0])
    payload = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    data = kind.load(payload)
    context = kind.context(data)
    template = CompiledTemplate((TEMPLATES / f"{kind.name}.docx").read_bytes(), name=kind.name)
    docx = template.fill(context, title="")

    rows: list[tuple[str, float, str, float | None]] = []
    ours = median_ms(lambda: template.fill(context, title=""), 30)
    if kind.name in PLAIN_KINDS:
        theirs = median_ms(lambda: fill_with_docxtpl(kind.name, context), 10)
        rows.append((f"{name}: docxtpl fills", theirs, "ms", None))
        rows.append((f"{name}: we fill and compare (times faster)", ours, "ms", theirs / ours))
    else:
        rows.append((f"{name}: we fill and compare", ours, "ms", None))
    new = median_ms(lambda: fill_anew(template, context), 20)
    rules = median_ms(lambda: kind.findings(data), 20)
    layout = median_ms(
        lambda: check_layout(docx, date=None, gost="2016", paper=facts_of(kind.name, data)), 10
    )
    rows.append((f"{name}: we fill a new paper, no text seen before", new, "ms", None))
    rows.append((f"{name}: rules on the data (share of filling)", rules, "ms", rules / new))
    rows.append((f"{name}: rules on the .docx (share of filling)", layout, "ms", layout / new))
    cold = median_ms(lambda: convert_cold(docx), 3)
    warm = median_ms(lambda: press.converter.convert(docx, deadline_s=60), 20)
    rows.append((f"{name}: one cold soffice converts", cold, "ms", None))
    rows.append((f"{name}: a warm office converts (times faster)", warm, "ms", cold / warm))
    whole = median_ms(lambda: produce(accept(kind.name, payload), press), 20)
    rows.append((f"{name}: JSON to PDF (conversion's share)", whole, "ms", warm / whole))
    return rows


def fill_anew(template: CompiledTemplate, context: dict[str, Any]) -> bytes:
    """Fill as if no text of the paper had been typeset before."""
    forget_typeset()
    return template.fill(context, title="")


def median_ms(call: Callable[[], Any], times: int) -> float:
    """Return the median duration of a call after one that does not count, milliseconds."""
    call()
    durations = []
    for _ in range(times):
        started = time.perf_counter()
        call()
        durations.append((time.perf_counter() - started) * 1000)
    return statistics.median(durations)


def fill_with_docxtpl(kind: str, context: dict[str, Any]) -> bytes:
    """Fill as docxtpl's documentation says, with our language and typography."""
    environment = template_environment()
    mark = environment.finalize
    template = DocxTemplate(TEMPLATES / f"{kind}.docx")
    with Printing() as printing:

        def printed(value: Any) -> str:
            mark(value)
            return printing.values[-1]

        environment.finalize = printed
        template.render(context, jinja_env=environment, autoescape=True)
    saved = io.BytesIO()
    template.save(saved)
    return saved.getvalue()


def convert_cold(docx: bytes) -> None:
    """Convert as most scripts do: a soffice for one file, with a profile that is used again."""
    profile = Path(tempfile.gettempdir()) / "formulyar-bench-profile"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "paper.docx"
        source.write_bytes(docx)
        command = ["soffice", f"-env:UserInstallation=file://{profile}", "--headless", "--convert-to", "pdf"]
        subprocess.run(
            [*command, "--outdir", folder, str(source)], check=True, capture_output=True, timeout=120
        )


main()
