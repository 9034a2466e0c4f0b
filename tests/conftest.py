"""What every test may ask for: the templates and a press with a converter double, databases."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from service.filling import TemplateCache
from service.pipeline import Press
from tests.broker import Broker, running_broker
from tests.cluster import Cluster, running_cluster
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


@pytest.fixture(scope="session")
def cluster() -> Iterator[Cluster]:
    with running_cluster() as running:
        yield running


@pytest.fixture
def postgres_url(cluster: Cluster) -> Iterator[str]:
    url = cluster.new_database()
    yield url
    cluster.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def either_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of an empty database, of each kind in turn."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'formulyar.db'}"
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    with running_broker() as running:
        yield running
