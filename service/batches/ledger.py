"""What a folder of papers already has: one JSON line for each, written after its files.

The command line makes papers without the archive; the ledger lets a second run make only what is missing. A paper
counts while its files are there with the bytes they were written with.
"""

from __future__ import annotations

import hashlib
import json
import os
import threading
import unicodedata
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path

from service.documents import Paper
from service.errors import Conflict

NAME = ".formulyar-batch.jsonl"


@dataclass(frozen=True)
class Entry:
    """A paper of the folder: file name -> SHA-256."""

    key: str
    payload_sha256: str
    title: str
    files: Mapping[str, str]


class Ledger:
    """The papers of one folder; safe for several threads."""

    def __init__(self, folder: Path, kind_name: str) -> None:
        """Open the ledger of a folder.

        Raises:
            Conflict: the folder holds papers of another kind.
        """
        self._folder, self._file = folder, folder / NAME
        self._lock = threading.Lock()
        folder.mkdir(parents=True, exist_ok=True)
        self.entries = [entry for entry in self._read(kind_name) if self._is_whole(entry)]
        self._names = {_folded(Path(name).stem) for entry in self.entries for name in entry.files}
        if not self._file.exists():
            self._append({"kind": kind_name})
        elif not self._file.read_bytes().endswith(b"\n"):  # torn when the power went out
            with self._file.open("ab") as stream:
                stream.write(b"\n")

    def keep(self, key: str, payload_sha256: str, paper: Paper) -> Entry:
        """Write the files of a paper and remember them."""
        with self._lock:
            stem = self._free_name(paper.file_name)
            self._names.add(_folded(stem))
        files = {}
        for extension, data in (("docx", paper.docx), ("pdf", paper.pdf)):
            if data is not None:
                name = f"{stem}.{extension}"
                files[name] = hashlib.sha256(data).hexdigest()
                _write_whole(self._folder / name, data, part=f".{files[name][:32]}.part")
        entry = Entry(key, payload_sha256, paper.title, files)
        with self._lock:
            self._append(asdict(entry))
            self.entries.append(entry)
        return entry

    def _free_name(self, wanted: str) -> str:
        name, count = wanted, 1
        while _folded(name) in self._names:
            count += 1
            name = f"{wanted} ({count})"
        return name

    def _read(self, kind_name: str) -> list[Entry]:
        if not self._file.exists():
            return []
        lines = []
        for line in self._file.read_text(encoding="utf-8").splitlines():
            try:
                lines.append(json.loads(line))
            except ValueError:  # the power went out in the middle of a line
                continue
        kinds = {line["kind"] for line in lines if "kind" in line}
        if kinds - {kind_name}:
            raise Conflict(
                f"В папке {self._folder} лежат документы другого вида: {', '.join(sorted(kinds))}."
            )
        return [Entry(**line) for line in lines if "kind" not in line]

    def _is_whole(self, entry: Entry) -> bool:
        for name, sha256 in entry.files.items():
            try:
                data = (self._folder / name).read_bytes()
            except OSError:
                return False
            if hashlib.sha256(data).hexdigest() != sha256:
                return False
        return True

    def _append(self, line: Mapping[str, object]) -> None:
        with self._file.open("a", encoding="utf-8") as stream:
            stream.write(json.dumps(line, ensure_ascii=False) + "\n")
            stream.flush()
            os.fsync(stream.fileno())


def _write_whole(target: Path, data: bytes, *, part: str) -> None:
    """Write a file that is there whole or not at all."""
    beside = target.with_name(part)
    with beside.open("wb") as stream:
        stream.write(data)
        stream.flush()
        os.fsync(stream.fileno())
    beside.replace(target)


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", name).casefold()
