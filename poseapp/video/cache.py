"""Keeps the pictures used last, bounded by bytes."""

from __future__ import annotations

from collections import OrderedDict
from typing import Generic, TypeVar

T = TypeVar("T")


class ByteCache(Generic[T]):
    """Forgets the value used longest ago when the values weigh more than `limit` bytes; the newest always stays."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        self.bytes = 0
        self._values: OrderedDict[int, tuple[T, int]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._values)

    def __contains__(self, key: int) -> bool:
        return key in self._values

    def get(self, key: int) -> T | None:
        """Return a value and mark it as used, None when it is not here."""
        if key not in self._values:
            return None
        self._values.move_to_end(key)
        return self._values[key][0]

    def put(self, key: int, value: T, weight: int) -> None:
        """Store a value of `weight` bytes."""
        if key in self._values:
            self.bytes -= self._values.pop(key)[1]
        self._values[key] = (value, weight)
        self.bytes += weight
        while self.bytes > self.limit and len(self._values) > 1:
            self.bytes -= self._values.popitem(last=False)[1][1]

    def clear(self) -> None:
        """Forget everything."""
        self._values.clear()
        self.bytes = 0
