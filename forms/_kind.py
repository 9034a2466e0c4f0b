"""What a form kind is: a schema, derived values, a headline and a file name.

Owns the contract every module of `forms` fulfils and the schema base class with its Russian messages.
Knows nothing of .docx, HTTP or SQL.
"""

from __future__ import annotations

import difflib
import functools
import re
import threading
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from marshmallow import RAISE, Schema, ValidationError, missing
from marshmallow.fields import Field

from forms._checks import Check, Finding
from forms._checks_walk import one_walk

Data = Mapping[str, Any]

_FORBIDDEN_IN_FILE_NAMES = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


_schemas = threading.local()


class FormSchema(Schema):
    """Base of every schema: unknown fields are refused, with a suggestion; messages are Russian."""

    error_messages: ClassVar[dict[str, str]] = {  # type: ignore[misc]  # marshmallow declares an instance attribute
        "unknown": "Неизвестное поле.",
        "type": "Ожидается объект с полями, например {…}.",
    }

    class Meta:
        """marshmallow options."""

        unknown = RAISE

    def _deserialize(
        self, data: Any, *, error_store: Any, many: bool = False, partial: Any = None, **more: Any
    ) -> Any:
        """Do what marshmallow 4 does for one object whose fields go by their own names, in half the time.

        Its own way makes a closure for every field of every row; thousands of reports are checked at a time.
        """
        if many or partial or not isinstance(data, Mapping) or more.get("unknown", RAISE) != RAISE:
            return super()._deserialize(data, error_store=error_store, many=many, partial=partial, **more)
        loaded: dict[str, Any] = {}
        for name, field, plain in self._own_fields:
            value = data.get(name, missing)
            if value is missing and not field.required:
                default = field.load_default
                if default is not missing:
                    loaded[name] = default() if callable(default) else default
                continue
            try:
                # What `deserialize` does beside is asked of fields that have it: most have none of it.
                if plain and value is not None and value is not missing:
                    value = field._deserialize(value, name, data)
                else:
                    value = field.deserialize(value, name, data)
            except ValidationError as error:
                error_store.store_error(error.messages, name)
                value = error.valid_data or missing
            if value is not missing:
                loaded[name] = value
        for name in data.keys() - self.load_fields.keys():
            error_store.store_error([self.error_messages["unknown"]], name)
        return loaded

    @functools.cached_property
    def _own_fields(self) -> tuple[tuple[str, Field[Any], bool], ...]:
        """Name and field, and whether loading is nothing but the field's own reading of a value."""
        return tuple(
            (name, field, not (field.validators or field.pre_load or field.post_load))
            for name, field in self.load_fields.items()
        )

    def handle_error(self, error: ValidationError, data: Any, *, many: bool, **_: Any) -> None:
        """Say for each unknown field which known one may have been meant."""
        if not isinstance(error.messages, dict) or not isinstance(data, Mapping):
            return
        for name, texts in error.messages.items():
            if texts == [self.error_messages["unknown"]]:
                error.messages[name] = [self._unknown_text(str(name))]

    def _unknown_text(self, name: str) -> str:
        near = difflib.get_close_matches(name, list(self.fields), n=1, cutoff=0.6)
        hint = f" Возможно, вы имели в виду «{near[0]}»." if near else ""
        return f"Неизвестное поле «{name}».{hint} Допустимые поля: {', '.join(self.fields)}."


@dataclass(frozen=True)
class FormKind:
    """One kind of paper that can be produced.

    Attributes:
        title: what people call it, capitalised: «Дорожная карта».
        about: one sentence for the list of kinds.
        schema: the marshmallow schema of the payload.
        headline: form data -> one line that names the paper in lists and in the PDF's title.
        file_name: form data -> file name without extension, as people expect it.
        derive: form data -> values computed from it, added to the template's context.
        checks: rules beyond the schema, each a pure function of the form data.
        number: the field of the paper's own registration number; empty when only the journal has it.
        date: the field of the paper's own date; empty when it is dated by its registration.
        series: the field that divides the numbers of a kind, as orders of different acts; empty for none.
        name: the module's name; the registry sets it.
    """

    title: str
    about: str
    schema: type[FormSchema]
    headline: Callable[[Data], str]
    file_name: Callable[[Data], str]
    derive: Callable[[Data], dict[str, Any]] = lambda data: {}
    checks: tuple[Check, ...] = ()
    number: str = ""
    date: str = ""
    series: str = ""
    name: str = ""

    def load(self, payload: Any) -> dict[str, Any]:
        """Return the form data of a payload.

        Raises:
            marshmallow.ValidationError: with messages by field, all at once.
        """
        # A schema copies its fields when it is made, which takes longer than loading; one is not shared by threads.
        made: dict[type[FormSchema], FormSchema] = _schemas.__dict__.setdefault("made", {})
        if self.schema not in made:
            made[self.schema] = self.schema()
        data: dict[str, Any] = made[self.schema].load(payload)
        return data

    def findings(self, data: Data) -> list[Finding]:
        """Return what the checks of this kind say, in the order of the checks."""
        with one_walk():
            return [finding for check in self.checks for finding in check(data)]

    def context(self, data: Data) -> dict[str, Any]:
        """Return what the template may print: form data and derived values."""
        return {**data, **self.derive(data)}

    def safe_file_name(self, data: Data, *, limit: int = 120) -> str:
        """Return the file name without the characters that Windows or a ZIP refuses."""
        name = _FORBIDDEN_IN_FILE_NAMES.sub(" ", self.file_name(data))
        name = " ".join(name.split()).strip(". ")
        if len(name) > limit:
            name = name[: limit + 1].rpartition(" ")[0] or name[:limit]
        return name.rstrip(". –,") or self.title


def title_line(data: Data) -> str:
    """Return the title in one line: the headline of kinds that are known by their title."""
    return " ".join(data["title"].split())


def flat_messages(messages: Any, path: str = "") -> dict[str, list[str]]:
    """Return marshmallow's nested messages as field path -> texts: {"rows.3.period": ["…"]}.

    Indexes are 0-based, as in the payload; `_schema` is left out of the path.
    """
    if isinstance(messages, str):
        return {path or "_": [messages]}
    if isinstance(messages, Sequence):
        return {path or "_": [str(text) for text in messages]}
    flat: dict[str, list[str]] = {}
    for key, value in messages.items():
        step = path if key in {"_schema", "_"} else f"{path}.{key}" if path else str(key)
        for place, texts in flat_messages(value, step).items():
            flat.setdefault(place, []).extend(texts)
    return flat
