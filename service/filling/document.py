"""The .docx package: read it whole, write it in a fixed order with fixed dates.

Entries that never change are compressed once; a document appends only what was filled, so the same parts give
the same bytes on every machine with the same zlib.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Container, Mapping

from service.errors import TemplateError

_DOS_TIME, _DOS_DATE = 0, 0x21  # 1980-01-01 00:00, the first moment a ZIP can name
_UNIX_FILE = 0o100600 << 16
_UTF8_NAME = 0x800
# What never changes is compressed once; what is filled, for every paper: level 3 takes a fifth
# of the time of level 6 and makes a curator report of 20 KB one kilobyte larger.
_ONCE, _EVERY_TIME = 6, 3
_SMALL_BYTES = 4096


def read_parts(docx: bytes, *, but: Container[str] = ()) -> dict[str, bytes]:
    """Return part name -> bytes of a .docx, in the order of the file.

    Args:
        docx: the file.
        but: parts that are not read; nobody asks for them.

    Raises:
        TemplateError: it is not a ZIP, or it is damaged.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as package:
            infos = [one for one in package.infolist() if not one.is_dir() and one.filename not in but]
            return {info.filename: package.read(info) for info in infos}
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError) as error:
        raise TemplateError("Файл .docx повреждён: его не удаётся прочитать.") from error


def read_part(docx: bytes, name: str) -> bytes:
    """Return one part of a .docx.

    Raises:
        TemplateError: it is not a ZIP, it is damaged or has no such part.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(docx)) as package:
            return package.read(name)
    except (zipfile.BadZipFile, zlib.error, NotImplementedError, RuntimeError, OSError, KeyError) as error:
        raise TemplateError(f"Файл .docx повреждён: в нём не читается {name}.") from error


def part_order(name: str) -> tuple[int, str]:
    """Sort key of parts: content types first, then relationships, then the rest by name."""
    if name == "[Content_Types].xml":
        return 0, name
    return (1, name) if name == "_rels/.rels" else (2, name)


class PackageWriter:
    """Writes packages that share the same unchanging parts.

    Args:
        static: the parts that are the same in every document.
    """

    def __init__(self, static: Mapping[str, bytes]) -> None:
        body, directory = bytearray(), bytearray()
        for name in sorted(static, key=part_order):
            body += _entry(directory, len(body), name, static[name], level=_ONCE)
        self._prefix, self._directory, self._count = bytes(body), bytes(directory), len(static)

    def write(self, parts: Mapping[str, bytes]) -> bytes:
        """Return the package of the unchanging parts and these."""
        body, directory = bytearray(self._prefix), bytearray(self._directory)
        for name in sorted(parts, key=part_order):
            body += _entry(directory, len(body), name, parts[name], level=_EVERY_TIME)
        count = self._count + len(parts)
        end = struct.pack("<4s4H2LH", b"PK\5\6", 0, 0, count, count, len(directory), len(body), 0)
        return bytes(body + directory + end)


def write_parts(parts: Mapping[str, bytes]) -> bytes:
    """Return a whole package written in the fixed order."""
    return PackageWriter(parts).write({})


def _entry(directory: bytearray, offset: int, name: str, data: bytes, *, level: int) -> bytes:
    packed = _packed(data, level)
    encoded = name.encode()
    flags = 0 if encoded.isascii() else _UTF8_NAME
    shared = struct.pack(
        "<5H3L2H", 20, flags, zipfile.ZIP_DEFLATED, _DOS_TIME, _DOS_DATE,
        zlib.crc32(data), len(packed), len(data), len(encoded), 0,
    )  # fmt: skip
    made_by_unix = struct.pack("<H", 0x0314)
    directory += (
        b"PK\1\2" + made_by_unix + shared + struct.pack("<3H2L", 0, 0, 0, _UNIX_FILE, offset) + encoded
    )
    return b"PK\3\4" + shared + encoded + packed


def _packed(data: bytes, level: int) -> bytes:
    # A full window is 260 KB to clear: twenty times the work of compressing the properties of a paper.
    small = level == _EVERY_TIME and len(data) <= _SMALL_BYTES
    packer = zlib.compressobj(level, zlib.DEFLATED, *((-12, 4) if small else (-15, 8)))
    return packer.compress(data) + packer.flush()
