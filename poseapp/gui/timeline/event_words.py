"""What events are called: the usual names of the field, and the last ones used."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

NAMES = ("heel strike", "toe-off", "take-off", "landing", "start", "end")
SIDES = ("right", "left", "")
_SHORT = {"take-off": "TkO"}  # TO is toe-off
_MAX_RECENT = 4
_BETWEEN = "|"  # in the settings, between name and side

Kind = tuple[str, str]  # name and side


def describe_kind(kind: Kind) -> str:
    """Return "Heel strike, right"."""
    name, side = kind
    name = name[:1].upper() + name[1:]
    return f"{name}, {side}" if side else name


def short_name(name: str) -> str:
    """Return the initials of a name of several words, such as "HS"; one word stays whole."""
    parts = name.replace("-", " ").split()
    return _SHORT.get(name) or ("".join(part[0] for part in parts).upper() if len(parts) > 1 else name)


def with_recent(recent: Sequence[Kind], kind: Kind) -> tuple[Kind, ...]:
    """Return the last kinds used with one more, newest first."""
    return (kind, *(one for one in recent if one != kind))[:_MAX_RECENT]


def kinds_to_texts(kinds: Iterable[Kind]) -> tuple[str, ...]:
    """Return kinds as the settings keep them."""
    return tuple(f"{name}{_BETWEEN}{side}" for name, side in kinds)


def kinds_from_texts(texts: Iterable[str]) -> tuple[Kind, ...]:
    """Read what `kinds_to_texts` returned; what it cannot have returned is left out."""
    pairs = (text.rpartition(_BETWEEN) for text in texts)
    return tuple((name, side) for name, _, side in pairs if name and side in SIDES)


def names_to_offer(used: Iterable[str]) -> tuple[str, ...]:
    """Return the usual names, and after them those that this clip has besides."""
    return (*NAMES, *sorted({name for name in used if name not in NAMES}))
