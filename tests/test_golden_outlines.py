"""The outline of every kind's main sample, recorded: a change of a template or of a text is seen as a diff.

`pytest --accept` writes what is there now.
"""

from __future__ import annotations

from pathlib import Path

import pytest

import forms
from service.filling import TemplateCache, outline
from tests.samples import ALL_SAMPLES, kind_of, read_sample

GOLDEN = Path(__file__).parent / "golden"


@pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda sample: sample.stem)
def test_the_outline_of_a_sample_is_as_recorded(
    sample: Path, templates: TemplateCache, request: pytest.FixtureRequest
) -> None:
    kind = kind_of(sample)
    data = kind.load(read_sample(sample))
    printed = outline(templates.get(kind.name).fill(kind.context(data), title=kind.headline(data)))
    golden = GOLDEN / f"{sample.stem}.txt"

    if request.config.getoption("--accept"):
        golden.write_text(printed, encoding="utf-8")

    assert golden.read_text(encoding="utf-8") == printed


def test_nothing_is_recorded_for_a_sample_that_is_gone() -> None:
    assert {file.stem for file in GOLDEN.glob("*.txt")} == {sample.stem for sample in ALL_SAMPLES}


def test_every_kind_is_recorded() -> None:
    assert {file.stem for file in GOLDEN.glob("*.txt")} >= set(forms.all_kinds())
