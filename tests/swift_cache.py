"""The cache that Swift's proxy asks for, as a dictionary of its one process."""

from __future__ import annotations

from typing import Any


class Cache:
    """The few verbs of Swift's MemcacheRing that its middleware calls."""

    def __init__(self) -> None:
        self._kept: dict[str, Any] = {}

    def get(self, key: str, **_options: object) -> Any:
        """Return what is kept under the key."""
        return self._kept.get(key)

    def set(self, key: str, value: Any, **_options: object) -> None:
        """Keep a value."""
        self._kept[key] = value

    def delete(self, key: str, **_options: object) -> None:
        """Forget a value."""
        self._kept.pop(key, None)

    def incr(self, key: str, delta: int = 1, **_options: object) -> int:
        """Add to a counter."""
        self._kept[key] = int(self._kept.get(key, 0)) + delta
        return int(self._kept[key])


def filter_factory(_configuration: object, **_local: object) -> Any:
    """Return the filter, as PasteDeploy asks."""
    cache = Cache()

    def wrap(application: Any) -> Any:
        def call(environment: dict[str, Any], start_response: Any) -> Any:
            environment["swift.cache"] = cache
            return application(environment, start_response)

        return call

    return wrap
