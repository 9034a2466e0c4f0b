"""Settings: read once, refused with the name of the variable."""

from __future__ import annotations

import pytest

from service.config import read_settings
from service.errors import ConfigError


def test_the_time_zone_is_a_name_of_the_time_zone_database():
    assert read_settings({}).time_zone.key == "Europe/Moscow"
    assert read_settings({"TIME_ZONE": "Asia/Kamchatka"}).time_zone.key == "Asia/Kamchatka"


@pytest.mark.parametrize("text", ["", "Москва", "../etc/passwd", "Europe"])
def test_an_unknown_time_zone_is_refused_with_an_example(text):
    with pytest.raises(ConfigError, match=r"TIME_ZONE.*Asia/Yekaterinburg"):
        read_settings({"TIME_ZONE": text})
