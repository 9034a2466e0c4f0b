from __future__ import annotations

import pytest

from tests.service.web.site import open_site


@pytest.fixture
def site(tmp_path):
    site = open_site(tmp_path)
    yield site
    site.backends.close()


@pytest.fixture
def visitor(site):
    return site.visitor("ours")


@pytest.fixture
def program(site):
    return site.program()


@pytest.fixture
def admin(site):
    return site.administrator()
