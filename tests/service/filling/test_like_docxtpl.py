"""Our filling against docxtpl itself, on every sample and on samples with changed texts."""

from __future__ import annotations

import functools
from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from lxml import etree
from marshmallow import ValidationError

from bench.docxtpl_way import fill_with_docxtpl, for_docxtpl
from service.filling import CompiledTemplate
from service.filling.document import read_parts
from tests.samples import ALL_SAMPLES, TEMPLATES, changed, kind_of, leaves, read_sample

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
# What docxtpl reads as tags, breaks or escapes of its own is compared elsewhere, with the data.
TEXTS = st.text(
    st.characters(
        whitelist_categories=["Lu", "Ll", "Nd", "Zs", "Sm"], whitelist_characters="&<>\"«».,–-№%()'"
    ),
    min_size=1,
    max_size=60,
)


@functools.cache
def both(kind: str) -> tuple[CompiledTemplate, bytes]:
    docx = (TEMPLATES / f"{kind}.docx").read_bytes()
    return CompiledTemplate(docx, name=kind), for_docxtpl(docx)


def require_the_same_parts(kind: str, context: dict) -> None:
    ours, for_theirs = both(kind)
    made = read_parts(ours.fill(context, title=""))
    theirs = read_parts(fill_with_docxtpl(for_theirs, context))
    compared = [
        part for part in made if part.startswith("word/") and canonical(made[part]) == canonical(theirs[part])
    ]

    assert compared == [part for part in made if part.startswith("word/")]


def canonical(xml: bytes) -> bytes:
    """A part without what prints nothing: how space is kept, and the empty runs that docxtpl leaves beside {%r %}."""
    root = etree.fromstring(xml)
    for text in root.iter(f"{W}t"):
        text.attrib.pop("{http://www.w3.org/XML/1998/namespace}space", None)
    for run in list(root.iter(f"{W}r")):
        if not run.attrib and [(child.tag, child.text or "") for child in run] == [(f"{W}t", "")]:
            run.getparent().remove(run)
    return etree.tostring(root, method="c14n")


@pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda sample: sample.stem)
def test_the_body_is_what_docxtpl_itself_makes(sample: Path) -> None:
    kind = kind_of(sample)

    require_the_same_parts(kind.name, kind.context(kind.load(read_sample(sample))))


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.filter_too_much])
@given(st.data())
def test_the_body_is_what_docxtpl_makes_of_changed_texts_too(data: st.DataObject) -> None:
    sample = data.draw(st.sampled_from(ALL_SAMPLES))
    kind, payload = kind_of(sample), read_sample(sample)
    texts = [path for path, _ in leaves(kind.schema(), payload) if isinstance(value_of(payload, path), str)]
    payload = changed(payload, data.draw(st.sampled_from(texts)), data.draw(TEXTS))
    try:
        form_data = kind.load(payload)
    except ValidationError:
        assume(False)

    require_the_same_parts(kind.name, kind.context(form_data))


def value_of(payload: object, path: tuple) -> object:
    for step in path:
        payload = payload[step]
    return payload
