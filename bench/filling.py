"""Filling against docxtpl on every sample, and the rules as shares of filling."""

from __future__ import annotations

from bench.clock import in_turns_ms
from bench.docxtpl_way import fill_with_docxtpl, for_docxtpl
from bench.papers import ALL, THREE, compiled, context_of, kind_of, payload_of, template_of
from bench.results import Row, Section
from forms._remembered import forget_texts
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
    """Measure the checks of a paper as shares of its filling, all three for texts that were not seen before."""
    rows = []
    for name in (*THREE, "roadmap.000"):
        kind = kind_of(name)
        data = kind.load(payload_of(name))
        context, template = context_of(name), compiled(kind.name)
        docx = template.fill(context, title="")
        facts = facts_of(kind.name, data)
        calls = (
            lambda t=template, c=context: t.fill(c, title=""),
            lambda k=kind, d=data: k.findings(d),
            lambda x=docx, f=facts: check_layout(x, date=None, gost="2016", paper=f),
        )
        filled, on_data, on_sheet = in_turns_ms(*calls, times=15, before=_forget)
        again = in_turns_ms(*calls[1:], times=5)
        share = "its filling"
        rows += [
            Row(f"{name}: filling", filled, "ms"),
            Row(f"{name}: rules on the data", on_data, "ms", on_data / filled, share),
            Row(f"{name}: rules on the data, checked again", again[0], "ms", again[0] / filled, share),
            Row(f"{name}: rules on the .docx", on_sheet, "ms", on_sheet / filled, share),
            Row(f"{name}: rules on the .docx, checked again", again[1], "ms", again[1] / filled, share),
        ]
    return Section(
        "Rules",
        "Medians of processor time of calls made in turns; ratios are shares of the filling. Nothing remembers a"
        " text of the paper, neither in filling nor in the rules, but where it is checked again; what belongs to"
        " the template (compiled parts, styles) is at hand in all.",
        rows,
    )


def _forget() -> None:
    forget_typeset()
    forget_texts()
