from __future__ import annotations

import time

import pytest

from service.errors import InputError
from service.web.strict_json import parse_json


@pytest.mark.parametrize(
    ("text", "value"),
    [
        (b'{"a": [1, 2.5, null, true, "\xd1\x8f"]}', {"a": [1, 2.5, None, True, "я"]}),
        (b"[" * 50 + b"]" * 50, None),
        (b'"[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[["', "[" * 57),
        (rb'"\ud83d\ude00"', "😀"),
        (b'{"a": {"b": 1}, "c": {"b": 1}}', {"a": {"b": 1}, "c": {"b": 1}}),
        (b"123456789012345678901234567890", 123456789012345678901234567890),
    ],
)
def test_plain_json_is_read(text, value):
    parsed = parse_json(text)

    assert value is None or parsed == value


@pytest.mark.parametrize(
    ("text", "says"),
    [
        (b"", "Пустой"),
        (b"  \n", "Пустой"),
        (b"{", "строка 1"),
        (b'{"a": 1,}', "строка 1, знак"),
        (b'{"a": 1} x', "лишний текст"),
        (b"{} {}", "лишний текст"),
        (b'{"a": 1, "a": 2}', "«a» повторяется"),
        (b'{"x": {"a": 1, "\\u0061": 2}}', "«a» повторяется"),
        (b"NaN", "NaN"),
        (b'{"a": Infinity}', "Infinity"),
        (b"-Infinity", "Infinity"),
        (b"1e999", "дробное"),
        (b"-1e999", "дробное"),
        (b"1" * 31, "длинное число"),
        (b"1" * 5000, "длинное число"),
        (b"0." + b"1" * 31, "дробное"),
        (b"[" * 51 + b"]" * 51, "вложенность"),
        (b'{"a":' * 51 + b"1" + b"}" * 51, "вложенность"),
        (b"[" * 1_000_000, "вложенность"),
        (b'"\xff"', "UTF-8"),
        ('"я"'.encode("cp1251"), "UTF-8"),
        ('{"a": 1}'.encode("utf-16"), "UTF-8"),
        (b"\xef\xbb\xbf{}", "BOM"),
        (rb'"\ud800"', "суррогатной"),
        (rb'{"\udfff": 1}', "суррогатной"),
        (b"{'a': 1}", "строка 1"),
        (b'"a\nb"', "строка 1"),
    ],
)
def test_other_json_is_refused_with_the_reason(text, says):
    """T-10."""
    with pytest.raises(InputError) as refusal:
        parse_json(text)

    assert says in str(refusal.value)


@pytest.mark.parametrize(
    "text", [b'"' * 2_000_000, rb"\"" * 1_000_000, b'"' + rb"\"" * 1_000_000, b"[]," * 500_000]
)
def test_hostile_text_is_refused_in_linear_time(text):
    """T-10."""
    started = time.monotonic()

    with pytest.raises(InputError):
        parse_json(text)

    assert time.monotonic() - started < 5
