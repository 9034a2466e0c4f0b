"""The one reader of JSON that strangers send: what is ambiguous or hostile is refused, not guessed.

UTF-8 only, at most 50 levels (looked at before parsing), no repeated keys, no NaN, no infinities, no numbers of
thousands of digits, nothing after the value.
"""

from __future__ import annotations

import json
import math
import re
from typing import Any, NoReturn

from service.errors import InputError

MAX_DEPTH = 50
MAX_DIGITS = 30
_SHOWN = 100
# Never fails once a quote is found, so that a body of nothing but quotes is read in linear time.
_STRING = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\Z)', re.DOTALL)
_BRACKET = re.compile(r"[\[\]{}]")


def parse_json(data: bytes) -> Any:
    """Return the value of a JSON text.

    Raises:
        InputError: it is not the JSON this service accepts; the text says what and where.
    """
    text = _decoded(data)
    _require_shallow(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_constant=_refuse_constant,
            parse_int=_whole,
            parse_float=_fraction,
        )
    except json.JSONDecodeError as error:
        raise InputError(
            f"Ошибка в JSON: строка {error.lineno}, знак {error.colno}. {_advice(error)}"
        ) from error
    except RecursionError as error:
        raise InputError(_too_deep()) from error
    if "\\u" in text:
        _require_whole_characters(value)
    return value


def _decoded(data: bytes) -> str:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise InputError(f"JSON должен быть в кодировке UTF-8: ошибка в байте {error.start}.") from error
    if text.startswith("\ufeff"):
        raise InputError("Уберите метку порядка байтов (BOM) в начале JSON.")
    if not text.strip():
        raise InputError("Пустой запрос: ожидается JSON.")
    return text


def _require_shallow(text: str) -> None:
    depth = 0
    for bracket in _BRACKET.findall(_STRING.sub("", text)):
        depth += 1 if bracket in "[{" else -1
        if depth > MAX_DEPTH:
            raise InputError(_too_deep())


def _too_deep() -> str:
    return f"Слишком глубокая вложенность JSON: допустимо не более {MAX_DEPTH} уровней."


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            shown = key[:_SHOWN].encode("utf-8", "replace").decode("utf-8")
            raise InputError(f"Ключ «{shown}» повторяется в одном объекте JSON.")
        found[key] = value
    return found


def _refuse_constant(name: str) -> NoReturn:
    raise InputError(f"Значение {name} недопустимо в JSON: нужны обычные числа.")


def _whole(digits: str) -> int:
    if len(digits) > MAX_DIGITS:
        raise InputError(f"Слишком длинное число: допустимо не более {MAX_DIGITS} цифр.")
    return int(digits)


def _fraction(digits: str) -> float:
    value = float(digits)
    if len(digits) > MAX_DIGITS or not math.isfinite(value):
        raise InputError("Слишком большое или слишком длинное дробное число.")
    return value


def _require_whole_characters(value: Any) -> None:
    """Refuse halves of surrogate pairs: they cannot be written to any file or page."""
    try:
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except UnicodeEncodeError as error:
        raise InputError(
            "В тексте JSON есть половина суррогатной пары \\uD800–\\uDFFF без второй."
        ) from error


def _advice(error: json.JSONDecodeError) -> str:
    if error.msg == "Extra data":
        return "После конца JSON есть лишний текст."
    return "Проверьте кавычки, запятые и скобки."
