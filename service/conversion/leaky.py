"""The paper of the self-test: every kind of link that LibreOffice 7.4.7 is known to follow, in one .docx.

A linked picture, a picture inside an SVG (which no setting of the profile stops) and a linked picture
of an embedded Word document, each to an address and to a file.
"""

from __future__ import annotations

import io
import struct
import zipfile
import zlib

_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE_RELATIONSHIPS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Default Extension="png" ContentType="image/png"/>
<Default Extension="svg" ContentType="image/svg+xml"/>
<Default Extension="docx" \
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document"/>
<Override PartName="/word/document.xml" \
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
</Types>"""
_ROOT = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" Type="{_OFFICE_RELATIONSHIPS}/officeDocument" Target="word/document.xml"/>
</Relationships>"""
_DOCUMENT = f"""<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="{_WORD}" xmlns:r="{_OFFICE_RELATIONSHIPS}" \
xmlns:wp="http://schemas.openxmlformats.org/drawingml/2006/wordprocessingDrawing" \
xmlns:a="http://schemas.openxmlformats.org/drawingml/2006/main" \
xmlns:pic="http://schemas.openxmlformats.org/drawingml/2006/picture" \
xmlns:v="urn:schemas-microsoft-com:vml" xmlns:o="urn:schemas-microsoft-com:office:office"><w:body>
{{body}}<w:p><w:r><w:t>Самопроверка</w:t></w:r></w:p></w:body></w:document>"""
_PICTURE = """<w:p><w:r><w:drawing><wp:inline><wp:extent cx="500000" cy="500000"/>\
<wp:docPr id="{number}" name="p{number}"/><a:graphic>\
<a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/picture"><pic:pic>\
<pic:nvPicPr><pic:cNvPr id="{number}" name="p{number}"/><pic:cNvPicPr/></pic:nvPicPr>\
<pic:blipFill><a:blip r:{how}="{relationship}"/><a:stretch><a:fillRect/></a:stretch></pic:blipFill>\
<pic:spPr><a:xfrm><a:off x="0" y="0"/><a:ext cx="500000" cy="500000"/></a:xfrm>\
<a:prstGeom prst="rect"><a:avLst/></a:prstGeom></pic:spPr>\
</pic:pic></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>"""
_OBJECT = """<w:p><w:r><w:object w:dxaOrig="2000" w:dyaOrig="2000">\
<v:shape id="o1" style="width:100pt;height:100pt"><v:imagedata r:id="{preview}"/></v:shape>\
<o:OLEObject Type="Embed" ProgID="Word.Document.12" ShapeID="o1" DrawAspect="Content" ObjectID="_1" \
r:id="{relationship}"/></w:object></w:r></w:p>"""
_SVG = """<svg xmlns="http://www.w3.org/2000/svg" xmlns:xlink="http://www.w3.org/1999/xlink" \
width="50" height="50">{images}</svg>"""
_SVG_IMAGE = '<image width="50" height="50" xlink:href="{target}"/>'


def leaky_docx(url: str, file_url: str) -> bytes:
    """Return the paper; all its links go to the address and to the file."""
    targets = (f"{url}/picture.png", file_url)
    svg = _SVG.format(images="".join(_SVG_IMAGE.format(target=target) for target in targets))
    links = [_link(f"rIdL{n}", "image", target) for n, target in enumerate(targets)]
    linked = "".join(_picture(n, "link", f"rIdL{n}") for n in range(len(targets)))
    parts = {
        "word/media/image1.svg": svg.encode(),
        "word/media/preview.png": canary_png(),
        "word/embeddings/inner.docx": _package(linked, links, {}),
    }
    inside = [
        f'<Relationship Id="rIdS" Type="{_OFFICE_RELATIONSHIPS}/image" Target="media/image1.svg"/>',
        f'<Relationship Id="rIdP" Type="{_OFFICE_RELATIONSHIPS}/image" Target="media/preview.png"/>',
        f'<Relationship Id="rIdO" Type="{_OFFICE_RELATIONSHIPS}/package" Target="embeddings/inner.docx"/>',
    ]
    body = linked + _picture(8, "embed", "rIdS") + _OBJECT.format(preview="rIdP", relationship="rIdO")
    return _package(body, [*links, *inside], parts)


def canary_png() -> bytes:
    """Return a small red picture."""
    rows = (b"\0" + b"\xff\0\0" * 8) * 8
    chunks = (
        (b"IHDR", struct.pack(">IIBBBBB", 8, 8, 8, 2, 0, 0, 0)),
        (b"IDAT", zlib.compress(rows)),
        (b"IEND", b""),
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(
        struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
        for name, data in chunks
    )


def _picture(number: int, how: str, relationship: str) -> str:
    return _PICTURE.format(number=number + 1, how=how, relationship=relationship)


def _link(name: str, kind: str, target: str) -> str:
    return (
        f'<Relationship Id="{name}" Type="{_OFFICE_RELATIONSHIPS}/{kind}" Target="{target}" '
        'TargetMode="External"/>'
    )


def _package(body: str, relationships: list[str], parts: dict[str, bytes]) -> bytes:
    links = (
        '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f"{''.join(relationships)}</Relationships>"
    )
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _ROOT)
        package.writestr("word/document.xml", _DOCUMENT.format(body=body))
        package.writestr("word/_rels/document.xml.rels", links)
        for name, content in parts.items():
            package.writestr(name, content)
    return made.getvalue()
