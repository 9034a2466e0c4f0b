"""The template language: Jinja in a sandbox, strict about names, careful about what it prints.

Every printed value leaves a mark instead of its text (`service.filling.marks`), so that the text can be put in
afterwards and compared: see `service.filling.compare`. Filters only format; there is no way to print anything but text
and whole numbers.
"""

from __future__ import annotations

import functools
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

# The same headings, names and terms come back from paper to paper and in every preview of one.
_typeset = functools.lru_cache(maxsize=16_384)(typeset)


def forget_typeset() -> None:
    """Forget the texts typeset before, so that a benchmark measures a new paper."""
    _typeset.cache_clear()


def text_of(value: Any) -> str:
    """Return the text that a value prints.

    Raises:
        UndefinedError: it is missing, or neither a text nor a whole number.
    """
    if isinstance(value, str):
        return _typeset(value)
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    if isinstance(value, Undefined):
        str(value)  # StrictUndefined says which name is missing
    raise UndefinedError(f"a template prints text and whole numbers, not {type(value).__name__}")


class _Language(DataFirstEnvironment):
    """Jinja that reads keys of mappings, items of lists and a loop's own numbers, and calls nothing.

    `service.filling.guard` refuses the rest before a template is compiled; this is the second wall.
    """

    code_generator_class = MarkingCode
    context_class = PrintingContext
    typeset = staticmethod(_typeset)
    text_of = staticmethod(text_of)

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
        autoescape=True, undefined=StrictUndefined, finalize=text_of, cache_size=0, keep_trailing_newline=True
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
