"""The contract of a form kind. A new kind is tested by existing: no kind is named here."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

import pytest
from lxml import etree
from marshmallow import ValidationError, fields

import forms
from forms._containers import Group, Lines, Rows
from forms._fields import Amount, Choice, DocDate, RegNumber, Term, Text, Whole, Yes
from forms._kind import FormKind, flat_messages
from forms.language.typography import typeset
from service.filling import TemplateCache, clean_docx, outline
from service.filling.document import read_parts
from service.pipeline import Press, accept, produce
from tests.samples import (
    ALL_SAMPLES,
    TEMPLATES,
    all_fields,
    changed,
    filled_fields,
    kind_of,
    known_fields,
    leaves,
    read_sample,
    samples_of,
    value_at,
    without_indexes,
)

KINDS = list(forms.all_kinds().values())
CONTAINERS = (Group, Rows, Lines)
HOSTILE = 'А & Б <w:p> "в" {{ 1 }} {% if x %} {_{ ]]> &amp; конец'

each_kind = pytest.mark.parametrize("kind", KINDS, ids=lambda kind: kind.name)
each_sample = pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda sample: sample.stem)


@each_kind
def test_a_kind_is_three_files(kind: FormKind) -> None:
    assert (TEMPLATES / f"{kind.name}.docx").is_file()
    assert samples_of(kind.name)
    assert samples_of(kind.name)[0].name == f"{kind.name}.json"


@each_kind
def test_every_field_has_a_russian_label_and_an_example(kind: FormKind) -> None:
    for path, field in all_fields(kind.schema()):
        assert re.match(r"[А-ЯЁ№]|[IVX]+ ", field.metadata["label"]), path
        if not isinstance(field, CONTAINERS):
            assert field.metadata["example"] not in (None, ""), path


@each_kind
def test_no_field_hides_behind_a_method_of_dict(kind: FormKind) -> None:
    for path, _ in all_fields(kind.schema()):
        assert not hasattr(dict, path[-1]), f"{path}: a template would get dict.{path[-1]}"


@each_kind
def test_every_example_loads(kind: FormKind) -> None:
    for path, field in all_fields(kind.schema()):
        if not isinstance(field, CONTAINERS):
            assert field.deserialize(field.metadata["example"]) is not None, path


@each_kind
def test_all_samples_of_a_kind_together_fill_every_field(kind: FormKind) -> None:
    filled = {
        pair for sample in samples_of(kind.name) for pair in filled_fields(kind.schema(), read_sample(sample))
    }

    # Case forms are for the rare name that the service inflects wrongly.
    wanted = {
        (schema, name)
        for schema, name in known_fields(kind.schema())
        if schema not in {"NameForm", "NameForms", "PositionForms"}
        and name not in {"forms", "position_forms"}
    }
    assert wanted - filled == set()


@each_sample
def test_a_sample_loads_and_has_no_finding_of_severity_error(sample: Path) -> None:
    accepted = accept(kind_of(sample).name, read_sample(sample))

    assert accepted.errors == ()


@each_sample
def test_a_sample_becomes_a_paper(sample: Path, press: Press) -> None:
    paper = produce(accept(kind_of(sample).name, read_sample(sample)), press)

    assert paper.pdf is not None
    assert paper.pdf.startswith(b"%PDF")
    assert paper.title
    assert not re.search(r'[\\/:*?"<>|]', paper.file_name)


@each_sample
def test_every_part_of_a_paper_is_whole_xml_without_tags(sample: Path, templates: TemplateCache) -> None:
    for name, data in read_parts(_filled(sample, read_sample(sample), templates)).items():
        if name.endswith((".xml", ".rels")):
            text = "".join(etree.fromstring(data).itertext())
            assert "{{" not in text, name
            assert "{%" not in text, name


@each_kind
def test_a_template_is_committed_in_canonical_form(kind: FormKind) -> None:
    template = (TEMPLATES / f"{kind.name}.docx").read_bytes()

    assert clean_docx(template) == template


@each_kind
def test_what_the_schema_does_not_know_is_refused_at_its_place(kind: FormKind) -> None:
    payload = {**read_sample(samples_of(kind.name)[0]), "unheard_of": 1}

    with pytest.raises(ValidationError) as refused:
        kind.load(payload)

    assert list(flat_messages(refused.value.messages)) == ["unheard_of"]


@each_kind
def test_every_missing_required_field_is_named_at_once(kind: FormKind) -> None:
    required = {name for name, field in kind.schema().fields.items() if field.required}

    with pytest.raises(ValidationError) as refused:
        kind.load({})

    messages = flat_messages(refused.value.messages)
    assert set(messages) == required
    assert all(re.search("[а-яё]", text) for texts in messages.values() for text in texts)


@each_kind
@pytest.mark.parametrize("wrong", [17, True, None, [], {}, "x\x07y", "x\ud800y"], ids=repr)
def test_a_wrong_type_is_a_message_and_never_an_exception(kind: FormKind, wrong: Any) -> None:
    sample = read_sample(samples_of(kind.name)[0])
    for path, _ in leaves(kind.schema(), sample):
        try:
            kind.load(changed(sample, path, wrong))
        except ValidationError as refused:
            messages = flat_messages(refused.messages)
            assert messages
            assert all(re.search("[а-яё]", text) for texts in messages.values() for text in texts), messages


@each_kind
def test_a_payload_that_is_no_object_is_refused(kind: FormKind) -> None:
    for payload in (None, [], "текст", 5):
        with pytest.raises(ValidationError):
            kind.load(payload)


@each_kind
def test_every_printed_field_changes_what_is_printed(kind: FormKind, templates: TemplateCache) -> None:
    silent: dict[str, str] = {}
    seen: set[str] = set()
    for sample in samples_of(kind.name):
        payload = read_sample(sample)
        before = outline(_filled(sample, payload, templates))
        for path, field in leaves(kind.schema(), payload):
            name = without_indexes(path)
            if name in seen or not _is_printed_leaf(field):
                continue
            if _prints_differently(sample, payload, path, field, before, templates):
                seen.add(name)
                silent.pop(name, None)
            else:
                silent[name] = sample.stem

    assert silent == {}


@each_kind
def test_hostile_text_prints_letter_by_letter(kind: FormKind, templates: TemplateCache) -> None:
    """T-01, T-02."""
    sample = samples_of(kind.name)[0]
    payload = read_sample(sample)
    tried = 0
    before = outline(_filled(sample, payload, templates))
    for path, field in leaves(kind.schema(), payload):
        value = value_at(payload, path)
        is_free_text = isinstance(field, Text) and not field.pattern and len(HOSTILE) < field.limit
        # A name becomes initials and a position changes its case: only what is printed as typed can be compared.
        if not is_free_text or " " not in value or typeset(value) not in before:
            continue
        try:
            printed = outline(_filled(sample, changed(payload, path, f"{value} {HOSTILE}"), templates))
        except ValidationError:
            continue
        tried += 1
        for piece in ("А & Б", "<w:p>", "{{ 1 }}", "{% if x %}", "{_{", "]]>", "&amp; конец"):
            assert piece in printed, (path, piece)

    assert tried >= 10


def _is_printed_leaf(field: fields.Field) -> bool:
    return field.metadata.get("printed", True) and not isinstance(field, CONTAINERS)


def _filled(sample: Path, payload: dict[str, Any], templates: TemplateCache) -> bytes:
    kind = kind_of(sample)
    data = kind.load(payload)
    return templates.get(kind.name).fill(kind.context(data), title=kind.headline(data))


def _prints_differently(
    sample: Path,
    payload: dict[str, Any],
    path: Any,
    field: fields.Field,
    before: str,
    templates: TemplateCache,
) -> bool:
    """Try other values until one is accepted; a value that no change gets through is not printed."""
    for value in _others(field, value_at(payload, path)):
        try:
            after = outline(_filled(sample, changed(payload, path, value), templates))
        except ValidationError:
            continue
        if after != before:
            return True
    return False


def _others(field: fields.Field, value: Any) -> list[Any]:
    if isinstance(field, Choice):
        return [other for other in field.options if other != value]
    if isinstance(field, Yes):
        return [not value]
    if isinstance(field, Whole):
        return [value + 1, value - 1]
    if isinstance(field, Amount):
        return ["77,7"]
    if isinstance(field, DocDate):
        year = int(re.search(r"\d{4}", value).group())
        return [f"{year}-{month:02}-{day:02}" for month in range(1, 13) for day in (3, 17)]
    if isinstance(field, Term):
        return ["апрель 2022", "до 11.05.2022"]
    if isinstance(field, RegNumber):
        return [f"{value}7"]
    if isinstance(field, Text) and field.pattern:
        return ["Ж.Щ."]
    return [f"{value}ы", f"{value} съ", f"Щ{value}"]
