"""Filling against docxtpl on every sample, and the rules as shares of filling."""

from __future__ import annotations

from typing import Any

from bench.clock import in_turns_ms, median_ms
from bench.docxtpl_way import fill_with_docxtpl, for_docxtpl
from bench.papers import ALL, THREE, compiled, context_of, kind_of, payload_of, template_of
from bench.results import Row, Section
from service.filling import CompiledTemplate
from service.filling.environment import forget_typeset
from service.layout_rules import check_layout, facts_of


def against_docxtpl() -> Section:
    """Measure every sample."""
    rows = []
    for name in ALL:
        kind = kind_of(name).name
        context, template, plain = context_of(name), compiled(kind), for_docxtpl(template_of(kind))
        theirs, ours = in_turns_ms(
            lambda c=context, p=plain: fill_with_docxtpl(p, c),
            lambda c=context, t=template: t.fill(c, title=""),
            times=9,
        )
        own_tags = "" if plain == template_of(kind) else ", tags of our own moved for it"
        rows.append(Row(f"{name}: docxtpl fills{own_tags}", theirs, "ms"))
        rows.append(Row(f"{name}: we fill and compare", ours, "ms", theirs / ours, "docxtpl", target=15))
    return Section(
        "Filling",
        "Form data to .docx, medians of processor time of calls made in turns; ours includes the comparison of"
        " print and data."
        " Where a template has tags that docxtpl does not know, it gets the template with these tags already"
        " moved to their attributes and makes the same document.",
        rows,
    )


def rules() -> Section:
    """Measure a paper whose texts were not seen before, and the checks as shares of its filling."""
    rows = []
    for name in (*THREE, "roadmap.000"):
        kind = kind_of(name)
        data = kind.load(payload_of(name))
        context, template = context_of(name), compiled(kind.name)
        docx = template.fill(context, title="")
        new = median_ms(lambda t=template, c=context: _fill_anew(t, c), 20)
        on_data = median_ms(lambda k=kind, d=data: k.findings(d), 20)
        on_sheet = median_ms(
            lambda n=kind.name, d=data, x=docx: check_layout(x, date=None, gost="2016", paper=facts_of(n, d)),
            10,
        )
        rows.append(Row(f"{name}: a new paper, no text typeset before", new, "ms"))
        rows.append(Row(f"{name}: rules on the data", on_data, "ms", on_data / new, "its filling"))
        rows.append(Row(f"{name}: rules on the .docx", on_sheet, "ms", on_sheet / new, "its filling"))
    return Section("Rules", "Medians; ratios are shares of filling a new paper.", rows)


def _fill_anew(template: CompiledTemplate, context: dict[str, Any]) -> bytes:
    forget_typeset()
    return template.fill(context, title="")
