"""The tiny paper that an office must convert before it is trusted with a real one.

It also warms the office up: fonts, import and export filters and layout are loaded by its text.
"""

from __future__ import annotations

import io
import zipfile

_TYPES = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Types xmlns="http://schemas.openxmlformats.org/package/2006/content-types">
<Default Extension="rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>
<Default Extension="xml" ContentType="application/xml"/>
<Override PartName="/word/document.xml" \
ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"/>
</Types>"""

_RELATIONSHIPS = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">
<Relationship Id="rId1" \
Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/officeDocument" \
Target="word/document.xml"/>
</Relationships>"""

_FONT = '<w:rFonts w:ascii="Times New Roman" w:hAnsi="Times New Roman" w:cs="Times New Roman"/>'
_TEXT = "<w:p><w:r><w:rPr>{font}{style}</w:rPr><w:t>Проверка готовности № 1 (Test)</w:t></w:r></w:p>"

_DOCUMENT = """<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body>
{regular}{bold}{italic}
<w:tbl><w:tblGrid><w:gridCol w:w="4000"/></w:tblGrid><w:tr><w:tc>{regular}</w:tc></w:tr></w:tbl>
{regular}
<w:sectPr><w:pgSz w:w="11906" w:h="16838"/></w:sectPr></w:body></w:document>"""


def probe_docx() -> bytes:
    """Return the probe: one page, three faces of the usual font, one table."""
    faces = {"regular": "", "bold": "<w:b/>", "italic": "<w:i/>"}
    texts = {name: _TEXT.format(font=_FONT, style=style) for name, style in faces.items()}
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        package.writestr("[Content_Types].xml", _TYPES)
        package.writestr("_rels/.rels", _RELATIONSHIPS)
        package.writestr("word/document.xml", _DOCUMENT.format(**texts))
    return made.getvalue()
