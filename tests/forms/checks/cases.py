"""One good and one bad example of every rule: a clean sample with one value changed."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.samples import Step


@dataclass(frozen=True)
class Case:
    """`bad` at `path` of a sample gives the finding, `good` at the same place does not.

    Attributes:
        where: the path of the finding, when it is another one.
    """

    rule: str
    severity: str
    sample: str
    path: str
    good: Any
    bad: Any
    where: str = ""

    @property
    def steps(self) -> tuple[Step, ...]:
        return tuple(int(step) if step.isdigit() else step for step in self.path.split("."))


def _action(rule: str, severity: str, good: str, bad: str) -> Case:
    return Case(rule, severity, "roadmap", "rows.1.action", good, bad)


TEXT = [
    _action("PROJECT_TOKEN", "error", "Совещание проекта «500+» в 10:00+03", "Совещание проекта «00+»"),
    _action("PROJECT_TOKEN", "error", "Приглашены 2500+ участников", "Совещание проекта 5ОО+"),
    _action("PROJECT_TOKEN", "warning", "Совещание проекта «500+»", "Совещание проекта «500 +»"),
    _action("TEXT_TRUNCATED", "error", "Совещание учителей 5 в", "Совещание Проекта 500+ в"),
    _action("TEXT_TRUNCATED", "error", "Совещание по подпункту в", "Совещание директоров и"),
    _action("OCR_SPLIT", "error", "Урок «Правописание ь после шипящих»", "Совещание на постоянно й основе"),
    _action(
        "REPEATED_WORDS",
        "error",
        "Совещание школ и школ искусств",
        "Совещание директоров и школ и школ района",
    ),
    _action(
        "REPEATED_WORDS",
        "error",
        "Очень очень важное совещание",
        "Совещание совещание кураторов кураторов школ",
    ),
    _action("HYPHENATION", "error", "Совещание школ-\nучастниц", "Совещание о по-\nмощи школам"),
    _action("QUOTES", "error", "Совещание МКУ «Центр «Рост»»", "Совещание МКУ «Центр «Рост»"),
    _action("QUOTES", "error", 'Совещание "Рост" и „Рост“', 'Совещание "Рост'),
    _action("BRACKETS", "warning", "Совещание: 1) школ, 2) кураторов (очно)", "Совещание (очно"),
    _action("NUM_SIGN_SPACE", "warning", "Совещание в школе № 1", "Совещание в школе №1"),
    _action("NBSP_YEAR", "warning", "Совещание 2023 г.", "Совещание 2023г."),
    _action("DATE_FORMAT", "warning", "Совещание 14.01.2023 и 3 марта 2023 г.", "Совещание 14.01.2023 г."),
    _action("DATE_FORMAT", "warning", "Совещание 28.02.2023, п. 31.02", "Совещание 31.02.2023"),
    _action(
        "TYPOGRAPHY",
        "warning",
        "Совещание школ – участниц, научно- и учебно-методическое",
        "Совещание школ - участниц",
    ),
    _action("TYPOGRAPHY", "warning", "Совещание учителей-предметников", "Совещание учителей –предметников"),
    _action(
        "TYPOGRAPHY", "warning", "Совещание в WhatsApp, online@mail.example", "Совещание в Online формате"
    ),
    _action("TYPOGRAPHY", "warning", "Cовет".replace("C", "С"), "Cовет кураторов"),
    _action("TYPOGRAPHY", "warning", "Совещание школ-участниц", "Совещание и отчёт Школ-участниц"),
    _action("PUNCTUATION", "warning", "Совещание: кураторы, школы; 37,5 %…", "Совещание кураторов , школ"),
    _action("NAME_SPACING", "warning", "Совещание (Седых О.Ю., А.В. Ким)", "Совещание у С.К.Курбанова"),
    _action("NAME_SPACING", "warning", "Совещание в п. А. Конец", "Совещание у Ш. И. Исмаилова"),
    _action("GRAMMAR", "warning", "План-график и смотр-конкурс", "Проведение смотр-конкурса"),
    _action("GRAMMAR", "warning", "Семинар-совещание", "Утверждение план-графика"),
    _action(
        "GRAMMAR",
        "warning",
        "Подведение итогов проекта «500+» и обсуждение плана",
        "Подведение итогов проекта «500+» обсуждение плана",
    ),
]
NAMES = [
    _action("NAME_ORDER", "warning", "Выезд в СОШ имени В.Х. Сайфулина", "Выезд в СОШ имени Сайфулина В.Х."),
    _action("NAME_ORDER", "warning", "Седых О.Ю. и Ким А.В.", "Седых О.Ю. и А.В. Ким"),
    _action("NAME_SUSPECT", "warning", "Выезд Исаакяна А.В.", "Выезд Арсланаалиева Х.Ш."),
    _action("ORG_NAME_VARIANTS", "warning", "МР «Заря» и МР «ЗАРЯ»", "МО «Заря» и МР «Заря»"),
    _action(
        "PROJECT_NAME_VARIANTS",
        "warning",
        "Совещание проекта «500+»",
        "Совещание проекта помощи школам с низкими результатами «500+»",
    ),
    _action("TERM_VARIANTS", "warning", "Разбор рисковых профилей", "Разбор рискованных профилей"),
    Case(
        "TERM_CASE",
        "warning",
        "roadmap.000",
        "rows.5.action",
        "Отчёт о Проекте 500+",
        "Отчёт о ходе проекта 500+",
    ),
    Case(
        "TERM_CASE",
        "warning",
        "roadmap.000",
        "rows.5.action",
        "Отчёт о национальном проекте",
        "Отчёт о ходе проекта.",
    ),
    Case("ABBR_EMPTY", "error", "roadmap", "abbreviations.1.full", "рисковый профиль школы", ""),
    Case("ABBR_EMPTY", "error", "roadmap", "abbreviations.1.full", "рисковый профиль школы", ";"),
    Case("ABBR_MISMATCH", "error", "roadmap", "abbreviations.1.short", "РПШ", "РПЦ"),
    Case("ABBR_MISMATCH", "warning", "roadmap", "abbreviations.1.short", "РПШ", "РПИ"),
    Case("ABBR_UNUSED", "warning", "roadmap", "abbreviations.1.short", "РПШ", "РШ"),
    _action("ABBR_UNDEFINED", "warning", "Система оценки (далее – СО). Отчёты СО", "Отчёты СО"),
    _action("ABBR_UNDEFINED", "warning", "Профиль риска школы (ПРШ)", "Профиль риска (ПРШ)"),
    _action("ABBR_UNDEFINED", "info", "Выезд в школу", "Выезд в МБОУ «Ясная школа»"),
    Case("ABBR_VARIANTS", "error", "roadmap", "rows.1.executors.0", "ФИОКО", "ФИСОКО"),
]
TABLE = [
    Case("ROW_EMPTY", "error", "roadmap", "rows.1.action", "Совещание", ""),
    Case(
        "ROW_TORN",
        "warning",
        "roadmap.001",
        "rows.20.executors.1",
        "региональный координатор",
        "региональный",
    ),
    Case("NUMBER_MISSING", "error", "roadmap.001", "rows.8.no", "9.", ""),
    Case("NUMBERING_STYLE", "warning", "roadmap", "rows.1.no", "1.2", "1.2."),
    Case("NUMBERING_STYLE", "warning", "roadmap", "rows.1.no", "1.2", "1. 2"),
    Case("NUMBER_ORDER", "warning", "roadmap", "rows.3.no", "1.4", "1.6"),
    Case("NUMBER_ORDER", "warning", "roadmap", "rows.3.no", "1.4", "1.3"),
    Case("PERIOD_MISSING", "warning", "roadmap", "rows.1.period", "февраль 2023", None),
    Case("EXECUTOR_MISSING", "warning", "roadmap", "rows.1.executors", ["Кураторы"], []),
    Case("INDICATOR_MISSING", "warning", "roadmap", "rows.1.indicator", "-", ""),
    Case(
        "INDICATOR_VALUE",
        "warning",
        "roadmap.000",
        "rows.1.indicator_value.value",
        100,
        110,
    ),
    Case(
        "COLUMN_EXECUTOR_MISSING", "warning", "roadmap.003", "columns.4.key", "executors", "note", "columns"
    ),
    Case(
        "COLUMN_INDICATOR_MISSING", "warning", "roadmap.000", "columns.3.key", "indicator", "note", "columns"
    ),
]
ROWS = [
    Case(
        "DUPLICATE_ROW",
        "warning",
        "roadmap",
        "rows.8.action",
        "Второй этап мониторинга позитивных изменений",
        "Первый этап мониторинга позитивных изменений.",
    ),
    Case(
        "INDICATOR_COPYPASTE",
        "warning",
        "roadmap",
        "rows.6.indicator",
        "Не менее трёх открытых уроков",
        "Проведено не менее шести семинаров, в каждом участвовали учителя всех школ-участниц",
    ),
    Case(
        "DUPLICATE_MEANING",
        "warning",
        "roadmap",
        "rows.5.action",
        "Семинары для учителей-предметников",
        "Районный этап: взаимопосещение уроков в паре школ, публикация новостей о ходе проекта на сайтах "
        "управления образования и школ",
        "rows.9.action",
    ),
    Case(
        "LEVEL_MISMATCH",
        "warning",
        "roadmap.000",
        "rows.4.indicator",
        "Отчёт о выполнении муниципальной дорожной карты составлен",
        "Отчёт о выполнении региональной дорожной карты составлен",
    ),
    Case(
        "LEVEL_MISMATCH",
        "warning",
        "roadmap.000",
        "rows.41.action",
        "Передача сведений региональному координатору",
        "Анализ документов региональным координатором",
    ),
    Case(
        "LOGIC_AFTER_APPROVAL",
        "warning",
        "roadmap.000",
        "rows.2.action",
        "Подготовка отчётов по реализации муниципальных дорожных карт",
        "Разработка муниципальных дорожных карт",
    ),
    Case(
        "ACTION_INDICATOR_MISMATCH",
        "info",
        "roadmap.000",
        "rows.12.indicator",
        "Команда приняла участие в вебинаре",
        "Проведен вебинар для всех команд",
    ),
    Case(
        "ROLE_TYPE",
        "warning",
        "roadmap.001",
        "rows.2.action",
        "Выбор школ, директора которых станут кураторами ШНОР:",
        "Определение кураторов ШНОР:",
    ),
]
DATES = [
    Case("DATE_ORDER", "warning", "roadmap", "rows.2.period", "февраль 2023", "январь 2023"),
    Case("DATE_OUTSIDE_PERIOD", "warning", "roadmap", "rows.2.period", "февраль 2023", "февраль 2024"),
    Case(
        "DATE_BEFORE_APPROVAL",
        "warning",
        "roadmap.event",
        "rows.1.period",
        "январь 2022",
        "17.01.2022 – 25.01.2022",
    ),
    Case(
        "YEAR_MISMATCH",
        "warning",
        "roadmap",
        "title",
        "Дорожная карта на 2023 год",
        "Дорожная карта на 2022 год",
    ),
    Case(
        "YEAR_MISMATCH",
        "warning",
        "roadmap",
        "rows.5.indicator",
        "Списки на 2023-2024 учебный год",
        "Списки на 2022-2023 учебный год",
    ),
    Case(
        "PERIOD_VS_TEXT",
        "warning",
        "roadmap",
        "rows.6.action",
        "Взаимопосещение уроков, постоянно действующий семинар",
        "Постоянная работа профильных групп",
        "rows.6.period",
    ),
    Case("STYLE_DATES", "info", "roadmap", "rows.6.period", "октябрь 2023", "Октябрь 2023"),
    Case("YEAR_MISSING", "warning", "roadmap", "rows.6.period", "октябрь 2023", "октябрь"),
    Case("NBSP_YEAR", "warning", "roadmap", "rows.6.period", "октябрь 2023 г.", "октябрь 2023г."),
    Case("NONWORKING_DAY", "warning", "roadmap", "rows.0.period", "до 30.01.2023", "до 29.01.2023"),
    Case("NONWORKING_DAY", "info", "roadmap", "rows.0.period", "до 30.01.2023", "до 28.01.2023"),
    Case(
        "PERIOD_AMBIGUOUS",
        "warning",
        "roadmap",
        "rows.1.period",
        "03.02.2023, 06.02.2023",
        "03.02.2023 06.02.2023",
    ),
    Case(
        "OCR_SPLIT",
        "error",
        "roadmap",
        "rows.9.period",
        "на постоянной основе с февраля 2023",
        "на постоянно й основе с февраля 2023",
    ),
    Case("VISIT_CLASH", "warning", "roadmap.001", "rows.8.period", "14 апреля 2021г.", "13 апреля 2021г."),
    Case(
        "VISIT_LOGIC",
        "info",
        "roadmap.001",
        "rows.10.period",
        "март 2021г.",
        "19-23 апреля 2021г.",
    ),
    Case(
        "LATE_VS_FEDERAL", "warning", "roadmap.001", "rows.20.period", "февраль 2021г.", "май-сентябрь 2021г."
    ),
]
REQUISITES = [
    Case(
        "ANNEX_MARK_MISSING",
        "error",
        "roadmap.000",
        "approval",
        {"form": "annex", "body": "управления образования"},
        None,
    ),
    Case("STAMP_INCOMPLETE", "error", "roadmap.001", "approval.date", "2021-02-12", None),
    Case("REQ_NUMBER", "error", "roadmap.001", "approval.date", "2021-02-12", None, "approval"),
    Case("REQ_NUMBER", "info", "roadmap", "approval.number", "01-05/17", ""),
    Case("STAMP_WORD", "error", "roadmap.001", "approval.position", "Начальник", "Утверждаю:\nНачальник"),
    Case("SIGN_ABBR", "warning", "order", "signer.position", "Начальник МКУ «Центр»", "Начальник УО"),
    Case(
        "DUPLICATE_TITLE",
        "error",
        "roadmap",
        "title",
        "Дорожная карта проекта «500+» в 2023 году",
        "Дорожная карта проекта «500+»\nДорожная карта проекта «500+»",
    ),
    Case("TITLE_STOP", "warning", "order", "title", "О плане на 2023 г.", "О плане."),
    Case("TITLE_STOP", "warning", "order", "annexes.0.title", "Дорожная карта", "Дорожная карта."),
    Case(
        "REQ_OPTIONAL",
        "info",
        "order",
        "acquainted",
        [{"position": "Методист", "person": {"last": "Ким", "first": "Вера"}}],
        [],
    ),
]
ORDER = [
    Case("REQ_PLACE", "error", "order.004", "place", "г. Заречноград", ""),
    Case("TITLE_FORM", "warning", "order", "title", "Об отчёте", "Отчёт"),
    Case("PREAMBLE_OPENING", "warning", "order.000", "purpose", "В целях порядка", "Ради порядка"),
    Case("ANNEX_MISSING", "error", "order", "clauses.0.annex", 1, 2),
    Case(
        "ANNEX_MISSING",
        "error",
        "order",
        "clauses.2.text",
        "обеспечить отчётность согласно приложению № 3 к приказу министерства",
        "обеспечить отчётность (приложение №2)",
    ),
    Case("ANNEX_UNNAMED", "warning", "order", "clauses.0.annex", 1, None, "annexes.0.title"),
    Case("CLAUSE_EMPTY", "error", "order.004", "clauses.1.text", "Определить оператора", ""),
    Case(
        "CLAUSE_PUNCT",
        "warning",
        "order",
        "clauses.3.text",
        "Методисту Седых О.Ю. разместить приказ",
        "Методисту Седых О.Ю., разместить приказ",
    ),
    Case(
        "CLAUSE_PUNCT",
        "warning",
        "order.001",
        "clauses.0.text",
        "Утвердить план",
        "Утвердить план.",
        "clauses.1.text",
    ),
    Case("CLAUSE_NO_DEADLINE", "info", "order", "clauses.2.deadline", "до 01.03.2023", None),
    Case(
        "CLAUSE_NO_INFINITIVE",
        "warning",
        "order",
        "clauses.2.text",
        "организовать работу",
        "организация работы",
    ),
    Case(
        "CONTROL_TWICE",
        "warning",
        "order",
        "clauses.3.text",
        "Назначить",
        "Контроль за исполнением возложить на меня",
    ),
    Case("DATE_BEFORE_APPROVAL", "warning", "order", "clauses.2.deadline", "до 01.03.2023", "до 10.01.2023"),
    Case("BASIS_AFTER_ORDER", "error", "order", "basis.0.date", "2023-01-23", "2023-01-24"),
    Case("DATE_ORDER", "warning", "order", "visas.0.date", "2023-01-23", "2023-01-24"),
    Case("DATE_ORDER", "warning", "order", "acquainted.0.date", "2023-01-23", "2023-01-20"),
    Case(
        "ACQUAINTED_MISSING",
        "info",
        "order",
        "acquainted.0.person.last",
        "Горелов",
        "Ким",
        "clauses.1.executor",
    ),
    Case(
        "YEAR_MISMATCH",
        "warning",
        "order",
        "annexes.0.title",
        "Дорожная карта на 2023 год",
        "Дорожная карта на 2022 год",
    ),
]
_TOTALS: dict[str, Any] = {
    "heading": "Школа",
    "columns": ["Участников", "Доля, %"],
    "rows": [{"name": "Первая", "cells": ["40", "60,0"]}, {"name": "Вторая", "cells": ["60", "65,0"]}],
}
REPORTS = [
    Case(
        "CURATOR_OWN_SCHOOL",
        "warning",
        "curator_report",
        "curator_organisation",
        "МБОУ «Лесная»",
        "МБОУ «Ясненская СОШ»",
    ),
    Case("YEAR_MISMATCH", "warning", "curator_report", "year", 2022, 2021),
    Case("DATE_ORDER", "warning", "curator_report", "contract.date", "2022-02-15", "2022-02-16"),
    Case("DATE_ORDER", "warning", "curator_report", "visits.1.date", "2022-03-01", "2022-02-14"),
    Case(
        "VISIT_AFTER_REPORT",
        "error",
        "curator_report",
        "reported_on",
        "2022-05-17",
        "2022-05-16",
        "visits.4.date",
    ),
    Case("NONWORKING_DAY", "warning", "curator_report", "visits.1.date", "2022-03-01", "2022-03-06"),
    Case("LATE_VS_FEDERAL", "warning", "curator_report", "visits.0.date", "2022-03-01", "2022-03-02"),
    Case(
        "VISIT_INTERVAL", "warning", "curator_report", "visits.3.date", "2022-04-19", "2022-04-20", "visits"
    ),
    Case(
        "DOCUMENT_DATES", "warning", "curator_report", "documents.0.confirmed_on", "2022-03-24", "2022-03-23"
    ),
    Case(
        "DOCUMENT_DATES", "warning", "curator_report", "documents.0.confirmed_on", "2022-05-27", "2022-05-28"
    ),
    Case(
        "RISK_NO_PROGRAMME",
        "warning",
        "curator_report",
        "documents.4.risk",
        "R12",
        "R02",
        "risks.2.direction",
    ),
    Case("RISK_UNLISTED", "warning", "curator_report", "measures.1.risk", "R08", "R10"),
    Case("EVIDENCE_MISSING", "warning", "curator_report", "measures.0.evidence", "Справка", ""),
    Case("STATUS_CONFLICT", "warning", "curator_report", "measures.2.confirmed", False, True),
    Case(
        "STATUS_CONFLICT",
        "warning",
        "curator_report",
        "measures.0.period",
        "май 2022",
        "июнь 2022",
        "measures.0.status",
    ),
    Case("REASON_MISSING", "warning", "curator_report", "measures.9.comment", "Специалист заболел", ""),
    Case("STAGE_VALUE_MISSING", "warning", "curator_report.stage2", "indicators.0.baseline", 29.3, None),
    Case(
        "RECOMMENDATION_PAST",
        "warning",
        "curator_report",
        "recommendations.0.deadline",
        "до 01.06.2022",
        "до 01.05.2022",
    ),
    Case("NOTE_BEFORE_END", "warning", "information_note", "date", "2022-03-11", "2022-03-10"),
    Case("BASIS_AFTER_ORDER", "error", "information_note", "basis.0.date", "2022-03-16", "2022-03-17"),
    Case("DUPLICATE_NAME", "warning", "information_note", "schools.1", "МБОУ «Иная»", "МБОУ «Ясненская СОШ»"),
    Case(
        "PERCENT_MISMATCH",
        "warning",
        "information_note",
        "results.2.text",
        "202 из 250 (80,8 %)",
        "202 из 250 (81,8 %)",
    ),
    Case(
        "PERCENT_MISMATCH",
        "warning",
        "information_note",
        "comparison",
        "64,6 % (124 из 192)",
        "65 % (120 из 192)",
    ),
    Case(
        "PERCENT_MISMATCH",
        "warning",
        "information_note",
        "results.2.objects.rows.1.cells.3",
        "62,5",
        "64,5",
    ),
    Case(
        "TOTAL_MISMATCH",
        "warning",
        "information_note",
        "results.0.objects",
        _TOTALS | {"rows": [*_TOTALS["rows"], {"name": "Итого", "cells": ["100", "62,5"]}]},
        _TOTALS | {"rows": [*_TOTALS["rows"], {"name": "Всего по району", "cells": ["101", "62,5"]}]},
        "results.0.objects.rows.2.cells.0",
    ),
    Case(
        "CONCLUSION_UNBACKED",
        "info",
        "information_note",
        "conclusions.0",
        "Дорожные карты в срок утвердили 83,3 %, то есть 83 % муниципальных образований.",
        "Дорожные карты в срок утвердили 77 % муниципальных образований.",
    ),
    Case(
        "ADDRESSEE_UNLISTED",
        "warning",
        "information_note",
        "recommendations.0.text",
        "Помочь МБОУ «Ясненской СОШ»",
        "Помочь МБОУ «Соколовской СОШ»",
    ),
]
_TITLE = "О реализации проекта «500+»"
_MARK = {"form": "annex_approved", "act": "приказ", "body": "управления образования"}
# The rules that the later kinds share with the first ones: one text, one term, one mark, one signature each.
LATER_KINDS = [
    *(
        Case("QUOTES", "error", kind, "title", _TITLE, "О реализации проекта «500+")
        for kind in (
            "working_group",
            "school_list",
            "visit_schedule",
            "roadmap_report",
            "approval_sheet",
            "acquaintance_sheet",
        )
    ),
    *(
        Case("NUM_SIGN_SPACE", "warning", kind, "people.0.position", "методист школы № 1", "методист школы №1")
        for kind in ("approval_sheet", "acquaintance_sheet")
    ),
    *(
        Case(
            "REQ_NUMBER",
            "info",
            kind,
            "approval",
            {**_MARK, "date": "2023-01-23", "number": "5"},
            {**_MARK, "date": "2023-01-23"},
            "approval.number",
        )
        for kind in ("working_group", "school_list", "visit_schedule")
    ),
    Case(
        "SIGN_ABBR", "warning", "roadmap_report", "signer.position",
        "Начальник управления образования", "Начальник УО",
    ),
    Case("DATE_FORMAT", "warning", "roadmap_report", "rows.0.period", "до 30.01.2023", "до 30.01.2023 г."),
    Case(
        "REQ_OPTIONAL",
        "info",
        "visit_schedule",
        "executor_mark",
        {"name": "Горелов Антон Викторович", "phone": "8 (48233) 2-14-11"},
        None,
    ),
    Case(
        "ABBR_UNDEFINED", "warning", "working_group", "members.0.position",
        "начальник управления", "начальник КПДН",
    ),
]  # fmt: skip
_MELNICHENKO = {"last": "Мельниченко", "first": "Игорь", "middle": "Олегович"}
_SPEAKER = {"position": "заместитель начальника управления", "person": _MELNICHENKO}


def _clause(rule: str, severity: str, good: str, bad: str) -> Case:
    return Case(rule, severity, "order", "clauses.1.subclauses.0.text", good, bad)


CAREFUL = [
    _clause(
        "WEEKDAY_MISMATCH", "warning",
        "Провести в четверг, 2 февраля 2023 г.", "Провести в пятницу, 2 февраля 2023 г.",
    ),
    _clause("WEEKDAY_MISMATCH", "warning", "Провести 02.02.2023 (четверг)", "Провести 02.02.2023 (пятница)"),
    _clause("DATE_FORMAT", "warning", "Провести 28 февраля 2023 г.", "Провести 30 февраля 2023 г."),
    _clause("DATE_FORMAT", "warning", "Подать до 03.02.2023, см. п. 03.02.23", "Подать до 03.02.23"),
    _clause(
        "PERIOD_REVERSED", "warning",
        "Провести с 01.03.2023 по 15.03.2023", "Провести с 15.03.2023 по 1 марта 2023 г.",
    ),
    _clause(
        "REFERENCE_LATER", "warning",
        "Учесть приказ департамента от 12 января 2023 г. № 23", "Учесть приказ департамента от 15.02.2023 № 23",
    ),
    _clause(
        "SUM_WORDS", "warning",
        "Выделить 15 000 (пятнадцать тысяч) рублей", "Выделить 15000 (десять тысяч) рублей",
    ),
    _clause("SUM_WORDS", "warning", "Провести 2 (два) семинара, 3 (очно)", "Провести 21 (двадцать два) урок"),
    _clause(
        "PERCENT_MISMATCH", "warning",
        "Рост с 64,6 % (124 из 192) до 80,8 %, то есть на 16,2 процентного пункта",
        "Рост с 64,6 % до 80,8 %, то есть на 12,2 процентного пункта",
    ),
    _clause("INDICATOR_VALUE", "warning", "Охватить 100 % школ, 120 % плана", "Охватить 120 % школ"),
    _clause("GRAMMAR", "warning", "Действовать согласно приказу", "Действовать согласно приказа"),
    _clause("GRAMMAR", "warning", "Отчитаться по окончании года", "Отчитаться по окончанию года"),
    _clause(
        "ANNEX_MISSING", "error", "Учесть приложение № 2 к приказу департамента", "Учесть приложение № 2",
    ),
    Case(
        "ANNEX_MISSING", "error", "order", "clauses.3.text",
        "Внести в приказ от 15.02.2022 № 12 изменения: приложение № 2 изложить в новой редакции",
        "Ознакомить директоров с приложением № 2",
    ),
    Case("GRAMMAR", "warning", "order", "title", "Об утверждении плана", "О утверждении плана"),
    Case(
        "YEAR_MISMATCH", "warning", "order", "clauses.0.text",
        "Утвердить дорожную карту в 2023 году", "Утвердить дорожную карту в 2022 году",
    ),
    Case(
        "SIGNER_TWICE", "warning", "order", "control.official",
        {**_SPEAKER, "person": {**_MELNICHENKO, "first": "Олег"}}, _SPEAKER,
    ),
    Case(
        "SIGNER_TWICE", "warning", "order", "visas.0.person",
        {**_MELNICHENKO, "last": "Седых"}, _MELNICHENKO,
    ),
    Case(
        "PERSON_POSITION", "warning", "order", "clauses.4.executor",
        {"position": "главный специалист", "person": {"last": "Горелов", "first": "Антон", "middle": "Викторович"}},
        {"position": "директор школы", "person": {"last": "Горелов", "first": "Антон", "middle": "Викторович"}},
        "clauses.4.executor.position",
    ),
    Case(
        "PERSON_VARIANTS", "warning", "order", "executor_mark.name",
        "Горелова Анна Васильевна", "Горелов Антон Васильевич",
    ),
    Case(
        "PERSON_VARIANTS", "warning", "order", "acquainted.0.person.middle",
        "Викторович", "Васильевич", "acquainted.0.person.last",
    ),
    Case(
        "PERSON_VARIANTS", "warning", "school_list", "schools.1.director",
        {"last": "Толмачева", "first": "Галина", "middle": "Борисовна"},
        {"last": "Аксенова", "first": "Галина", "middle": "Борисовна"},
        "schools.1.director.last",
    ),
    Case(
        "DIRECTOR_TWICE", "warning", "school_list", "schools.1.director",
        {"last": "Аксёнова", "first": "Анна", "middle": "Борисовна"},
        {"last": "Аксёнова", "first": "Галина", "middle": "Борисовна"},
    ),
    Case(
        "CURATOR_OF_OWN_SCHOOL", "error", "school_list", "schools.0.curator",
        {"last": "Аксёнова", "first": "Инна", "middle": "Олеговна"},
        {"last": "Аксёнова", "first": "Галина", "middle": "Борисовна"},
    ),
    Case("CONTACT_FORM", "warning", "order", "executor_mark.email", "a.b@c.example", "gorelov.lesnoy.example"),
    Case("CONTACT_FORM", "warning", "order", "executor_mark.phone", "2-14-11", "2-14"),
    Case("CONTACT_FORM", "warning", "order", "organisation.address", "699520, ул. Мира", "69952, ул. Мира"),
    Case("CONTACT_FORM", "warning", "school_list", "schools.0.site", "школа.рф", "lesnоy.example"),
]  # fmt: skip
CASES = [*CAREFUL, *LATER_KINDS, *TEXT, *NAMES, *TABLE, *ROWS, *DATES, *REQUISITES, *ORDER, *REPORTS]
