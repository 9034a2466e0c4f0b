"""A version made again from the record is the recorded one, whatever became of the templates meanwhile."""

from __future__ import annotations

import dataclasses
import hashlib
import io
import shutil
import zipfile

import pytest

from service.documents import Actor
from service.filling import TemplateCache
from service.pipeline import Press
from service.production import make_paper, make_version
from service.remaking import remake
from tests.doubles import DoubleConverter
from tests.samples import TEMPLATES, read_sample
from tests.service.web.site import open_site

PACKAGE_PAYLOAD = {
    "order": read_sample("order"),
    "annexes": [{"kind": "school_list", "payload": {**read_sample("school_list"), "approval": None}}],
    "sheets": ["acquaintance_sheet"],
}


@pytest.fixture
def site(tmp_path):
    site = open_site(tmp_path)
    yield site
    site.backends.close()


@pytest.fixture
def folder(tmp_path):
    """A folder of templates that a test may change."""
    return shutil.copytree(TEMPLATES, tmp_path / "templates")


def made(site, folder, kind, payload):
    press = Press(TemplateCache(folder), DoubleConverter(), 10)
    actor: Actor = site.ours
    # Samples are about the data; what the checks of the sheet say of them is not at stake.
    paper = make_paper(
        kind, payload, press, draft=True, with_pdf=kind != "package"
    )  # the double has no bookmarks
    return site.backends.archive.append(paper, actor=actor), press


def changed(template, old, new):
    parts = {}
    with zipfile.ZipFile(template) as package:
        for info in package.infolist():
            parts[info.filename] = package.read(info)
    document = parts["word/document.xml"].decode()
    assert old in document
    parts["word/document.xml"] = document.replace(old, new).encode()
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w") as package:
        for name, data in parts.items():
            package.writestr(name, data)
    template.write_bytes(made.getvalue())


@pytest.mark.parametrize(
    ("kind", "payload"),
    [("order", read_sample("order")), ("roadmap", read_sample("roadmap")), ("package", PACKAGE_PAYLOAD)],
    ids=["order", "roadmap", "package"],
)
def test_a_version_made_again_is_the_same_though_the_templates_changed(site, folder, kind, payload):
    version, press = made(site, folder, kind, payload)
    for template in folder.glob("*.docx"):
        changed(template, "</w:body>", "<w:p/></w:body>")

    again = remake(version, site.backends.archive, press)

    assert (again.identical, again.reasons) == (True, ())
    assert hashlib.sha256(again.paper.docx).hexdigest() == version.docx.sha256


def test_a_changed_file_is_told_with_what_is_different(site, folder):
    version, press = made(site, folder, "order", read_sample("order"))
    other, _ = made(site, folder, "order", {**read_sample("order"), "number": "99"})
    forged = dataclasses.replace(version, docx=other.docx, pdf=other.pdf)

    again = remake(forged, site.backends.archive, press)

    assert not again.identical
    assert again.reasons[0] == "DOCX отличается:"
    assert any("было" in line and "99" in line for line in again.reasons)
    assert "В PDF отличается текст страниц: 1." in again.reasons


def test_a_template_that_is_gone_is_said(site, folder, tmp_path):
    version, press = made(site, folder, "order", read_sample("order"))
    sha256 = version.provenance.template_sha256
    (tmp_path / "files" / sha256[:2] / sha256[2:4] / sha256).unlink()

    again = remake(version, site.backends.archive, press)

    assert not again.identical
    assert "не сохранён или повреждён" in again.reasons[0]
    assert again.paper is None


def test_data_that_no_longer_fit_are_said(site, folder):
    version, press = made(site, folder, "order", read_sample("order"))
    older = dataclasses.replace(version, payload={**version.payload, "gone": "1"})

    again = remake(older, site.backends.archive, press)

    assert not again.identical
    assert again.reasons[0].startswith("Данные больше не подходят к форме: gone")


def test_an_override_does_not_stop_the_second_making(site, folder):
    payload = read_sample("order")
    press = Press(TemplateCache(folder), DoubleConverter(), 10)
    version = make_version("order", payload, press=press, archive=site.backends.archive, actor=site.ours)

    assert remake(version, site.backends.archive, press).identical


@pytest.mark.office
def test_a_real_office_makes_the_same_pages_again(tmp_path):
    from tests.service.remaking_office import remade_by_an_office

    assert remade_by_an_office(tmp_path) == (True, ())
