"""Where a bundle is read from, a folder or a ZIP, and what is found wrong with it."""

from __future__ import annotations

import unicodedata
import zipfile
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

CHUNK = 1 << 20
# What Windows and macOS put into every folder.
STRANGERS = {".ds_store", "thumbs.db", "desktop.ini", "__macosx", "__pycache__"}
UNREADABLE = (OSError, EOFError, zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError)


class CannotCheck(Exception):
    """The bundle cannot be read at all."""


class Folder:
    """An unpacked bundle."""

    repeated: tuple[str, ...] = ()

    def __init__(self, root: Path) -> None:
        files = (path for path in root.rglob("*") if path.is_file())
        # macOS takes letters apart: «й» comes back as two characters.
        found = {unicodedata.normalize("NFC", path.relative_to(root).as_posix()): path for path in files}
        self._paths = {name: path for name, path in found.items() if not is_stranger(name)}
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
        names = Counter(info.filename for info in self._zip.infolist() if not info.is_dir())
        self.names = {name for name in names if not is_stranger(name)}
        self.repeated = tuple(sorted(name for name, count in names.items() if count > 1))

    def chunks(self, name: str) -> Iterator[bytes]:
        """Yield the bytes of a file; KeyError when there is none."""
        with self._zip.open(name) as stream:
            while chunk := stream.read(CHUNK):
                yield chunk


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
