from __future__ import annotations

import datetime as dt
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.language.period import Period, PeriodError, print_period, read_period

SEED_DATES = Path(__file__).parents[4] / "shared" / "domain" / "seed_dates.jsonl"
SEED_YEARS = {"000": 2022, "001": 2021, "002": 2021, "003": 2022, "004": 2021}


def day(text: str | None) -> dt.date | None:
    return dt.date.fromisoformat(text) if text else None


def test_every_date_cell_of_the_seeds_is_read_as_recorded():
    if not SEED_DATES.exists():
        pytest.skip(f"the seed dates are not on this machine: {SEED_DATES}")
    records = [json.loads(line) for line in SEED_DATES.read_text(encoding="utf-8").splitlines()]

    differences = []
    for record in records:
        torn = record["kind"] == "continuation_row"
        period = read_period(record["raw"], year=SEED_YEARS[record["seed"]], continuation=torn)
        made = (period.kind, period.start, period.end, period.flags, period.dates)
        gold = (
            record["kind"],
            day(record["start"]),
            day(record["end"]),
            tuple(record["flags"]),
            tuple(day(one) for one in record.get("dates", [])),
        )
        if made != gold:
            differences.append((record["raw"], made, gold))

    assert len(records) == 159
    assert differences == []


@pytest.mark.parametrize(
    ("text", "kind", "start", "end"),
    [
        ("с 30 марта по 20 апреля 2015 года", "day_range", "2015-03-30", "2015-04-20"),
        ("с 1 по 10 августа 2014 года", "day_range", "2014-08-01", "2014-08-10"),
        ("в срок до 27 июня 2014 года", "deadline", None, "2014-06-27"),
        ("июль - август 2015", "month_range", "2015-07-01", "2015-08-31"),
        ("10 ноября 2020* года", "day", "2020-11-10", "2020-11-10"),
        ("«13» декабря 2012 года", "day", "2012-12-13", "2012-12-13"),
        ("от « 10 » марта 2015 г.", "day", "2015-03-10", "2015-03-10"),
        ("11.10.2012 г.", "day", "2012-10-11", "2012-10-11"),
        ("за первое полугодие 2021 года", "half_year", "2021-01-01", "2021-06-30"),
        ("2012-2013 учебный год", "school_year", "2012-09-01", "2013-08-31"),
        ("на 2012-2017 гг.", "year_range", "2012-01-01", "2017-12-31"),
        ("В декабре 2021 года", "month", "2021-12-01", "2021-12-31"),
        ("2021/22 уч. год", "school_year", "2021-09-01", "2022-08-31"),
        ("I–II квартал 2022", "quarter_range", "2022-01-01", "2022-06-30"),
        ("до конца 2022 года", "deadline", None, "2022-12-31"),
        ("1-я неделя марта 2022", "week", "2022-03-01", "2022-03-07"),
        ("от 14.01.2022 г.", "day", "2022-01-14", "2022-01-14"),
        ("в 2022 году", "year", "2022-01-01", "2022-12-31"),
        ("(на 2022 год)", "year", "2022-01-01", "2022-12-31"),
        ("2021 и 2022 годов", "year_list", "2021-01-01", "2022-12-31"),
        ("за период с 2020 по 2022 годы", "year_range", "2020-01-01", "2022-12-31"),
        ("на 2022", "year", "2022-01-01", "2022-12-31"),
        ("январь-декабрь 2021 года", "month_range", "2021-01-01", "2021-12-31"),
        ("с сентября 2021 по май 2022", "month_range", "2021-09-01", "2022-05-31"),
        ("17-21.01.2022", "day_range", "2022-01-17", "2022-01-21"),
        ("1, 3 и 5 марта 2021 г.", "day_list", "2021-03-01", "2021-03-05"),
        ("3 декада февраля 2024", "decade", "2024-02-21", "2024-02-29"),
        ("с 1 сентября 2022 г.", "ongoing_from", "2022-09-01", None),
        ("первое полугодие 2021-2022 учебного года", "half_year", "2021-09-01", "2021-12-31"),
        ("еженедельно с 1 по 31 марта 2022", "recurring_in_range", "2022-03-01", "2022-03-31"),
        ("постоянно", "ongoing", None, None),
        ("ежемесячно", "recurring", None, None),
        ("1 раз в полугодие", "recurring", None, None),
        ("не реже 1 раза в 3–4 недели", "recurring", None, None),
        ("не позднее 25 числа", "day_of_month", None, None),
        ("по мере необходимости", "as_needed", None, None),
        ("по согласованию", "by_agreement", None, None),
        ("первый этап", "stage", None, None),
    ],
)
def test_shapes_of_other_regions_are_read(text, kind, start, end):
    period = read_period(text)

    assert (period.kind, period.start, period.end) == (kind, day(start), day(end))
    assert str(period) == text


@pytest.mark.parametrize("text", ["I квартал", "8 июля", "февраль-март", "в течение года", "29 февраля"])
def test_a_missing_year_is_kept_open_and_never_guessed(text):
    period = read_period(text)

    assert (period.start, period.end) == (None, None)
    assert period.flags == ("YEAR_UNKNOWN",)


def test_a_missing_year_comes_from_the_document_and_is_flagged():
    period = read_period("С 10.03 до 02.04", year=2021)

    assert (period.start, period.end) == (dt.date(2021, 3, 10), dt.date(2021, 4, 2))
    assert period.flags == ("YEAR_INFERRED",)


def test_a_placeholder_year_stays_unknown_even_with_the_documents_year():
    period = read_period("25 августа X - 1 года", year=2022)

    assert (period.start, period.flags) == (None, ("YEAR_UNKNOWN", "YEAR_RELATIVE"))


def test_a_school_year_without_years_has_two_readings_and_stays_open():
    period = read_period("в течение учебного года", year=2022)

    assert (period.kind, period.start) == ("school_year", None)
    assert "YEAR_UNKNOWN" in period.flags


def test_the_whole_period_takes_the_documents_span():
    span = (dt.date(2021, 2, 1), dt.date(2022, 1, 31))

    period = read_period("Весь период реализации", year=2021, span=span)

    assert (period.start, period.end, period.flags) == (*span, ())


def test_two_readings_are_flagged():
    assert read_period("07.02.2022 14.02.2022").flags == ("AMBIGUOUS_RANGE_OR_LIST",)
    assert read_period("до марта 2022").flags == ("AMBIGUOUS_DEADLINE",)
    assert read_period("до конца марта 2022").flags == ()


def test_a_weekday_that_does_not_fit_its_date_is_flagged():
    assert read_period("14.04.2021 (вторник)").flags == ("WEEKDAY=вторник", "WEEKDAY_MISMATCH")
    assert read_period("14.04.2021 (среда)").flags == ("WEEKDAY=среда",)


def test_the_number_of_an_act_beside_its_date_is_not_a_date():
    assert read_period("15 февраля 2021 года № 161").flags == ("ACT_NUMBER=161",)
    assert read_period("от «     » февраля  2022 г. №     ").kind == "blank_day"


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        ("в 4 классах", "в 4 классах"),
        ("№ 161", "№ 161"),
        ("март 2022 и что-то ещё", "и что-то ещё"),
        ("2-15-30", "2-15-30"),
        ("май 20221", "20221"),
        ("9 апрель 2021", "9 апрель 2021"),
        ("01.02.1022", "01.02.1022"),
        ("март 2022 апрель 2023 в школе", "в школе"),
        ("12", "12"),
    ],
)
def test_what_is_not_a_term_is_refused_with_the_part_not_understood(text, rest):
    with pytest.raises(PeriodError) as caught:
        read_period(text, year=2022)

    assert caught.value.rest == rest
    assert str(caught.value).startswith("Срок не распознан: «")
    assert "Примеры: март 2022 г.;" in str(caught.value)


def test_the_refusal_names_exactly_the_unknown_words():
    with pytest.raises(PeriodError) as caught:
        read_period("до 15.02.2022 в школе № 4", year=2022)

    assert caught.value.rest == "в школе № 4"


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("31.02.2022", "такой даты в календаре нет"),
        ("31 апреля", "такой даты в календаре нет"),
        ("29 февраля 2022", "такой даты в календаре нет"),
        ("10.02.2022 – 01.02.2022", "конец раньше начала"),
        ("декабрь-январь 2022", "конец раньше начала; укажите год у обеих дат"),
        ("2012-2014 учебный год", "учебный год занимает два соседних года"),
        ("март 2022 (среда", "скобка без пары"),
        ("с марта 2022 по II квартал 2022", "слева и справа стоят разные единицы времени"),
    ],
)
def test_impossible_and_reversed_dates_are_refused_with_the_reason(text, reason):
    with pytest.raises(PeriodError) as caught:
        read_period(text)

    assert caught.value.reason == reason


def test_an_empty_cell_is_empty_unless_importing_says_it_continues_a_row():
    assert read_period("  \n").kind == "empty"
    assert read_period("", continuation=True).flags == ("PAGE_SPLIT_CONTINUES_PREVIOUS",)


@pytest.mark.parametrize(
    ("text", "printed"),
    [
        ("19-23 апреля 2021г.", "19–23\u00a0апреля\u00a02021\u00a0г."),
        ("Март-апрель 2021 г.", "март–апрель\u00a02021\u00a0г."),
        ("17.01.2022 –\n04.02.2022", "17\u00a0января\u00a0– 4\u00a0февраля\u00a02022\u00a0г."),
        ("до\n15.02.2022", "до 15\u00a0февраля\u00a02022\u00a0г."),
        ("1 квартал 2021г.", "I\u00a0квартал 2021\u00a0г."),
        (
            "14.02.2022-\n30.03.2022\n(среда)",
            "14\u00a0февраля\u00a0– 30\u00a0марта\u00a02022\u00a0г. (среда)",
        ),
        ("По отдельному графику", "По отдельному графику"),
        ("февраль", "февраль"),
    ],
)
def test_terms_print_canonically(text, printed):
    assert print_period(read_period(text)) == printed


DAYS = st.dates(dt.date(1990, 1, 1), dt.date(2099, 12, 31))


def month_start(value: dt.date) -> dt.date:
    return value.replace(day=1)


def month_end(value: dt.date) -> dt.date:
    return (value.replace(day=28) + dt.timedelta(days=4)).replace(day=1) - dt.timedelta(days=1)


def quarter_start(value: dt.date) -> dt.date:
    return dt.date(value.year, 3 * ((value.month - 1) // 3) + 1, 1)


def quarter_end(value: dt.date) -> dt.date:
    return month_end(dt.date(value.year, 3 * ((value.month - 1) // 3) + 3, 1))


@st.composite
def periods(draw):
    first, last = sorted((draw(DAYS), draw(DAYS)))
    weekly = ("WEEKDAY=среда",)
    return draw(
        st.sampled_from(
            [
                Period("day", first, first, ""),
                Period("day_range", first, last, ""),
                Period("month", month_start(first), month_end(first), ""),
                Period("month_range", month_start(first), month_end(last), ""),
                Period("quarter", quarter_start(first), quarter_end(first), ""),
                Period("quarter_range", quarter_start(first), quarter_end(last), ""),
                Period("half_year", dt.date(first.year, 7, 1), dt.date(first.year, 12, 31), ""),
                Period("half_year", dt.date(first.year, 9, 1), dt.date(first.year, 12, 31), ""),
                Period("half_year", dt.date(first.year, 1, 1), dt.date(first.year, 8, 31), ""),
                Period("half_year_range", dt.date(first.year, 1, 1), dt.date(last.year, 12, 31), ""),
                Period("year", dt.date(first.year, 1, 1), dt.date(first.year, 12, 31), ""),
                Period("year_range", dt.date(first.year, 1, 1), dt.date(last.year, 12, 31), ""),
                Period("school_year", dt.date(first.year, 9, 1), dt.date(first.year + 1, 8, 31), ""),
                Period("deadline", None, last, ""),
                Period("deadline_list", None, last, "", (), (first, last)),
                Period("ongoing_from", first, None, ""),
                Period("two_dates_no_separator", first, last, ""),
                Period("recurring_in_range", first, last, "", weekly),
                Period("day_list", first, last, "", (), (first, last)),
            ]
        )
    )


@given(periods())
def test_what_is_printed_reads_back_to_the_same_kind_and_days(period):
    again = read_period(print_period(period))

    assert (again.kind, again.start, again.end) == (period.kind, period.start, period.end)


def read_or_refuse(text):
    try:
        return read_period(text, year=2022)
    except PeriodError as refusal:
        return refusal


@given(st.text(alphabet="0123456789.-–/ «»()№,;гдонспвямартчислой\nIV", max_size=40))
def test_any_text_is_read_or_refused(text):
    period = read_or_refuse(text)

    if isinstance(period, PeriodError):
        assert period.rest in text
    elif period.start and period.end:
        assert period.start <= period.end
