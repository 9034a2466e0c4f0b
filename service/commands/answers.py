"""What the commands share: exit codes, reading payloads, printing findings, the log."""

from __future__ import annotations

import codecs
import json
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any, TextIO

import click
import structlog

import forms
from service.errors import InputError, UnknownKind
from service.web.strict_json import parse_json

EXIT_REFUSED, EXIT_CONFIG = 1, 78


def known_kind(name: str) -> forms.FormKind:
    """Return a kind by name.

    Raises:
        UnknownKind: there is none.
    """
    if name not in forms.all_kinds():
        raise UnknownKind(f"Неизвестный вид документа «{name}». Доступны: {', '.join(forms.all_kinds())}.")
    return forms.get_kind(name)


def read_payload(file: Path) -> Any:
    """Return the JSON of a file.

    Raises:
        InputError: it is not JSON; the text names the file and the line.
    """
    try:
        return parse_json(file.read_bytes().removeprefix(codecs.BOM_UTF8))
    except InputError as error:
        raise InputError(f"{file.name}: {error}") from error


def show_findings(found: Any) -> None:
    """Print findings for a person."""
    words = {"error": "ошибка", "warning": "замечание", "info": "к сведению"}
    for one in found:
        click.echo(
            f"{words[one['severity']]} {one['rule']} {one['path']}: {one['message']} {one['fix']}", err=True
        )


def log_to_stderr(level: int) -> None:
    """Write the log as JSON lines to standard error; standard output belongs to the answers."""
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.JSONRenderer(serializer=_printable_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(level),
        logger_factory=structlog.WriteLoggerFactory(_Unfailing(sys.stderr)),  # type: ignore[arg-type]  # two verbs
    )


def _printable_json(event: Any, **options: Any) -> str:
    """Return JSON on one line of letters that print: U+009B and U+2028 are commands to a terminal (T-42)."""
    text = json.dumps(event, ensure_ascii=False, **options)
    if text.isprintable():
        return text
    return "".join(letter if letter.isprintable() else json.dumps(letter)[1:-1] for letter in text)


class _Unfailing:
    """A stream for the log that cannot stop the work: on a full disk or a closed pipe its lines are lost (R-23)."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    def write(self, text: str) -> None:
        """Write the text, or not."""
        with suppress(OSError, ValueError):
            self._stream.write(text)

    def flush(self) -> None:
        """Flush, or not."""
        with suppress(OSError, ValueError):
            self._stream.flush()
