"""Organisations, accounts, passwords and tokens: who may come in, and as whom.

Only hashes are kept. What an actor may do is decided by the web part; counting failed attempts too.
"""

from __future__ import annotations

from service.accounts.accounts import Accounts
from service.accounts.lookup import only_organisation
from service.accounts.values import AccountInfo, FirstAdmin, TokenInfo

__all__ = ["AccountInfo", "Accounts", "FirstAdmin", "TokenInfo", "only_organisation"]
