"""Pages of batches: upload, what the preflight found, progress, verdicts, bundle."""

from __future__ import annotations

from flask import Blueprint, Response, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from service.batches import progress as course
from service.batches.batches import SentFile
from service.batches.checks import Check
from service.batches.files import Upload
from service.batches.outcomes import TALLIES, Correction
from service.errors import InputError, ServiceError
from service.web import errors
from service.web.api_batches import batch_bundle_attachment, blank_attachment, result_attachment
from service.web.current import actor, parts
from service.web.multipart import form_with_file, said_yes
from service.web.strict_json import parse_json
from service.work import BatchProgress, State

pages = Blueprint("batches", __name__)
_PER_PAGE = 50
_MOST_REFUSED = 100
_MOST_SAID = 5
_RESUMED: tuple[State, ...] = ("failed", "cancelled")
_TROUBLED: tuple[State, ...] = ("refused", "failed")


@pages.get("/batches")
def listing() -> ResponseReturnValue:
    """The batches of the organisation, and files that are none yet."""
    return render_template("batches.html", **_lists())


@pages.get("/batches/list")
def courses() -> ResponseReturnValue:
    """The list alone, for a page that keeps itself fresh."""
    lists = _lists()
    news = lists["said"] if lists["said"] != request.args.get("said") else ""
    return render_template("_batch_list_fresh.html", **lists, news=news)


@pages.get("/kinds/<kind>/blank.xlsx")
def blank(kind: str) -> Response:
    """The Excel blank of a kind."""
    return blank_attachment(kind)


@pages.route("/batches/new", methods=["GET", "POST"])
def new() -> ResponseReturnValue:
    """A file with many papers: every row is checked before anything is made."""
    if request.method == "GET":
        return render_template("batch_new.html", kind=request.args.get("kind", ""))
    try:
        form = form_with_file(("csrf_token", "kind", "register", "reason"))
        register = said_yes(form.fields.get("register", ""), field="register")
        sent = SentFile(
            form.name, form.content, register=register, reason=form.fields.get("reason", "").strip()
        )
        upload = parts().batches.upload(actor(), form.fields.get("kind", ""), sent, parse_json)
    except ServiceError as error:
        errors.note(error)
        return render_template("batch_new.html", kind=request.form.get("kind", ""), error=error), error.status
    return redirect(url_for("batches.checked", upload_id=upload.id), code=303)


@pages.get("/batches/uploads/<id:upload_id>")
def checked(upload_id: str) -> ResponseReturnValue:
    """What the preflight found in an uploaded file."""
    upload, found = parts().batches.upload_of(actor().organisation_id, upload_id)
    if upload.batch_id:
        return redirect(url_for("batches.show", batch_id=upload.batch_id), code=303)
    if check := parts().batches.check(upload):
        return render_template("batch_checking.html", **_look(upload, check))
    refused = [row for row in found.rows if row.refused]
    return render_template(
        "batch_checked.html", upload=upload, found=found, refused=refused[:_MOST_REFUSED], most=_MOST_REFUSED
    )


@pages.get("/batches/uploads/<id:upload_id>/progress")
def checking(upload_id: str) -> ResponseReturnValue:
    """How far the look at a large file is; the whole page is shown anew at the end."""
    upload, _ = parts().batches.upload_of(actor().organisation_id, upload_id)
    check = parts().batches.check(upload)
    if check is None or check.error:
        return "", 200, {"HX-Refresh": "true"}
    return render_template("_check_progress.html", **_look(upload, check))


@pages.get("/batches/uploads/<id:upload_id>/result.xlsx")
def checked_result(upload_id: str) -> Response:
    """The uploaded workbook with what the preflight found."""
    return result_attachment(upload_id, of_upload=True)


@pages.post("/batches/uploads/<id:upload_id>/start")
def start(upload_id: str) -> ResponseReturnValue:
    """Order the papers of the good rows."""
    batch_id = parts().batches.start(actor(), upload_id, parse_json)
    flash("Пакет принят: документы создаются. Страницу можно закрыть, работа продолжится.")
    return redirect(url_for("batches.show", batch_id=batch_id), code=303)


@pages.get("/batches/<id:batch_id>")
def show(batch_id: str) -> ResponseReturnValue:
    """A batch: progress, rows to correct, papers made."""
    progress = parts().work.batch(actor().organisation_id, batch_id)
    after = _after(request.args.get("after", "0"))
    only = request.args.get("rows") == "troubled"
    states = _TROUBLED if only else ()
    rows = parts().batches.rows(
        actor().organisation_id, batch_id, after=after, limit=_PER_PAGE, states=states
    )
    more = rows[-1].work.seq if len(rows) == _PER_PAGE else None
    return render_template("batch.html", **_facts(progress), rows=rows, after=after, more=more, only=only)


@pages.get("/batches/<id:batch_id>/progress")
def progress(batch_id: str) -> ResponseReturnValue:
    """The progress alone, for a page that keeps itself fresh; the whole page is shown anew at the end."""
    found = parts().work.batch(actor().organisation_id, batch_id)
    headers = {"HX-Refresh": "true"} if found.ended else {}
    return render_template("_batch_progress.html", **_facts(found)), 200, headers


@pages.get("/batches/<id:batch_id>/result.xlsx")
def result(batch_id: str) -> Response:
    """The uploaded workbook with verdicts."""
    return result_attachment(batch_id)


@pages.get("/batches/<id:batch_id>/bundle.zip")
def bundle(batch_id: str) -> Response:
    """The papers of a batch in one ZIP."""
    return batch_bundle_attachment(batch_id)


@pages.post("/batches/<id:batch_id>/cancel")
def cancel(batch_id: str) -> ResponseReturnValue:
    """Stop a batch; what is made stays."""
    count = parts().work.cancel(actor().organisation_id, batch_id)
    flash(f"Пакет отменён. Не будет создано документов: {count}; готовые остались в архиве.")
    return redirect(url_for("batches.show", batch_id=batch_id), code=303)


@pages.post("/batches/<id:batch_id>/resume")
def resume(batch_id: str) -> ResponseReturnValue:
    """Go on with rows that failed or were cancelled, or only with those that failed."""
    states: tuple[State, ...] = ("failed",) if request.form.get("only") == "failed" else _RESUMED
    count = parts().work.retry(actor().organisation_id, batch_id, states=states)
    flash(f"Пакет продолжен. Вернулось в работу строк: {count}.")
    return redirect(url_for("batches.show", batch_id=batch_id), code=303)


@pages.post("/batches/<id:batch_id>/corrected")
def correct(batch_id: str) -> ResponseReturnValue:
    """Take a corrected file: rows that were not made are replaced, all others stay."""
    parts().work.batch(actor().organisation_id, batch_id)
    form = form_with_file(("csrf_token",))
    changes = parts().batches.correct(actor(), batch_id, SentFile(form.name, form.content), parse_json)
    flash(_said(changes))
    return redirect(url_for("batches.show", batch_id=batch_id), code=303)


def _lists() -> dict[str, object]:
    mine = actor().organisation_id
    waiting, batches = parts().batches.unstarted(mine), parts().work.courses(mine)
    looked_at = any(check and not check.error for _, check in waiting)
    return {
        "waiting": waiting,
        "batches": batches,
        "moving": looked_at or not all(one.ended for one in batches),
        "sentence": course.sentence,
        "checked": course.checked,
        "state": course.state,
        # Only what changed is said aloud: people do not want to hear every number.
        "said": " ".join(f"{one.batch.file_name}: {course.state(one)[1]}." for one in batches[:_MOST_SAID]),
    }


def _look(upload: Upload, check: Check) -> dict[str, object]:
    return {"upload": upload, "check": check, "checked_sentence": course.checked(check.done, check.total)}


def _facts(found: BatchProgress) -> dict[str, object]:
    return {"progress": found, "batch": found.batch, "sentence": course.sentence(found), "tallies": TALLIES}


def _said(changes: Correction) -> str:
    made, left = changes.corrected + changes.added, changes.untouched
    words = ["Исправленный файл принят", f"создаётся документов – {made}{_of_these(changes.added, 'новых')}"]
    if changes.refused:
        words.append(f"строк с ошибками – {changes.refused}")
    if left:
        words.append(f"не тронуто готовых и создаваемых – {left}")
    if changes.changed:
        words.append(f"изменения не приняты, документы остались прежними – {changes.changed}")
    if changes.removed:
        done = _of_these(changes.removed_done, "готовых")
        words.append(f"строк пакета нет в файле, они остались как были – {changes.removed}{done}")
    return f"{words[0]}: {'; '.join(words[1:])}."


def _of_these(count: int, word: str) -> str:
    return f" (из них {word} – {count})" if count else ""


def _after(text: str) -> int:
    if not (text.isascii() and text.isdecimal() and len(text) <= 9):
        raise InputError("Параметр after: ожидается целое число.")
    return int(text)
