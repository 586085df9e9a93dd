"""HDF5 files of pandas keep names as pickles, and a pickle can run code when it is read: look before anything does."""

from __future__ import annotations

import pickletools
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from poseapp.core.errors import BadInputError

# What pandas and PyTables write: lists and tuples of text and numbers, arrays of them.
_HARMLESS = frozenset(
    {
        ("numpy.core.multiarray", "_reconstruct"),
        ("numpy._core.multiarray", "_reconstruct"),
        ("numpy.core.multiarray", "scalar"),
        ("numpy._core.multiarray", "scalar"),
        ("numpy.core.numeric", "_frombuffer"),
        ("numpy._core.numeric", "_frombuffer"),
        ("numpy", "ndarray"),
        ("numpy", "dtype"),
        ("_codecs", "encode"),
    }
)
_TEXTS = ("UNICODE", "BINUNICODE", "SHORT_BINUNICODE", "BINUNICODE8", "STRING", "BINSTRING", "SHORT_BINSTRING")
_KEEP = ("PUT", "BINPUT", "LONG_BINPUT", "MEMOIZE")
_FETCH = ("GET", "BINGET", "LONG_BINGET")
_REFUSED = ("EXT1", "EXT2", "EXT4", "INST", "PERSID", "BINPERSID")


def check_pickles(path: Path) -> None:
    """Look at every pickle in an HDF5 file, without reading any as one.

    Raises:
        BadInputError: One could do more than make lists, texts, numbers and arrays; or it is no HDF5 file.
    """
    import h5py

    try:
        with h5py.File(path) as file:
            found: list[Any] = [file]
            file.visititems(lambda _name, item: found.append(item))
            for item in found:
                for data in _pickles(item):
                    _check(data, path)
    except OSError as error:
        raise BadInputError("the file cannot be read as HDF5", where=path.name) from error


def _pickles(item: Any) -> Iterator[bytes]:
    """Yield what could be a pickle: byte texts of attributes, and the rows of PyTables' arrays of objects."""
    for value in item.attrs.values():
        if isinstance(value, bytes | np.void):
            yield value if isinstance(value, bytes) else value.tobytes()
        elif isinstance(value, np.ndarray) and value.dtype.kind in "SO":
            yield from (cell for cell in value.ravel().tolist() if isinstance(cell, bytes))
    if "PSEUDOATOM" in item.attrs or item.attrs.get("CLASS", b"") == b"VLARRAY":
        yield from (np.asarray(row).tobytes() for row in item[()])


def _check(data: bytes, path: Path) -> None:
    """Follow what a reader would do as far as texts are concerned: names of things to load lie on top as two texts."""
    pushed: list[str | None] = []  # None for what is no text
    kept: dict[int, str | None] = {}
    try:
        for operation, argument, _ in pickletools.genops(data):
            name = operation.name
            if name in _KEEP:
                kept[len(kept) if argument is None else int(str(argument))] = pushed[-1] if pushed else None
                continue
            if name in _REFUSED:
                _refuse(name, path)
            loaded = tuple(str(argument).split(" ", 1)) if name == "GLOBAL" else tuple(map(str, pushed[-2:]))
            if name in ("GLOBAL", "STACK_GLOBAL") and loaded not in _HARMLESS:
                _refuse(" ".join(loaded), path)
            fetched = kept.get(int(str(argument))) if name in _FETCH else None
            pushed.append(str(argument) if name in _TEXTS else fetched)
    except (ValueError, IndexError, UnicodeDecodeError):
        return  # no pickle, or one that breaks off: a reader would not come further


def _refuse(what: str, path: Path) -> None:
    remedy = "Do not open it unless you trust its source; a CSV file of the same table is safe"
    raise BadInputError(f"the file could run a program ({what[:60]})", where=path.name, remedy=remedy)
