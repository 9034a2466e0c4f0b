from __future__ import annotations

import pytest

from service.database import open_database


@pytest.fixture(params=["sqlite", "postgresql"])
def either_database_url(request, tmp_path):
    """Empty here: the steps themselves are tested."""
    if request.param == "sqlite":
        return f"sqlite:///{tmp_path / 'formulyar.db'}"
    return request.getfixturevalue("empty_postgres_url")


@pytest.fixture
def database_url(tmp_path):
    return f"sqlite:///{tmp_path / 'formulyar.db'}"


@pytest.fixture
def engine(database_url):
    engine = open_database(database_url, busy_timeout_s=0.2)
    yield engine
    engine.dispose()
