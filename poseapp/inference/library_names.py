"""Names of networks: what a person calls them, and what their files are called on every system."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable

from poseapp.core.errors import BadInputError

SUFFIX = ".onnx"
DEFAULT = "default"
MAX_NAME = 60
_REMEDY = f"Choose up to {MAX_NAME} letters, digits, spaces and . _ - + ( ), beginning with a letter or digit"
_SIGNS = frozenset(" ._-+()")
# Windows opens a device under these names, whatever follows the first dot.
_DEVICES = frozenset(("con", "prn", "aux", "nul", *(f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³")))


def check_name(name: str) -> str:
    """Return a name in its one spelling (Unicode NFC).

    Raises:
        BadInputError: It is empty, too long, reserved, or not safe as a file's name on every system.
    """
    name = unicodedata.normalize("NFC", name)
    safe = all(letter.isalnum() or letter in _SIGNS for letter in name)
    if not safe or not 1 <= len(name) <= MAX_NAME or not name[0].isalnum() or name[-1] in " .":
        raise BadInputError("this cannot be the name of a network", where=_shown(name), remedy=_REMEDY)
    if name.casefold() == DEFAULT or name.casefold().endswith(SUFFIX) or name.casefold().split(".")[0] in _DEVICES:
        what = "this name has another meaning and cannot be that of a network"
        raise BadInputError(what, where=_shown(name), remedy="Choose another name")
    return name


def same_name(one: str, other: str) -> bool:
    """Tell whether two names are one on systems that do not tell capital letters apart."""
    return unicodedata.normalize("NFC", one).casefold() == unicodedata.normalize("NFC", other).casefold()


def free_name(wish: str, taken: Iterable[str]) -> str:
    """Return the wish, or the wish with the first number that nobody has: "mia", "mia-2", "mia-3"."""
    names = tuple(taken)
    name, number = wish, 1
    while any(same_name(name, other) for other in names):
        number += 1
        ending = f"-{number}"
        name = f"{wish[: MAX_NAME - len(ending)].rstrip(' .')}{ending}"
    return name


def _shown(name: str) -> str:
    """Return a name as a message may show it: one line, not too long."""
    return "".join(letter if letter.isprintable() else "?" for letter in name[:MAX_NAME]) or "(empty)"
