"""Registered papers through the real LibreOffice: a package, and the journal itself."""

from __future__ import annotations

import io

import pikepdf
import pytest

from service.archive import Filter
from service.journal_print import journal_pdf
from service.production import make_version
from tests.samples import FIXTURES, read_sample
from tests.service.web.site import open_site

pytestmark = pytest.mark.office


@pytest.fixture
def site(tmp_path, office_press):
    site = open_site(tmp_path, converter=office_press.converter)
    yield site
    site.backends.engine.dispose()


def test_a_package_is_registered_under_the_number_of_its_order_and_the_journal_is_printed(site):
    archive, press = site.backends.archive, site.backends.press
    payload = read_sample(FIXTURES / "packages" / "package.000.json")
    del payload["order"]["number"]

    made = make_version("package", payload, press=press, archive=archive, actor=site.ours, register=True)
    pdf = journal_pdf(archive, site.ours.organisation_id, Filter(), press=press)

    assert made.payload["order"]["number"] == "1"
    assert "№ 1 " in made.title.replace("\N{NO-BREAK SPACE}", " ")
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        assert len(opened.pages) == 1
        width, height = (float(side) for side in opened.pages[0].MediaBox[2:])
        assert width > height
    (entry,) = archive.journal.in_order(site.ours.organisation_id, Filter())
    assert (entry.number, entry.kind, entry.series) == ("1", "package", "order/приказ")
