from __future__ import annotations

import pytest
from work_parts import open_parts


@pytest.fixture
def parts(tmp_path, either_database_url, press):
    parts = open_parts(either_database_url, tmp_path, press)
    yield parts
    parts.engine.dispose()
