"""Pages that make a paper: the form of any kind, its preview, a file with JSON.

A form works without JavaScript: every button posts the whole form, and the page comes back changed. With htmx the
same buttons swap the form in place.
"""

from __future__ import annotations

import json
import re
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from forms import FormKind
from forms._overrides import Override
from service.documents import Version
from service.errors import ChecksFailed, Conflict, InputError, ServiceError
from service.form_plan import form_plan
from service.production import check_payload, make_paper, stops
from service.web import errors
from service.web.current import actor, parts, press
from service.web.downloads import attachment, inline_pdf
from service.web.drafts import (
    Draft,
    blank_draft,
    count_rows,
    draft_of_form,
    draft_of_payload,
    payload_of,
    without_blank_texts,
)
from service.web.kept import forget_when_sent, kept_controls
from service.web.kinds import kind_title, known_kind, recorded_kind, sample_payload
from service.web.parameters import typed_line
from service.web.recording import is_stale, record, request_sha256
from service.web.remarks import Remark, remarks_of
from service.web.row_commands import MAX_ROWS, TOO_MANY, changed, is_row_command
from service.web.strict_json import parse_json
from service.web.widgets import build_form

pages = Blueprint("papers", __name__)
_NEXT = "Это черновик: посмотрите PDF и, если всё верно, зарегистрируйте документ."
_KEY = re.compile(r"[0-9a-f]{32}")
_NUMBER = re.compile(r"[1-9][0-9]{0,8}")


class NewerVersion(Conflict):
    """Somebody made a version while the form was being filled in."""

    def __init__(self, newest: Version) -> None:
        super().__init__(
            f"Пока форма была открыта, создана версия {newest.number} ({newest.actor_name}). "
            "Ваша версия заменит её целиком: перенесите нужное и нажмите кнопку ещё раз."
        )
        self.number = newest.number


@dataclass(frozen=True)
class Desk:
    """What is being made: a new document of a kind, or the next version of one."""

    kind: FormKind
    newest: Version | None = None

    @property
    def document_id(self) -> str | None:
        """The document that gets a version; None for a new one."""
        return self.newest.document_id if self.newest else None


@pages.route("/new/<kind>", methods=["GET", "POST"])
def new(kind: str) -> ResponseReturnValue:
    """The form of a new document."""
    desk = Desk(known_kind(kind))
    if request.method == "POST":
        return _posted(desk)
    if (controls := kept_controls()) is not None:
        return _restored(desk, controls)
    plan = form_plan(desk.kind.name)
    if request.args.get("sample"):
        return _form(desk, draft_of_payload(plan, sample_payload(desk.kind.name)), sampled=True)
    return _form(desk, blank_draft(plan), untouched=True)


@pages.route("/documents/<id:document_id>/new-version", methods=["GET", "POST"])
def new_version(document_id: str) -> ResponseReturnValue:
    """The form of the next version, filled in from the newest one."""
    newest = parts().archive.get(actor().organisation_id, document_id)
    desk = Desk(known_kind(newest.kind), newest)
    if request.method == "POST":
        return _posted(desk)
    if (controls := kept_controls()) is not None:
        return _restored(desk, controls)
    draft = draft_of_payload(form_plan(desk.kind.name), newest.payload)
    if count_rows(draft) > MAX_ROWS:
        flash(TOO_MANY, "warn")
        return redirect(url_for("papers.upload", document=document_id), code=303)
    return _form(desk, draft)


@pages.post("/preview/<kind>")
def preview(kind: str) -> ResponseReturnValue:
    """The PDF of what stands in the form; nothing is recorded."""
    known = known_kind(kind)
    plan, draft = form_plan(kind), _sent_draft(known)
    try:
        paper = make_paper(kind, payload_of(plan, draft), press(), draft=True)
    except ServiceError as error:
        errors.note(error)
        form = build_form(plan, draft, remarks=remarks_of(error.messages))
        return render_template("preview_failed.html", kind=known, error=str(error), form=form), error.status
    return inline_pdf(paper.pdf or b"", f"{paper.file_name}.pdf")


@pages.route("/upload", methods=["GET", "POST"])
def upload() -> ResponseReturnValue:
    """A document from a payload in a file or from the clipboard."""
    document_id = request.values.get("document") or None
    newest = parts().archive.get(actor().organisation_id, document_id) if document_id else None
    page: dict[str, Any] = {"newest": newest, "kind": request.values.get("kind", ""), "key": _form_key()}
    if request.method == "GET":
        return render_template("upload.html", **page)
    try:
        kind_name = recorded_kind(newest.kind if newest else page["kind"])
        made = _record(kind_name, _uploaded_payload(), document_id=document_id)
    except ServiceError as error:
        errors.note(error)
        return render_template(
            "upload.html", **page, text=request.form.get("text"), error=error
        ), error.status
    return _to_document(made)


@pages.get("/kinds/<kind>/sample.json")
def sample(kind: str) -> Response:
    """The sample of a kind or of a package as a file, as it may be uploaded."""
    name = recorded_kind(kind)
    data = json.dumps(sample_payload(name), ensure_ascii=False, indent=2).encode("utf-8")
    return attachment(data, f"{kind_title(name)} – пример.json", "application/json")


def _posted(desk: Desk) -> ResponseReturnValue:
    forget_when_sent()
    action = request.form.get("_do", "check")
    if is_row_command(action):
        return _after_row_command(desk, action)
    if action in {"create", "register"}:
        return _after_create(desk, register=action == "register")
    return _after_check(desk)


def _after_row_command(desk: Desk, action: str) -> ResponseReturnValue:
    plan = form_plan(desk.kind.name)
    draft = draft_of_form(plan, request.form.items(multi=True))
    try:
        after = changed(plan, draft, action)
    except InputError as error:
        return _form(desk, draft, alert=str(error)), error.status
    verb = action.partition(":")[0]
    return _form(desk, after.draft, focus=after.focus, pressed=verb if verb in {"up", "down"} else "")


def _after_check(desk: Desk) -> ResponseReturnValue:
    draft = _sent_draft(desk.kind)
    try:
        found = check_payload(desk.kind.name, payload_of(form_plan(desk.kind.name), draft), press())
    except ServiceError as error:
        return _refused(desk, draft, error)
    remarks = [Remark(one["path"], f"{one['message']} {one['fix']}", one["severity"]) for one in found]
    return _form(desk, draft, remarks=remarks, checked=True)


def _after_create(desk: Desk, *, register: bool) -> ResponseReturnValue:
    draft = _sent_draft(desk.kind)
    try:
        payload = payload_of(form_plan(desk.kind.name), draft)
        overrides = _overrides(desk.kind.name, payload)
        made = _record(
            desk.kind.name, payload, document_id=desk.document_id, overrides=overrides, register=register
        )
    except ServiceError as error:
        return _refused(desk, draft, error)
    return _to_document(made, registered=register)


def _refused(desk: Desk, draft: Draft, error: ServiceError) -> ResponseReturnValue:
    """Show the form again with everything that was typed, and what is wrong with it."""
    errors.note(error)
    overridable = isinstance(error, ChecksFailed)
    shown: dict[str, Any] = {"alert": str(error), "overridable": overridable}
    if isinstance(error, NewerVersion):
        shown |= {"base": error.number, "outrun": True}
    page = _form(desk, draft, remarks=remarks_of(error.messages), **shown)
    return page, error.status, errors.describe(error).headers


def _sent_draft(kind: FormKind) -> Draft:
    plan = form_plan(kind.name)
    draft = without_blank_texts(plan, draft_of_form(plan, request.form.items(multi=True)))
    if count_rows(draft) > MAX_ROWS:
        raise InputError(TOO_MANY)
    return draft


def _restored(desk: Desk, controls: list[tuple[str, str]]) -> str:
    """Show the form as it was when its session ended."""
    draft = draft_of_form(form_plan(desk.kind.name), controls)
    sent = dict(controls)
    return _form(desk, draft, reason=sent.get("_reason", ""), base=sent.get("_base", ""), restored=True)


def _form(desk: Desk, draft: Draft, **shown: Any) -> str:
    marks = {name: shown.pop(name) for name in ("remarks", "focus", "pressed") if name in shown}
    return render_template(
        "form.html",
        kind=desk.kind,
        newest=desk.newest,
        form=build_form(form_plan(desk.kind.name), draft, **marks),
        key=_form_key(),
        base=shown.pop("base", "")
        or request.form.get("_base")
        or (desk.newest.number if desk.newest else ""),
        **{"reason": request.form.get("_reason", ""), **shown},
    )


def _form_key() -> str:
    """Return the key of this form: the one it came with, or a new one."""
    sent = request.form.get("_key", "")
    return sent if _KEY.fullmatch(sent) else secrets.token_hex(16)


def _overrides(kind_name: str, payload: Any) -> list[Override]:
    """Return every error of the paper with the reason that the visitor gave; none without a reason."""
    reason = typed_line("_override")
    if not reason:
        return []
    found = check_payload(kind_name, payload, press())
    return [Override(one["rule"], reason, one["path"]) for one in found if stops(one)]


def _record(
    kind_name: str,
    payload: Any,
    *,
    document_id: str | None,
    overrides: Sequence[Override] = (),
    register: bool = False,
) -> Version:
    """Record a payload once, however often the same form with the same content is sent."""
    reason = typed_line("_reason")
    request_hash = request_sha256(
        kind_name, payload, document_id, overrides, register=register, reason=reason
    )
    key = f"form-{_form_key()}-{request_hash[:16]}"
    base = request.form.get("_base", "")
    follows = int(base) if document_id and _NUMBER.fullmatch(base) else None
    if follows and is_stale(str(document_id), follows, idempotency_key=key, request_sha256=request_hash):
        raise NewerVersion(parts().archive.get(actor().organisation_id, str(document_id)))
    return record(
        kind_name,
        payload,
        reason=reason,
        idempotency_key=key,
        document_id=document_id,
        overrides=overrides,
        register=register,
        follows=follows,
    )


def _uploaded_payload() -> Any:
    file = request.files.get("file")
    data = file.read() if file and file.filename else request.form.get("text", "").encode("utf-8")
    # Notepad writes a byte order mark; a person cannot see it, a program must not send it.
    return parse_json(data.removeprefix(b"\xef\xbb\xbf"))


def _to_document(made: Version, *, registered: bool = False) -> ResponseReturnValue:
    done = "Документ создан." if made.number == 1 else f"Создана версия {made.number}."
    number = parts().archive.journal.numbers(made.organisation_id, [made.document_id]) if registered else {}
    told = [f"Зарегистрирован под №\N{NO-BREAK SPACE}{one}." for one in number.values()]
    flash(" ".join([done, *(told or [_NEXT])]))
    return redirect(url_for("pages.document", document_id=made.document_id), code=303)
