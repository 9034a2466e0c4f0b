"""The template language: Jinja in a sandbox, strict about names, careful about what it prints.

Every printed value leaves a mark instead of its text (`service.filling.marks`), so that the text can be put in
afterwards and compared: see `service.filling.compare`. Filters only format; there is no way to print anything but text
and whole numbers.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from jinja2 import StrictUndefined, Undefined
from jinja2.exceptions import SecurityError, UndefinedError
from jinja2.runtime import Context, LoopContext
from jinja2.sandbox import ImmutableSandboxedEnvironment

from forms._measures import decimal_comma
from forms.language.agree import date_in_digits, date_in_words
from forms.language.cases import decline_position, initials_surname, surname_initials
from forms.language.typography import typeset
from service.filling.lookup import DataFirstEnvironment, Place
from service.filling.marks import MarkingCode, PrintingContext
from service.filling.printed import Known, Printed

_texts = Known(typeset)
_numbers = Known(str)


def forget_typeset() -> None:
    """Forget the texts typeset before, so that a benchmark measures a new paper."""
    _texts.clear()


def printed_of(value: Any) -> Printed:
    """Return what a value prints.

    Raises:
        UndefinedError: it is missing, or neither a text nor a whole number.
        TemplateError: it cannot be written as UTF-8.
    """
    if isinstance(value, str):
        return _texts[str(value)]
    if isinstance(value, int) and not isinstance(value, bool):
        return _numbers[value]
    if isinstance(value, Undefined):
        str(value)  # StrictUndefined says which name is missing
    raise UndefinedError(f"a template prints text and whole numbers, not {type(value).__name__}")


def _text_of(value: Any) -> str:
    return printed_of(value)[0]


class _Language(DataFirstEnvironment):
    """Jinja that reads keys of mappings, items of lists and a loop's own numbers, and calls nothing.

    `service.filling.guard` refuses the rest before a template is compiled; this is the second wall.
    """

    code_generator_class = MarkingCode
    context_class = PrintingContext
    texts, numbers = _texts, _numbers
    printed_of = staticmethod(printed_of)

    def getattr(self, obj: Any, attribute: str) -> Any:
        """Return a value by its name; never an attribute of a Python object."""
        if isinstance(obj, Mapping):
            return obj[attribute] if attribute in obj else self.undefined(obj=obj, name=attribute)
        if isinstance(obj, LoopContext | Place) and attribute in LOOP_VALUES:
            return getattr(obj, attribute)
        if isinstance(obj, Undefined):
            str(obj)  # StrictUndefined says which name is missing
        return self.undefined(obj=obj, name=attribute)

    def getitem(self, obj: Any, argument: Any) -> Any:
        """Return a value by its name or number."""
        if isinstance(obj, list | tuple) and type(argument) is int:
            return (
                obj[argument]
                if -len(obj) <= argument < len(obj)
                else self.undefined(obj=obj, name=str(argument))
            )
        return self.getattr(obj, argument)

    def call(self, context: Context, obj: Any, *args: Any, **kwargs: Any) -> Any:
        """Refuse every call."""
        raise SecurityError("a template calls nothing")


def template_environment() -> ImmutableSandboxedEnvironment:
    """Return a fresh environment; every part of every template gets its own."""
    environment = _Language(
        autoescape=True,
        undefined=StrictUndefined,
        finalize=_text_of,
        cache_size=0,
        keep_trailing_newline=True,
    )
    environment.globals = {}
    environment.tests = {name: environment.tests[name] for name in TEST_NAMES}
    environment.filters = {**_FILTERS, "sum": environment.filters["sum"], "length": len}
    return environment


def _person(form: Callable[..., Any]) -> Callable[..., str]:
    def filtered(person: Mapping[str, Any], case: str = "nominative") -> str:
        return str(form(person, case).text)

    return filtered


def _name_parts(person: Mapping[str, Any]) -> list[str]:
    first = [person["first"], person["middle"]] if person["first"] else [person["initials"]]
    return [part for part in (person["last"], *first) if part]


_FILTERS: dict[str, Callable[..., Any]] = {
    "date_words": date_in_words,
    "date_digits": date_in_digits,
    "surname_initials": _person(surname_initials),
    "initials_surname": _person(initials_surname),
    "position": lambda text, case: decline_position(text, case).text,
    "full_name": lambda person: " ".join(_name_parts(person)),
    "number": decimal_comma,
    "term": str,
    "lines": str.splitlines,
    "upper": str.upper,
}
FILTER_NAMES = frozenset({*_FILTERS, "sum", "length"})
TEST_NAMES = frozenset({"defined", "undefined", "none"})
LOOP_VALUES = frozenset({"first", "last", "index", "index0", "revindex", "revindex0", "length"})
