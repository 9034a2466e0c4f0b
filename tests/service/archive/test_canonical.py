"""One text for equal values, on any day and any machine."""

from __future__ import annotations

import json
from types import MappingProxyType

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.archive.canonical import canonical_json, sha256_of
from service.errors import InputError

texts = st.text(st.characters(exclude_categories=["Cs"]))
values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=20,
)
# A busy machine is no failure.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_keys_are_sorted_and_nothing_is_escaped_without_need():
    assert canonical_json({"я": [1, 2.5, True, None], "a": {"c": "«№»", "b": ""}}) == (
        '{"a":{"b":"","c":"«№»"},"я":[1,2.5,true,null]}'
    )


def test_the_hash_of_a_known_value_never_changes():
    assert sha256_of(canonical_json({"номер": "376"})) == (
        "6085047891cfc1c92a4ca28927403ed51245cd4662fd34a14507c2821ff0bff3"
    )


@patiently
@given(values)
def test_a_value_comes_back_as_it_was(value):
    assert json.loads(canonical_json(value)) == value


@patiently
@given(values)
def test_the_text_of_the_value_read_back_is_the_same_text(value):
    text = canonical_json(value)

    assert canonical_json(json.loads(text)) == text


@patiently
@given(st.dictionaries(texts, st.lists(texts, max_size=2), max_size=8))
def test_the_order_of_keys_does_not_matter(value):
    assert canonical_json(dict(reversed(value.items()))) == canonical_json(value)


@patiently
@given(values)
def test_the_text_is_utf_8_on_one_line(value):
    text = canonical_json(value)

    assert text.encode().decode() == text
    assert "\n" not in text
    assert "\x00" not in text


def test_tuples_and_read_only_mappings_count_as_arrays_and_objects():
    assert canonical_json(MappingProxyType({"a": (1, (2,))})) == '{"a":[1,[2]]}'


@pytest.mark.parametrize(
    "value",
    [
        float("nan"),
        float("inf"),
        {1: "a"},
        {"a": 1, None: 2},
        {"a": {1, 2}},
        {"a": b"bytes"},
        "\ud800",
        {"\udfff": 1},
    ],
)
def test_what_has_no_json_text_is_refused(value):
    with pytest.raises(InputError):
        canonical_json(value)


def test_a_number_of_thousands_of_digits_is_refused():
    with pytest.raises(InputError):
        canonical_json(10**5000)


def test_endless_nesting_is_refused():
    value = []
    for _ in range(100_000):
        value = [value]

    with pytest.raises(InputError):
        canonical_json(value)
