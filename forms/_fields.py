"""The fields every form is built from: marshmallow fields with a Russian label, help and example.

A field's first argument is its label. An optional text loads as "", an optional list as [], anything else
optional as None, so that a template may ask for any field. What may not stand in a .docx is refused here.
"""

from __future__ import annotations

import datetime as dt
import functools
import re
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from marshmallow import ValidationError, fields, validate

from forms.language.period import Period, PeriodError, read_period

MISSING = {"required": "Обязательное поле не заполнено.", "null": "Поле не может быть пустым (null)."}
_NOT_XML = re.compile("[^\\u0009\\u000a\\u000d\\u0020-\\ud7ff\\ue000-\\ufffd\\U00010000-\\U0010ffff]")
_RUSSIAN_DATE = re.compile(r"(\d{2})\.(\d{2})\.(\d{4})")


def described(
    label: str, *, example: Any, help: str, required: bool, printed: bool, empty: Any, **more: Any
) -> dict[str, Any]:
    """Return the keyword arguments every marshmallow field of ours is made with."""
    options: dict[str, Any] = {
        "required": required,
        "metadata": {"label": label, "help": help, "example": example, "printed": printed, **more},
    }
    if not required:
        options["load_default"] = list if empty == [] else empty
        options["allow_none"] = empty is None
    return options


class Text(fields.String):
    """One line of text."""

    multiline = False
    default_error_messages = {
        **MISSING,
        "invalid": "Ожидается текст в кавычках.",
        "control": "Недопустимый знак {code} в позиции {place}: его нельзя напечатать. Удалите его.",
        "line": "Текст должен быть в одну строку: уберите переводы строки и табуляцию.",
        "tab": "Уберите табуляцию: в документе она не печатается.",
        "empty": "Обязательное поле не заполнено.",
        "long": "Слишком длинный текст: {size} знаков, допустимо не более {limit}.",
        "pattern": "{advice}",
    }

    def __init__(
        self,
        label: str,
        *,
        example: str,
        help: str = "",
        required: bool = False,
        printed: bool = True,
        limit: int = 1000,
        pattern: str = "",
        advice: str = "",
        **more: Any,
    ) -> None:
        super().__init__(
            **described(label, example=example, help=help, required=required, printed=printed, empty=""),
            **more,
        )
        self.limit, self.pattern, self.advice = limit, pattern, advice

    def deserialize(
        self, value: Any, attr: str | None = None, data: Mapping[str, Any] | None = None, **kwargs: Any
    ) -> Any:
        """Return the text; one that is there needs none of the questions for missing values and validators."""
        if isinstance(value, str) and not (self.validators or self.pre_load or self.post_load):
            return self._deserialize(value, attr, data)
        return super().deserialize(value, attr, data, **kwargs)

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        if value.isprintable():  # nothing in it can be wrong but its length and its pattern
            return self._fitting(value.strip())
        text = value.replace("\r\n", "\n").replace("\r", "\n").strip()
        if found := _NOT_XML.search(text):
            code = f"U+{ord(found.group()):04X}"
            raise self.make_error("control", code=code, place=found.start() + 1)
        if "\t" in text:
            raise self.make_error("tab" if self.multiline else "line")
        if "\n" in text and not self.multiline:
            raise self.make_error("line")
        return self._fitting(text)

    def _fitting(self, text: str) -> str:
        if self.required and not text:
            raise self.make_error("empty")
        if len(text) > self.limit:
            raise self.make_error("long", size=len(text), limit=self.limit)
        if text and self.pattern and not re.fullmatch(self.pattern, text):
            raise self.make_error("pattern", advice=self.advice)
        return text


class LongText(Text):
    """Text of one or more lines; every line is printed on its own."""

    multiline = True

    def __init__(self, label: str, *, limit: int = 20_000, **options: Any) -> None:
        super().__init__(label, limit=limit, **options)


class RegNumber(Text):
    """A registration number: digits and letters with - / . inside, «03а-ОД», «01-05/123»."""

    def __init__(self, label: str = "Номер", *, example: str = "01-05/123", **options: Any) -> None:
        super().__init__(
            label,
            example=example,
            limit=40,
            pattern=r"[0-9A-Za-zА-Яа-яЁё](?:[0-9A-Za-zА-Яа-яЁё./-]*[0-9A-Za-zА-Яа-яЁё])?",
            advice="Номер состоит из цифр, букв и знаков «-», «/», «.»; знак № не пишется.",
            **options,
        )


class DocDate(fields.Field[dt.date]):
    """A calendar date: "2022-01-14" or "14.01.2022"."""

    default_error_messages = {
        **MISSING,
        "invalid": "Дата не распознана. Напишите её так: 14.01.2022 или 2022-01-14.",
        "range": "Год должен быть от 1990 до 2100.",
    }

    def __init__(
        self, label: str, *, example: str, help: str = "", required: bool = False, printed: bool = True
    ) -> None:
        super().__init__(
            **described(label, example=example, help=help, required=required, printed=printed, empty=None)
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> dt.date:
        if not isinstance(value, str):
            raise self.make_error("invalid")
        text = value.strip()
        if found := _RUSSIAN_DATE.fullmatch(text):
            text = "-".join(reversed(found.groups()))
        if not re.fullmatch(r"\d{4}-\d{2}-\d{2}", text):
            raise self.make_error("invalid")
        try:
            date = dt.date.fromisoformat(text)
        except ValueError as error:
            raise self.make_error("invalid") from error
        if not 1990 <= date.year <= 2100:
            raise self.make_error("range")
        return date

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return value.isoformat() if value else None


class Term(fields.Field[Period | None]):
    """A term as it is written in papers: «март 2022», «до 15.02.2022», several lines allowed.

    The author's wording is kept for printing. A year that is missing is added by the schema that knows it.
    """

    default_error_messages = {**MISSING, "invalid": "Ожидается текст, например «март–апрель 2022»."}

    def __init__(
        self, label: str, *, example: str, help: str = "", required: bool = False, printed: bool = True
    ) -> None:
        super().__init__(
            **described(label, example=example, help=help, required=required, printed=printed, empty=None)
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Period | None:
        text = _TERM_TEXT.deserialize(value)
        if not text:
            if self.required:
                raise self.make_error("required")
            return None
        try:
            return _known_period(text)
        except PeriodError as error:
            raise ValidationError(str(error)) from error

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return str(value) if value else None


_TERM_TEXT = LongText("", example="", limit=500)
# The rows of a batch and of a roadmap have few different terms; a Period is frozen.
_known_period = functools.lru_cache(maxsize=4096)(read_period)


class Choice(fields.String):
    """One of a few values; `options` maps each value to its Russian label."""

    default_error_messages = {**MISSING, "invalid": "Ожидается одно из значений: {values}."}

    def __init__(
        self,
        label: str,
        choices: Mapping[str, str],
        *,
        help: str = "",
        required: bool = False,
        printed: bool = True,
        default: str | None = None,
    ) -> None:
        self.options = dict(choices)
        example = default or next(value for value in choices if value)
        super().__init__(
            **described(label, example=example, help=help, required=required, printed=printed, empty=default),
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> str:
        if not isinstance(value, str) or value not in self.options:
            values = ", ".join(f"{key} ({label})" for key, label in self.options.items())
            raise self.make_error("invalid", values=values)
        return value


class Whole(fields.Integer):
    """A whole number."""

    default_error_messages = {
        **MISSING,
        "invalid": "Ожидается целое число, например 12.",
        "too_large": "Слишком большое число.",
    }

    def __init__(
        self,
        label: str,
        *,
        example: int,
        minimum: int = 0,
        maximum: int = 1_000_000,
        help: str = "",
        required: bool = False,
        printed: bool = True,
    ) -> None:
        super().__init__(
            strict=True,
            validate=validate.Range(minimum, maximum, error=f"Допустимы значения от {minimum} до {maximum}."),
            **described(label, example=example, help=help, required=required, printed=printed, empty=None),
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> int:
        if isinstance(value, bool | str):
            raise self.make_error("invalid")
        number: int = super()._deserialize(value, attr, data, **kwargs)
        return number


class Amount(fields.Field[Decimal]):
    """A number with an optional fraction: 12, 12.5 or "12,5"; printed with a decimal comma."""

    default_error_messages = {**MISSING, "invalid": "Ожидается число, например 12 или 12,5."}

    def __init__(
        self, label: str, *, example: float, help: str = "", required: bool = False, printed: bool = True
    ) -> None:
        super().__init__(
            **described(label, example=example, help=help, required=required, printed=printed, empty=None)
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Decimal:
        if isinstance(value, bool) or not isinstance(value, int | float | str | Decimal):
            raise self.make_error("invalid")
        text = str(value).strip().replace(",", ".").replace("\N{MINUS SIGN}", "-")
        if not re.fullmatch(r"-?\d{1,12}(?:\.\d{1,6})?", text):
            raise self.make_error("invalid")
        return Decimal(text)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> str | None:
        return None if value is None else str(value)


class Yes(fields.Boolean):
    """Yes or no; only true and false are accepted."""

    default_error_messages = {**MISSING, "invalid": "Ожидается true или false без кавычек."}

    def __init__(
        self, label: str, *, default: bool = False, help: str = "", printed: bool = True, example: bool = True
    ) -> None:
        super().__init__(
            **described(label, example=example, help=help, required=False, printed=printed, empty=default)
        )

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> bool:
        if not isinstance(value, bool):
            raise self.make_error("invalid")
        return value
