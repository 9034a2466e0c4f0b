"""The canonical form of a template: nothing that Word leaves behind, nothing LibreOffice loads in vain.

Removed: revision ids, proofing marks, the _GoBack bookmark, split runs, unused and latent styles, web settings,
thumbnails, custom XML, authors and dates. Unused styles alone cost LibreOffice half of its loading time.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Mapping

from lxml import etree

from service.errors import PackageRefused
from service.filling.document import write_parts
from service.office_files import read_docx_parts, require_docx
from service.office_files.pictures import without_notes

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_RELATIONSHIPS = "{http://schemas.openxmlformats.org/package/2006/relationships}"
_IGNORABLE = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Ignorable"
_XML_SPACE = "{http://www.w3.org/XML/1998/namespace}space"
_DEAD = re.compile(
    r"word/(stylesWithEffects|webSettings)\.xml|docProps/(thumbnail\..*|custom\.xml)|customXml/.*|docMetadata/.*|"
    r"word/_rels/(settings|fontTable|webSettings)\.xml\.rels|word/(printerSettings|fonts|glossary)/.*|"
    r"word/(people|commentsExtended|commentsExtensible|commentsIds)\.xml"
)
_STYLE_USES = ("pStyle", "rStyle", "tblStyle", "numStyleLink", "styleLink")
_NOISE = {
    f"{_W}{name}"
    for name in (
        "proofErr", "lastRenderedPageBreak", "noProof", "rsids", "docVars", "attachedTemplate", "attachedSchema",
        "saveThroughXslt", "dataBinding", "trackRevisions", "embedTrueTypeFonts", "saveSubsetFonts",
        "embedRegular", "embedBold", "embedItalic", "embedBoldItalic",
    )
}  # fmt: skip
_PLAIN_APP = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties">'
    b"<Application>Formulyar</Application></Properties>"
)
_PLAIN_CORE = (
    b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>'
)


def clean_docx(docx: bytes) -> bytes:
    """Return the same template in canonical form; cleaning twice changes nothing.

    Raises:
        PayloadTooLarge: it is larger than a template may be.
        PackageRefused: it is not a readable .docx, or it holds what a person must resolve (tracked changes, comments,
            hidden text) or what may not come in at all.
    """
    parts = cleaned_parts(docx)
    require_docx(parts)
    return write_parts(parts)


def cleaned_parts(docx: bytes) -> dict[str, bytes]:
    """Return the parts of a template in canonical form; whether they may come in is not judged here.

    Raises:
        PayloadTooLarge: it is larger than a template may be.
        PackageRefused: it is not a readable .docx.
    """
    found = read_docx_parts(docx)
    parts = {name: without_notes(data) for name, data in found.items() if not _DEAD.fullmatch(name)}
    parts["docProps/core.xml"], parts["docProps/app.xml"] = _PLAIN_CORE, _PLAIN_APP
    trees = {name: _parsed(name, data) for name, data in parts.items() if name.endswith((".xml", ".rels"))}
    for name, tree in trees.items():
        if name.startswith("word/") and name.endswith(".xml"):
            _clean_part(tree)
    _drop_unused_styles(trees)
    _drop_dead_links(trees, parts)
    return {**parts, **{name: _written(tree) for name, tree in trees.items()}}


def _parsed(name: str, xml: bytes) -> etree._Element:
    parser = etree.XMLParser(
        resolve_entities=False, no_network=True, huge_tree=False, remove_comments=True, remove_pis=True
    )
    try:
        return etree.fromstring(xml, parser)
    except (etree.LxmlError, ValueError) as error:
        raise PackageRefused(f"Файл .docx повреждён: в части {name} ошибка XML.") from error


def _written(tree: etree._Element) -> bytes:
    # Word does not open a part whose mc:Ignorable names a prefix that is not declared.
    etree.cleanup_namespaces(tree, keep_ns_prefixes=tree.get(_IGNORABLE, "").split())
    return etree.tostring(tree, xml_declaration=True, encoding="UTF-8", standalone=True)


def _clean_part(tree: etree._Element) -> None:
    for element in list(tree.iter()):
        for attribute in list(element.attrib):
            if str(attribute).startswith(f"{_W}rsid") or str(attribute).endswith(("}paraId", "}textId")):
                del element.attrib[attribute]
        if element.tag in _NOISE or str(element.tag).endswith("}docId"):
            _remove(element)
    for bookmark in list(tree.iter(f"{_W}bookmarkStart")):
        if bookmark.get(f"{_W}name") == "_GoBack":
            mark = bookmark.get(f"{_W}id")
            for end in list(tree.iter(f"{_W}bookmarkEnd")):
                if end.get(f"{_W}id") == mark:
                    _remove(end)
            _remove(bookmark)
    for paragraph in tree.iter(f"{_W}p"):
        _join_runs(paragraph)


def _remove(element: etree._Element) -> None:
    parent = element.getparent()
    if parent is not None:
        parent.remove(element)


def _join_runs(paragraph: etree._Element) -> None:
    """Join neighbouring runs of text with equal properties, so that a tag is one text."""
    previous: etree._Element | None = None
    for run in list(paragraph):
        if run.tag != f"{_W}r" or not _only_text(run):
            previous = None
            continue
        if previous is not None and _properties(previous) == _properties(run):
            first, second = previous.find(f"{_W}t"), run.find(f"{_W}t")
            if first is not None and second is not None and _may_join(first.text or "", second.text or ""):
                first.text = (first.text or "") + (second.text or "")
                first.set(_XML_SPACE, "preserve")
                paragraph.remove(run)
                continue
        previous = run


def _may_join(first: str, second: str) -> bool:
    """A run tag like {%r for … %} takes its whole run away, so it stays alone once it is closed."""
    if first.count("{%") + first.count("{{") > first.count("%}") + first.count("}}") or first.endswith("{"):
        return True
    return "{%r" not in first and "{%r" not in second


def _only_text(run: etree._Element) -> bool:
    children = [child.tag for child in run if child.tag != f"{_W}rPr"]
    return children == [f"{_W}t"]


def _properties(run: etree._Element) -> bytes:
    properties = run.find(f"{_W}rPr")
    return b"" if properties is None or not len(properties) else etree.tostring(properties, method="c14n")


def _drop_unused_styles(trees: Mapping[str, etree._Element]) -> None:
    root = trees.get("word/styles.xml")
    if root is None:
        return
    for latent in root.findall(f"{_W}latentStyles"):
        root.remove(latent)
    styles = {style.get(f"{_W}styleId", ""): style for style in root.findall(f"{_W}style")}
    wanted = [name for name, style in styles.items() if style.get(f"{_W}default") in {"1", "true", "on"}]
    for name, tree in trees.items():
        if name.startswith("word/") and name != "word/styles.xml":
            wanted += [e.get(f"{_W}val", "") for use in _STYLE_USES for e in tree.iter(f"{_W}{use}")]
    kept: set[str] = set()
    while wanted:
        style = styles.get(name := wanted.pop())
        if style is None or name in kept:
            continue
        kept.add(name)
        wanted += [e.get(f"{_W}val", "") for e in style if e.tag in {f"{_W}basedOn", f"{_W}link"}]
    for name, style in styles.items():
        if name not in kept:
            root.remove(style)
            continue
        for following in style.findall(f"{_W}next"):
            if following.get(f"{_W}val") not in kept:
                style.remove(following)


def _drop_dead_links(trees: dict[str, etree._Element], parts: Mapping[str, bytes]) -> None:
    for name, tree in trees.items():
        if name == "[Content_Types].xml":
            for item in list(tree):
                target = item.get("PartName")
                if target is not None and target.lstrip("/") not in parts:
                    tree.remove(item)
        elif name.endswith(".rels"):
            folder = posixpath.dirname(posixpath.dirname(name))
            for link in list(tree.iter(f"{_RELATIONSHIPS}Relationship")):
                if link.get("TargetMode") == "External":
                    continue
                target = link.get("Target", "")
                path = (
                    target.lstrip("/")
                    if target.startswith("/")
                    else posixpath.normpath(posixpath.join(folder, target))
                )
                if path not in parts:
                    tree.remove(link)
