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
from tests.migrated import migrated, migrated_sqlite
from tests.samples import TEMPLATES
from tests.swift_server import ACCESS_KEY, SECRET_KEY, SwiftServer, new_bucket, running_swift


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption("--accept", action="store_true", help="write what golden tests see as expected")
    parser.addoption("--pictures", help="keep pictures of the pages in this folder")


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
def empty_postgres_url(cluster: Cluster) -> Iterator[str]:
    url = cluster.new_database()
    yield url
    cluster.drop(url)


@pytest.fixture(scope="session")
def migrated_postgres_url(cluster: Cluster) -> str:
    """A database with all tables; nobody uses it, it is copied."""
    return migrated(cluster.new_database())


@pytest.fixture
def postgres_url(cluster: Cluster, migrated_postgres_url: str) -> Iterator[str]:
    """The address of a PostgreSQL database with all tables."""
    url = cluster.new_database(like=migrated_postgres_url)
    yield url
    cluster.drop(url)


@pytest.fixture(params=["sqlite", "postgresql"])
def either_database_url(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The address of a database with all tables, of each kind in turn."""
    if request.param == "sqlite":
        return migrated_sqlite(tmp_path / "formulyar.db")
    return str(request.getfixturevalue("postgres_url"))


@pytest.fixture(scope="session")
def swift() -> Iterator[SwiftServer]:
    with running_swift() as running:
        yield running


@pytest.fixture
def s3_keys(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", ACCESS_KEY)
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", SECRET_KEY)
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")


@pytest.fixture
def bucket_url(swift: SwiftServer, s3_keys: None) -> str:
    """The STORAGE_URL of a new empty bucket on a real S3 server."""
    return f"s3://{new_bucket(swift)}?endpoint={swift.endpoint}"


@pytest.fixture(scope="session")
def broker() -> Iterator[Broker]:
    with running_broker() as running:
        yield running
