from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from forms.language.typography import lint_typography, typeset


@pytest.mark.parametrize(
    ("typed", "printed"),
    [
        ("А.Ш. Шахматов", "А.Ш.\u00a0Шахматов"),
        ("Шахматов А.Ш.", "Шахматов\u00a0А.Ш."),
        ("Ш. И. Исмаилова", "Ш.И.\u00a0Исмаилова"),
        ("С.К.Курбанова", "С.К.\u00a0Курбанова"),
        ("Петрова-Водкина К. С.", "Петрова-Водкина\u00a0К.С."),
        ("им. С. Багамаева", "им.\u00a0С.\u00a0Багамаева"),
        ("приложение №1", "приложение №\u00a01"),
        ("№ 03а-ОД", "№\u00a003а-ОД"),
        ("19 марта 2021 г.", "19\u00a0марта\u00a02021\u00a0г."),
        ("2021г.", "2021\u00a0г."),
        ("в 2022 году", "в 2022\u00a0году"),
        ("100 %", "100\u00a0%"),
        ("г.Смоленск, ст. 26, п.3", "г.\u00a0Смоленск, ст.\u00a026, п.\u00a03"),
        ('"Школа "Лесная""', "«Школа «Лесная»»"),
        ("МБОУ «Центр „Школа «Рост»“»", "МБОУ «Центр „Школа «Рост»“»"),
        ("в срок до 15.12.2023, январь 2023", "в срок до\u00a015.12.2023, январь\u00a02023"),
        ("1 этап Проекта 500+ в ИС МЭДК", "1\u00a0этап Проекта\u00a0500+ в ИС\u00a0МЭДК"),
        ("III квартал, на 2 л. в 1 экз.", "III\u00a0квартал, на 2\u00a0л. в 1\u00a0экз."),
        ('МБОУ "СОШ № 3", лицей "Лютик".', "МБОУ «СОШ\u00a0№\u00a03», лицей «Лютик»."),
        ("17.01.2022-04.02.2022", "17.01.2022\u00a0– 04.02.2022"),
        ("10.01.2022-\n01.02.2022", "10.01.2022\u00a0–\n01.02.2022"),
        ("19-23 апреля", "19–23\u00a0апреля"),
        ("2021-2022 учебный год", "2021–2022 учебный год"),
        ("январь-февраль", "январь–февраль"),
        ("Школа - участница", "Школа\u00a0– участница"),
        ("два  пробела\n\nи строка", "два пробела\n\nи строка"),
    ],
)
def test_typing_becomes_typography(typed, printed):
    assert typeset(typed) == printed


@pytest.mark.parametrize(
    "text",
    [
        "«500 +»",
        "школ-участниц",
        "план-график",
        "д'Артаньян и об'явление",
        "тел. 8-800-555-35-35, 2-15-30",
        'кавычка " одна',
        "- пункт списка",
        "и т.д. Потом",
        "по-новому",
        "100%",
    ],
)
def test_what_is_right_or_is_content_stays_as_typed(text):
    assert typeset(text) == text


RUSSIAN = st.text(alphabet="абвгАБВГ.-–—\"«»'№%,0123456789 \n\u00a0г+()", max_size=60)
PIECES = st.lists(
    st.sampled_from(
        [
            "А.",
            "Ш.",
            "Шахматов",
            "№",
            "5",
            "19",
            "марта",
            "2021",
            "г.",
            '"',
            "-",
            " ",
            "  ",
            "%",
            "«",
            "»",
            "01.02.2022",
        ]
    ),
    max_size=14,
).map("".join)


@given(RUSSIAN | PIECES)
def test_typesetting_twice_changes_nothing(text):
    once = typeset(text)

    assert typeset(once) == once


@given(RUSSIAN | PIECES)
def test_only_spaces_quotes_and_dashes_change(text):
    def bare(value: str) -> str:
        return re.sub(r"[\s\u00a0\"«»“”„–—-]", "", value)

    assert bare(typeset(text)) == bare(text)


@given(RUSSIAN | PIECES)
def test_line_breaks_stay(text):
    assert typeset(text).count("\n") == text.count("\n")


@pytest.mark.parametrize(
    ("rule", "bad", "good"),
    [
        ("T-NB-01", "А.Ш. Шахматов", "А.Ш.\u00a0Шахматов"),
        ("T-NB-01", "Шахматов А.Ш.", "Шахматов\u00a0А.Ш."),
        ("T-NB-02", "Ш. И.\u00a0Исмаилова", "Ш.И.\u00a0Исмаилова"),
        ("T-NB-03", "№1", "№\u00a01"),
        ("T-NB-03", "№ 1", "№\u00a01"),
        ("T-NB-04", "19 марта", "19\u00a0марта"),
        ("T-NB-04", "2021г.", "2021\u00a0г."),
        ("T-NB-05", "100 %", "100\u00a0%"),
        ("T-NB-05", "100\u00a0% и 50%", "100% и 50%"),
        ("T-NB-06", "г. Смоленск", "г.\u00a0Смоленск"),
        ("T-DASH-01", "17.01.2022-04.02.2022", "17.01.2022\u00a0– 04.02.2022"),
        ("T-DASH-01", "январь-февраль", "январь–февраль"),
        ("T-QUOT-01", "МР «Каменский район", "МР «Каменский район»"),
        ("T-CHAR-01", "проект «500 +»", "проект «500+»"),
        ("T-CHAR-01", "проект «00+»", "проект «500+»"),
        ("T-CHAR-01", "проект 500+", "проект «500+»"),
    ],
)
def test_the_lint_finds_the_bad_twin_and_passes_the_good_one(rule, bad, good):
    assert rule in [found for found, _ in lint_typography(bad)]
    assert lint_typography(good) == []


def test_the_lint_shows_the_fragment():
    assert lint_typography("Назначить А.Ш. Шахматова.") == [("T-NB-01", "А.Ш. Шахматова")]
