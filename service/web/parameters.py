"""Parameters of addresses under /api/v1: those that the description does not name are refused, not overlooked.

A filter with a slip in its name would otherwise show everything and look like an answer.
"""

from __future__ import annotations

import difflib
import re

from apiflask import APIFlask
from flask import current_app, request

from service.errors import InputError

_PLACE = re.compile(r"<(?:[^<>]*:)?([^<>:]+)>")
_SHOWN = 60


def wrong(name: str, text: str) -> InputError:
    """Return the refusal of a parameter: the text says its name, and so do the messages."""
    whole = f"Параметр {name}: {text}"
    return InputError(whole, messages={name: [whole]})


def typed_line(name: str, most: int = 2000) -> str:
    """Return a line of the sent form: one space between words, nothing that does not print, no longer than `most`."""
    words = " ".join(request.form.get(name, "").split())
    return "".join(letter for letter in words if letter.isprintable())[:most]


def refuse_unknown() -> None:
    """Refuse parameters that the called operation does not have, and those given more than once.

    Raises:
        InputError: `messages` names every one of them.
    """
    if not request.args or request.url_rule is None:
        return
    known = _known(str(request.url_rule), "get" if request.method == "HEAD" else request.method.lower())
    messages = {}
    for name, values in request.args.lists():
        if name not in known:
            shown = "".join(letter for letter in name[:_SHOWN] if letter.isprintable())
            messages[shown or "_"] = [_unknown_text(shown, list(known))]
        elif len(values) > 1 and known[name] != "array":
            messages[name] = [f"Параметр {name} указан несколько раз: оставьте один."]
    if messages:
        first = next(iter(messages.values()))[0]
        raise InputError(first, messages=messages)


def _known(rule: str, method: str) -> dict[str, str]:
    """Return the query parameters of an operation with their types, as the description has them."""
    app = current_app
    spec = app.spec if isinstance(app, APIFlask) else {}
    if not isinstance(spec, dict):
        return {}
    operation = spec["paths"].get(_PLACE.sub(r"{\1}", rule), {}).get(method, {})
    asked = [one for one in operation.get("parameters", []) if one["in"] == "query"]
    return {one["name"]: str(one["schema"].get("type", "")) for one in asked}


def _unknown_text(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1, cutoff=0.6)
    hint = f" Возможно, вы имели в виду «{near[0]}»." if near else ""
    allowed = f"Допустимые: {', '.join(known)}." if known else "Этот запрос не принимает параметров."
    return f"Неизвестный параметр «{name}».{hint} {allowed}"
