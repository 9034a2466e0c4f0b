"""Every error the service raises on purpose.

    ServiceError
     ├─ InputError                 the sender can fix it
     │   ├─ UnknownKind            404  no such form kind
     │   ├─ FormInvalid            422  the payload does not fit its schema
     │   │   └─ ChecksFailed       422  it fits, but the checks found errors; a reason may override them
     │   ├─ BatchInvalid           422  an uploaded table cannot be read
     │   ├─ PackageRefused         422  a Word file is damaged or holds what may not come in
     │   └─ PayloadTooLarge        413
     ├─ NotFound                   404  also for what belongs to another organisation
     ├─ Forbidden                  403
     ├─ Conflict                   409
     │   └─ LeaseLost              409  another worker has taken the job over, or it was cancelled
     ├─ TemplateError              500  the .docx template is broken, or printed text differs from the data
     ├─ ConversionError            502
     │   ├─ OfficeStart            503  LibreOffice does not start
     │   ├─ OfficeCrashed          503  it ended in the middle of a paper
     │   ├─ ConversionTimeout      504  it did not finish before the deadline
     │   └─ DocumentRefused        422  it refused the file, or its PDF failed the check
     ├─ QueueFull                  429
     ├─ StorageError               503  bytes cannot be written or read (507 when the disk is full)
     ├─ ArchiveError               500
     │   ├─ Integrity              500  bytes or rows are not what was recorded
     │   └─ AppendOnly             500  somebody tried to change the record
     └─ ConfigError                exit code 78

`str(error)` is safe to show to the sender and is in Russian; the cause, `__cause__`, is for the log.
Only `service.web.errors` and `service.__main__` translate these into answers and exit codes.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import ClassVar

Messages = Mapping[str, Sequence[str]]


class ServiceError(Exception):
    """Base of the tree.

    Attributes:
        status: HTTP status of the answer.
        code: stable word for programs.
        retryable: whether the same call may succeed later without a change.
        messages: field path -> list of messages; empty where no field is to blame.
    """

    status: ClassVar[int] = 500
    code: ClassVar[str] = "internal"
    retryable: ClassVar[bool] = False

    def __init__(self, text: str, *, messages: Messages | None = None) -> None:
        super().__init__(text)
        self.messages: Messages = messages or {}


class InputError(ServiceError):
    """What was sent is wrong; the text says where and how to fix it."""

    status = 400
    code = "bad_input"


class UnknownKind(InputError):
    """The form kind does not exist."""

    status = 404
    code = "unknown_kind"


class FormInvalid(InputError):
    """The payload does not fit the schema of its kind; `messages` names every field at once."""

    status = 422
    code = "form_invalid"


class ChecksFailed(FormInvalid):
    """The checks found errors that nobody has overridden; `messages` are the findings by path."""

    code = "checks_failed"


class BatchInvalid(InputError):
    """An uploaded table cannot be read as rows of a kind."""

    status = 422
    code = "batch_invalid"


class PackageRefused(InputError):
    """A Word file is damaged, built to deceive or holds what may not come in; `messages` names the parts."""

    status = 422
    code = "package_refused"


class PayloadTooLarge(InputError):
    """The body is larger than the limit."""

    status = 413
    code = "too_large"


class NotFound(ServiceError):
    """No such thing, or it belongs to another organisation: the answers are equal."""

    status = 404
    code = "not_found"


class Forbidden(ServiceError):
    """The actor may not do this."""

    status = 403
    code = "forbidden"


class Conflict(ServiceError):
    """The state of the record does not allow this call."""

    status = 409
    code = "conflict"


class LeaseLost(Conflict):
    """A worker came with the result of a job that is no longer its own; the result is thrown away.

    Retryable, because the job goes on elsewhere or may be resumed: what was reserved for it stays reserved.
    """

    code = "lease_lost"
    retryable = True


class TemplateError(ServiceError):
    """The template is broken, or what it printed differs from the data."""

    status = 500
    code = "template"


class ConversionError(ServiceError):
    """The PDF was not made."""

    status = 502
    code = "conversion"


class OfficeStart(ConversionError):
    """LibreOffice does not start or does not answer its probe."""

    status = 503
    code = "office_start"
    retryable = True


class OfficeCrashed(ConversionError):
    """LibreOffice ended in the middle of a paper."""

    status = 503
    code = "office_crashed"
    retryable = True


class ParentCrashed(OfficeCrashed):
    """The LibreOffice that several offices were forked from ended, and they with it."""


class ConversionTimeout(ConversionError):
    """The paper was not converted before its deadline."""

    status = 504
    code = "conversion_timeout"


class DocumentRefused(ConversionError):
    """LibreOffice refused the file, or the PDF it made failed our check."""

    status = 422
    code = "document_refused"


class QueueFull(ServiceError):
    """Too much work is waiting; try again after a while."""

    status = 429
    code = "queue_full"
    retryable = True


class StorageError(ServiceError):
    """Bytes cannot be written or read."""

    status = 503
    code = "storage"
    retryable = True


class StorageFull(StorageError):
    """No room is left where bytes are kept."""

    status = 507
    code = "storage_full"


class ArchiveError(ServiceError):
    """The record cannot be written or read."""

    status = 500
    code = "archive"


class Integrity(ArchiveError):
    """Stored bytes or rows are not what was recorded."""

    code = "integrity"


class AppendOnly(ArchiveError):
    """The database refused a change of what may never change."""

    code = "append_only"


class ConfigError(ServiceError):
    """A setting is missing or cannot work; the text names the setting and its valid values."""

    code = "config"
