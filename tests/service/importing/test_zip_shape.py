"""Hostile files: each is refused with a plain reason, and its harmless twin passes."""

from __future__ import annotations

import contextlib
import hashlib
import io
import struct
import sys
import zipfile
from collections.abc import Callable
from typing import Any

import pytest

from service.errors import BatchInvalid, InputError, PackageRefused, PayloadTooLarge
from service.importing import import_roadmap
from service.office_files.zip_shape import DOCX_LIMITS, Limits, read_package
from tests.service.importing.office_files import HEADING, ROW, excel, repacked, word

Parts = dict[str, bytes]
DOCX, XLSX = word([HEADING, ROW]), excel([HEADING, ROW])
OLE = bytes.fromhex("D0CF11E0A1B11AE1")


def with_part(name: str, content: bytes) -> Callable[[Parts], None]:
    return lambda parts: parts.update({name: content})


def replaced(name: str, old: bytes, new: bytes) -> Callable[[Parts], None]:
    def change(parts: Parts) -> None:
        assert old in parts[name]
        parts[name] = parts[name].replace(old, new, 1)

    return change


def twice(name: str) -> bytes:
    stream = io.BytesIO(DOCX)
    with zipfile.ZipFile(stream, "a") as package, pytest.warns(UserWarning, match="Duplicate"):
        package.writestr(name, b"<x/>")
    return stream.getvalue()


def symlink() -> bytes:
    stream = io.BytesIO(DOCX)
    entry = zipfile.ZipInfo("word/link.xml")
    entry.create_system, entry.external_attr = 3, 0o120777 << 16
    with zipfile.ZipFile(stream, "a") as package:
        package.writestr(entry, "/etc/passwd")
    return stream.getvalue()


def flagged(data: bytes, flag: int) -> bytes:
    """Set a flag of the first entry in both of its headers."""
    changed = bytearray(data)
    central = data.index(b"PK\1\2")
    for place in (6, central + 8):
        (flags,) = struct.unpack_from("<H", changed, place)
        struct.pack_into("<H", changed, place, flags | flag)
    return bytes(changed)


def other_local_name(data: bytes) -> bytes:
    changed = bytearray(data)
    changed[30:31] = b"X"
    return bytes(changed)


def bomb(size: int) -> bytes:
    return repacked(DOCX, with_part("word/media/image1.png", b"\0" * size))


def lying_size(data: bytes) -> bytes:
    """Claim in the directory that the first entry unpacks to one byte."""
    changed = bytearray(data)
    struct.pack_into("<L", changed, data.index(b"PK\1\2") + 24, 1)
    return bytes(changed)


DOCTYPE = b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'
CONTENT_TYPES = "[Content_Types].xml"
WORD_TYPE = b"wordprocessingml.document.main+xml"
HOSTILE: dict[str, tuple[bytes, str, str]] = {
    "empty file": (b"", "a.docx", "пуст"),
    "text": (b"hello", "a.docx", "не документ Word"),
    "bad zip": (b"PK\3\4" + b"x" * 200, "a.docx", "повреждён"),
    "cut zip": (DOCX[: len(DOCX) // 2], "a.docx", "повреждён"),
    "something behind": (DOCX + b"x", "a.docx", "повреждён"),
    "something before": (b"PK\3\4" + DOCX, "a.docx", "повреждён"),
    "flipped bytes": (DOCX[:600] + bytes(8) + DOCX[608:], "a.docx", "повреждён"),
    "other local name": (other_local_name(DOCX), "a.docx", "повреждён"),
    "lying size": (lying_size(DOCX), "a.docx", "повреждён"),
    "old format": (OLE + b"x" * 600, "a.xlsx", "старого формата"),
    "encrypted office file": (
        OLE + b"x" * 600 + "EncryptedPackage".encode("utf-16-le"),
        "a.docx",
        "защищён паролем",
    ),
    "encrypted entry": (flagged(DOCX, 1), "a.docx", "зашифрован"),
    ".xls": (XLSX, "a.xls", "Формат .xls не читается"),
    ".docm": (DOCX, "a.docm", "макросами"),
    ".pdf": (b"%PDF-1.7", "a.pdf", "загружается из файла"),
    "no extension": (DOCX, "docx", "загружается из файла"),
    "workbook named .docx": (XLSX, "a.docx", "не документ Word"),
    "document named .xlsx": (DOCX, "a.xlsx", "не книга Excel"),
    "macros behind .docx": (
        repacked(
            DOCX,
            lambda parts: parts.update(
                {CONTENT_TYPES: parts[CONTENT_TYPES].replace(WORD_TYPE, b"document.macroEnabled.main+xml")}
            ),
        ),
        "a.docx",
        "макросами",
    ),
    "doctype": (repacked(DOCX, with_part("customXml/item9.xml", DOCTYPE)), "a.docx", "DOCTYPE"),
    "doctype in UTF-16": (
        repacked(
            DOCX,
            with_part(
                "word/extra.xml",
                '<?xml version="1.0" encoding="UTF-16"?><!DOCTYPE x><x/>'.encode("utf-16"),
            ),
        ),
        "a.docx",
        "DOCTYPE",
    ),
    "doctype under another name": (
        repacked(DOCX, with_part("word/media/a.png", b"\n " + DOCTYPE)),
        "a.docx",
        "DOCTYPE",
    ),
    "broken xml": (repacked(DOCX, with_part("word/styles.xml", b"<a><b></a>")), "a.docx", "ошибка XML"),
    "nothing in xml": (repacked(DOCX, with_part("word/styles.xml", b"")), "a.docx", "пуста"),
    "traversal": (repacked(DOCX, with_part("../../etc/passwd", b"x")), "a.docx", "имена частей"),
    "absolute name": (repacked(DOCX, with_part("/etc/passwd", b"x")), "a.docx", "имена частей"),
    "backslash": (repacked(DOCX, with_part("word\\x.png", b"x")), "a.docx", "имена частей"),
    "drive": (repacked(DOCX, with_part("C:x.png", b"x")), "a.docx", "имена частей"),
    "name twice in other letters": (
        repacked(DOCX, with_part("WORD/document.xml", b"<x/>")),
        "a.docx",
        "имена частей",
    ),
    "symlink": (symlink(), "a.docx", "повреждён"),
    "no main part": (repacked(DOCX, lambda parts: parts.pop("_rels/.rels")), "a.docx", "не документ Word"),
    "external main part": (
        repacked(DOCX, replaced("_rels/.rels", b'Target="word/document.xml"', b'Target="http://x/y.xml"')),
        "a.docx",
        "не документ Word",
    ),
    "no body": (
        repacked(DOCX, with_part("word/document.xml", b"<x/>")),
        "a.docx",
        "нет текста",
    ),
    "workbook without sheets": (
        repacked(XLSX, lambda parts: parts.pop("xl/_rels/workbook.xml.rels")),
        "a.xlsx",
        "повреждена",
    ),
    "odd cell reference": (
        repacked(XLSX, replaced("xl/worksheets/sheet1.xml", b'r="A1"', b'r="1A"')),
        "a.xlsx",
        "повреждена",
    ),
    "no table": (word(above=["Дорожная карта", "Текст"]), "a.docx", "не найдена"),
    "empty workbook": (excel([]), "a.xlsx", "не найдена"),
    "unknown headings": (word([["Школа", "Директор", "Класс"], ["1", "2", "3"]]), "a.docx", "не найдена"),
    "heading without rows": (word([HEADING]), "a.docx", "ни одной строки"),
    "too many unknown columns": (
        word([[*HEADING, *(f"Графа {letter}" for letter in "АБВГДЕЖЗИК")], ["1"] * 14]),
        "a.docx",
        "слишком много граф",
    ),
}
TOO_LARGE: dict[str, tuple[bytes, str]] = {
    "packed": (b"PK\3\4" + b"x" * 10_000_001, "a.docx"),
    "packed workbook": (b"PK\3\4" + b"x" * 20_000_001, "a.xlsx"),
    "bomb by ratio": (bomb(6_000_000), "a.docx"),
    "bomb by size": (bomb(21_000_000), "a.docx"),
    "entries": (
        repacked(DOCX, lambda parts: parts.update({f"word/media/{n}.png": b"x" for n in range(1_000)})),
        "a.docx",
    ),
    "depth": (
        repacked(DOCX, with_part("word/deep.xml", b"<a>" * 300 + b"</a>" * 300)),
        "a.docx",
    ),
    "row far below": (
        repacked(XLSX, replaced("xl/worksheets/sheet1.xml", b'<row r="4"', b'<row r="1048576"')),
        "a.xlsx",
    ),
    "column far right": (
        repacked(XLSX, replaced("xl/worksheets/sheet1.xml", b'r="D4"', b'r="XFD4"')),
        "a.xlsx",
    ),
    "wide span": (
        repacked(
            DOCX, replaced("word/document.xml", b"<w:tcPr>", b'<w:tcPr><w:gridSpan w:val="999999999"/>')
        ),
        "a.docx",
    ),
}


@pytest.mark.parametrize(("data", "name", "reason"), HOSTILE.values(), ids=HOSTILE)
def test_a_hostile_file_is_refused_with_its_reason(data: bytes, name: str, reason: str) -> None:
    """T-06."""
    with pytest.raises(BatchInvalid, match=reason):
        import_roadmap(data, file_name=name)


@pytest.mark.parametrize(("data", "name"), TOO_LARGE.values(), ids=TOO_LARGE)
def test_what_is_too_large_is_refused(data: bytes, name: str) -> None:
    with pytest.raises(PayloadTooLarge):
        import_roadmap(data, file_name=name)


def test_a_name_that_stands_twice_is_refused() -> None:
    """T-04."""
    data = twice("word/document.xml")

    with pytest.raises(BatchInvalid, match="имена частей"):
        import_roadmap(data, file_name="a.docx")


@pytest.mark.parametrize(
    "change",
    [
        with_part("word/media/image1.png", b"\x89PNG" + bytes(4_000_000)),
        with_part("word/extra.xml", "<?xml version='1.0' encoding='UTF-16'?><x/>".encode("utf-16")),
        with_part("xl/drawings/old.vml", b"<xml><br></xml>"),
        with_part("docProps/Заметка.txt", b"x"),
        replaced("word/document.xml", b"<w:body>", b"<w:body><!-- <!DOCTYPE x> -->"),
    ],
    ids=["large picture", "UTF-16", "old drawing", "russian name", "DOCTYPE in a comment"],
)
def test_the_harmless_twin_passes(change: Callable[[Parts], None]) -> None:
    assert import_roadmap(repacked(DOCX, change), file_name="a.docx").payload["rows"]


def test_external_targets_are_not_followed() -> None:
    relation = (
        b'<Relationship Id="rId99" TargetMode="External" Target="http://127.0.0.1:1/x" Type="http://schemas.'
        b'openxmlformats.org/officeDocument/2006/relationships/image"/></Relationships>'
    )
    data = repacked(DOCX, replaced("word/_rels/document.xml.rels", b"</Relationships>", relation))

    assert import_roadmap(data, file_name="a.docx").payload["rows"]


def test_no_cut_of_a_good_file_gives_another_error() -> None:
    """T-13."""
    for data, name in ((DOCX, "a.docx"), (XLSX, "a.xlsx")):
        for end in range(0, len(data), 997):
            with pytest.raises(InputError):
                import_roadmap(data[:end], file_name=name)


def test_no_flipped_byte_gives_another_error() -> None:
    """T-13."""
    for data, name in ((DOCX, "a.docx"), (XLSX, "a.xlsx")):
        for place in range(0, len(data), 211):
            changed = bytearray(data)
            changed[place] ^= 0x55
            with contextlib.suppress(InputError):
                import_roadmap(bytes(changed), file_name=name)


def test_limits_count_the_bytes_that_come_out() -> None:
    """T-11."""
    limits = Limits(packed_bytes=10**6, unpacked_bytes=10**6, part_bytes=1_000)

    with pytest.raises(PayloadTooLarge):
        read_package(DOCX, limits, keep=lambda name: True)


def test_only_the_parts_to_keep_are_kept() -> None:
    parts = read_package(DOCX, DOCX_LIMITS, keep=lambda name: name == "word/document.xml")

    assert list(parts) == ["word/document.xml"]


def test_the_caller_chooses_the_error() -> None:
    with pytest.raises(PackageRefused):
        read_package(b"", DOCX_LIMITS, keep=lambda name: True)
    with pytest.raises(BatchInvalid):
        read_package(b"", DOCX_LIMITS, keep=lambda name: True, refusal=BatchInvalid)


def calls_of(work: Callable[[], Any]) -> int:
    """Return how many Python calls the work takes: a measure that no busy machine changes."""
    count = 0

    def note(frame: Any, event: str, argument: Any) -> None:
        nonlocal count
        count += event == "call"

    sys.setprofile(note)
    try:
        work()
    finally:
        sys.setprofile(None)
    return count


def many_rows(count: int) -> bytes:
    """Return a document with `count` rows, made as text: python-docx needs minutes for that."""
    rows = []
    for number in range(count):
        texts = (str(number), hashlib.sha256(str(number).encode()).hexdigest(), *ROW[2:])
        cells = "".join(f"<w:tc><w:p><w:r><w:t>{text}</w:t></w:r></w:p></w:tc>" for text in texts)
        rows.append(f"<w:tr>{cells}</w:tr>")
    return repacked(DOCX, replaced("word/document.xml", b"</w:tbl>", "".join([*rows, "</w:tbl>"]).encode()))


def test_the_work_grows_no_faster_than_the_rows() -> None:
    few, many = many_rows(400), many_rows(4_000)

    one = calls_of(lambda: import_roadmap(few, file_name="a.docx"))
    ten = calls_of(lambda: import_roadmap(many, file_name="a.docx"))

    assert ten < 11 * one


def test_a_table_longer_than_the_limit_is_refused() -> None:
    with pytest.raises(PayloadTooLarge, match="20000 строк"):
        import_roadmap(many_rows(20_000), file_name="a.docx")


def test_merged_text_is_not_multiplied_without_end() -> None:
    text = "мероприятие " * 2_000
    rows = [
        HEADING,
        ["1", text, "март 2022", "УО"],
        *([[str(n), None, "март 2022", "УО"] for n in range(2, 400)]),
    ]

    with pytest.raises(PayloadTooLarge, match="объединённых"):
        import_roadmap(excel(rows, edit=lambda book: book.active.merge_cells("B4:B402")), file_name="a.xlsx")
