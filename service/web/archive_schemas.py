"""What programs send and receive about bundles and about what changed between versions."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from apiflask import Schema
from marshmallow import ValidationError, fields, validates_schema

from forms._containers import Group, Lines
from forms._fields import Choice, Text
from forms._kind import FormSchema
from service.archive.differences import WORDS, Change
from service.archive.extracts import MAX_PICKS
from service.documents import Version
from service.web.searching import QUESTIONS

# `from` is a word of Python and cannot be an attribute of a class.
FilterRequest = FormSchema.from_dict(
    {name: Text(label, example={"kind": "order", "state": "registered"}.get(name, "01.03.2022"), limit=1000)
     for name, label in QUESTIONS.items()},
    name="FilterRequest",
)  # fmt: skip


class BundleRequest(FormSchema):
    """Which documents to download together: these, or those that the filter finds, or all."""

    documents = Lines("Документы", example=["0" * 32], one="Документ", maximum=MAX_PICKS)
    filter = Group("Отбор", FilterRequest, help="Вместо списка документов; поля – как в запросе списка.")
    versions = Choice("Версии", {"newest": "последние", "all": "все"}, default="newest")

    @validates_schema(skip_on_field_errors=True, pass_original=True)
    def one_way_to_choose(self, data: Mapping[str, Any], sent: Mapping[str, Any], **_: Any) -> None:
        """Either a list or a filter; a list that a program found empty does not mean everything."""
        if data["documents"] and data["filter"]:
            raise ValidationError({"filter": ["Укажите или документы, или отбор."]})
        if sent.get("documents") == []:
            text = "Список пуст. Укажите документы; чтобы скачать все, не передавайте это поле."
            raise ValidationError({"documents": [text]})


class ChangeOut(Schema):
    """One thing that changed."""

    change = fields.String(required=True, metadata={"enum": list(WORDS)})
    path = fields.String(required=True)
    text = fields.String(required=True, metadata={"description": "A Russian sentence for people."})
    old = fields.Raw(required=True, allow_none=True)
    new = fields.Raw(required=True, allow_none=True)


class ChangesOut(Schema):
    """What changed between two versions; no changes means that their data are equal."""

    document_id = fields.String(required=True)
    kind = fields.String(required=True)
    from_version = fields.Integer(required=True)
    to_version = fields.Integer(required=True)
    same_template = fields.Boolean(required=True)
    changes = fields.List(fields.Nested(ChangeOut), required=True)


def changes_json(old: Version, new: Version, found: list[Change]) -> dict[str, Any]:
    """Return what changed between two versions as `ChangesOut` shows it."""
    return {
        "document_id": new.document_id,
        "kind": new.kind,
        "from_version": old.number,
        "to_version": new.number,
        "same_template": old.provenance.template_sha256 == new.provenance.template_sha256,
        "changes": [
            {"change": one.word, "path": one.path, "text": one.text, "old": one.old, "new": one.new}
            for one in found
        ],
    }
