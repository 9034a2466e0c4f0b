"""Bundles: any selection of the record as one streamed ZIP that proves itself.

Owns the names inside the ZIP, the inventory and the stand-alone verifier. Rows and files come from the archive;
knows nothing of HTTP, templates or offices.
"""

from __future__ import annotations

from service.bundles.bundle import Bundle
from service.bundles.names import CHAINS, INVENTORY_JSON, INVENTORY_XLSX, VERIFIER

__all__ = ["CHAINS", "INVENTORY_JSON", "INVENTORY_XLSX", "VERIFIER", "Bundle"]
