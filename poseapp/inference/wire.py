"""Reads the wire format of protocol buffers, as far as looking at a file before trusting it needs.

Source: https://protobuf.dev/programming-guides/encoding. Nothing is copied: what a field holds is a view of the bytes.
"""

from __future__ import annotations

from collections.abc import Iterator

_VARINT, _FIXED64, _BYTES, _FIXED32 = 0, 1, 2, 5
_FIXED = {_FIXED64: 8, _FIXED32: 4}
_VARINT_BITS = 70  # ten groups of seven


class Wire:
    """Reads messages, and stops where there are more fields than anybody needs: reading costs time for each."""

    def __init__(self, max_fields: int) -> None:
        self._left = max_fields

    def fields(self, data: memoryview) -> Iterator[tuple[int, int | memoryview]]:
        """Yield the fields of a message in order: number, and an integer or the bytes of what has a length.

        Raises:
            ValueError: The bytes are cut off, are no message, or hold too many fields.
        """
        place = 0
        while place < len(data):
            self._spend()
            key, place = _varint(data, place)
            number, kind = key >> 3, key & 7
            if number == 0:
                raise ValueError("a field without a number")
            if kind == _VARINT:
                value, place = _varint(data, place)
                yield number, value
                continue
            if kind == _BYTES:
                length, place = _varint(data, place)
            elif kind in _FIXED:
                length = _FIXED[kind]
            else:
                raise ValueError(f"a field of the unknown kind {kind}")
            if length > len(data) - place:
                raise ValueError("the file is cut off")
            yield number, data[place : place + length]
            place += length

    def integers(self, value: int | memoryview) -> Iterator[int]:
        """Yield the integers of a repeated field: one, or many packed; 64 bits, without a sign.

        Raises:
            ValueError: The bytes are cut off, or hold too many.
        """
        if isinstance(value, int):
            yield value
            return
        place = 0
        while place < len(value):
            self._spend()
            number, place = _varint(value, place)
            yield number

    def _spend(self) -> None:
        self._left -= 1
        if self._left < 0:
            raise ValueError("it has more parts than a network needs")


def text(value: int | memoryview | None) -> str:
    """Return a field's text, "" for a field that is not there. Raises ValueError where it is a number or no UTF-8."""
    try:
        return "" if value is None else str(message(value), "utf-8")
    except UnicodeDecodeError as error:
        raise ValueError("a name that is no text") from error


def message(value: int | memoryview) -> memoryview:
    """Return a field's bytes. Raises ValueError where it is a number."""
    if isinstance(value, int):
        raise ValueError("a number where a message should be")
    return value


def _varint(data: memoryview, place: int) -> tuple[int, int]:
    value = 0
    for shift in range(0, _VARINT_BITS, 7):
        if place >= len(data):
            raise ValueError("the file is cut off")
        byte = data[place]
        place += 1
        value |= (byte & 0x7F) << shift
        if byte < 0x80:
            return value, place
    raise ValueError("a number that does not end")
