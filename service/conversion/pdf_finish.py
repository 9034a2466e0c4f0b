"""The last step of a PDF: checked, named, dated by its data and written so that the same paper is the same bytes.

LibreOffice 7.4.7 takes the time from the clock and ignores SOURCE_DATE_EPOCH: it stands in DocInfo, in XMP, in the
colour profile and, hashed, in /ID and /DocChecksum. Here all of them come from the arguments.
"""

from __future__ import annotations

import datetime as dt
import functools
import html
import io
import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace

import pikepdf

from service.conversion.pdf import PdfFacts, check_frame, damaged, read_facts
from service.conversion.pdf_file import opened_pdf
from service.conversion.pdf_outline import set_outline
from service.errors import DocumentRefused

PRODUCER = "Formulyar"
LANGUAGE = "ru-RU"
# The date of a paper whose data have none.
EPOCH = dt.date(2000, 1, 1)

_PDFA = re.compile(rb"<pdfaid:part>(\d)</pdfaid:part>\s*<pdfaid:conformance>([ABU])</pdfaid:conformance>")
# ICC.1:2010, 7.2: the date of the profile, and the hash over it.
_ICC_DATE, _ICC_ID = slice(24, 36), slice(84, 100)
_XMP = """<?xpacket begin="\N{ZERO WIDTH NO-BREAK SPACE}" id="W5M0MpCehiHzreSzNTczkc9d"?>
<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#">
<rdf:Description rdf:about="" xmlns:pdfaid="http://www.aiim.org/pdfa/ns/id/" xmlns:dc="http://purl.org/dc/elements/1.1/"
 xmlns:pdf="http://ns.adobe.com/pdf/1.3/" xmlns:xmp="http://ns.adobe.com/xap/1.0/">{pdfa}
<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{title}</rdf:li></rdf:Alt></dc:title>
<dc:creator><rdf:Seq><rdf:li>{author}</rdf:li></rdf:Seq></dc:creator>
<dc:language><rdf:Bag><rdf:li>{language}</rdf:li></rdf:Bag></dc:language>
<pdf:Producer>{producer}</pdf:Producer><xmp:CreatorTool>{producer}</xmp:CreatorTool>
<xmp:CreateDate>{date}</xmp:CreateDate><xmp:ModifyDate>{date}</xmp:ModifyDate><xmp:MetadataDate>{date}</xmp:MetadataDate>
</rdf:Description></rdf:RDF></x:xmpmeta>
<?xpacket end="w"?>"""


@dataclass(frozen=True)
class PdfProperties:
    """What a PDF says of itself.

    Attributes:
        author: the organisation.
        date: of creation and change; the paper's own, because the clock would make every copy different.
    """

    title: str
    author: str
    date: dt.date = EPOCH


@dataclass(frozen=True)
class FinishedPdf:
    """A checked PDF in its final form."""

    pdf: bytes
    facts: PdfFacts


def finish_pdf(
    pdf: bytes, *, properties: PdfProperties, last_words: str = "", outline: Sequence[tuple[str, str]] = ()
) -> FinishedPdf:
    """Return the checked PDF with its properties; the same arguments give the same bytes.

    Args:
        pdf: as the office made it.
        properties: written into DocInfo and XMP alike, as PDF/A demands.
        last_words: must be found at the end of the text; spaces and hyphens do not count.
        outline: (named place, title) of the members of a package.

    Raises:
        DocumentRefused: it is no sound PDF; see `check_pdf`. Or a named place is missing.
    """
    check_frame(pdf)
    try:
        with opened_pdf(pdf) as opened:
            facts = read_facts(opened, size_bytes=len(pdf), last_words=last_words)
            if outline:
                set_outline(opened, outline)
            _set_properties(opened, properties)
            _forget_the_clock(opened)
            finished = io.BytesIO()
            # Object streams make a tagged PDF three times smaller and are part of PDF/A-2.
            opened.save(
                finished,
                deterministic_id=True,
                object_stream_mode=pikepdf.ObjectStreamMode.generate,
                fix_metadata_version=False,  # it would parse the XMP only to find no version there
            )
    except pikepdf.PdfError as e:
        raise damaged() from e
    made = finished.getvalue()
    return FinishedPdf(made, replace(facts, size_bytes=len(made)))


def _set_properties(opened: pikepdf.Pdf, properties: PdfProperties) -> None:
    day = f"D:{properties.date:%Y%m%d}000000Z"
    information = opened.docinfo
    for key in list(information.keys()):
        del information[key]
    information["/Title"], information["/Author"] = properties.title, properties.author
    information["/Creator"] = information["/Producer"] = PRODUCER
    information["/CreationDate"] = information["/ModDate"] = day
    metadata = opened.Root.get("/Metadata")
    level = _PDFA.search(metadata.read_bytes()) if isinstance(metadata, pikepdf.Stream) else None
    made = opened.make_stream(_xmp(properties, level).encode())
    made.Type, made.Subtype = pikepdf.Name.Metadata, pikepdf.Name.XML
    opened.Root.Metadata = made
    opened.Root.Lang = pikepdf.String(LANGUAGE)
    preferences = opened.Root.get("/ViewerPreferences", pikepdf.Dictionary())
    preferences.DisplayDocTitle = True
    opened.Root.ViewerPreferences = preferences


def _xmp(properties: PdfProperties, level: re.Match[bytes] | None) -> str:
    pdfa = ""
    if level is not None:
        part, conformance = level[1].decode(), level[2].decode()
        pdfa = f"\n<pdfaid:part>{part}</pdfaid:part><pdfaid:conformance>{conformance}</pdfaid:conformance>"
    return _XMP.format(
        pdfa=pdfa,
        title=html.escape(properties.title, quote=False),
        author=html.escape(properties.author, quote=False),
        language=LANGUAGE,
        producer=PRODUCER,
        date=f"{properties.date:%Y-%m-%d}T00:00:00Z",
    )


def _forget_the_clock(opened: pikepdf.Pdf) -> None:
    for key in ("/ID", "/DocChecksum"):
        if key in opened.trailer:
            del opened.trailer[key]
    for intent in opened.Root.get("/OutputIntents", pikepdf.Array()):
        profile = intent.get("/DestOutputProfile")
        if not isinstance(profile, pikepdf.Stream):
            continue
        data = bytearray(profile.read_bytes())
        if len(data) < _ICC_ID.stop:
            raise DocumentRefused("Цветовой профиль PDF повреждён. Повторите создание документа.")
        year, month, day = EPOCH.year, EPOCH.month, EPOCH.day
        data[_ICC_DATE] = b"".join(n.to_bytes(2, "big") for n in (year, month, day, 0, 0, 0))
        data[_ICC_ID] = bytes(16)
        profile.write(_packed(bytes(data)), filter=pikepdf.Name.FlateDecode)


@functools.lru_cache(maxsize=4)
def _packed(profile: bytes) -> bytes:
    """Return a colour profile compressed: without its date the office's own is always the same."""
    return zlib.compress(profile, 9)
