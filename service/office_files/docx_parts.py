"""The parts of a .docx: names, content types, relationships, pictures.

A part must be one of PARTS by name, have its content type and its root element; a relationship one of LINKS. Nothing
outside the package is linked but pages and mailboxes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

from lxml import etree

from service.office_files.field_codes import is_allowed_address
from service.office_files.pictures import MOST_PIXELS, picture_type, pixels, without_notes
from service.office_files.problems import Problem
from service.office_files.zip_shape import part_name, safe_parser

_OFFICE = "application/vnd.openxmlformats-officedocument"
_PACKAGE = "application/vnd.openxmlformats-package"
_W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_PACKAGE_XML = "http://schemas.openxmlformats.org/package/2006"
_OFFICE_XML = "http://schemas.openxmlformats.org/officeDocument/2006"
# Name of the part -> its content type and root element.
PARTS = {
    r"\[Content_Types\]\.xml": ("application/xml", f"{{{_PACKAGE_XML}/content-types}}Types"),
    r"(|word/|word/theme/)_rels/[\w.]*\.rels": (
        f"{_PACKAGE}.relationships+xml",
        f"{{{_PACKAGE_XML}/relationships}}Relationships",
    ),
    r"docProps/core\.xml": (
        f"{_PACKAGE}.core-properties+xml",
        f"{{{_PACKAGE_XML}/metadata/core-properties}}coreProperties",
    ),
    r"docProps/app\.xml": (f"{_OFFICE}.extended-properties+xml", f"{{{_OFFICE_XML}/extended-properties}}Properties"),
    r"word/document\.xml": (f"{_OFFICE}.wordprocessingml.document.main+xml", f"{{{_W}}}document"),
    r"word/styles\.xml": (f"{_OFFICE}.wordprocessingml.styles+xml", f"{{{_W}}}styles"),
    r"word/numbering\.xml": (f"{_OFFICE}.wordprocessingml.numbering+xml", f"{{{_W}}}numbering"),
    r"word/settings\.xml": (f"{_OFFICE}.wordprocessingml.settings+xml", f"{{{_W}}}settings"),
    r"word/fontTable\.xml": (f"{_OFFICE}.wordprocessingml.fontTable+xml", f"{{{_W}}}fonts"),
    r"word/footnotes\.xml": (f"{_OFFICE}.wordprocessingml.footnotes+xml", f"{{{_W}}}footnotes"),
    r"word/endnotes\.xml": (f"{_OFFICE}.wordprocessingml.endnotes+xml", f"{{{_W}}}endnotes"),
    r"word/header\d*\.xml": (f"{_OFFICE}.wordprocessingml.header+xml", f"{{{_W}}}hdr"),
    r"word/footer\d*\.xml": (f"{_OFFICE}.wordprocessingml.footer+xml", f"{{{_W}}}ftr"),
    r"word/theme/theme\d*\.xml": (
        f"{_OFFICE}.theme+xml",
        "{http://schemas.openxmlformats.org/drawingml/2006/main}theme",
    ),
}  # fmt: skip
_PICTURE = re.compile(r"word/media/[\w.-]+\.(png|jpe?g|gif)", re.IGNORECASE)
_PART_OF = {re.compile(pattern): expected for pattern, expected in PARTS.items()}
# Relationship -> the content types it may lead to.
LINKS = {
    f"{_OFFICE_XML}/relationships/{name}": f"{_OFFICE}.{kind}+xml"
    for name, kind in (
        ("officeDocument", "wordprocessingml.document.main"),
        ("extended-properties", "extended-properties"),
        ("styles", "wordprocessingml.styles"),
        ("numbering", "wordprocessingml.numbering"),
        ("settings", "wordprocessingml.settings"),
        ("fontTable", "wordprocessingml.fontTable"),
        ("footnotes", "wordprocessingml.footnotes"),
        ("endnotes", "wordprocessingml.endnotes"),
        ("header", "wordprocessingml.header"),
        ("footer", "wordprocessingml.footer"),
        ("theme", "theme"),
    )
} | {
    f"{_PACKAGE_XML}/relationships/metadata/core-properties": f"{_PACKAGE}.core-properties+xml",
    f"{_OFFICE_XML}/relationships/image": "image/",
}
_HYPERLINK = f"{_OFFICE_XML}/relationships/hyperlink"
_REMOVE = "Удалите его в Word и сохраните файл заново."
# What people meet, by a word in the name of a part, a content type or a relationship.
_KNOWN = (
    ("vba", "Макросы не принимаются.", "Сохраните файл как «Документ Word (.docx)» без макросов."),
    ("macro", "Макросы не принимаются.", "Сохраните файл как «Документ Word (.docx)» без макросов."),
    ("activex", "Элемент управления ActiveX не принимается.", _REMOVE),
    ("control", "Элемент управления ActiveX не принимается.", _REMOVE),
    ("oleobject", "Внедрённый объект не принимается.", "Замените его рисунком PNG или таблицей."),
    ("embeddings", "Внедрённый объект не принимается.", "Замените его рисунком PNG или таблицей."),
    ("chart", "Диаграмма не принимается.", "Вставьте её как рисунок PNG."),
    ("diagram", "Рисунок SmartArt не принимается.", "Вставьте его как рисунок PNG."),
    ("svg", "Рисунок SVG не принимается.", "Вставьте его как рисунок PNG."),
    ("afchunk", "Вложенный документ (altChunk) не принимается.", "Вставьте его текст в документ."),
    ("subdocument", "Связанный вложенный документ не принимается.", "Вставьте его текст в документ."),
    ("frame", "Страница рамок не принимается.", _REMOVE),
    ("mailmerge", "Слияние с источником данных не принимается.", "Отключите слияние: «Рассылки» → «Обычный документ»."),
    ("attachedtemplate", "Связь с шаблоном на диске не принимается.", "Выполните template clean."),
    ("comments", "В файле есть примечания.", "Удалите их: «Рецензирование» → «Удалить все примечания»."),
    ("people", "В файле есть сведения об авторах правок.", "Выполните template clean."),
    ("font", "Внедрённые шрифты не принимаются.", "Отключите «Внедрить шрифты в файл» и сохраните файл заново."),
    ("custom", "В файле есть дополнительные сведения (свойства или данные XML).", "Выполните template clean."),
    ("thumbnail", "В файле есть миниатюра.", "Выполните template clean."),
    ("websettings", "В файле есть настройки веб-страницы.", "Выполните template clean."),
    ("printersettings", "В файле есть настройки принтера.", "Выполните template clean."),
)  # fmt: skip
_HIDING = ("vba", "activex", "afchunk", "subdocument")


def part_problems(parts: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield every part, content type, relationship and picture that may not come in."""
    for needed in ("[Content_Types].xml", "_rels/.rels", "word/document.xml"):
        if needed not in parts:
            yield Problem(
                needed, "Это не документ Word: нужной части нет.", "Сохраните файл как .docx заново."
            )
            return
    trees: dict[str, etree._Element] = {}
    for name, data in parts.items():
        yield from _one_part(name, data, trees)
    types = content_types(trees.get("[Content_Types].xml"), parts)
    for name in parts:
        yield from _type_problems(name, types[name], trees.get(name))
    for name, tree in trees.items():
        if name.endswith(".rels"):
            yield from _link_problems(name, tree, types)


def hiding_links(parts: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield the relationships of a foreign paper that run programs or hide text from whoever reads it."""
    for name, data in parts.items():
        if name.endswith(".rels"):
            for link in etree.fromstring(data, safe_parser()):
                kind = link.get("Type", "").rpartition("/")[2]
                if any(word in kind.lower() for word in _HIDING):
                    yield _unknown(name, kind)


def content_types(root: etree._Element | None, parts: Mapping[str, bytes]) -> dict[str, str]:
    """Return part name -> content type; empty where the package names none."""
    by_name, by_extension = {}, {}
    for entry in () if root is None else root:
        kind = entry.get("ContentType", "")
        by_name[entry.get("PartName", "").lstrip("/").lower()] = kind
        by_extension[entry.get("Extension", "").lower()] = kind
    return {
        name: by_name.get(name.lower()) or by_extension.get(name.rpartition(".")[2].lower(), "")
        for name in parts
    }


def _one_part(name: str, data: bytes, trees: dict[str, etree._Element]) -> Iterator[Problem]:
    if _PICTURE.fullmatch(name):
        yield from _picture_problems(name, data)
        return
    if not any(pattern.fullmatch(name) for pattern in _PART_OF):
        yield _unknown(name, name)
        return
    try:
        data.decode("utf-8")
        trees[name] = etree.fromstring(data, safe_parser())
    except UnicodeDecodeError:
        yield Problem(name, "Часть записана не в UTF-8.", "Сохраните файл в Word заново.")
    except (etree.LxmlError, ValueError):
        yield Problem(name, "Часть повреждена: ошибка XML.", "Сохраните файл в Word заново.")


def _picture_problems(name: str, data: bytes) -> Iterator[Problem]:
    count = pixels(data)
    if picture_type(data) is None:
        yield Problem(name, "Это не рисунок PNG, JPEG или GIF.", "Вставьте рисунок заново в формате PNG.")
    elif count is None:
        yield Problem(name, "Рисунок повреждён.", "Вставьте его заново в формате PNG.")
    elif count > MOST_PIXELS:
        text = f"Рисунок больше {MOST_PIXELS // 1_000_000} миллионов точек."
        yield Problem(name, text, "Уменьшите его: «Сжать рисунки».")
    elif without_notes(data) != data:
        yield Problem(name, "В рисунке есть сведения об авторе или съёмке.", "Выполните template clean.")


def _type_problems(name: str, kind: str, tree: etree._Element | None) -> Iterator[Problem]:
    if _PICTURE.fullmatch(name):
        if kind not in {"image/png", "image/jpeg", "image/jpg", "image/gif"}:
            yield Problem(name, f"Рисунок назван «{kind[:80]}».", "Вставьте рисунок заново в формате PNG.")
        return
    for pattern, (expected, root) in _PART_OF.items():
        if not pattern.fullmatch(name):
            continue
        if kind != expected and name != "[Content_Types].xml":
            yield _unknown(name, kind, otherwise="Вид этой части не тот, что у документа Word.")
        elif tree is not None and tree.tag != root:
            yield Problem(
                name, "Содержимое части не то, что у документа Word.", "Сохраните файл как .docx заново."
            )


def _link_problems(name: str, tree: etree._Element, types: Mapping[str, str]) -> Iterator[Problem]:
    folder = name.rpartition("_rels/")[0]
    for link in tree:
        kind, target = link.get("Type", ""), link.get("Target", "")
        if link.get("TargetMode", "Internal") != "Internal":
            if kind != _HYPERLINK or not is_allowed_address(target):
                yield _outside(name, kind, target)
        elif kind == _HYPERLINK and target.startswith("#"):
            continue
        elif kind not in LINKS:
            yield _unknown(name, kind.rpartition("/")[2])
        elif not types.get(part_name(folder, target), "-").startswith(LINKS[kind]):
            text = f"Связь с частью «{target[:80]}» ведёт не туда."
            yield Problem(name, text, "Сохраните файл в Word заново.")


def _outside(name: str, kind: str, target: str) -> Problem:
    found = _unknown(name, kind.rpartition("/")[2], otherwise="Внешняя ссылка не принимается.")
    fix = "Вставьте содержимое в файл или удалите ссылку; допускаются http, https и mailto."
    known = found.message != "Внешняя ссылка не принимается."
    return Problem(name, f"{found.message} Ссылка: «{target[:80]}».", found.fix if known else fix)


def _unknown(
    place: str, word: str, *, otherwise: str = "Часть или связь такого вида не принимается."
) -> Problem:
    for known, message, fix in _KNOWN:
        if known in word.lower():
            return Problem(place, message, fix)
    return Problem(place, f"{otherwise}", "Скопируйте текст в новый документ Word и сохраните его.")
