"""How a template finds names in the data and walks its lists: keys first, and loops without a second iterator.

Owns what Jinja's compiled code asks for on every value of a long table. What may be asked for is the sandbox's.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from jinja2 import Template, nodes
from jinja2.compiler import CodeGenerator, Frame
from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

_LOOP_NAMES = frozenset({"first", "last", "index", "index0", "revindex", "revindex0", "length"})
# The cells, lines and rows of most tables; the places of a longer list are made anew each time.
_PLACES_KEPT = 256


class DataFirstCode(CodeGenerator):
    """Writes the Python code of a template whose data are dictionaries."""

    def write_commons(self) -> None:
        """Write the beginning of a rendering."""
        super().write_commons()
        self.writeline("place = environment.place")

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
            self.write(f"else _found.{node.attr} if _found.__class__ is place ")
        self.write(f"else environment.getattr(_found, {node.attr!r}))")


class DataFirstEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox in which `row.title` is the key of a dictionary wherever there is such a key.

    Jinja asks for the attribute first and lets Python raise; nearly every name of a template is a key, and
    the raised error is half of the rendering. A key named like a method (`items`) is the data's too.
    """

    code_generator_class = DataFirstCode
    place: type[Place]

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return the value of `obj.attribute`; the rules of the sandbox hold for all that is no key."""
        if obj.__class__ is dict and attribute in obj:
            return obj[attribute]
        if obj.__class__ is Place and attribute in _LOOP_NAMES:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)


class Place:
    """The `loop` of a loop over a list: the place of one item; never changed, so it may be shared."""

    __slots__ = ("first", "index", "index0", "last", "length", "revindex", "revindex0")

    def __init__(self, index0: int, length: int) -> None:
        self.index0, self.index, self.length = index0, index0 + 1, length
        self.revindex, self.revindex0 = length - index0, length - index0 - 1
        self.first, self.last = index0 == 0, index0 == length - 1


DataFirstEnvironment.place = Place


def with_list_loops(template: Template, *, source_uses: str) -> Template:
    """Let a compiled template walk lists with `Place`.

    Args:
        template: freshly compiled; its code looks LoopContext up in a namespace of its own.
        source_uses: the source; a template that asks its loops for more than their place keeps Jinja's.
    """
    if not any(name in source_uses for name in ("previtem", "nextitem", "cycle", "changed", "depth")):
        template.root_render_func.__globals__["LoopContext"] = _loop
    return template


def _loop(
    items: Any, undefined: Any, recurse: Any = None, depth0: int = 0
) -> Iterable[tuple[Any, Place]] | LoopContext:
    if items.__class__ is list and recurse is None:
        # Jinja's own asks its iterator for one item in advance, because it must walk anything.
        return zip(items, _places[len(items)], strict=True)
    return LoopContext(items, undefined, recurse, depth0)


class _Places(dict[int, tuple[Place, ...]]):
    """Length of a list -> the places of its items."""

    def __missing__(self, length: int) -> tuple[Place, ...]:
        places = tuple(Place(index0, length) for index0 in range(length))
        if length <= _PLACES_KEPT:
            self[length] = places
        return places


_places = _Places()
