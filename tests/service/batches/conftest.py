from __future__ import annotations

from pathlib import Path

import pytest

from service.pipeline import Press
from tests.service.work.work_parts import open_parts


@pytest.fixture
def parts(either_database_url: str, tmp_path: Path, press: Press):
    opened = open_parts(either_database_url, tmp_path, press)
    yield opened
    opened.engine.dispose()
