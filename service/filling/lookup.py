"""How a template finds names in the data and walks its lists: keys first, and loops without a second iterator.

Owns what Jinja's compiled code asks for on every value of a long table. What may be asked for is the sandbox's.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

_LOOP_NAMES = frozenset({"first", "last", "index", "index0", "revindex", "revindex0", "length"})


class DataFirstCode(CodeGenerator):
    """Writes the Python code of a template whose data are dictionaries."""

    def visit_Getattr(self, node: nodes.Getattr, frame: Frame) -> None:  # noqa: N802 - Jinja's name
        """Write `row.title` as a look into the dictionary, and as a call of the sandbox for all else."""
        if node.ctx != "load" or self.environment.is_async:
            super().visit_Getattr(node, frame)
            return
        self.write("(_found[")
        self.write(f"{node.attr!r}] if (_found := ")
        self.visit(node.node, frame)
        self.write(f").__class__ is dict and {node.attr!r} in _found ")
        if node.attr in _LOOP_NAMES:
            self.write(f"else _found.{node.attr} if _found.__class__ is environment.list_loop ")
        self.write(f"else environment.getattr(_found, {node.attr!r}))")


class DataFirstEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox in which `row.title` is the key of a dictionary wherever there is such a key.

    Jinja asks for the attribute first and lets Python raise; nearly every name of a template is a key, and
    the raised error is half of the rendering. A key named like a method (`items`) is the data's too.
    """

    code_generator_class = DataFirstCode
    list_loop: type[ListLoop]

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return the value of `obj.attribute`; the rules of the sandbox hold for all that is no key."""
        if obj.__class__ is dict and attribute in obj:
            return obj[attribute]
        if obj.__class__ is ListLoop and attribute in _LOOP_NAMES:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


class ListLoop:
    """The `loop` of a loop over a list: knows its place by counting.

    Jinja's own asks its iterator for one item in advance, because it must walk anything.
    """

    __slots__ = ("_items", "first", "index0", "length")

    def __init__(self, items: Sequence[Any]) -> None:
        self._items, self.length, self.index0, self.first = items, len(items), -1, True

    def __iter__(self) -> Iterator[tuple[Any, ListLoop]]:
        for self.index0, item in enumerate(self._items):  # noqa: B020 - the place is what it counts
            yield item, self
            self.first = False

    @property
    def index(self) -> int:
        """The place, from 1."""
        return self.index0 + 1

    @property
    def revindex(self) -> int:
        """How many are left, this one too."""
        return self.length - self.index0

    @property
    def revindex0(self) -> int:
        """How many are left."""
        return self.length - self.index0 - 1

    @property
    def last(self) -> bool:
        """Whether this is the last."""
        return self.index0 == self.length - 1


DataFirstEnvironment.list_loop = ListLoop


def with_list_loops(template: Template, *, source_uses: str) -> Template:
    """Let a compiled template walk lists with `ListLoop`.

    Args:
        template: freshly compiled; its code looks LoopContext up in a namespace of its own.
        source_uses: the source; a template that asks its loops for more than their place keeps Jinja's.
    """
    if not any(name in source_uses for name in ("previtem", "nextitem", "cycle", "changed", "depth")):
        template.root_render_func.__globals__["LoopContext"] = _loop
    return template


def _loop(items: Any, undefined: Any, recurse: Any = None, depth0: int = 0) -> ListLoop | LoopContext:
    if items.__class__ is list and recurse is None:
        return ListLoop(items)
    return LoopContext(items, undefined, recurse, depth0)
