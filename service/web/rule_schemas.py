"""What programs send and receive about the severities of rules."""

from __future__ import annotations

from typing import Any

from apiflask import Schema
from marshmallow import fields

from forms._kind import FormSchema

_REQUIRED: dict[str, Any] = {"required": "Обязательное поле не заполнено."}


class RulesRequest(FormSchema):
    """Severities of the rules that shall change."""

    severities = fields.Dict(
        required=True,
        keys=fields.String(),
        error_messages={**_REQUIRED, "invalid": "Ожидается объект: правило и его строгость."},
        metadata={"label": "Строгость правил"},
    )


class RuleOut(Schema):
    """A rule of the checks: severities it is born with, the installation's and the organisation's own."""

    rule = fields.String(required=True)
    title = fields.String(required=True)
    severities = fields.List(fields.String(), required=True)
    installation = fields.String(required=True, allow_none=True)
    own = fields.String(required=True, allow_none=True)
    changed_by = fields.String(required=True, allow_none=True)
    changed_at = fields.DateTime(required=True, allow_none=True)


class RulesOut(Schema):
    """All rules."""

    items = fields.List(fields.Nested(RuleOut), required=True)
