from __future__ import annotations

import copy
from typing import Any

import pytest
from lxml import etree

from service.errors import FormInvalid
from service.filling.document import read_parts
from service.filling.outline import outline
from service.packages import accept_package, produce_package
from service.pipeline import Press
from tests.samples import FIXTURES, read_sample

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
PACKAGES = sorted((FIXTURES / "packages").glob("*.json"))
NBSP = "\N{NO-BREAK SPACE}"


def package(**changes: Any) -> dict[str, Any]:
    payload = copy.deepcopy(read_sample(FIXTURES / "packages" / "package.000.json"))
    payload.update(changes)
    return payload


def refused(payload: Any) -> dict[str, list[str]]:
    with pytest.raises(FormInvalid) as error:
        accept_package(payload)
    return dict(error.value.messages)


def document(payload: dict[str, Any], press: Press) -> etree._Element:
    paper = produce_package(accept_package(payload), press, with_pdf=False)
    return etree.fromstring(read_parts(paper.docx)["word/document.xml"])


@pytest.mark.parametrize("sample", PACKAGES, ids=lambda file: file.stem)
def test_a_sample_package_has_no_finding_of_severity_error(sample: Any) -> None:
    found = accept_package(read_sample(sample)).findings

    assert [finding for finding in found if finding.severity == "error"] == []


def test_an_annex_gets_the_mark_of_its_order() -> None:
    marks = [annex.data["approval"] for annex in accept_package(package()).annexes]

    assert [mark["annex_number"] for mark in marks] == [1, 2]
    assert {(mark["act"], mark["date"].isoformat(), mark["number"]) for mark in marks} == {
        ("приказ", "2022-01-17", "04а-ОД")
    }


def test_a_single_annex_has_no_number() -> None:
    (annex,) = accept_package(read_sample(FIXTURES / "packages" / "package.004.json")).annexes

    assert annex.data["approval"]["annex_number"] is None


def test_a_mark_that_differs_from_the_order_is_an_error_at_its_place() -> None:
    payload = package()
    payload["annexes"][0]["payload"]["approval"] = {
        "form": "annex_approved", "annex_number": 1, "act": "приказ", "body": "управления образования",
        "date": "2022-01-18", "number": "04а-ОД",
    }  # fmt: skip

    found = [f for f in accept_package(payload).findings if f.severity == "error"]
    assert [(f.rule, f.path) for f in found] == [("MARK_MISMATCH", "annexes.0.payload.approval.date")]


def test_an_annex_that_is_named_but_absent_is_an_error() -> None:
    payload = package()
    del payload["annexes"][1]

    found = [f.rule for f in accept_package(payload).findings if f.severity == "error"]
    assert "ANNEX_MISSING" in found


def test_an_annex_that_is_present_but_not_named_is_an_error() -> None:
    payload = package()
    payload["order"]["annexes"] = payload["order"]["annexes"][:1]
    payload["order"]["clauses"] = [c for c in payload["order"]["clauses"] if c.get("annex") != 2]

    assert "ANNEX_EXTRA" in [f.rule for f in accept_package(payload).findings if f.severity == "error"]


@pytest.mark.parametrize(
    ("appointed", "is_told"), [("Седых Ольгу Юрьевну", False), ("Ткач Анну Ильиничну", True)]
)
def test_the_coordinator_of_a_list_is_whom_the_order_appoints(appointed: str, is_told: bool) -> None:
    schools = read_sample(FIXTURES / "school_list.json")
    schools["schools"][0]["coordinator"] = {"last": "Седых", "first": "Ольга", "middle": "Юрьевна"}
    order = package()["order"]
    order["annexes"] = [{"title": schools["title"]}]
    order["clauses"] = [
        {"text": "Утвердить перечень школ-участниц", "annex": 1},
        {"text": f"Назначить муниципальным координатором проекта {appointed}"},
    ]
    payload = {"order": order, "annexes": [{"kind": "school_list", "payload": schools | {"approval": None}}]}

    found = {(one.rule, one.path) for one in accept_package(payload).findings}

    told = ("COORDINATOR_UNNAMED", "annexes.0.payload.schools.0.coordinator")
    assert (told in found) is is_told


def test_errors_of_every_member_are_named_at_once_with_their_paths() -> None:
    payload = package()
    payload["order"]["number"] = "№ 5"
    payload["annexes"][0]["payload"]["rows"][3]["period"] = "когда-нибудь"
    del payload["annexes"][1]["payload"]["title"]

    assert {"order.number", "annexes.0.payload.rows.3.period", "annexes.1.payload.title"} <= set(
        refused(payload)
    )


@pytest.mark.parametrize(
    ("payload", "path"),
    [
        ([], "_"),
        ({"order": 5, "annexes": []}, "order"),
        ({"order": {}, "annexes": []}, "annexes"),
        ({"order": {}, "annexes": [{"kind": "order", "payload": {}}]}, "annexes.0.kind"),
        ({"order": {}, "annexes": [{"kind": ["roadmap"], "payload": {}}]}, "annexes.0.kind"),
        ({"order": {}, "annexes": [{"kind": "roadmap"}]}, "annexes.0._"),
        ({"order": {}, "annexes": [{"kind": "roadmap", "payload": None}]}, "annexes.0.payload"),
        ({"order": {}, "annexes": ["x"]}, "annexes.0._"),
        ({"order": {}, "annexes": [], "sheets": ["letter"]}, "sheets"),
        ({"order": {}, "annexes": [], "sheets": [{}]}, "sheets"),
        ({"order": {}, "annexes": [], "extra": 1}, "extra"),
    ],
)
def test_what_is_no_package_is_refused_at_its_place(payload: Any, path: str) -> None:
    assert path in refused(payload)


def test_an_order_of_wrong_types_is_refused_and_never_crashes() -> None:
    annex = package()["annexes"][0]
    for order in ({}, {"annexes": 5}, {"annexes": [5]}, {"organisation": "x"}, {"organisation": {"name": 5}}):
        assert refused({"order": order, "annexes": [annex]})


def test_everybody_named_stands_on_the_acquaintance_sheet_once_and_the_signer_does_not() -> None:
    sheet = accept_package(package()).sheets[1]
    names = [person["person"]["last"] for person in sheet.data["people"]]

    assert len(names) == len(set(names))
    assert {"Шарафутдинов", "Абдулхаков", "Велесова"} <= set(names)
    assert package()["order"]["signer"]["person"]["last"] not in names


def test_an_acquaintance_sheet_answers_the_remark_that_nobody_is_acquainted() -> None:
    def remarks(sheets: list[str]) -> list[str]:
        return [f.path for f in accept_package(package(sheets=sheets)).findings if f.rule == "REQ_OPTIONAL"]

    assert "order.acquainted" in remarks([])
    assert "order.acquainted" not in remarks(["acquaintance_sheet"])


def test_an_approval_sheet_without_its_executor_is_refused_with_the_reason() -> None:
    payload = package(sheets=["approval_sheet"])
    del payload["order"]["executor_mark"]

    assert "отметки об исполнителе" in refused(payload)["sheets"][0]


def test_members_stand_in_sections_of_their_own_with_their_own_sheets(press: Press) -> None:
    payload = package(sheets=[])
    payload["annexes"][0]["payload"]["orientation"] = "landscape"

    sizes = [size.get(f"{W}w") for size in document(payload, press).iter(f"{W}pgSz")]
    assert sizes == ["11906", "16838", "11906"]


def test_footnotes_and_lists_of_members_do_not_collide(press: Press) -> None:
    roadmap = package()["annexes"][0]
    paper = produce_package(
        accept_package(package(annexes=[roadmap, copy.deepcopy(roadmap)], sheets=[])),
        press,
        with_pdf=False,
    )
    parts = read_parts(paper.docx)
    body = etree.fromstring(parts["word/document.xml"])
    notes = [n.get(f"{W}id") for n in etree.fromstring(parts["word/footnotes.xml"]) if not n.get(f"{W}type")]
    numbering = etree.fromstring(parts["word/numbering.xml"])
    lists = [n.get(f"{W}numId") for n in numbering.iter(f"{W}num")]

    assert (
        [mark.get(f"{W}id") for mark in body.iter(f"{W}footnoteReference")] == notes == ["2", "3", "4", "5"]
    )
    assert len(lists) == len(set(lists))


def test_every_style_that_is_used_exists_once(press: Press) -> None:
    paper = produce_package(accept_package(package()), press, with_pdf=False)
    parts = read_parts(paper.docx)
    styles = [s.get(f"{W}styleId") for s in etree.fromstring(parts["word/styles.xml"]).iter(f"{W}style")]
    used = {
        element.get(f"{W}val")
        for name in ("word/document.xml", "word/footnotes.xml")
        for tag in ("pStyle", "rStyle", "tblStyle")
        for element in etree.fromstring(parts[name]).iter(f"{W}{tag}")
    }

    assert len(styles) == len(set(styles))
    assert used <= set(styles)


def test_a_package_of_the_same_data_is_the_same_bytes(press: Press) -> None:
    first = produce_package(accept_package(package()), press, with_pdf=False)
    second = produce_package(accept_package(package()), press, with_pdf=False)

    assert first.docx == second.docx


def test_the_text_of_every_member_is_in_the_package(press: Press) -> None:
    printed = outline(produce_package(accept_package(package()), press, with_pdf=False).docx)

    for expected in (
        "ПРИКАЗЫВАЮ:",
        f"Приложение №{NBSP}1",
        f"Приложение №{NBSP}2",
        "ЛИСТ СОГЛАСОВАНИЯ",
        "ЛИСТ ОЗНАКОМЛЕНИЯ",
    ):
        assert expected in printed
