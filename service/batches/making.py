"""A file of rows made straight into a folder, several papers at once, without the archive and the queue."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor, as_completed

from service.batches.ledger import Entry, Ledger
from service.batches.preflight import Preflight, RowVerdict
from service.batches.resuming import known_rows
from service.batches.rows import Message
from service.batches.verdicts import Outcome
from service.errors import ServiceError
from service.pipeline import Press
from service.production import make_paper

MADE, MADE_BEFORE, REFUSED, FAILED = "готов", "готов ранее", "не принят", "не создан"
_CHANGED = (
    "Документ создан ранее, а данные с тех пор изменены: новый не создан. "
    "Чтобы создать его заново, удалите прежний файл из папки."
)


def make_rows(
    kind_name: str,
    checked: Preflight,
    press: Press,
    *,
    ledger: Ledger,
    at_once: int,
    with_pdf: bool = True,
    done: Callable[[], object] = lambda: None,
) -> list[Outcome]:
    """Return what became of every row; good rows that the folder does not have yet are made.

    Args:
        kind_name: what is made.
        checked: the rows with their verdicts.
        press: what papers are made with.
        ledger: of the folder that gets the papers.
        at_once: how many are made at the same time.
        with_pdf: whether PDFs are made too.
        done: called after each row, for a progress bar.
    """
    outcomes = _settled(checked, ledger)
    missing = {index: one for index, one in enumerate(checked.verdicts) if index not in outcomes}
    for _ in outcomes:
        done()

    def make(verdict: RowVerdict) -> Outcome:
        return _made(kind_name, verdict, press, ledger, with_pdf=with_pdf)

    for index, outcome in _all_made(missing, make, at_once):
        outcomes[index] = outcome
        done()
    return [outcomes[index] for index in range(len(checked.verdicts))]


def _settled(checked: Preflight, ledger: Ledger) -> dict[int, Outcome]:
    """Return index -> outcome of the rows that need no making: refused, or there already."""
    earlier = [(entry.key, entry.payload_sha256, entry) for entry in ledger.entries]
    known = known_rows(checked.verdicts, earlier)
    outcomes = {
        index: _known(checked.verdicts[index], one.item, changed=one.changed) for index, one in known.items()
    }
    for index, verdict in enumerate(checked.verdicts):
        if verdict.refused and index not in outcomes:
            outcomes[index] = Outcome(verdict.row, REFUSED, verdict.messages)
    return outcomes


def _all_made(
    missing: dict[int, RowVerdict], make: Callable[[RowVerdict], Outcome], at_once: int
) -> Iterator[tuple[int, Outcome]]:
    with ThreadPoolExecutor(at_once, thread_name_prefix="batch") as pool:
        futures: dict[Future[Outcome], int] = {
            pool.submit(make, verdict): index for index, verdict in missing.items()
        }
        try:
            for future in as_completed(futures):
                yield futures[future], future.result()
        finally:  # Ctrl-C: what is begun is finished, the rest is left for the next run
            pool.shutdown(wait=True, cancel_futures=True)


def _known(verdict: RowVerdict, entry: Entry, *, changed: bool) -> Outcome:
    messages = [*verdict.messages]
    if changed:
        messages.append(Message("warning", _CHANGED, place=verdict.row.place_of("")))
    return Outcome(verdict.row, MADE_BEFORE, messages, file=shown_file(entry))


def _made(kind_name: str, verdict: RowVerdict, press: Press, ledger: Ledger, *, with_pdf: bool) -> Outcome:
    row = verdict.row
    try:
        paper = make_paper(kind_name, row.payload, press, with_pdf=with_pdf)
    except ServiceError as error:
        return Outcome(row, FAILED, [*verdict.messages, *messages_of(verdict, error)])
    entry = ledger.keep(row.key, verdict.payload_sha256, paper)
    return Outcome(row, MADE, verdict.messages, file=shown_file(entry))


def messages_of(verdict: RowVerdict, error: ServiceError) -> Iterator[Message]:
    """Yield the reasons why a row was not made, without those that the preflight said already."""
    said = {(message.path, message.text) for message in verdict.messages}
    for path, texts in error.messages.items():
        for text in texts:
            if (path, text) not in said:
                yield Message("error", text, path, verdict.row.place_of(path))
    if not error.messages:
        yield Message("error", str(error), place=verdict.row.place_of(""))


def shown_file(entry: Entry) -> str:
    """Return the file a person opens: the PDF where there is one."""
    return next((name for name in entry.files if name.endswith(".pdf")), next(iter(entry.files), ""))
