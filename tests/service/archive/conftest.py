from __future__ import annotations

import pytest
from archive_parts import open_archive, prepare


@pytest.fixture
def parts(tmp_path):
    engine, storage, archive = open_archive(tmp_path, busy_timeout_s=0.3)
    prepare(engine)
    yield engine, storage, archive
    engine.dispose()


@pytest.fixture
def engine(parts):
    return parts[0]


@pytest.fixture
def storage(parts):
    return parts[1]


@pytest.fixture
def archive(parts):
    return parts[2]


@pytest.fixture
def either(tmp_path, either_database_url):
    engine, _, archive = open_archive(tmp_path, database_url=either_database_url)
    prepare(engine)
    yield engine, archive
    engine.dispose()
