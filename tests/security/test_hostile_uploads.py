"""R-14, T-10, T-11, T-13: what is broken or hostile is refused with its reason, stores nothing and harms no request.

A good request follows every few bad ones. The same program judges the files as in `tests/service/office_files`; here
they come over HTTP, and no error of a library comes out.
"""

from __future__ import annotations

import io
import json
import zipfile

import pytest
import sqlalchemy as sa

from service.database import reading
from service.database.tables_batches import batch_file
from tests.samples import TEMPLATES, read_sample
from tests.service.batches.books import KIND, reports
from tests.service.web.site import open_site

SHEET = read_sample("acquaintance_sheet")
GOOD = {"kind": "acquaintance_sheet", "payload": SHEET}
TEXT = json.dumps(GOOD, ensure_ascii=False)


def zipped(**entries: bytes) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, data in entries.items():
            package.writestr(name, data)
    return made.getvalue()


def changed(package: bytes, name: str, data: bytes) -> bytes:
    """The package with one part exchanged."""
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        return zipped(**{one: data if one == name else parts.read(one) for one in parts.namelist()})


def member_of(package: bytes, ending: str) -> str:
    with zipfile.ZipFile(io.BytesIO(package)) as parts:
        return next(name for name in parts.namelist() if name.endswith(ending))


ORDER_DOCX = (TEMPLATES / "order.docx").read_bytes()
BOOK = reports(1)
SHEET_1 = member_of(BOOK, "sheet1.xml")
BOMB = b"<a>" + b" " * 60_000_000 + b"</a>"
ENTITIES = b'<!DOCTYPE a [<!ENTITY b "bbbbbbbbbb"><!ENTITY c "&b;&b;&b;&b;">]><a>&c;</a>'
JSONS = {
    "nothing": b"",
    "half": TEXT[:-20].encode(),
    "latin": TEXT.encode("cp1251"),
    "UTF-16": TEXT.encode("utf-16"),
    "BOM": b"\xef\xbb\xbf" + TEXT.encode(),
    "NaN": b'{"kind": NaN}',
    "twice": b'{"kind": "order", "kind": "roadmap"}',
    "deep": b"[" * 100_000 + b"]" * 100_000,
    "digits": b'{"kind": ' + b"9" * 5_000 + b"}",
    "half a letter": b'{"kind": "\\ud800"}',
    "list": b"[1, 2]",
    "two values": TEXT.encode() * 2,
    "NUL": TEXT.replace('"kind"', '"ki\\u0000nd"').encode(),
}
BOOKS = {
    "nothing": b"",
    "half": BOOK[: len(BOOK) // 2],
    "no parts": zipped(**{"a.txt": b"a"}),
    "entities": changed(BOOK, SHEET_1, ENTITIES),
    "bomb": changed(BOOK, SHEET_1, BOMB),
    "broken XML": changed(BOOK, SHEET_1, b"<worksheet><sheetData>"),
    "no workbook": changed(BOOK, "xl/workbook.xml", b""),
    "PDF": b"%PDF-1.7 and so on",
}
DOCXS = {
    "nothing": b"",
    "half": ORDER_DOCX[: len(ORDER_DOCX) // 2],
    "no parts": zipped(**{"a.txt": b"a"}),
    "entities": changed(ORDER_DOCX, "word/document.xml", ENTITIES),
    "bomb": changed(ORDER_DOCX, "word/document.xml", BOMB),
    "broken XML": changed(ORDER_DOCX, "word/document.xml", b"<w:document>"),
}
ROADS = {"json": JSONS, "book": BOOKS, "template": DOCXS}


@pytest.fixture
def site(tmp_path):
    site = open_site(tmp_path)
    yield site
    site.backends.close()


def send(site, program, road, data):
    """POST the bytes by this road; the kind of file is what its road says."""
    if road == "json":
        return program.post("/documents", data=data, content_type="application/json")
    name, kind = ("отчёты.xlsx", KIND) if road == "book" else ("приказ.docx", "order")
    fields = {"kind": kind, "file": (io.BytesIO(data), name)}
    address = "/batches" if road == "book" else "/templates/check.docx"
    return program.post(address, data=fields, content_type="multipart/form-data")


def kept(site):
    with reading(site.backends.engine) as connection:
        uploads = connection.execute(sa.select(sa.func.count()).select_from(batch_file)).scalar()
    return uploads, site.recorded(), len(site.backends.storage.names(after="", limit=1000))


@pytest.mark.parametrize("road", ROADS)
def test_r_14_a_hostile_file_is_a_plain_refusal_that_stores_nothing(site, road):
    program = site.administrator()
    good = 0

    for number, (name, data) in enumerate(ROADS[road].items()):
        before = kept(site)
        answer = send(site, program, road, data)
        assert answer.status_code in {400, 413, 415, 422}, (name, answer.status_code, answer.text)
        assert answer.json["error"], name
        assert answer.json["code"] != "internal"
        assert "Traceback" not in answer.text
        assert kept(site) == before, name
        if number % 4 == 3:
            good += 1
            assert program.post("/documents", GOOD).status_code == 201, f"after {name}"

    assert good >= 1
    assert site.backends.archive.verify() == []
    # The twin: the unspoilt file goes by the same road.
    whole = {"json": TEXT.encode(), "book": BOOK, "template": ORDER_DOCX}[road]
    assert send(site, program, road, whole).status_code in {200, 201, 202}
