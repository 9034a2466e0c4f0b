"""Branches that no sample takes: each `if`, `elif`, `else` and `for` leaves a trace while the samples render."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from jinja2 import nodes

from service.filling.environment import template_environment
from service.filling.guard import ParsedPart
from service.office_files import Problem

_TRACE = "\ue002{}\ue003"
_TRACES = re.compile("\ue002(\\d+)\ue003")
_FIX = "Проверьте условие или добавьте образец, в котором оно выполняется."


def untaken(part: ParsedPart, contexts: Sequence[Mapping[str, Any]]) -> list[Problem]:
    """Return a remark for every branch that no context takes.

    Args:
        part: guarded; it is changed and good for nothing afterwards.
        contexts: of the samples; each has rendered before.
    """
    branches: list[nodes.Node] = []
    for node, body in list(_branches(part.tree)):
        trace = nodes.TemplateData(_TRACE.format(len(branches)), lineno=node.lineno)
        body.insert(0, nodes.Output([trace], lineno=node.lineno))
        branches.append(node)
    template = template_environment().from_string(part.tree)
    taken: set[int] = set()
    for context in contexts:
        taken |= {int(number) for number in _TRACES.findall(template.render(context))}
    remarks = [
        part.problem(node, "ни в одном образце не выполняется.", _FIX)
        for number, node in enumerate(branches)
        if number not in taken
    ]
    return list(dict.fromkeys(remarks))


def _branches(tree: nodes.Template) -> Iterator[tuple[nodes.Node, list[nodes.Node]]]:
    """Yield what opens a branch with the branch itself."""
    for node in tree.find_all((nodes.If, nodes.For)):
        if isinstance(node, nodes.For) or (isinstance(node, nodes.If) and not _asks_only_place(node.test)):
            yield node, node.body


def _asks_only_place(test: nodes.Node) -> bool:
    """Say whether a condition is about the place in a loop alone, as `loop.first`: samples have short lists."""
    return {name.name for name in test.find_all(nodes.Name)} == {"loop"}
