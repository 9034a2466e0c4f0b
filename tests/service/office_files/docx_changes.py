"""Changes of a good template for one test: a part, an element, a relationship more."""

from __future__ import annotations

import re
import struct
import zlib
from collections.abc import Callable

from service.filling.document import read_parts
from tests.samples import TEMPLATES

Parts = dict[str, bytes]
Change = Callable[[Parts], None]
OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
BODY, TYPES, LINKS = "word/document.xml", "[Content_Types].xml", "word/_rels/document.xml.rels"
XMLNS = (
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
)


def order_parts() -> Parts:
    return read_parts((TEMPLATES / "order.docx").read_bytes())


def replaced(name: str, old: str, new: str) -> Change:
    def change(parts: Parts) -> None:
        assert old.encode() in parts[name]
        parts[name] = parts[name].replace(old.encode(), new.encode(), 1)

    return change


def in_body(xml: str) -> Change:
    """Put XML at the beginning of the body; its namespaces are declared."""
    return replaced(BODY, "<w:body>", "<w:body>" + re.sub("(/?>)", rf" {XMLNS}\1", xml, count=1))


def paragraph(inner: str) -> Change:
    return in_body(f"<w:p>{inner}</w:p>")


def field(code: str) -> Change:
    return paragraph(
        '<w:r><w:fldChar w:fldCharType="begin"/></w:r>'
        + "".join(f"<w:r><w:instrText>{piece}</w:instrText></w:r>" for piece in code.split("|"))
        + '<w:r><w:fldChar w:fldCharType="end"/></w:r>'
    )


def linked(kind: str, target: str, *, outside: bool = True, base: str = OFFICE) -> Change:
    mode = ' TargetMode="External"' if outside else ""
    link = f'<Relationship Id="rId900" Type="{base}/{kind}" Target="{target}"{mode}/></Relationships>'
    return replaced(LINKS, "</Relationships>", link)


def part(name: str, data: bytes, *, kind: str, link: str = "") -> Change:
    def change(parts: Parts) -> None:
        parts[name] = data
        override = f'<Override PartName="/{name}" ContentType="{kind}"/></Types>'
        replaced(TYPES, "</Types>", override)(parts)
        if link:
            linked(link, f"/{name}", outside=False)(parts)

    return change


def picture(data: bytes, *, name: str = "word/media/image1.png", kind: str = "image/png") -> Change:
    return part(name, data, kind=kind, link="image")


def png(width: int = 1, height: int = 1, *notes: tuple[bytes, bytes]) -> bytes:
    """Return a PNG whose head says this size."""
    head = struct.pack(">LLBBBBB", width, height, 8, 0, 0, 0, 0)
    chunks = [(b"IHDR", head), *notes, (b"IDAT", zlib.compress(b"\0\0")), (b"IEND", b"")]
    packed = (
        struct.pack(">L", len(data)) + kind + data + struct.pack(">L", zlib.crc32(kind + data))
        for kind, data in chunks
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(packed)


def jpeg(*blocks: tuple[int, bytes]) -> bytes:
    """Return the blocks of a JPEG of 2 × 3 points."""
    size = (0xC0, struct.pack(">BHHB", 8, 2, 3, 0))
    written = b"".join(
        bytes((0xFF, kind)) + struct.pack(">H", len(data) + 2) + data for kind, data in (*blocks, size)
    )
    return b"\xff\xd8" + written + b"\xff\xda\0\2scan\xff\xd9"
