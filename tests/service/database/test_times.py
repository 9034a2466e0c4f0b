"""Times as text: fixed width, UTC, in order."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from service.database.times import time_of, time_text

FIRST, LAST = dt.datetime(2, 1, 1), dt.datetime(9998, 1, 1)  # noqa: DTZ001 - what hypothesis asks for
moments = st.datetimes(min_value=FIRST, max_value=LAST, timezones=st.timezones())
# A busy machine is no failure.
patiently = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def test_a_time_is_kept_in_utc_with_microseconds():
    moscow = dt.timezone(dt.timedelta(hours=3))

    assert time_text(dt.datetime(2021, 3, 19, 11, 15, 30, tzinfo=moscow)) == "2021-03-19T08:15:30.000000Z"


@patiently
@given(moments, moments)
def test_the_order_of_texts_is_the_order_of_times(one, other):
    # Compared in UTC: with equal zone objects Python compares wall clocks, which repeat in autumn.
    assert (time_text(one) < time_text(other)) == (one.astimezone(dt.UTC) < other.astimezone(dt.UTC))


@patiently
@given(moments)
def test_a_time_comes_back_as_it_was(moment):
    assert time_of(time_text(moment)) == moment.astimezone(dt.UTC)


def test_a_time_without_a_zone_is_refused():
    with pytest.raises(ValueError, match="time zone"):
        time_text(dt.datetime(2021, 3, 19))  # noqa: DTZ001 - the mistake under test


@pytest.mark.parametrize("text", ["", "2021-03-19", "2021-03-19T08:15:30Z", "2021-03-19T08:15:30.000000"])
def test_a_text_of_another_form_is_no_time(text):
    with pytest.raises(ValueError):  # noqa: PT011 - the text is that of the standard library
        time_of(text)
