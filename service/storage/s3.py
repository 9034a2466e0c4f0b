"""Bytes in a bucket of any S3 server: create-only puts, checksums, no public links.

The only module that knows boto3. Credentials come from boto3's own chain (environment, shared file, role of the
machine) and never from the address. A client belongs to the process that made it.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import io
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, BinaryIO
from urllib.parse import parse_qs, urlsplit

import structlog

from service.documents import StoredFile
from service.errors import ConfigError, NotFound, StorageError, StorageFull
from service.storage import is_sha256

try:
    import boto3
    from botocore.config import Config
    from botocore.exceptions import BotoCoreError, ClientError
    from urllib3.exceptions import HTTPError
except ImportError as error:
    raise ConfigError("Для хранилища S3 установите библиотеку: pip install 'formulyar[s3]'.") from error

CONNECT_S, READ_S = 5, 30
ATTEMPTS = 4

_VALID = "Допустимо: s3://контейнер[/папка]?endpoint=https://узел[&region=…]."
_MISSING = {"404", "NoSuchKey", "NotFound", "NoSuchBucket"}
# The condition was not met: somebody kept the same bytes before, or is keeping them right now.
_TAKEN = {"PreconditionFailed", "412", "ConditionalRequestConflict", "409"}
_FULL = {"507", "InsufficientStorage", "QuotaExceeded", "XMinioStorageFull"}

_log = structlog.get_logger(__name__)


@dataclass(frozen=True)
class Bucket:
    """Where the bytes of an installation are: the parts of STORAGE_URL."""

    name: str
    prefix: str = ""
    endpoint: str | None = None
    region: str = "us-east-1"


def bucket_of(url: str) -> Bucket:
    """Return the bucket that an address like `s3://papers/folder?endpoint=https://host` names.

    Raises:
        ConfigError: it names none; the text says what is valid.
    """
    parts = urlsplit(url)
    options = {name: values[-1] for name, values in parse_qs(parts.query).items()}
    unknown = set(options) - {"endpoint", "region"}
    if parts.scheme != "s3" or not parts.hostname or "@" in parts.netloc or unknown:
        # The address is not repeated: somebody may have written a password into it.
        raise ConfigError(f"Настройка STORAGE_URL не подходит. {_VALID}")
    return Bucket(
        name=parts.netloc,
        prefix=f"{folder}/" if (folder := parts.path.strip("/")) else "",
        endpoint=options.get("endpoint"),
        region=options.get("region", "us-east-1"),
    )


class S3Storage:
    """A `Storage` in a bucket; any number of hosts may share it.

    Args:
        bucket: must exist; its objects should be private and its versioning on.
        read_s: how long one attempt waits for an answer.
    """

    def __init__(self, bucket: Bucket, *, read_s: float = READ_S) -> None:
        self._bucket = bucket
        self._read_s = read_s
        self._made: tuple[int, Any] = (0, None)

    def check(self) -> None:
        """Say at start what cannot work; a server that does not answer now may answer later.

        Raises:
            ConfigError: the bucket does not exist or is closed to us.
        """
        try:
            self._client.head_bucket(Bucket=self._bucket.name)
        except ClientError as error:
            if _code(error) in {"404", "NoSuchBucket", "403", "401", "AccessDenied"}:
                raise ConfigError(
                    f"Настройка STORAGE_URL: контейнера «{self._bucket.name}» нет, или доступ к нему закрыт. "
                    "Создайте контейнер и проверьте ключи доступа."
                ) from error
            _log.warning("storage_not_ready", code=_code(error))
        except BotoCoreError as error:
            _log.warning("storage_not_ready", code=type(error).__name__)

    def put(self, data: bytes, media_type: str) -> StoredFile:
        """Keep the bytes; see `Storage.put`.

        What is kept already is never written again unless it was damaged: then the right bytes are at hand.
        """
        digest = hashlib.sha256(data)
        stored = StoredFile(sha256=digest.hexdigest(), size_bytes=len(data), media_type=media_type)
        checksum = base64.b64encode(digest.digest()).decode("ascii")
        with _translated():
            try:
                self._write(data, stored, checksum, IfNoneMatch="*")
            except ClientError as error:
                if _code(error) not in _TAKEN:
                    raise
                self._check_kept(data, stored, checksum)
        return stored

    def open(self, sha256: str) -> BinaryIO:
        """Return a stream over the bytes; see `Storage.open`. All of them have arrived already."""
        if not is_sha256(sha256):
            raise NotFound("Файл не найден.")
        with _translated():
            return io.BytesIO(self._read(sha256))

    def exists(self, sha256: str) -> bool:
        """Say whether bytes are kept under this name; see `Storage.exists`."""
        if not is_sha256(sha256):
            return False
        try:
            with _translated():
                self._client.head_object(Bucket=self._bucket.name, Key=self._key(sha256))
        except NotFound:
            return False
        return True

    def names(self, *, after: str, limit: int) -> list[tuple[str, float]]:
        """Return what is kept behind a name; see `ListedStorage.names`."""
        prefix = self._bucket.prefix
        start = {"StartAfter": self._key(after)} if after else {}
        with _translated():
            answer = self._client.list_objects_v2(
                Bucket=self._bucket.name, Prefix=prefix, MaxKeys=limit, **start
            )
        now = dt.datetime.now(dt.UTC)
        kept = [(one["Key"].rpartition("/")[2], one["LastModified"]) for one in answer.get("Contents", [])]
        return [(name, (now - put_at).total_seconds()) for name, put_at in kept if is_sha256(name)]

    def discard(self, sha256: str, *, unused_s: float, unused: Callable[[], bool]) -> bool:
        """Keep the file: S3 cannot delete on the condition that nobody puts the same bytes meanwhile.

        What the scrub reports as left over, an operator may remove while nothing is being made.
        """
        return False

    @property
    def _client(self) -> Any:
        # A client must not live through a fork: its connections would be shared with the parent.
        process_id, client = self._made
        if process_id != os.getpid():
            session = boto3.session.Session()
            options = Config(
                connect_timeout=CONNECT_S,
                read_timeout=self._read_s,
                retries={"mode": "standard", "total_max_attempts": ATTEMPTS},
                s3={"addressing_style": "path" if self._bucket.endpoint else "auto"},
                max_pool_connections=64,
            )
            client = session.client(
                "s3", endpoint_url=self._bucket.endpoint, region_name=self._bucket.region, config=options
            )
            self._made = (os.getpid(), client)
        return client

    def _key(self, sha256: str) -> str:
        return f"{self._bucket.prefix}{sha256[:2]}/{sha256}"

    def _write(self, data: bytes, stored: StoredFile, checksum: str, **condition: str) -> None:
        answer = self._client.put_object(
            Bucket=self._bucket.name,
            Key=self._key(stored.sha256),
            Body=data,
            ContentType=stored.media_type,
            ChecksumSHA256=checksum,
            **condition,
        )
        if answer.get("ChecksumSHA256", checksum) != checksum:
            raise StorageError("Хранилище приняло файл с другой контрольной суммой. Повторите попытку позже.")

    def _check_kept(self, data: bytes, stored: StoredFile, checksum: str) -> None:
        try:
            kept = self._read(stored.sha256)
        except ClientError as error:
            if _code(error) not in _MISSING:
                raise
            # Another put of the same bytes was under way and failed.
            self._write(data, stored, checksum)
            return
        if kept != data:
            _log.error("stored_file_damaged_and_replaced", sha256=stored.sha256)
            self._write(data, stored, checksum)

    def _read(self, sha256: str) -> bytes:
        answer = self._client.get_object(Bucket=self._bucket.name, Key=self._key(sha256))
        with answer["Body"] as body:
            data: bytes = body.read()
        return data


@contextmanager
def _translated() -> Iterator[None]:
    try:
        yield
    except ClientError as error:
        if _code(error) in _MISSING:
            raise NotFound("Файл не найден.") from error
        if _code(error) in _FULL or _status(error) == 507:
            raise StorageFull(
                "В хранилище файлов нет места. Сообщите администратору; документ не записан."
            ) from error
        raise _unavailable() from error
    # A body that is cut off arrives as an error of urllib3 (botocore 1.44 passes it through).
    except (BotoCoreError, HTTPError, OSError) as error:
        raise _unavailable() from error


def _unavailable() -> StorageError:
    return StorageError("Хранилище файлов недоступно. Повторите попытку позже или сообщите администратору.")


def _code(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Code", ""))


def _status(error: ClientError) -> int:
    return int(error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0))
