"""Groups of fields that several kinds share: persons, organisations, acts, marks, signatures.

Also turns them into printed lines. Where a name or a position must change its case, the text comes from
`forms.language.cases`; a form stated in the payload always wins.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from forms._containers import Group
from forms._fields import Choice, DocDate, LongText, RegNumber, Text, Whole
from forms._kind import FormSchema
from forms.language.agree import act_forms, approved_word, date_in_digits, date_in_words
from forms.language.cases import Inflected, decline_organisation, decline_position, initials_surname

NBSP = "\N{NO-BREAK SPACE}"
ACTS = {"приказ": "приказ", "распоряжение": "распоряжение", "постановление": "постановление"}
DATE_STYLES = {"words": "19 марта 2021 г.", "digits": "19.03.2021"}


class NameForm(FormSchema):
    """One case form of a name."""

    last = Text("Фамилия", example="Седых", printed=False)
    first = Text("Имя", example="Ольге", printed=False)
    middle = Text("Отчество", example="Юрьевне", printed=False)


class NameForms(FormSchema):
    """Case forms that win over the automatic ones."""

    genitive = Group("Родительный (кого?)", NameForm, printed=False)
    dative = Group("Дательный (кому?)", NameForm, printed=False)
    accusative = Group("Винительный (кого?)", NameForm, printed=False)
    instrumental = Group("Творительный (кем?)", NameForm, printed=False)
    prepositional = Group("Предложный (о ком?)", NameForm, printed=False)


class Person(FormSchema):
    """A person, always in the nominative case."""

    last = Text("Фамилия", required=True, example="Велесова", limit=100)
    first = Text("Имя", example="Марина", limit=100)
    middle = Text("Отчество", example="Игоревна", limit=100)
    initials = Text(
        "Инициалы",
        help="Только если имя и отчество неизвестны, без пробелов.",
        example="М.И.",
        pattern=r"(?:[А-ЯЁA-Z]\.){1,3}",
        advice="Инициалы пишутся так: М.И.",
    )
    gender = Choice(
        "Пол", {"f": "женский", "m": "мужской"}, help="Для склонения, когда отчества нет.", printed=False
    )
    forms = Group(
        "Падежные формы",
        NameForms,
        help="Заполняется, только если имя склоняется не так, как предложила система.",
        printed=False,
    )

    @validates_schema
    def needs_a_first_name(self, data: Mapping[str, Any], **_: Any) -> None:
        """A surname alone cannot be printed with initials."""
        if not data.get("first") and not data.get("initials"):
            raise ValidationError({"first": ["Укажите имя или инициалы."]})


class PositionForms(FormSchema):
    """Case forms of a position that win over the automatic ones."""

    genitive = Text("Родительный (кого?)", example="методиста", printed=False)
    dative = Text("Дательный (кому?)", example="методисту", printed=False)
    accusative = Text("Винительный (кого?)", example="методиста", printed=False)
    instrumental = Text("Творительный (кем?)", example="методистом", printed=False)


class Official(FormSchema):
    """A person with a position."""

    position = LongText("Должность", required=True, example="начальник управления образования", limit=500)
    person = Group("Фамилия, имя, отчество", Person, required=True)
    position_forms = Group(
        "Падежные формы должности",
        PositionForms,
        help="Заполняется, только если должность склоняется не так, как предложила система.",
        printed=False,
    )


class Signer(Official):
    """Who signs; acting officers are shown by their status."""

    status = Choice(
        "Статус",
        {"": "–", "Врио": "Врио", "И.о.": "И.о."},
        help="Должность пишите в именительном падеже: после «Врио» она просклоняется сама.",
        default="",
    )


class Organisation(FormSchema):
    """The organisation whose letterhead opens the paper."""

    parent = Text("Вышестоящий орган", help="Строка над наименованием.", example="ЗАРЕЧНАЯ ОБЛАСТЬ")
    name = LongText(
        "Полное наименование",
        required=True,
        example="Управление образования администрации Озёрного муниципального района",
        limit=600,
    )
    name_genitive = LongText(
        "Наименование в родительном падеже",
        help="Для отметок на приложениях: приказом (кого? чего?). Заполните, если система просклоняла неверно.",
        example="управления образования администрации Озёрного муниципального района",
        limit=600,
        printed=False,
    )
    short = Text("Сокращённое наименование", help="Печатается в скобках.", example="Управление образования")
    address = Text("Адрес", example="601400, Заречная область, с. Ясное, ул. Школьная, д. 1")
    phone = Text("Телефон, факс", example="тел. (48200) 2-11-05")
    email = Text("Электронная почта", example="uo@ozerny.example")
    site = Text("Сайт", example="uo-ozerny.example")


class Act(FormSchema):
    """An act that the paper refers to."""

    kind = Choice(
        "Вид акта",
        {**ACTS, "письмо": "письмо", "протокол": "протокол", "решение": "решение", "план": "план"},
        required=True,
    )
    body = Text(
        "Чей акт",
        help="В родительном падеже: приказ (кого? чего?).",
        required=True,
        example="департамента образования Заречной области",
    )
    date = DocDate("Дата", example="15.02.2021")
    number = RegNumber("Номер")
    title = Text("Заголовок", help="Без кавычек.", example="Об участии в проекте «500+»")


class ExecutorMark(FormSchema):
    """Requisite 25: who prepared the paper."""

    name = Text("Фамилия, имя, отчество", required=True, example="Велесова Марина Игоревна")
    position = Text("Должность", example="методист")
    phone = Text("Телефон", required=True, example="8 (48200) 2-11-07")
    email = Text("Электронная почта", example="metod@ozerny.example")


class Approval(FormSchema):
    """The mark in the upper right corner: an annex mark, an approval stamp, or both."""

    form = Choice(
        "Вид отметки",
        {
            "annex": "Приложение к приказу",
            "annex_approved": "Приложение, утверждённое приказом",
            "approved_by_act": "УТВЕРЖДЕНО приказом",
            "approve_stamp": "УТВЕРЖДАЮ (подпись руководителя)",
        },
        required=True,
    )
    annex_number = Whole(
        "Номер приложения", help="Не заполняется, если приложение одно.", example=1, minimum=1, maximum=99
    )
    act = Choice("Вид акта", ACTS, default="приказ")
    body = LongText(
        "Чей акт",
        help="В родительном падеже: приказом (кого? чего?).",
        example="управления образования администрации Озёрного муниципального района",
    )
    date = DocDate("Дата", example="19.03.2021", help="Если даты ещё нет, печатается место для неё.")
    number = RegNumber("Номер акта", help="Если номера ещё нет, печатается место для него.")
    position = LongText(
        "Должность утверждающего",
        help="Для отметки УТВЕРЖДАЮ, с наименованием организации.",
        example="Начальник МКУ «Управление образования Каменского района»",
    )
    person = Group("Кто утверждает", Person)

    @validates_schema
    def fits_its_form(self, data: Mapping[str, Any], **_: Any) -> None:
        """A stamp needs its officer, a mark needs its act."""
        needed = ("position", "person") if data.get("form") == "approve_stamp" else ("body",)
        problems = {name: ["Для этой отметки поле обязательно."] for name in needed if not data.get(name)}
        if problems:
            raise ValidationError(problems)


def contact_lines(organisation: Mapping[str, Any], *, narrow: bool = False) -> list[str]:
    """Return the reference data of a letterhead: address, then phone, then e-mail and site on one line.

    Args:
        narrow: e-mail and site stand on lines of their own, so that neither is broken at its hyphen.
    """
    net = [organisation[key] for key in ("email", "site") if organisation[key]]
    lines = [organisation["address"], organisation["phone"], *(net if narrow else [", ".join(net)])]
    return [line for line in lines if line]


def date_line(date: dt.date | None, style: str = "words") -> str:
    """Return a date in the style of its document, or room for it: ««___» __________ 20__ г.»."""
    if date is None:
        return f"«___»{NBSP}__________{NBSP}20__{NBSP}г."
    return date_in_digits(date) if style == "digits" else date_in_words(date)


def number_line(number: str) -> str:
    """Return «№ 376», or room for the number."""
    return f"№{NBSP}{number or '_____'}"


def require_head_noun(title: str, field: str = "title") -> None:
    """Refuse a title that УТВЕРЖДЁН or УТВЕРЖДЕНА cannot agree with.

    Raises:
        ValidationError: at the field.
    """
    try:
        approved_word(title)
    except ValueError as error:
        raise ValidationError({field: [str(error)]}) from error


def approval_lines(approval: Mapping[str, Any] | None, title: str, style: str = "words") -> list[str]:
    """Return the printed lines of the mark in the upper right corner; none without a mark.

    Args:
        title: what is approved; the word УТВЕРЖДЁН agrees with its head noun.
        style: "words" or "digits", as the dates of the document.
    """
    if not approval:
        return []
    when = date_line(approval["date"], style)
    if approval["form"] == "approve_stamp":
        name = initials_surname(approval["person"]).text
        return ["УТВЕРЖДАЮ", *approval["position"].split("\n"), f"________________ {name}", when]
    body = " ".join(approval["body"].split())  # the lines of a letterhead are not those of a mark
    act_date = f"от {when} {number_line(approval['number'])}"
    number = approval["annex_number"]
    annex = f"Приложение {number_line(str(number))}" if number else "Приложение"
    if approval["form"] == "annex":
        return [annex, f"к {act_forms(approval['act'], 'dative')} {body}", act_date]
    stamp = [approved_word(title), f"{act_forms(approval['act'], 'instrumental')} {body}", act_date]
    return [annex, "", *stamp] if approval["form"] == "annex_approved" else stamp


def position_in(official: Mapping[str, Any], case: str) -> Inflected:
    """Return the position of an official in a case; a form stated in the payload wins."""
    forms = {key: text for key, text in (official["position_forms"] or {}).items() if text}
    return decline_position(official["position"], case, forms=forms or None)


def organisation_genitive(organisation: Mapping[str, Any]) -> Inflected:
    """Return the author of an act in the genitive: «управления образования …»; a stated form wins."""
    if organisation["name_genitive"]:
        return Inflected(organisation["name_genitive"], certain=True)
    return decline_organisation(organisation["name"], "genitive")


def signature(signer: Mapping[str, Any] | None) -> dict[str, Any] | None:
    """Return {position: lines of the position, name: «И.О. Фамилия»} of a signature block."""
    if not signer:
        return None
    if signer.get("status"):
        lines = f"{signer['status']} {position_in(signer, 'genitive').text}".split("\n")
    else:
        lines = signer["position"].split("\n")
    return {"position": lines, "name": initials_surname(signer["person"]).text}


def executor_mark_lines(mark: Mapping[str, Any] | None) -> list[str]:
    """Return the printed lines of the executor mark."""
    if not mark:
        return []
    who = f"{mark['name']}, {mark['position']}" if mark["position"] else mark["name"]
    return [who, *(mark[key] for key in ("phone", "email") if mark[key])]


def act_text(act: Mapping[str, Any], case: str) -> str:
    """Return a reference: «приказом департамента … от 15 февраля 2021 г. № 161 «Об участии …»»."""
    parts = [act_forms(act["kind"], case), act["body"]]
    if act["date"]:
        parts.append(f"от {date_in_words(act['date'])}")
    if act["number"]:
        parts.append(number_line(act["number"]))
    if act["title"]:
        parts.append(f"«{act['title']}»")
    return " ".join(parts)
