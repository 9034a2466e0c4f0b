"""The elements of a .docx: what runs, links, hides or tells of people, and how deep tables are nested.

One walk over every XML part. Namespaces are an allow-list; of the elements in them those are refused that LibreOffice
or Word would act upon.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from lxml import etree

from service.office_files.field_codes import field_problems, is_allowed_address
from service.office_files.problems import Problem
from service.office_files.zip_shape import safe_parser

MOST_NESTED_TABLES = 5
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_VML, _OFFICE_VML = "urn:schemas-microsoft-com:vml", "urn:schemas-microsoft-com:office:office"
_OPEN = "http://schemas.openxmlformats.org"
_MICROSOFT = "http://schemas.microsoft.com/office"
_NAMESPACES = (
    f"{_OPEN}/wordprocessingml/2006/main",
    f"{_OPEN}/package/2006/",
    f"{_OPEN}/officeDocument/2006/extended-properties",
    f"{_OPEN}/officeDocument/2006/docPropsVTypes",
    f"{_OPEN}/officeDocument/2006/math",
    f"{_OPEN}/drawingml/2006/main",
    f"{_OPEN}/drawingml/2006/picture",
    f"{_OPEN}/drawingml/2006/wordprocessingDrawing",
    f"{_OPEN}/markup-compatibility/2006",
    f"{_MICROSOFT}/word/",
    f"{_MICROSOFT}/drawing/",
    f"{_MICROSOFT}/thememl/",
    "urn:schemas-microsoft-com:office:word",
    "http://purl.org/dc/",
)
_REMOVE = "Удалите и сохраните файл заново."
_RESOLVE = "Примите или отклоните все исправления: «Рецензирование» → «Принять все»."
_COMMENTS = "Удалите их: «Рецензирование» → «Удалить все примечания»."
_CLEAN = "Выполните template clean."
_CHANGES = (
    "ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "sectPrChange", "tblPrChange", "tblGridChange",
    "trPrChange", "tcPrChange", "tblPrExChange", "cellIns", "cellDel", "cellMerge", "numberingChange", "delText",
    "delInstrText", "moveFromRangeStart", "moveToRangeStart", "customXmlInsRangeStart", "customXmlDelRangeStart",
)  # fmt: skip
_LEFT = (
    "rsids", "docVars", "attachedTemplate", "attachedSchema", "saveThroughXslt", "dataBinding",
)  # fmt: skip
_FORBIDDEN = {
    **{f"{_W}{name}": ("В файле есть исправления.", _RESOLVE) for name in _CHANGES},
    **{
        f"{_W}{name}": ("В файле есть примечания.", _COMMENTS)
        for name in ("commentReference", "commentRangeStart", "comment", "annotationRef")
    },
    **{f"{_W}{name}": (f"Word оставил лишнее ({name}).", _CLEAN) for name in _LEFT},
    f"{_W}altChunk": ("Вложенный документ (altChunk) не принимается.", "Вставьте его текст в документ."),
    f"{_W}subDoc": ("Связанный вложенный документ не принимается.", "Вставьте его текст в документ."),
    f"{_W}object": ("Внедрённый объект не принимается.", "Замените его рисунком PNG или таблицей."),
    f"{{{_OFFICE_VML}}}OLEObject": ("Внедрённый объект не принимается.", "Замените его рисунком PNG."),
    f"{_W}control": ("Элемент управления не принимается.", _REMOVE),
    f"{_W}ffData": ("Поле формы не принимается.", "Замените его меткой."),
    f"{_W}frameset": ("Страница рамок не принимается.", _REMOVE),
    f"{_W}frame": ("Страница рамок не принимается.", _REMOVE),
    f"{_W}mailMerge": ("Слияние с источником данных не принимается.", "Отключите его: «Рассылки»."),
    f"{_W}contentPart": ("Рукописный рисунок не принимается.", "Замените его рисунком PNG."),
    f"{_W}movie": ("Видео не принимается.", _REMOVE),
}
_HIDDEN = {f"{_W}vanish", f"{_W}specVanish"}
_OFF = {"0", "false", "off"}
# Who made it, where and when; a title is set by the service.
_TELLING = {
    "creator", "lastModifiedBy", "Company", "Manager", "Template", "category", "keywords", "subject", "description",
    "HyperlinkBase", "contentStatus", "identifier", "lastPrinted", "created", "modified",
}  # fmt: skip
_TAGS = ("{{", "{%", "{#")
_TEXTS = {f"{_W}t", f"{_W}instrText"}
_INTO_TEXT = "Поставьте её в текст документа."


def element_problems(parts: Mapping[str, bytes]) -> Iterator[Problem]:
    """Yield every element of the XML parts that may not come in; each sort once a part."""
    for name, data in parts.items():
        if not name.endswith(".xml") or name == "[Content_Types].xml":
            continue
        try:
            root = etree.fromstring(data, safe_parser())
        except (etree.LxmlError, ValueError):
            continue  # said by `docx_parts`
        yield from dict.fromkeys(_walk(root, name))
        yield from field_problems(root, name)


def _walk(root: etree._Element, part: str) -> Iterator[Problem]:
    tables = 0
    for event, element in etree.iterwalk(root, events=("start", "end", "comment", "pi")):
        if event in {"comment", "pi"}:
            yield Problem(part, "В XML есть комментарий или указание программе.", _CLEAN)
        elif element.tag == f"{_W}tbl":
            tables += 1 if event == "start" else -1
            if tables > MOST_NESTED_TABLES:
                text = f"Таблицы вложены глубже {MOST_NESTED_TABLES} уровней."
                yield Problem(part, text, "Сделайте вложенные таблицы отдельными.")
                return
        if event == "start":
            yield from _judged(element, part)


def _judged(element: etree._Element, part: str) -> Iterator[Problem]:
    tag = element.tag
    if not isinstance(tag, str):
        return
    namespace, _, local = tag[1:].partition("}")
    if tag in _FORBIDDEN:
        message, fix = _FORBIDDEN[tag]
        yield Problem(part, message, fix)
    elif namespace in {_VML, _OFFICE_VML}:
        yield from _vml(element, part)
    elif not namespace.startswith(_NAMESPACES):
        yield Problem(part, f"Содержимое неизвестного вида ({local[:40]}).", _REMOVE)
    elif tag in _HIDDEN and element.get(f"{_W}val", "1") not in _OFF:
        yield Problem(part, "В файле есть скрытый текст.", "Покажите его (Шрифт → «Скрытый») или удалите.")
    elif part.startswith("docProps/") and local in _TELLING and (element.text or "").strip():
        yield Problem(part, f"В свойствах файла есть сведения ({local}).", _CLEAN)
    yield from _attributes(element, part)
    for text in (element.text if tag not in _TEXTS else None, element.tail):
        if text and any(mark in text for mark in _TAGS):
            yield Problem(part, f"Метка «{text.strip()[:60]}» стоит не в тексте.", _INTO_TEXT)


def _vml(element: etree._Element, part: str) -> Iterator[Problem]:
    for name, value in element.attrib.items():
        local = str(name).rpartition("}")[2]
        if local == "src" or (local == "href" and not is_allowed_address(str(value))):
            yield Problem(part, "Рисунок ссылается на файл вне документа.", "Вставьте рисунок в файл.")


def _attributes(element: etree._Element, part: str) -> Iterator[Problem]:
    for name, value in element.attrib.items():
        key, text = str(name), str(value)
        if key.startswith(f"{_W}rsid"):
            yield Problem(part, "Word оставил отметки о сеансах правки (rsid).", _CLEAN)
        elif key == "action" and text:
            yield Problem(part, "Действие по щелчку не принимается.", _REMOVE)
        if any(tag in text for tag in _TAGS):
            yield Problem(part, f"Метка «{text[:60]}» стоит не в тексте.", _INTO_TEXT)
