"""What every test may ask for: the templates and a press with a converter double."""

from __future__ import annotations

import pytest

from service.filling import TemplateCache
from service.pipeline import Press
from tests.doubles import DoubleConverter
from tests.samples import TEMPLATES


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="write what golden tests see as expected")


@pytest.fixture(scope="session")
def templates() -> TemplateCache:
    return TemplateCache(TEMPLATES)


@pytest.fixture
def press(templates: TemplateCache) -> Press:
    return Press(templates, DoubleConverter(), 10)
