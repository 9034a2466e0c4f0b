"""Состав рабочей группы (комиссии, оргкомитета): who coordinates and controls the work, and in which role.

Approved by an order as its annex, or by a stamp of the head; the secretary of the group keeps it.
Source: orders on the project of targeted help, «утвердить состав рабочей группы (приложение № 2)»; GOST R 7.0.97.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from forms._annex_checks import ANNEX_CHECKS
from forms._checks import Finding, check_title_stop
from forms._containers import Group, Rows
from forms._fields import Choice, LongText, Text, Yes
from forms._kind import FormKind, FormSchema, title_line
from forms._parts import DATE_STYLES, Approval, Person, approval_lines, require_head_noun
from forms._people import alphabetical, first_names, full_name, named_twice, position_at

ROLES = {
    "chairman": "председатель",
    "deputy": "заместитель председателя",
    "secretary": "секретарь",
    "member": "член",
}
_SMALLEST = 3
_MOST_DEPUTIES = 2


class Member(FormSchema):
    """A member of the group."""

    role = Choice("Роль", ROLES, required=True)
    person = Group("Фамилия, имя, отчество", Person, required=True)
    position = LongText("Должность", required=True, example="директор методического центра", limit=500)
    organisation = Text(
        "Место работы",
        help="Если не названо в должности.",
        example="МБОУ «Сосновская СОШ»",
        limit=300,
    )
    consent = Yes("По согласованию", help="Для тех, кто не подчинён органу, утвердившему состав.")


class WorkingGroupSchema(FormSchema):
    """The payload of a working group's composition."""

    approval = Group("Отметка об утверждении", Approval, required=True)
    date_style = Choice("Вид дат", DATE_STYLES, default="words", printed=False)
    title = LongText(
        "Заголовок",
        help="Каждая строка печатается отдельно, без точки в конце.",
        required=True,
        example="Состав рабочей группы по координации и контролю реализации дорожной карты проекта «500+»",
        limit=1000,
    )
    group_genitive = Text(
        "Кого возглавляет председатель",
        help="В родительном падеже, если это не рабочая группа: комиссии, организационного комитета.",
        example="экспертной комиссии",
        limit=200,
    )
    layout = Choice(
        "Вид", {"list": "список без рамки", "table": "таблица с номерами"}, default="list", printed=False
    )
    members = Rows("Состав", Member, one="Член группы", required=True, minimum=_SMALLEST, maximum=200)

    @validates_schema(skip_on_field_errors=True)
    def can_be_approved(self, data: Mapping[str, Any], **_: Any) -> None:
        """The word of approval agrees with the title; nobody is named twice."""
        if data["approval"]["form"] in {"annex_approved", "approved_by_act"}:
            require_head_noun(data["title"])
        if problems := named_twice(data["members"]):
            raise ValidationError({"members": problems})


def derive(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the mark, the heads one by one and the members, in the order of their roles."""
    group = data["group_genitive"] or "рабочей группы"
    ordered = [member for role in ROLES for member in data["members"] if member["role"] == role]
    lines = [_line(number, member, group) for number, member in enumerate(ordered, start=1)]
    return {
        "mark": approval_lines(data["approval"], title_line(data), data["date_style"]),
        "title_lines": data["title"].split("\n"),
        "as_table": data["layout"] == "table",
        "head_lines": [line for line in lines if not line["ordinary"]],
        "member_lines": [line for line in lines if line["ordinary"]],
        "all_lines": lines,
        "members_title": f"Члены {group}:",
        "role_title": f"Роль в составе {group}",
    }


def _line(number: int, member: Mapping[str, Any], group: str) -> dict[str, Any]:
    person, role = member["person"], member["role"]
    where = position_at(member["position"], member["organisation"])
    consent = " (по согласованию)" if member["consent"] else ""
    ordinary = role == "member"
    return {
        "no": str(number),
        "last": person["last"],
        "first": first_names(person),
        "name": full_name(person),
        "position_text": f"{where}{consent}",
        "list_text": f"{where}{'' if ordinary else f', {ROLES[role]} {group}'}{consent}",
        "role_text": ROLES[role],
        "ordinary": ordinary,
    }


def check_roles(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A group has one chairman, up to two deputies, one secretary and somebody else (forms.md, B.3)."""
    count = Counter(member["role"] for member in data["members"])
    if count["chairman"] != 1:
        yield Finding(
            "GROUP_CHAIRMAN",
            "error",
            "members",
            f"Председатель должен быть один, а в составе их {count['chairman']}.",
            "Укажите роль «председатель» ровно у одного человека.",
        )
    if count["deputy"] > _MOST_DEPUTIES:
        yield Finding(
            "GROUP_DEPUTIES",
            "warning",
            "members",
            f"Заместителей председателя больше двух: {count['deputy']}.",
            "Оставьте одного или двух заместителей.",
        )
    if count["secretary"] != 1:
        yield Finding(
            "GROUP_SECRETARY",
            "warning",
            "members",
            f"Секретарь должен быть один, а в составе их {count['secretary']}.",
            "Укажите роль «секретарь» у одного человека: он ведёт протокол.",
        )
    if not count["member"]:
        yield Finding(
            "GROUP_NO_MEMBERS",
            "warning",
            "members",
            "В составе нет ни одного члена, только руководство.",
            "Добавьте членов группы или проверьте роли.",
        )


def check_name_order(data: Mapping[str, Any]) -> Iterator[Finding]:
    """Ordinary members stand alphabetically: nobody is ranked by the order of the list."""
    before = ""
    for index, member in enumerate(data["members"]):
        if member["role"] != "member":
            continue
        name = full_name(member["person"])
        if before and alphabetical(name) < alphabetical(before):
            yield Finding(
                "GROUP_NAME_ORDER",
                "warning",
                f"members.{index}.person.last",
                f"Члены группы перечислены не по алфавиту: «{name}» стоит после «{before}».",
                "Расположите членов группы по алфавиту фамилий.",
            )
        before = name


def check_odd_votes(data: Mapping[str, Any]) -> Iterator[Finding]:
    """With an even number of votes a decision may fail by a tie."""
    count = len(data["members"])
    if count % 2 == 0:
        yield Finding(
            "GROUP_EVEN_VOTES",
            "info",
            "members",
            f"В составе чётное число голосов: {count}. При равенстве голосов решение не будет принято.",
            "Сделайте число членов нечётным или дайте председателю решающий голос в положении о группе.",
        )


def file_name(data: Mapping[str, Any]) -> str:
    """Return «2023-01-23 Состав рабочей группы …»; without a date only the title."""
    date = data["approval"]["date"]
    return f"{date.isoformat()} {title_line(data)}" if date else title_line(data)


KIND = FormKind(
    title="Состав рабочей группы",
    about="Состав рабочей группы, комиссии или оргкомитета: председатель, секретарь, члены.",
    schema=WorkingGroupSchema,
    headline=title_line,
    file_name=file_name,
    derive=derive,
    checks=(check_title_stop, check_roles, check_name_order, check_odd_votes, *ANNEX_CHECKS),
)
