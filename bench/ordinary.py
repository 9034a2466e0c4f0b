"""The same paper as an ordinary template leaves it: with every style that python-docx and Word put into a file."""

from __future__ import annotations

import io
import zipfile
from pathlib import Path

import docx
from lxml import etree

_STYLES = "word/styles.xml"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DEFAULT = Path(docx.__file__).parent / "templates" / "default.docx"


def with_all_styles(paper: bytes) -> bytes:
    """Return a paper with the styles and latent styles of python-docx's own template beside its own.

    Nothing that is printed uses them: our templates are committed without such styles, those that people make
    have them.
    """
    with zipfile.ZipFile(_DEFAULT) as archive:
        others = etree.fromstring(archive.read(_STYLES))
    made = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(paper)) as source,
        zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as target,
    ):
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, _joined(data, others) if name == _STYLES else data)
    return made.getvalue()


def _joined(data: bytes, others: etree._Element) -> bytes:
    styles = etree.fromstring(data)
    known = {style.get(f"{_W}styleId") for style in styles.iter(f"{_W}style")}
    latent = others.find(f"{_W}latentStyles")
    if latent is not None and styles.find(f"{_W}latentStyles") is None:
        defaults = styles.find(f"{_W}docDefaults")
        styles.insert(0 if defaults is None else styles.index(defaults) + 1, latent)
    for style in others.findall(f"{_W}style"):
        if style.get(f"{_W}styleId") not in known:
            style.attrib.pop(f"{_W}default", None)  # the paper has its own defaults
            styles.append(style)
    return etree.tostring(styles, xml_declaration=True, encoding="UTF-8", standalone=True)
