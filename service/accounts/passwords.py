"""Passwords and logins: what is acceptable, how they are compared, how passwords are hashed.

Both are brought to one Unicode form first: «й» typed on a Mac is two characters, on Windows one.
"""

from __future__ import annotations

import base64
import secrets
import unicodedata

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from argon2.low_level import ARGON2_VERSION

from service.errors import InputError

PASSWORD_LENGTH = range(10, 201)
_LOGIN_LENGTH = range(1, 101)
_NAME_LENGTH = range(1, 201)
# Without letters that are mistaken for others when read from a screen.
_ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


class Passwords:
    """Argon2id with the parameters of the hasher; comparing takes the same time without an account."""

    def __init__(self, hasher: PasswordHasher) -> None:
        self._hasher = hasher
        self._nobody_hash = _random_hash(hasher)

    def hash(self, password: str) -> str:
        """Return the hash to keep; raises InputError for a password that is not acceptable."""
        text = _password_text(password)
        if text is None:
            least, most = PASSWORD_LENGTH[0], PASSWORD_LENGTH[-1]
            message = f"Пароль должен содержать от {least} до {most} символов."
            raise InputError(message, messages={"password": [message]})
        return self._hasher.hash(text)

    def matches(self, kept_hash: str | None, password: str) -> bool:
        """Say whether the password is the one of the hash; None stands for an unknown account."""
        text = _password_text(password)
        comparable = kept_hash is not None and text is not None
        try:
            self._hasher.verify(self._nobody_hash if kept_hash is None else kept_hash, text or "")
        except (VerificationError, InvalidHashError):
            return False
        return comparable

    def outdated(self, kept_hash: str) -> bool:
        """Say whether the hash was made with other parameters than today's."""
        return self._hasher.check_needs_rehash(kept_hash)


def random_password() -> str:
    """Return a password of 98 random bits that can be read aloud and typed."""
    return "-".join("".join(secrets.choice(_ALPHABET) for _ in range(5)) for _ in range(4))


def login_key(login: str) -> str | None:
    """Return the form under which a login is kept and looked up; None when it cannot be a login."""
    folded = unicodedata.normalize("NFC", login.strip()).casefold()
    key = unicodedata.normalize("NFC", folded)
    usable = key.isprintable() and not any(character.isspace() for character in key)
    return key if usable and len(key) in _LOGIN_LENGTH else None


def checked_login(login: str) -> str:
    """Return the kept form of a new login; raises InputError."""
    key = login_key(login)
    if key is None:
        message = f"Логин: от 1 до {_LOGIN_LENGTH[-1]} печатных символов без пробелов."
        raise InputError(message, messages={"login": [message]})
    return key


def checked_name(name: str) -> str:
    """Return the name of an organisation, a person or a token without outer spaces; raises InputError."""
    text = unicodedata.normalize("NFC", name.strip())
    if len(text) not in _NAME_LENGTH or not text.isprintable():
        message = f"Название или имя: от 1 до {_NAME_LENGTH[-1]} печатных символов."
        raise InputError(message, messages={"name": [message]})
    return text


def _random_hash(hasher: PasswordHasher) -> str:
    """Return the hash of no password: as long to compare with as any, and made at once."""
    salt, digest = (
        base64.b64encode(secrets.token_bytes(size)).decode().rstrip("=")
        for size in (hasher.salt_len, hasher.hash_len)
    )
    costs = f"m={hasher.memory_cost},t={hasher.time_cost},p={hasher.parallelism}"
    return f"$argon2id$v={ARGON2_VERSION}${costs}${salt}${digest}"


def _password_text(password: str) -> str | None:
    text = unicodedata.normalize("NFC", password)
    try:
        text.encode("utf-8")
    except UnicodeEncodeError:
        return None
    return text if len(text) in PASSWORD_LENGTH else None
