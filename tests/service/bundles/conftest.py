from __future__ import annotations

import pytest
from bundle_parts import open_record


@pytest.fixture
def parts(tmp_path):
    engine, storage, archive = open_record(tmp_path)
    yield engine, storage, archive
    engine.dispose()


@pytest.fixture
def engine(parts):
    return parts[0]


@pytest.fixture
def archive(parts):
    return parts[2]
