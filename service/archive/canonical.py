"""The one text of a JSON value: what is hashed, compared and kept.

Keys sorted by code point, UTF-8, no spaces, nothing escaped that need not be; equal values give equal bytes
with any Python. The stand-alone verifier repeats these few lines.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

from service.errors import InputError


def canonical_json(value: Any) -> str:
    """Return the canonical text of a JSON value; tuples and mappings count as arrays and objects.

    Raises:
        InputError: the value has no JSON text: a number that is not finite, a key that is not text, a lone
            surrogate, a type JSON does not know, or thousands of levels.
    """
    try:
        text = json.dumps(
            _plain(value), ensure_ascii=False, allow_nan=False, sort_keys=True, separators=(",", ":")
        )
        # Lone surrogates pass json.dumps and fail later, where nobody can name the cause.
        text.encode("utf-8")
    except (TypeError, ValueError, RecursionError) as error:
        raise InputError(
            "Данные нельзя записать в архив: допустимы только обычные значения JSON "
            "(текст, конечные числа, true, false, null, списки и объекты)."
        ) from error
    return text


def sha256_of(text: str) -> str:
    """Return the SHA-256 of the UTF-8 bytes of a text."""
    return hashlib.sha256(text.encode("utf-8")).hexdigest()


def _plain(value: Any) -> Any:
    # Classes first: most of a payload is texts, and asking whether one is a Mapping takes long.
    kind = value.__class__
    if kind is str or kind is int or value is None:
        return value
    # json.dumps would take 1 and "1" as keys of one object and write both as "1".
    if kind is dict or isinstance(value, Mapping):
        if not all(isinstance(key, str) for key in value):
            raise TypeError("a key is not text")
        return {key: _plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value
