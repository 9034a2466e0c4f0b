"""Where a bundle is read from, a folder or a ZIP, and what is found wrong with it."""

from __future__ import annotations

import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any, TypeVar

CHUNK = 1 << 20
File = TypeVar("File")
# What Windows and macOS put into every folder.
STRANGERS = {".ds_store", "thumbs.db", "desktop.ini", "__macosx", "__pycache__"}
UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)


class CannotCheck(Exception):
    """The bundle cannot be read at all."""


class Folder:
    """An unpacked bundle."""

    def __init__(self, root: Path) -> None:
        files = {
            path.relative_to(root).as_posix(): path for path in sorted(root.rglob("*")) if path.is_file()
        }
        self._paths, self.repeated = by_name(files)
        self.names = set(self._paths)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file; KeyError when there is none."""
        with self._paths[name].open("rb") as stream:
            while chunk := stream.read(CHUNK):
                yield chunk


class Packed:
    """A bundle as it was downloaded."""

    def __init__(self, path: Path) -> None:
        try:
            self._zip = zipfile.ZipFile(path)
        except (zipfile.BadZipFile, NotImplementedError, ValueError, EOFError) as error:
            raise CannotCheck(f"«{path}» – не ZIP или ZIP, загруженный не полностью.") from error
        members = [info for info in self._zip.infolist() if not info.is_dir()]
        counts = Counter(info.filename for info in members)
        self._members, alike = by_name({info.filename: info for info in members})
        self.repeated = tuple(sorted({*alike, *(name for name, count in counts.items() if count > 1)}))
        self.names = set(self._members)

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file; KeyError when there is none."""
        with self._zip.open(self._members[name]) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk


def by_name(files: dict[str, File]) -> tuple[dict[str, File], tuple[str, ...]]:
    """Return files by the names that the inventory knows, and the names that look alike and are several files.

    macOS takes letters apart: «й» comes back as two characters, in folders and in a ZIP that it packed.
    """
    found: dict[str, File] = {}
    repeated = []
    for name, file in files.items():
        composed = unicodedata.normalize("NFC", name)
        if is_stranger(composed):
            continue
        if composed in found:
            repeated.append(composed)
        found.setdefault(composed, file)
    return found, tuple(repeated)


class Findings:
    """What is wrong, in the order in which it was found."""

    def __init__(self) -> None:
        self.problems: list[dict[str, str]] = []
        self.notes: list[str] = []

    def say(self, code: str, place: str, text: str) -> None:
        """Keep a fault: a code for programs, a place and a sentence for people."""
        self.problems.append({"code": code, "place": place, "text": text})

    def any_of(self, *codes: str) -> bool:
        """Say whether a fault of one of these kinds was found."""
        return any(one["code"] in codes for one in self.problems)


def lines_of(source: Folder | Packed, name: str) -> Iterator[bytes]:
    """Yield the lines of a file; KeyError when there is none."""
    rest = b""
    for chunk in source.chunks(name):
        *whole, rest = (rest + chunk).split(b"\n")
        yield from whole
    if rest:
        yield rest


def is_stranger(name: str) -> bool:
    """Say whether a system put this file here by itself."""
    parts = name.lower().split("/")
    return parts[-1].startswith("._") or not STRANGERS.isdisjoint(parts)


def day(text: Any) -> str:
    """Return a date or a time as people write its day: 19.03.2022."""
    return ".".join(reversed(str(text)[:10].split("-")))
