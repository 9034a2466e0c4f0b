"""Pages that show: home, the list of documents, one document with its versions."""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

from flask import Blueprint, Flask, g, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup, escape

from service.archive.differences import differences
from service.documents import Version, VersionState
from service.errors import InputError
from service.registration import series_title
from service.web.current import actor, parts
from service.web.kinds import kind_title, listed_kinds
from service.web.searching import LABELS, QUESTIONS, STATES, told, wanted_of
from service.web.widgets import aside_title, parted

pages = Blueprint("pages", __name__)
_SHORT_WORD = re.compile(r"(?<![\w-])(\w|№|от|об|на|до|из|за|по) ", re.IGNORECASE)
_NUMBER = re.compile(r"№\s\S{1,40}")
RECENT = 8
STATE_WORDS = {
    "draft": "черновик",
    "reserved": "номер зарезервирован",
    "registered": "зарегистрирован",
    "superseded": "заменён",
    "void": "аннулирован",
}
PER_PAGE = 25


def install(app: Flask) -> None:
    """Give the templates what they all use."""
    static = Path(app.static_folder or "")
    app.add_template_filter(moment)
    app.add_template_filter(counted)
    app.add_template_filter(size)
    app.add_template_filter(paper_name)
    app.add_template_filter(day)
    app.jinja_env.globals.update(
        series_title=series_title,
        state_words=STATE_WORDS,
        zone_name=zone_name,
        parted=parted,
        aside_title=aside_title,
        asset=_asset(static),
        all_kinds=listed_kinds,
        kind_title=kind_title,
    )
    app.jinja_env.trim_blocks = app.jinja_env.lstrip_blocks = True

    @app.context_processor
    def visitor() -> dict[str, Any]:
        script = Path(app.static_folder or "") / "vendor" / "htmx.min.js"
        return {"actor": g.get("actor"), "htmx": script.is_file()}


@pages.get("/")
def home() -> ResponseReturnValue:
    """Kinds to begin with, and the papers last changed."""
    recent = parts().archive.listing(actor().organisation_id, limit=RECENT)
    return render_template("home.html", kinds=listed_kinds().values(), recent=recent.items)


@pages.get("/documents")
def documents() -> ResponseReturnValue:
    """The papers of the organisation, page by page."""
    cursor = request.args.get("cursor") or None
    asked = {name: request.args[name] for name in QUESTIONS if request.args.get(name)}
    shown = {"asked": asked, "cursor": cursor, "known_states": STATES, "labels": LABELS}
    try:
        wanted = wanted_of(request.args)
        page = parts().archive.listing(
            actor().organisation_id, kind=wanted.kind or None, wanted=wanted, limit=PER_PAGE, cursor=cursor
        )
    except InputError as error:
        return render_template("documents.html", **shown, page=None, wrong=told(error)), error.status
    return render_template("documents.html", **shown, page=page, wrong={})


@pages.get("/documents/<id:document_id>")
def document(document_id: str) -> ResponseReturnValue:
    """One paper: its versions, files and remarks."""
    archive, mine = parts().archive, actor().organisation_id
    versions = archive.history(mine, document_id)
    states = archive.journal.states(mine, document_id)
    return render_template("document.html", **document_page(versions, states))


def document_page(versions: list[Version], states: dict[int, VersionState]) -> dict[str, Any]:
    """Return what the page of a document shows."""
    listed = {version.number: states.get(version.number, VersionState()) for version in versions}
    current = next((state for state in listed.values() if state.state == "registered"), None)
    newest, before = versions[-1], versions[-2:][0]
    return {
        "versions": versions[::-1],
        "newest": newest,
        "states": listed,
        "current": current,
        "changes": differences(newest.kind, before.payload, newest.payload),
    }


def moment(time: dt.datetime) -> str:
    """Return «22.11.2026, 14:05» of the organisations' time zone."""
    return f"{time.astimezone(parts().archive.journal.zone):%d.%m.%Y, %H:%M}"


def zone_name() -> str:
    """Return the time zone of the times on the pages now, «UTC+3» or «UTC+5:45»."""
    offset = dt.datetime.now(parts().archive.journal.zone).utcoffset() or dt.timedelta()
    minutes = int(offset.total_seconds()) // 60
    hours, left = divmod(abs(minutes), 60)
    return f"UTC{'−' if minutes < 0 else '+'}{hours}{f':{left:02}' if left else ''}"


def day(date: dt.date) -> str:
    """Return «22.11.2026»."""
    return f"{date:%d.%m.%Y}"


def counted(number: int, one: str, few: str, many: str) -> str:
    """Return «1 версия», «2 версии», «5 версий»."""
    tens, ones = number % 100, number % 10
    if ones == 1 and tens != 11:
        word = one
    elif 2 <= ones <= 4 and not 12 <= tens <= 14:
        word = few
    else:
        word = many
    return f"{number}\N{NO-BREAK SPACE}{word}"


def size(size_bytes: int) -> str:
    """Return «18 КБ» or «1,2 МБ»."""
    kilobytes = max(1, round(size_bytes / 1024))
    if kilobytes < 1000:
        return f"{kilobytes}\N{NO-BREAK SPACE}КБ"
    return f"{kilobytes / 1024:.1f}".replace(".", ",") + "\N{NO-BREAK SPACE}МБ"


def paper_name(title: str) -> Markup:
    """Return the name of a paper that does not break inside «№ 01-05/17» or after a short word."""
    tied = _SHORT_WORD.sub("\\1\N{NO-BREAK SPACE}", title)
    return Markup(_NUMBER.sub(r'<span class="whole">\g<0></span>', str(escape(tied))))  # noqa: S704 - escaped before


def _asset(static: Path) -> Callable[[str], str]:
    """Return a function that names a static file together with its content, so that browsers may keep it."""
    known: dict[str, tuple[int, str]] = {}

    def asset(name: str) -> str:
        path = static / name
        stamp = path.stat().st_mtime_ns
        if name not in known or known[name][0] != stamp:
            known[name] = (stamp, hashlib.sha256(path.read_bytes()).hexdigest()[:12])
        return url_for("static", filename=name, v=known[name][1])

    return asset
