"""«Что изменилось»: the sentences a coordinator reads, over several kinds; and none exactly when nothing changed."""

from __future__ import annotations

import copy
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import forms
from service.archive.canonical import canonical_json
from service.archive.differences import differences
from tests.samples import ALL_SAMPLES, kind_of, leaves, read_sample


def told(kind, change, *, sample=None):
    """The sentences on a sample that a function changed."""
    old = read_sample(sample or kind)
    new = copy.deepcopy(old)
    change(new)
    return [one.text for one in differences(kind, old, new)]


def set_to(path, value):
    def change(payload):
        *way, last = path
        for step in way:
            payload = payload[step]
        payload[last] = value

    return change


@pytest.mark.parametrize(
    ("kind", "path", "value", "sentence"),
    [
        (
            "order",
            ["clauses", 3, "deadline"],
            "до 01.03.2023",
            "Пункт 4: срок «до 30.01.2023» заменён на «до 01.03.2023».",
        ),
        ("order", ["date"], "2023-01-24", "Дата «23.01.2023» заменена на «24.01.2023»."),
        (
            "order",
            ["date"],
            "23.01.2023",
            'Дата: значение то же, в данных записано иначе: «"2023-01-23"» и «"23.01.2023"».',
        ),
        ("order", ["number"], "18", "Номер «01-05/17» заменён на «18»."),
        ("order", ["place"], "", "Место издания «пгт Лесной Бор» убрано."),
        ("order", ["clauses", 0, "deadline"], "до 01.02.2023", "Пункт 1: указан срок «до 01.02.2023»."),
        ("order", ["date_style"], "digits", "Вид дат «19 марта 2021 г.» заменён на «19.03.2021»."),
        (
            "order",
            ["basis", 0, "body"],
            "министерства",
            "Акт 1, чей акт: вместо «департамента образования и науки Заречной области» – «министерства».",
        ),
        (
            "order",
            ["clauses", 1, "executor", "person"],
            {"last": "Ткач", "initials": "О.И."},
            "Пункт 2, исполнитель: вместо «Горелов Антон Викторович» – «Ткач О.И.».",
        ),
        (
            "order",
            ["control"],
            {"kind": "self"},
            "Контроль исполнения: контроль «возложить на должностное лицо» заменён на «оставляю за собой».",
        ),
        (
            "order",
            ["clauses", 1, "subclauses", 0, "deadline"],
            "",
            "Пункт 2, подпункт 1: срок «до 03.02.2023» убран.",
        ),
        ("school_list", ["year"], 2024, "Год «2023» заменён на «2024»."),
        (
            "school_list",
            ["schools", 0, "director", "first"],
            "Инна",
            "Школа 1, руководитель школы: вместо «Аксёнова Галина Борисовна» – «Аксёнова Инна Борисовна».",
        ),
        (
            "school_list",
            ["schools", 1, "name"],
            "МКОУ «Берёзовская СОШ»",
            "Школа 2: школа «МКОУ «Берёзовская ООШ»» заменена на «МКОУ «Берёзовская СОШ»».",
        ),
        (
            "roadmap",
            ["rows", 2, "period"],
            "март 2023",
            "Строка 3: срок «март-апрель 2023» заменён на «март 2023».",
        ),
        ("roadmap", ["title"], "Дорожная карта", None),
        ("roadmap", ["unknown"], {"a": 1}, "Указано поле unknown «1»."),
    ],
)
def test_one_value(kind, path, value, sentence):
    sentences = told(kind, set_to(path, value))

    assert sentences[0] == sentence if sentence else sentences[0].startswith("Заголовок")


def test_rows_added_removed_and_moved_are_no_noise():
    def change(payload):
        payload["rows"].insert(1, payload["rows"].pop(6))
        payload["rows"].insert(4, {"no": "9", "action": "Круглый стол директоров школ", "period": "май 2023"})
        del payload["rows"][10]
        payload["rows"][3]["executors"] = ["кураторы"]

    assert told("roadmap", change) == [
        "Исключена строка 10: «Публикация новостей о ходе проекта на сайтах управления образования и школ».",
        "Строка 7 перемещена на место 2.",
        "Строка 4, исполнители, исполнитель 1: вместо «Кураторы школ» – «кураторы».",
        "Добавлена строка 5: «Круглый стол директоров школ».",
    ]


def test_an_inserted_clause_changes_no_other():
    new_clause = {"text": "Утвердить состав рабочей группы", "annex": 2}

    assert told("order", lambda payload: payload["clauses"].insert(0, new_clause)) == [
        "Добавлен пункт 1: «Утвердить состав рабочей группы»."
    ]
    assert told("order", lambda payload: payload["clauses"].pop(0)) == [
        (
            "Исключён пункт 1: «Утвердить дорожную карту реализации проекта адресной методической помощи «500+» "
            "в Лесном муниципальном округе в 2023 году»."
        )
    ]


def test_a_clause_that_moved_and_changed_is_told_twice_and_not_as_another():
    def change(payload):
        clause = payload["clauses"].pop(3)
        clause["deadline"] = "до 01.03.2023"
        payload["clauses"].insert(1, clause)

    assert told("order", change) == [
        "Пункт 4 перемещён на место 2.",
        "Пункт 2: срок «до 30.01.2023» заменён на «до 01.03.2023».",
    ]


def test_of_a_long_text_the_changed_part_is_shown():
    long = " ".join(f"слово{number}" for number in range(400))

    sentences = told("order", set_to(["purpose"], long))
    old = {**read_sample("order"), "purpose": long}
    new = {**old, "purpose": long.replace("слово200", "дело200").replace("слово300 ", "")}

    assert " … слово3" in sentences[0]
    assert len(sentences[0]) < 500
    assert [one.text for one in differences("order", old, new)] == [
        (
            "Цель: вместо «… слово197 слово198 слово199 слово200 слово201 слово202 слово203 …» – "
            "«… слово197 слово198 слово199 дело200 слово201 слово202 слово203 …»; "
            "вместо «… слово297 слово298 слово299 слово300 слово301 слово302 слово303 …» – "
            "«… слово297 слово298 слово299 слово301 слово302 слово303 …»."
        )
    ]


def test_what_means_the_same_is_said_to_mean_the_same():
    old = read_sample("order")
    spaces = {**old, "title": old["title"].replace(" ", "  ", 1)}
    empty = {**old, "visas": old["visas"], "executor_mark": {**old["executor_mark"], "site": None}}

    assert [one.word for one in differences("order", old, spaces)] == ["notation"]
    assert differences("order", old, spaces)[0].text == (
        "Заголовок к тексту: изменены только пробелы или переносы строк."
    )
    assert [one.text for one in differences("order", old, empty)] == [
        "Отметка об исполнителе, поле site: по-прежнему не заполнено, в данных записано иначе."
    ]


def test_members_of_a_package_are_told_by_their_own_labels():
    old = {
        "order": read_sample("order"),
        "annexes": [{"kind": "school_list", "payload": read_sample("school_list")}],
        "sheets": ["acquaintance_sheet"],
    }
    new = copy.deepcopy(old)
    new["order"]["number"] = "19"
    new["annexes"][0]["payload"]["schools"][0]["site"] = "new.example"
    new["sheets"].append("approval_sheet")

    assert [(one.path, one.text) for one in differences("package", old, new)] == [
        ("order.number", "Приказ: номер «01-05/17» заменён на «19»."),
        (
            "annexes.0.payload.schools.0.site",
            "Приложение 1, школа 1: сайт «lesnoybor2.example» заменён на «new.example».",
        ),
        ("sheets.1", "Листы: добавлен лист 2: «approval_sheet»."),
    ]


def test_a_kind_that_is_gone_is_told_by_the_names_of_its_fields():
    assert [one.text for one in differences("letter", {"body": "а", "n": 1}, {"body": "б", "n": 1})] == [
        "Поле body «а» заменено на «б»."
    ]


def test_a_change_for_programs_has_its_place_and_values():
    old = read_sample("order")
    new = {**old, "place": "г. Озёрск"}

    (one,) = differences("order", old, new)

    assert (one.word, one.path, one.old, one.new) == ("replaced", "place", "пгт Лесной Бор", "г. Озёрск")


@pytest.mark.parametrize("sample", ALL_SAMPLES, ids=lambda file: file.stem)
def test_every_value_of_every_sample_is_told_when_it_changes(sample):
    payload, kind = read_sample(sample), kind_of(sample)
    assert differences(kind.name, payload, copy.deepcopy(payload)) == []

    for path, field in leaves(kind.schema(), payload):
        new = copy.deepcopy(payload)
        set_to(list(path), "другое")(new)
        sentences = [one.text for one in differences(kind.name, payload, new)]
        assert sentences, path
        assert any("другое" in text or field.metadata["label"] in text for text in sentences), (
            path,
            sentences,
        )


TEXTS = ["", " ", "а", "б", "а б", "2022-01-02", "02.01.2022"]
KEYS = ["last", "first", "text", "date", "deadline", "clauses", "kind", "person"]
VALUES = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-5, 5)
    | st.sampled_from(["", " ", "а", "б", "а б", "2022-01-02", "02.01.2022"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(
            st.sampled_from(["last", "first", "text", "date", "deadline", "clauses", "kind", "person"]),
            inner,
            max_size=4,
        )
    ),
    max_leaves=12,
)
PAYLOADS = st.dictionaries(
    st.sampled_from(["clauses", "date", "order", "annexes", "sheets", "signer", "control", "place", "x"]),
    VALUES,
    max_size=4,
)


@settings(max_examples=400, deadline=None)
@given(st.sampled_from(["order", "package", "letter"]), PAYLOADS, PAYLOADS)
def test_no_sentence_exactly_when_nothing_changed(kind, old, new):
    found = differences(kind, old, new)

    assert (found == []) == (canonical_json(old) == canonical_json(new))
    assert all(one.text.endswith(".") and one.text[0] != one.text[0].lower() for one in found)


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_sentence_exactly_when_nothing_changed_in_a_real_order(data):
    old = read_sample("order")
    new = copy.deepcopy(old)
    for _ in range(data.draw(st.integers(1, 3))):
        rows = data.draw(
            st.sampled_from(
                [new["clauses"], new["acquainted"], new["clauses"][1].setdefault("subclauses", [])]
            )
        )
        place = data.draw(st.integers(0, max(0, len(rows) - 1)))
        if rows and data.draw(st.booleans()):
            rows.insert(data.draw(st.integers(0, len(rows))), rows.pop(place))
        else:
            rows.insert(place, data.draw(st.sampled_from([{"text": "а"}, {"text": "б"}, {}])))

    assert (differences("order", old, new) == []) == (canonical_json(old) == canonical_json(new))


def test_a_table_of_five_thousand_rows_is_compared_in_seconds():
    rows = [{"no": str(number), "action": f"Мероприятие {number} проекта"} for number in range(5_000)]
    old = {**read_sample("roadmap"), "rows": rows}
    new = copy.deepcopy(old)
    new["rows"] = new["rows"][2_500:] + new["rows"][:2_500]
    for row in new["rows"][::10]:
        row["action"] += " исправлено"

    started = time.monotonic()
    found = differences("roadmap", old, new)

    assert time.monotonic() - started < 10
    assert found


def test_every_label_of_every_kind_makes_a_sentence():
    for kind in forms.all_kinds().values():
        for name, field in kind.schema().fields.items():
            (one,) = differences(kind.name, {}, {name: "значение"})
            assert one.text[0] == one.text[0].upper(), one.text
            assert field.metadata["label"].lower() in one.text.lower()
