from __future__ import annotations

from pathlib import Path

import pytest

from service.layout_rules import check_layout, date_of, facts_of
from tests.samples import ALL_SAMPLES, kind_of, read_sample
from tests.service.layout_rules.spoiled import filled, layout

each_sample = pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda sample: sample.stem)


@each_sample
@pytest.mark.parametrize("gost", ["2016", "2025"])
def test_a_produced_sample_has_neither_errors_nor_warnings(sample: Path, gost: str) -> None:
    found = [one for one in layout(sample.stem, gost=gost) if one.severity != "info"]

    assert found == []


@each_sample
def test_a_finding_names_a_place_and_speaks_russian(sample: Path) -> None:
    kind = kind_of(sample)
    data = kind.load(read_sample(sample))

    for finding in check_layout(filled(sample.stem), date=date_of(data), paper=facts_of(kind.name, data)):
        assert finding.path.split(".")[0] in {"page", "header", "footer", "table", "paragraph", "footnote"}
        assert finding.message.endswith(".")
        assert finding.fix.endswith((".", "…", "»"))
