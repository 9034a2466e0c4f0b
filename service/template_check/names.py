"""Names in the tags against the shape of a kind: unknown ones with what was probably meant, and which are printed."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from jinja2 import nodes

from service.filling.guard import ParsedPart, hint
from service.office_files import Problem
from service.template_check.shapes import Shape

_OPEN = Shape()
_TEXT, _WHOLE, _LIST = Shape({"text"}), Shape({"whole"}), Shape({"list"}, item=Shape({"text"}))
_MADE = {"length": _WHOLE, "sum": _WHOLE, "lines": _LIST}
_HOW_TO_PRINT = {
    "date": "Добавьте вид даты: |date_words или |date_digits.",
    "number": "Добавьте |number.",
    "term": "Добавьте |term.",
    "list": "Переберите его: {%p for line in … %}.",
    "group": "Напечатайте его часть: имя.часть; для человека – |full_name или |surname_initials.",
    "yes": "Используйте его в условии: {% if … %}.",
}
_SORTS = {
    "date": "дата", "number": "число с дробью", "term": "срок", "list": "список", "group": "группа",
    "yes": "да или нет",
}  # fmt: skip


@dataclass
class Names:
    """The reading of one part.

    Attributes:
        used: paths of what is printed, compared or filtered: "rows[].period"; a group printed whole is its path.
        problems: unknown names and values that cannot be used so.
    """

    part: ParsedPart
    used: set[str] = field(default_factory=set)
    problems: list[Problem] = field(default_factory=list)


Scope = dict[str, tuple[Shape, str]]


def read_names(part: ParsedPart, context: Shape) -> Names:
    """Return what the names of a part mean in a kind's context."""
    names = Names(part)
    scope: Scope = {name: (shape, name) for name, shape in context.parts.items()}
    _read(part.tree, scope, names)
    names.problems = list(dict.fromkeys(names.problems))
    return names


def _read(node: nodes.Node, scope: Scope, names: Names) -> None:
    if isinstance(node, nodes.For):
        _read_loop(node, scope, names)
    elif isinstance(node, nodes.Output):
        for child in node.nodes:
            if isinstance(child, nodes.TemplateData):
                continue
            shape, path = _value(child, scope, names)
            names.used.add(path)
            names.problems += _unprintable(child, shape, names.part)
    elif isinstance(node, nodes.If):
        _test(node.test, scope, names)
        for branch in (*node.body, *node.elif_, *node.else_):
            _read(branch, scope, names)
    else:
        for inner in node.iter_child_nodes():
            _read(inner, scope, names)


def _read_loop(node: nodes.For, scope: Scope, names: Names) -> None:
    shape, path = _value(node.iter, scope, names)
    if shape.is_only("text"):
        fix = "Переберите строки текста: имя|lines."
        names.problems.append(names.part.problem(node, "Это текст, а не список.", fix))
    elif shape.is_only("group", "whole", "date", "number", "term", "yes"):
        names.problems.append(names.part.problem(node, "Это не список.", "Печатайте значение без for."))
    inner = {**scope, "loop": (_OPEN, "loop")}
    if isinstance(node.target, nodes.Name):
        inner[node.target.name] = (shape.item or _OPEN, f"{path}[]")
    if node.test is not None:
        _test(node.test, inner, names)
    for child in node.body:
        _read(child, inner, names)
    for child in node.else_:
        _read(child, scope, names)


def _test(node: nodes.Node, scope: Scope, names: Names) -> None:
    """Read a condition; whether a list or group is there says nothing of what stands in it."""
    if isinstance(node, nodes.And | nodes.Or):
        _test(node.left, scope, names)
        _test(node.right, scope, names)
    elif isinstance(node, nodes.Not):
        _test(node.node, scope, names)
    elif isinstance(node, nodes.Compare):
        for operand in (node.expr, *(operand.expr for operand in node.ops)):
            names.used.add(_value(operand, scope, names)[1])
    else:
        shape, path = _value(node, scope, names)
        if not shape.sorts & {"list", "group"}:
            names.used.add(path)


def _value(node: nodes.Node, scope: Scope, names: Names) -> tuple[Shape, str]:
    """Return what an expression gives and the path it is known by."""
    if isinstance(node, nodes.Name):
        if node.name not in scope:
            fix = f"{hint(node.name, list(scope))}Имена вида документа показывает команда schema."
            names.problems.append(names.part.problem(node, f"Неизвестное имя «{node.name}».", fix))
        return scope.get(node.name, (_OPEN, node.name))
    if isinstance(node, nodes.Getattr):
        return _part_of(node, node.attr, scope, names)
    if isinstance(node, nodes.Getitem) and isinstance(node.arg, nodes.Const):
        if isinstance(node.arg.value, str):
            return _part_of(node, node.arg.value, scope, names)
        shape, path = _value(node.node, scope, names)
        return shape.item or _OPEN, f"{path}[]"
    if isinstance(node, nodes.Filter) and node.node is not None:
        shape, path = _value(node.node, scope, names)
        names.used.add(f"{path}[]" if node.name == "sum" else path)
        return _MADE.get(node.name, _TEXT), path
    for child in node.iter_child_nodes():
        names.used.add(_value(child, scope, names)[1])
    return _OPEN, ""


def _part_of(node: nodes.Getattr | nodes.Getitem, name: str, scope: Scope, names: Names) -> tuple[Shape, str]:
    shape, path = _value(node.node, scope, names)
    whole = ".".join(path.replace("[]", "").split("."))
    if name in shape.parts:
        return shape.parts[name], f"{path}.{name}"
    if shape.is_only("group"):
        fix = f"{hint(name, shape.parts)}Части: {', '.join(shape.parts)}."
        names.problems.append(names.part.problem(node, f"У «{whole}» нет части «{name}».", fix))
    elif shape.sorts and "group" not in shape.sorts:
        fix = (
            "Переберите список: {%p for line in … %}."
            if "list" in shape.sorts
            else "Печатайте значение целиком."
        )
        names.problems.append(names.part.problem(node, f"У «{whole}» нет частей, а названа «{name}».", fix))
    return _OPEN, f"{path}.{name}"


def _unprintable(node: nodes.Node, shape: Shape, part: ParsedPart) -> Iterator[Problem]:
    for sort, fix in _HOW_TO_PRINT.items():
        if shape.is_only(sort):
            yield part.problem(node, f"Так не печатается: это {_SORTS[sort]}.", fix)
