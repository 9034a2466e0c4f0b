"""Uploaded files: one file under one name, known fields only, each once."""

from __future__ import annotations

import unicodedata
from collections.abc import Collection, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from flask import request

from service.errors import BatchInvalid, FormInvalid, InputError
from service.web.errors import UnsupportedBody

_LONGEST_NAME = 200


@dataclass(frozen=True)
class FormWithFile:
    """A form with one file.

    Attributes:
        name: the last part of the file's name, of printable letters.
    """

    fields: dict[str, str]
    name: str
    content: bytes


def form_with_file(
    known: Collection[str],
    *,
    limit: int = 2_000,
    wanted: str = "книга Excel (.xlsx) или данные (.json, .jsonl)",
) -> FormWithFile:
    """Return the fields and the file of a multipart request.

    Args:
        known: the names a field may have; the file's name is `file`.
        limit: letters of a field.
        wanted: what the file should be, for the refusal.

    Raises:
        UnsupportedBody: it is no multipart form.
        FormInvalid: a field is unknown, repeated or too long.
        InputError: there is no file, or more than one.
    """
    if request.mimetype != "multipart/form-data":
        raise UnsupportedBody("Ожидается форма multipart/form-data с файлом в поле file.")
    messages: dict[str, list[str]] = {}
    fields: dict[str, str] = {}
    for name, values in request.form.lists():
        if name not in known:
            shown = "".join(letter for letter in name[:60] if letter.isprintable())
            messages[shown or "_"] = [f"Неизвестное поле. Допустимые поля: file, {', '.join(sorted(known))}."]
        elif len(values) > 1:
            messages[name] = ["Поле указано несколько раз."]
        elif len(values[0]) > limit:
            messages[name] = [f"Слишком длинный текст: допустимо не более {limit} знаков."]
        else:
            fields[name] = values[0]
    if messages:
        raise FormInvalid("Запрос не принят: исправьте отмеченные поля.", messages=messages)
    files = request.files.getlist("file")
    if len(files) != 1 or len(list(request.files.lists())) != 1 or not files[0].filename:
        text = f"Нужен один файл в поле file: {wanted}."
        raise InputError(text, messages={"file": [text]})
    return FormWithFile(fields, plain_name(files[0].filename), files[0].read())


@contextmanager
def blaming_the_file() -> Iterator[None]:
    """Let what is wrong with an uploaded file be said of its field too."""
    try:
        yield
    except BatchInvalid as error:
        error.messages = error.messages or {"file": [str(error)]}
        raise


def plain_name(name: str) -> str:
    """Return a file name without folders and without what does not print."""
    last = name.replace("\\", "/").rpartition("/")[2]
    plain = "".join(letter for letter in unicodedata.normalize("NFC", last) if letter.isprintable())
    stem, dot, extension = plain.rpartition(".")
    return f"{stem[:_LONGEST_NAME]}{dot}{extension[:10]}" if dot else plain[:_LONGEST_NAME]


def said_yes(text: str, *, field: str) -> bool:
    """Return what a field of yes and no says; empty is no.

    Raises:
        FormInvalid: it says something else.
    """
    if text not in {"", "yes", "no", "true", "false"}:
        raise FormInvalid("Запрос не принят.", messages={field: ["Ожидается yes или no."]})
    return text in {"yes", "true"}
