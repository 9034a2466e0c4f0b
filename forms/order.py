"""Приказ, распоряжение, постановление: the order that starts and governs the work.

Signed by the head of the authority; obliges the people it names, approves the roadmap and the working group.
Source: GOST R 7.0.97, requisites 05–25; the clauses follow the practice of orders on core activity.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from marshmallow import ValidationError, validates_schema

from forms._checks import Finding, check_title_stop
from forms._fields import Choice, DocDate, Group, LongText, RegNumber, Rows, Term, Text, Whole
from forms._kind import FormKind, FormSchema
from forms._parts import (
    ACTS,
    DATE_STYLES,
    Act,
    ExecutorMark,
    Official,
    Organisation,
    Person,
    Signer,
    act_text,
    approval_lines,
    contact_lines,
    date_line,
    executor_mark_lines,
    number_line,
    organisation_genitive,
    position_in,
    signature,
)
from forms.language.agree import act_forms, date_in_digits
from forms.language.cases import Inflected, initials_surname, surname_initials

VERBS = {
    "приказ": ("ПРИКАЗЫВАЮ", "приказа"),
    "распоряжение": ("ОБЯЗЫВАЮ", "распоряжения"),
    "постановление": ("ПОСТАНОВЛЯЮ", "постановления"),
}
OPENINGS = {
    "in_accordance": ("В соответствии с", "instrumental"),
    "on_basis": ("На основании", "genitive"),
    "pursuant": ("Во исполнение", "genitive"),
}


class Subclause(FormSchema):
    """A sub-clause: 2.1."""

    text = LongText("Текст", required=True, example="Назначить школьных координаторов.", limit=3000)
    deadline = Term("Срок", example="до 01.03.2022")


class Clause(FormSchema):
    """A clause: executor in the dative, action, deadline, annex."""

    executor = Group("Исполнитель", Official, help="Печатается в дательном падеже: методисту Седых О.Ю.")
    text = LongText(
        "Текст пункта",
        help="Начните с глагола: утвердить, назначить, обеспечить.",
        required=True,
        example="Утвердить муниципальную дорожную карту реализации проекта «500+» в 2022 году",
        limit=3000,
    )
    deadline = Term("Срок", example="до 01.03.2022")
    annex = Whole(
        "Номер приложения", help="Если пункт утверждает приложение.", example=1, minimum=1, maximum=99
    )
    subclauses = Rows("Подпункты", Subclause, one="Подпункт")


class Control(FormSchema):
    """The last clause: who controls the execution."""

    kind = Choice(
        "Контроль",
        {"self": "оставляю за собой", "official": "возложить на должностное лицо"},
        required=True,
    )
    official = Group("На кого возложить", Official)

    @validates_schema
    def needs_its_official(self, data: Mapping[str, Any], **_: Any) -> None:
        """Control laid on somebody names them."""
        if data.get("kind") == "official" and not data.get("official"):
            raise ValidationError({"official": ["Укажите, на кого возложен контроль."]})


class AnnexParagraph(FormSchema):
    """A paragraph of an annex."""

    style = Choice(
        "Вид абзаца",
        {"text": "текст", "item": "строка списка", "heading": "подзаголовок"},
        default="text",
        printed=False,
    )
    text = LongText(
        "Текст", required=True, example="Велесова Марина Игоревна – начальник управления", limit=5000
    )


class Annex(FormSchema):
    """An annex: printed here when it has paragraphs, or a paper of its own."""

    title = LongText("Заголовок", required=True, example="Состав рабочей группы", limit=1000)
    approved = Choice(
        "Отметка",
        {"annex": "Приложение к приказу", "annex_approved": "Приложение с грифом утверждения"},
        default="annex",
        printed=False,
    )
    paragraphs = Rows(
        "Содержание",
        AnnexParagraph,
        one="Абзац",
        help="Оставьте пустым, если приложение оформляется отдельным документом (например, дорожной картой).",
    )


class Visa(FormSchema):
    """Who agreed to the draft."""

    position = Text("Должность", required=True, example="Юрисконсульт")
    person = Group("Кто", Person, required=True)
    date = DocDate("Дата", example="18.03.2021")


class OrderSchema(FormSchema):
    """The payload of an order."""

    doc_kind = Choice("Вид документа", ACTS, required=True)
    organisation = Group("Организация", Organisation, required=True)
    letterhead = Choice(
        "Бланк", {"longitudinal": "продольный", "angular": "угловой"}, default="longitudinal", printed=False
    )
    requisites = Choice(
        "Дата, номер и место",
        {"two_ends": "дата слева, номер справа", "three_lines": "в три строки"},
        default="two_ends",
        printed=False,
    )
    date_style = Choice("Вид дат", DATE_STYLES, default="words", printed=False)
    date = DocDate("Дата", required=True, example="19.03.2021")
    number = RegNumber(required=True, example="03а-ОД")
    place = Text(
        "Место издания",
        help="Не заполняется, если место названо в наименовании организации.",
        example="с. Ясное",
        limit=100,
    )
    title = LongText(
        "Заголовок к тексту",
        help="Отвечает на вопрос «о чём?», без точки в конце.",
        required=True,
        example="О реализации проекта адресной методической помощи «500+» в 2022 году",
        limit=1000,
    )
    opening = Choice(
        "Начало преамбулы",
        {key: words for key, (words, _) in OPENINGS.items()},
        default="in_accordance",
        help="Перед перечнем актов-оснований.",
    )
    basis = Rows("Акты-основания", Act, one="Акт", maximum=20)
    purpose = LongText(
        "Цель",
        help="Начните со слов «в целях».",
        example="в целях повышения качества образования в школах с низкими результатами",
        limit=3000,
    )
    clauses = Rows("Пункты", Clause, one="Пункт", required=True, minimum=1, maximum=200)
    control = Group("Контроль исполнения", Control, required=True)
    signer = Group("Подписывает", Signer, required=True)
    executor_mark = Group("Отметка об исполнителе", ExecutorMark)
    visas = Rows("Согласовано", Visa, one="Виза", maximum=50)
    acquainted = Rows("С документом ознакомлены", Visa, one="Ознакомлен", maximum=500)
    annexes = Rows("Приложения", Annex, one="Приложение", maximum=50)

    @validates_schema
    def has_a_preamble(self, data: Mapping[str, Any], **_: Any) -> None:
        """At least one of basis and purpose."""
        if not data.get("basis") and not data.get("purpose"):
            raise ValidationError(
                {"purpose": ["Заполните цель или добавьте акт-основание: нужна преамбула."]}
            )


def preamble(data: Mapping[str, Any]) -> str:
    """Return the text before the operative word: basis, then purpose."""
    words, case = OPENINGS[data["opening"]]
    purpose = data["purpose"].rstrip(" .:;")
    if not data["basis"]:
        return purpose[:1].upper() + purpose[1:]
    basis = f"{words} {', '.join(act_text(act, case) for act in data['basis'])}"
    return f"{basis} {purpose[:1].lower()}{purpose[1:]}" if purpose else basis


def clause_text(clause: Mapping[str, Any], annexes: int) -> str:
    """Return the printed sentence of a clause, without its number."""
    text = clause["text"].rstrip(" .;")
    if executor := clause.get("executor"):
        who = f"{position_in(executor, 'dative').text} {surname_initials(executor['person'], 'dative').text}"
        text = f"{who[:1].upper()}{who[1:]} {text[:1].lower()}{text[1:]}"
    if number := clause.get("annex"):
        text += f" (приложение {number_line(str(number))})" if annexes > 1 else " (приложение)"
    return with_deadline(text, clause["deadline"])


def with_deadline(text: str, deadline: Any) -> str:
    """Return a sentence with its deadline and full stop."""
    if not deadline:
        return text if text.endswith((":", "!", "?")) else f"{text}."
    wording = " ".join(str(deadline).split())
    if wording.lower().startswith(("до ", "не позднее", "с ")):
        return f"{text} в срок {wording}." if wording.lower().startswith("до ") else f"{text} {wording}."
    return f"{text}. Срок: {wording}."


def control_text(data: Mapping[str, Any]) -> str:
    """Return the control clause."""
    start = f"Контроль за исполнением настоящего {VERBS[data['doc_kind']][1]}"
    official = data["control"]["official"]
    if data["control"]["kind"] == "self" or not official:
        return f"{start} оставляю за собой."
    position = position_in(official, "accusative").text
    return f"{start} возложить на {position} {surname_initials(official['person'], 'accusative').text}"  # ends with initials


def check_cases(data: Mapping[str, Any]) -> Iterator[Finding]:
    """A name or a position whose case form is a guess is confirmed by a person first."""
    officials = [(f"clauses.{i}.executor", c["executor"], "dative") for i, c in enumerate(data["clauses"])]
    officials.append(("control.official", data["control"]["official"], "accusative"))
    if data["signer"]["status"]:
        officials.append(("signer", data["signer"], "genitive"))
    if any(annex["paragraphs"] for annex in data["annexes"]):
        form = organisation_genitive(data["organisation"])
        if not form.certain:
            yield _uncertain("organisation.name_genitive", form)
    for path, official, case in officials:
        if not official:
            continue
        forms = {"position": position_in(official, case)}
        if path != "signer":
            forms["person"] = surname_initials(official["person"], case)
        for name, form in forms.items():
            if not form.certain:
                yield _uncertain(f"{path}.{name}", form)


def _uncertain(path: str, form: Inflected) -> Finding:
    return Finding(
        "CASE_UNCERTAIN",
        "error",
        path,
        f"Проверьте падеж: «{form.text}». {form.reason}".strip(),
        "Укажите пол или впишите верную форму в поле падежных форм.",
    )


def _annexes(data: Mapping[str, Any]) -> list[dict[str, Any]]:
    mark = {"act": data["doc_kind"], "date": data["date"], "number": data["number"]}
    body = organisation_genitive(data["organisation"]).text
    printed = []
    for number, annex in enumerate(data["annexes"], start=1):
        if not annex["paragraphs"]:
            continue
        approval = {
            **mark,
            "form": annex["approved"],
            "annex_number": number if len(data["annexes"]) > 1 else None,
            "body": body,
        }
        lines = approval_lines(approval, annex["title"], data["date_style"])
        printed.append({**annex, "mark": lines})
    return printed


def derive(data: Mapping[str, Any]) -> dict[str, Any]:
    """Return the printed lines: letterhead, preamble, clauses, signature, annexes."""
    organisation, count = data["organisation"], len(data["annexes"])
    clauses = [
        {
            "text": clause_text(clause, count),
            "subclauses": [
                with_deadline(sub["text"].rstrip(" .;"), sub["deadline"]) for sub in clause["subclauses"]
            ],
        }
        for clause in data["clauses"]
    ]
    return {
        "letterhead_lines": organisation["name"].split("\n"),
        "contacts": contact_lines(organisation),
        "angular": data["letterhead"] == "angular",
        "three_lines": data["requisites"] == "three_lines",
        "date_text": date_line(data["date"], data["date_style"]),
        "number_text": number_line(data["number"]),
        "title_lines": data["title"].split("\n"),
        "preamble": preamble(data),
        "verb": VERBS[data["doc_kind"]][0],
        "clause_lines": clauses,
        "control_text": control_text(data),
        "signature": signature(data["signer"]),
        "executor_lines": executor_mark_lines(data["executor_mark"]),
        "visa_lines": _named(data["visas"]),
        "acquainted_lines": _named(data["acquainted"]),
        "acquainted_title": f"С {act_forms(data['doc_kind'], 'instrumental')} ознакомлены:",
        "printed_annexes": _annexes(data),
    }


def _named(people: list[Mapping[str, Any]]) -> list[dict[str, str]]:
    return [
        {
            "position": one["position"],
            "name": initials_surname(one["person"]).text,
            "date": date_in_digits(one["date"]) if one["date"] else "",
        }
        for one in people
    ]


def headline(data: Mapping[str, Any]) -> str:
    """Return «Приказ от 19.03.2021 № 376 «Об утверждении …»»."""
    title = " ".join(data["title"].split())
    kind = data["doc_kind"].capitalize()
    return f"{kind} от {date_in_digits(data['date'])} № {data['number']} «{title}»"


KIND = FormKind(
    title="Приказ",
    about="Приказ, распоряжение или постановление с пунктами, исполнителями и приложениями.",
    schema=OrderSchema,
    headline=headline,
    file_name=lambda data: f"{data['date'].isoformat()} {data['doc_kind'].capitalize()} № {data['number']}",
    derive=derive,
    checks=(check_cases, check_title_stop),
)
