"""What programs send and receive about the look of registration numbers."""

from __future__ import annotations

from apiflask import Schema
from marshmallow import fields

from forms._containers import Rows
from forms._fields import Text, Whole
from forms._kind import FormSchema


class NumberingRuleRequest(FormSchema):
    """How the numbers of one series shall look."""

    series = Text("Журнал", required=True, example="order/приказ", limit=100)
    pattern = Text("Образец номера", required=True, example="01-05/{n}", limit=60)
    first = Whole("Первый номер", example=1, minimum=1, maximum=9_999_999)
    year = Whole("Год", example=2022, maximum=9999, help="0 – для каждого года.")


class NumberingRequest(FormSchema):
    """The rules that shall change; the others stay as they are."""

    rules = Rows("Правила", NumberingRuleRequest, one="Правило", minimum=1, maximum=200, required=True)


class NumberingRuleOut(Schema):
    """How numbers look: of a series, in one year or in every year without a rule of its own."""

    series = fields.String(required=True, metadata={"description": "What is counted together: order/приказ."})
    title = fields.String(required=True)
    year = fields.Integer(required=True, metadata={"description": "0 for every year without its own rule."})
    pattern = fields.String(required=True)
    first = fields.Integer(required=True)
    next = fields.String(required=True, metadata={"description": "The next number; empty when used up."})
    changed_by = fields.String(required=True, allow_none=True)
    changed_at = fields.DateTime(required=True, allow_none=True)


class NumberingOut(Schema):
    """The rules of every series."""

    items = fields.List(fields.Nested(NumberingRuleOut), required=True)
