"""Papers that harm an office: made by a program, so that nothing opaque is committed."""

from __future__ import annotations

import io
import zipfile

WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
PACKAGE = "http://schemas.openxmlformats.org/package/2006"
MAIN_TYPE = "application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
DEFAULT_TYPES = {
    "rels": "application/vnd.openxmlformats-package.relationships+xml",
    "xml": "application/xml",
    "png": "image/png",
    "svg": "image/svg+xml",
    "emf": "image/x-emf",
    "eps": "image/x-eps",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "bin": "application/vnd.openxmlformats-officedocument.oleObject",
    "html": "text/html",
    "rtf": "application/rtf",
    "odt": "application/vnd.oasis.opendocument.text",
}
NAMESPACES = (
    f'xmlns:w="{WORD}" xmlns:r="{RELATIONSHIPS}" '
    'xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" '
    'xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" '
    'xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" '
    'xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"'
)
_OUTSIDE = {True: ' TargetMode="External"', False: ""}
SVG_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" width="50" height="50">'


def word_package(
    body: str,
    *,
    links: dict[str, tuple[str, str, bool]] | None = None,
    parts: dict[str, str | bytes] | None = None,
    doctype: str = "",
) -> bytes:
    """A .docx with this body.

    links: relationship id -> last word of its type, target, whether the target is outside.
    parts: more parts by name; one of the same name as a usual part takes its place.
    """
    written: dict[str, str | bytes] = {
        "[Content_Types].xml": _types(),
        "_rels/.rels": relationships({"rId1": ("officeDocument", "word/document.xml", False)}),
        "word/document.xml": f'<?xml version="1.0" encoding="UTF-8"?>{doctype}'
        f"<w:document {NAMESPACES}><w:body>{body}</w:body></w:document>",
        "word/_rels/document.xml.rels": relationships(links or {}),
        **(parts or {}),
    }
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        for name, content in written.items():
            package.writestr(name, content)
    return made.getvalue()


def relationships(links: dict[str, tuple[str, str, bool]]) -> str:
    """The XML of a relationships part."""
    rows = "".join(
        f'<Relationship Id="{name}" Type="{RELATIONSHIPS}/{kind}" Target="{target}"{_OUTSIDE[outside]}/>'
        for name, (kind, target, outside) in links.items()
    )
    return f'<?xml version="1.0"?><Relationships xmlns="{PACKAGE}/relationships">{rows}</Relationships>'


def text(words: str) -> str:
    """A paragraph."""
    return f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"


def picture(relationship: str, *, how: str = "embed", number: int = 1) -> str:
    """A paragraph with a picture; `how` is "embed" or "link"."""
    return (
        '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="500000" cy="500000"/>'
        f'<wp:docPr id="{number}" name="p{number}"/><a:graphic>'
        '<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>'
        f'<pic:nvPicPr><pic:cNvPr id="{number}" name="p{number}"/><pic:cNvPicPr/></pic:nvPicPr>'
        f'<pic:blipFill><a:blip r:{how}="{relationship}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>'
        '<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="500000" cy="500000"/></a:xfrm>'
        '<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>'
        "</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"
    )


def svg_paper(inside: str, *, name: str = "image1.svg") -> bytes:
    """A paper with one SVG picture."""
    return word_package(
        text("Рисунок") + picture("rIdS"),
        links={"rIdS": ("image", f"media/{name}", False)},
        parts={f"word/media/{name}": f"{SVG_HEAD}{inside}</svg>"},
    )


def poison() -> bytes:
    """Ends LibreOffice 7.4.7 in a tenth of a second: a text that contains itself overflows its stack."""
    return svg_paper('<text id="a"><tref xlink:href="#a"/></text>')


def nested_tables(depth: int = 1000) -> bytes:
    """Keeps LibreOffice busy for about a minute with a kilobyte."""
    opening, closing = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl><w:p/>"
    return word_package(opening * depth + text("x") + closing * depth)


def _types() -> str:
    defaults = "".join(
        f'<Default Extension="{extension}" ContentType="{kind}"/>'
        for extension, kind in DEFAULT_TYPES.items()
    )
    return (
        f'<?xml version="1.0"?><Types xmlns="{PACKAGE}/content-types">{defaults}'
        f'<Override PartName="/word/document.xml" ContentType="{MAIN_TYPE}"/></Types>'
    )
