"""The check of an uploaded Office file as a package, before any of its parts is read.

A package is a plain ZIP: one reading for every program, every name once, nothing before, between or behind its
entries, limits counted on the bytes that really come out, no DOCTYPE in any XML. Knows nothing of what is in it.
"""

from __future__ import annotations

import io
import posixpath
import stat
import struct
import unicodedata
import zipfile
import zlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from lxml import etree

from service.errors import PackageRefused, PayloadTooLarge, ServiceError
from service.office_files.xml_shape import Inspector, Refused

MB = 1_000_000
_CHUNK_BYTES = 1 << 16
_OLE = bytes.fromhex("D0CF11E0A1B11AE1")
_ENCRYPTED_STREAM = "EncryptedPackage".encode("utf-16-le")
_END_BYTES, _LOCAL_BYTES = 22, 30
_ENCRYPTED, _DESCRIBED, _UTF8 = 0x1, 0x8, 0x800
_AGREED_FLAGS = _ENCRYPTED | _DESCRIBED | _UTF8
_IN_EXTRA = 0xFFFFFFFF  # the size stands in an extra field
_DESCRIPTOR_BYTES = {12, 16, 20, 24}
_METHODS = {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}
_SAVE_AGAIN = "Откройте его в редакторе и сохраните заново."
_DAMAGED = f"Файл повреждён: его не удаётся прочитать. {_SAVE_AGAIN}"
# What zipfile and zlib raise for bytes that are not what they seem.
_ZIP_ERRORS = (
    zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError, RuntimeError, OSError,
    ValueError, OverflowError,
)  # fmt: skip
_OFFICE_DOCUMENT = "/officeDocument"


@dataclass(frozen=True)
class Limits:
    """How much a package may hold.

    Attributes:
        ratio: unpacked to packed bytes of a part; counts only for parts of `ratio_from_bytes` and more.
        elements: XML elements in all parts together.
        depth: of nested elements.
    """

    packed_bytes: int
    unpacked_bytes: int
    part_bytes: int
    entries: int = 1_000
    ratio: int = 200
    ratio_from_bytes: int = 5 * MB
    elements: int = 5_000_000
    depth: int = 200


DOCX_LIMITS = Limits(packed_bytes=10 * MB, unpacked_bytes=50 * MB, part_bytes=20 * MB, elements=2_000_000)
XLSX_LIMITS = Limits(packed_bytes=20 * MB, unpacked_bytes=300 * MB, part_bytes=300 * MB)


def read_package(
    data: bytes, limits: Limits, *, keep: Callable[[str], bool], refusal: type[ServiceError] = PackageRefused
) -> dict[str, bytes]:
    """Return part name -> bytes of the parts to keep; every part is unpacked and checked.

    Args:
        data: the uploaded file.
        limits: what is too much.
        keep: which parts the caller is going to read.
        refusal: the error of a file that is not a proper package.

    Raises:
        PayloadTooLarge: a limit is exceeded.
        PackageRefused: it is empty, encrypted, of an old format, damaged or built to deceive; as `refusal`.
    """
    with _plain(data, limits, refusal) as archive:
        return _parts(archive, limits, keep)


def require_plain(data: bytes, limits: Limits, *, refusal: type[ServiceError] = PackageRefused) -> None:
    """Refuse what the directory of a package shows to be wrong, unpacking nothing; raises as `read_package`."""
    with _plain(data, limits, refusal):
        pass


@contextmanager
def _plain(data: bytes, limits: Limits, refusal: type[ServiceError]) -> Iterator[zipfile.ZipFile]:
    if len(data) > limits.packed_bytes:
        raise PayloadTooLarge(f"Файл больше {limits.packed_bytes // MB} МБ. Удалите из него рисунки.")
    try:
        _require_zip(data)
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _require_plain_shape(data, archive.infolist())
            _require_plain_entries(archive.infolist(), limits)
            yield archive
    except Refused as error:
        raise refusal(str(error)) from error
    except _ZIP_ERRORS as error:
        raise refusal(_DAMAGED) from error


def main_part(parts: dict[str, bytes]) -> tuple[str, str]:
    """Return (name, content type) of the part a package is about; empty texts where it names none.

    Args:
        parts: at least `_rels/.rels` and `[Content_Types].xml` of a package that was read.
    """
    name = ""
    for relation in _elements(parts.get("_rels/.rels", b"")):
        if relation.get("Type", "").endswith(_OFFICE_DOCUMENT) and relation.get("TargetMode") != "External":
            name = part_name("", relation.get("Target", ""))
    defaults: dict[str, str] = {}
    for entry in _elements(parts.get("[Content_Types].xml", b"")):
        if entry.get("PartName", "").lstrip("/") == name:
            return name, entry.get("ContentType", "")
        defaults[entry.get("Extension", "")] = entry.get("ContentType", "")
    return name, defaults.get(name.rpartition(".")[2], "")


def part_name(folder: str, target: str) -> str:
    """Return the part a relationship points at.

    Args:
        folder: of the part that has the relationship, "" for the package itself.
        target: as written in the relationship, relative or from the root.
    """
    joined = target if target.startswith("/") else posixpath.join("/", folder, target)
    return posixpath.normpath(joined).lstrip("/")


def safe_parser() -> etree.XMLParser:
    """Return a parser that resolves no entity, asks no network and keeps libxml2's own limits."""
    return etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False, load_dtd=False)


def _require_zip(data: bytes) -> None:
    if not data:
        raise Refused("Файл пуст.")
    if data.startswith(_OLE):
        if _ENCRYPTED_STREAM in data:
            raise Refused("Файл защищён паролем. Снимите защиту и отправьте его снова.")
        raise Refused("Это файл старого формата. Сохраните его как .docx или .xlsx и отправьте снова.")
    if not data.startswith(b"PK\3\4"):
        raise Refused("Это не документ Word и не книга Excel, хотя расширение файла говорит об этом.")


def _require_plain_shape(data: bytes, entries: list[zipfile.ZipInfo]) -> None:
    """Refuse a ZIP that two programs may read differently: gaps, overlaps, other names in the entries."""
    end = len(data) - _END_BYTES
    if end < 0 or data[end : end + 4] != b"PK\5\6":
        raise Refused(_DAMAGED)
    count, size, start = struct.unpack("<HLL", data[end + 10 : end + 20])
    if count != len(entries) or start + size != end:
        raise Refused(_DAMAGED)
    free_from, described = 0, False
    for entry in sorted(entries, key=lambda one: one.header_offset):
        gap = entry.header_offset - free_from
        if gap != 0 and not (described and gap in _DESCRIPTOR_BYTES):
            raise Refused(_DAMAGED)
        free_from = _end_of_entry(data, entry)
        described = bool(entry.flag_bits & _DESCRIBED)
    gap = start - free_from
    if gap != 0 and not (described and gap in _DESCRIPTOR_BYTES):
        raise Refused(_DAMAGED)


def _end_of_entry(data: bytes, entry: zipfile.ZipInfo) -> int:
    begin = entry.header_offset
    local = data[begin : begin + _LOCAL_BYTES]
    magic, _, flags, method = struct.unpack("<4s3H", local[:10])
    (packed,) = struct.unpack("<L", local[18:22])
    name_bytes: int
    extra_bytes: int
    name_bytes, extra_bytes = struct.unpack("<2H", local[26:30])
    name = data[begin + _LOCAL_BYTES : begin + _LOCAL_BYTES + name_bytes]
    encoding = "utf-8" if entry.flag_bits & _UTF8 else "cp437"
    if (magic, method) != (b"PK\3\4", entry.compress_type) or (flags ^ entry.flag_bits) & _AGREED_FLAGS:
        raise Refused(_DAMAGED)
    if not flags & _DESCRIBED and packed not in {entry.compress_size, _IN_EXTRA}:
        raise Refused(_DAMAGED)
    if name != entry.orig_filename.encode(encoding):
        raise Refused(_DAMAGED)
    return begin + _LOCAL_BYTES + name_bytes + extra_bytes + entry.compress_size


def _require_plain_entries(entries: list[zipfile.ZipInfo], limits: Limits) -> None:
    if len(entries) > limits.entries:
        raise PayloadTooLarge(f"В файле больше {limits.entries} частей.")
    seen: set[str] = set()
    total = 0
    for entry in entries:
        total += entry.file_size
        _require_size(entry.file_size, total, entry.compress_size, limits)
        if entry.flag_bits & _ENCRYPTED:
            raise Refused("Файл зашифрован. Снимите защиту и отправьте его снова.")
        if entry.compress_type not in _METHODS or stat.S_ISLNK(entry.external_attr >> 16):
            raise Refused(_DAMAGED)
        name = unicodedata.normalize("NFC", entry.orig_filename).casefold()
        if name in seen or not _is_plain_name(entry.orig_filename):
            shown = entry.orig_filename[:80]
            raise Refused(
                f"Файл построен неправильно: в нём повторяются или недопустимы имена частей ({shown!r}). {_SAVE_AGAIN}"
            )
        seen.add(name)


def _is_plain_name(name: str) -> bool:
    steps = name.removesuffix("/").split("/")
    if any(step in {"", ".", ".."} for step in steps):
        return False
    return name.isprintable() and "\\" not in name and ":" not in name


def _parts(archive: zipfile.ZipFile, limits: Limits, keep: Callable[[str], bool]) -> dict[str, bytes]:
    """Unpack every part; keep the wanted ones."""
    kept: dict[str, bytes] = {}
    total = 0
    inspector = Inspector(elements=limits.elements, depth=limits.depth)
    for entry in archive.infolist():
        wanted = bytearray() if keep(entry.filename) else None
        size = 0
        inspector.open(entry.filename)
        for chunk in _chunks(archive, entry):
            size += len(chunk)
            _require_size(size, total + size, entry.compress_size, limits)
            inspector.feed(chunk)
            if wanted is not None:
                wanted += chunk
        inspector.close()
        total += size
        if wanted is not None and not entry.is_dir():
            kept[entry.filename] = bytes(wanted)
    return kept


def _chunks(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> Iterator[bytes]:
    with archive.open(entry) as stream:
        while chunk := stream.read(_CHUNK_BYTES):
            yield chunk


def _require_size(size: int, total: int, packed: int, limits: Limits) -> None:
    """Refuse by what came out so far; before that, by what the file says about itself."""
    if total > limits.unpacked_bytes or size > limits.part_bytes:
        raise PayloadTooLarge("Файл слишком велик в распакованном виде.")
    if size >= limits.ratio_from_bytes and size > limits.ratio * max(packed, 1):
        raise PayloadTooLarge("Файл сжат неправдоподобно сильно: он похож на «архивную бомбу».")


def _elements(xml: bytes) -> Iterator[etree._Element]:
    if xml:
        yield from etree.fromstring(xml, safe_parser())
