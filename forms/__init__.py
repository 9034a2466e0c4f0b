"""The registry of form kinds: every module here without a leading underscore is one.

A kind is three files: forms/<kind>.py with `KIND`, templates_docx/<kind>.docx, fixtures/<kind>.json.
"""

from __future__ import annotations

import dataclasses
import functools
import importlib
import pkgutil

from forms._kind import FormKind

__all__ = ["FormKind", "all_kinds", "get_kind"]

_NOT_KINDS = frozenset({"language"})


@functools.cache
def all_kinds() -> dict[str, FormKind]:
    """Return every kind by name, in the order of their names.

    Raises:
        TypeError: a module lacks KIND or it is not a FormKind; the message names the file.
    """
    kinds: dict[str, FormKind] = {}
    for module in sorted(pkgutil.iter_modules(__path__), key=lambda found: found.name):
        if module.name.startswith("_") or module.name in _NOT_KINDS:
            continue
        kind = getattr(importlib.import_module(f"{__name__}.{module.name}"), "KIND", None)
        if not isinstance(kind, FormKind):
            raise TypeError(f"forms/{module.name}.py must define KIND = FormKind(...)")
        kinds[module.name] = dataclasses.replace(kind, name=module.name)
    return kinds


def get_kind(name: str) -> FormKind:
    """Return one kind.

    Raises:
        KeyError: no such kind.
    """
    return all_kinds()[name]
