from __future__ import annotations

import datetime as dt

import pytest

from forms.language.agree import (
    act_forms,
    approved_word,
    date_in_digits,
    date_in_words,
    month_genitive,
    with_number,
)


@pytest.mark.parametrize(
    ("document", "word"),
    [
        ("план-график", "УТВЕРЖДЁН"),
        ("дорожная карта", "УТВЕРЖДЕНА"),
        ("План-график (дорожная карта)", "УТВЕРЖДЁН"),
        ("состав рабочей группы", "УТВЕРЖДЁН"),
        ("список школ", "УТВЕРЖДЁН"),
        ("перечень показателей", "УТВЕРЖДЁН"),
        ("график посещений", "УТВЕРЖДЁН"),
        ("положение о кураторах", "УТВЕРЖДЕНО"),
        ("формы отчётов", "УТВЕРЖДЕНЫ"),
        ("форма отчёта", "УТВЕРЖДЕНА"),
        ("показатели", "УТВЕРЖДЕНЫ"),
        ("Муниципальная дорожная карта реализации проекта «500+»", "УТВЕРЖДЕНА"),
        ("методические рекомендации", "УТВЕРЖДЕНЫ"),
        ("рабочая программа", "УТВЕРЖДЕНА"),
    ],
)
def test_the_approval_agrees_with_the_document(document, word):
    assert approved_word(document) == word


def test_a_document_without_a_noun_is_refused():
    with pytest.raises(ValueError, match="Не найдено главное слово"):
        approved_word("№ 5")


@pytest.mark.parametrize(
    ("n", "noun", "printed"),
    [
        (1, "школа", "1\u00a0школа"),
        (2, "школа", "2\u00a0школы"),
        (5, "школа", "5\u00a0школ"),
        (11, "школа", "11\u00a0школ"),
        (21, "школа", "21\u00a0школа"),
        (112, "куратор", "112\u00a0кураторов"),
        (3, "мероприятие", "3\u00a0мероприятия"),
        (5, "год", "5\u00a0лет"),
        (5, "человек", "5\u00a0человек"),
        (22, "человек", "22\u00a0человека"),
        (0, "отчёт", "0\u00a0отчётов"),
    ],
)
def test_a_noun_agrees_with_its_number(n, noun, printed):
    assert with_number(n, noun) == printed


def test_acts_are_inflected_and_keep_their_capitals():
    assert act_forms("приказ", "instrumental") == "приказом"
    assert act_forms("распоряжение", "dative") == "распоряжению"
    assert act_forms("Постановление", "prepositional") == "Постановлении"
    assert act_forms("ПИСЬМО", "genitive") == "ПИСЬМА"
    assert act_forms("протокол", "accusative") == "протокол"
    assert act_forms("решение", "instrumental") == "решением"


def test_an_unknown_act_is_refused():
    with pytest.raises(ValueError, match="Неизвестный вид акта «указивка»"):
        act_forms("указивка", "dative")


def test_dates_print_in_words_and_in_digits():
    day = dt.date(2022, 9, 5)

    assert date_in_words(day) == "5\u00a0сентября\u00a02022\u00a0г."
    assert date_in_digits(day) == "05.09.2022"
    assert month_genitive(5) == "мая"
