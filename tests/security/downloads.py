"""A site with something behind every address that gives a file; ids of it for `test_doors.ROUTES`."""

from __future__ import annotations

import io
from typing import Any

from service.work.making import Maker
from tests.samples import read_sample
from tests.service.batches.books import KIND, reports
from tests.service.web.site import Site

NO_FILE = {"text/html", "application/json"}


def fill(site: Site) -> dict[str, str]:
    """Record a registered order and a batch made from a workbook; return their ids."""
    program = site.program()
    body = {"kind": "order", "payload": read_sample("order"), "register": True}
    document = program.post("/documents", body).json["document_id"]

    def send(**fields: str) -> dict[str, Any]:
        file = (io.BytesIO(reports(2)), "отчёты.xlsx")
        return program.post(
            "/batches", data={"kind": KIND, "file": file, **fields}, content_type="multipart/form-data"
        ).json

    batch = send()["batch_id"]
    parts = site.backends
    maker = Maker(parts.leases, archive=parts.archive, press_for=parts.press_for)
    parts.leases.sign_on("w" * 32, "test")
    while claim := parts.leases.claim("w" * 32):
        maker.make(claim)
    parts.leases.sign_off("w" * 32)
    return {
        "document": document,
        "batch": batch,
        "upload": send(start="no")["upload_id"],
        "job": parts.work.rows(site.ours.organisation_id, batch)[0].id,
        "token": parts.accounts.list_tokens(site.ours)[0].id,
    }


def given_files(site: Site, program: Any, visitor: Any, addresses: list[str]) -> dict[str, Any]:
    """Return address -> answer for every address that gives a file and no page or JSON."""
    found = {}
    for address in addresses:
        answer = (
            program.client.get(address, headers=program.headers)
            if address.startswith("/api/v1/")
            else visitor.get(address)
        )
        kept_json = address.endswith(".json") and "openapi" not in address
        if answer.status_code == 200 and (answer.mimetype not in NO_FILE or kept_json):
            found[address] = answer
        else:
            answer.close()
    return found
