"""The samples that are measured, and papers made from them."""

from __future__ import annotations

import json
from typing import Any

import forms
from service.backends import SAMPLES, TEMPLATES
from service.filling import CompiledTemplate

ALL = sorted(file.stem for file in SAMPLES.glob("*.json"))
# A page of text, a report with a table, a long landscape table.
THREE = ("order", "curator_report", "roadmap.003")


def kind_of(name: str) -> forms.FormKind:
    """Return the kind of a sample."""
    return forms.get_kind(name.split(".")[0])


def payload_of(name: str) -> dict[str, Any]:
    """Return the payload of a sample."""
    payload: dict[str, Any] = json.loads((SAMPLES / f"{name}.json").read_text(encoding="utf-8"))
    return payload


def template_of(kind: str) -> bytes:
    """Return the bytes of a template."""
    return (TEMPLATES / f"{kind}.docx").read_bytes()


def compiled(kind: str) -> CompiledTemplate:
    """Return a compiled template."""
    return CompiledTemplate(template_of(kind), name=kind)


def context_of(name: str) -> dict[str, Any]:
    """Return what the template of a sample prints."""
    kind = kind_of(name)
    return dict(kind.context(kind.load(payload_of(name))))


def docx_of(name: str) -> bytes:
    """Return a filled sample."""
    return compiled(kind_of(name).name).fill(context_of(name), title="")
