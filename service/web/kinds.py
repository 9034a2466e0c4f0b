"""Form kinds as visitors ask for them: by a name that may not exist, with a sample to start from."""

from __future__ import annotations

import json
from typing import Any

import forms
from service.backends import SAMPLES
from service.errors import NotFound, UnknownKind
from service.packages import PACKAGE

# What people make most stands first; a kind that is not named here follows in its own order.
_FIRST = ("order", "roadmap", "curator_report", "information_note", "roadmap_report")


def listed_kinds() -> dict[str, forms.FormKind]:
    """Return every kind by its name, in the order in which people choose."""
    kinds = forms.all_kinds()
    return {name: kinds[name] for name in dict.fromkeys((*_FIRST, *kinds)) if name in kinds}


def known_kind(name: str) -> forms.FormKind:
    """Return a kind.

    Raises:
        UnknownKind: there is none of this name; the text lists those there are.
    """
    if name not in forms.all_kinds():
        raise UnknownKind(f"Неизвестный вид документа. Доступны: {', '.join(forms.all_kinds())}.")
    return forms.get_kind(name)


def recorded_kind(name: str) -> str:
    """Return the name of a kind that papers may be recorded under: a form kind or the package.

    Raises:
        UnknownKind: there is none of this name.
    """
    return name if name == PACKAGE else known_kind(name).name


def kind_title(name: str) -> str:
    """Return what people call a kind; a kind that is gone keeps its name."""
    if name == PACKAGE:
        return "Комплект"
    return forms.get_kind(name).title if name in forms.all_kinds() else name


def sample_payload(kind_name: str) -> Any:
    """Return the sample of a kind.

    Raises:
        NotFound: the kind has none.
    """
    path = SAMPLES / ("packages/package.000.json" if kind_name == PACKAGE else f"{kind_name}.json")
    if not path.is_file():
        raise NotFound(f"Для вида документа «{kind_name}» нет примера.")
    return json.loads(path.read_text(encoding="utf-8"))
