"""How a template finds a name in the data: keys first, without asking the dictionary for an attribute."""

from __future__ import annotations

from typing import Any

from jinja2.runtime import LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

_LOOP = frozenset({"first", "last", "index", "index0", "length", "previtem", "nextitem"})


class DataFirstEnvironment(ImmutableSandboxedEnvironment):
    """A sandbox in which `row.title` is the key of a dictionary wherever there is such a key.

    Jinja asks for the attribute first and lets Python raise; nearly every name of a template is a key, and
    the raised error is half of the rendering. A key named like a method (`items`) is the data's too.
    """

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return the value of `obj.attribute`; the rules of the sandbox hold for all that is no key."""
        if type(obj) is dict and attribute in obj:
            return obj[attribute]
        if type(obj) is LoopContext and attribute in _LOOP:
            return getattr(obj, attribute)
        return super().getattr(obj, attribute)
