"""From the angles of a motion file to ours: by our own names, or by the table `resources/angle_names.toml`."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import cache

import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.core.locations import resources_folder
from poseapp.core.reference import ReferenceCurve
from poseapp.core.types import Float64
from poseapp.formats.mot import Motion

_SIDES = {"right": "r", "left": "l"}
_BENT = 15.0  # degrees: a joint that bends one way tells which way is positive once it is bent as far


@dataclass(frozen=True)
class _Rule:
    """A line of the table, for one side."""

    angle: str
    less: str = ""
    otherwise: str = ""
    one_way: bool = False


def curves_of(motion: Motion, ours: Collection[str]) -> tuple[tuple[ReferenceCurve, ...], tuple[str, ...]]:
    """Return the curves of a file that are angles of ours, in its order, and what a reader of them must know.

    Args:
        ours: Names of the angles that are of use.

    Raises:
        BadInputError: Two columns are the same angle.
    """
    signs, notes = _signs(motion)
    found: dict[str, ReferenceCurve] = {}
    for name in motion.names:
        rule = _Rule(name) if name in ours else _table().get(name.lower())
        if rule is None or rule.angle not in ours:
            continue
        if rule.angle in found:
            raise BadInputError(f"two of its columns are {rule.angle} ({found[rule.angle].source}, {name})")
        curve, note = _curve(motion, name, rule, signs.get(name, 1.0))
        found[rule.angle] = curve
        notes += (note,) if note else ()
    return tuple(found.values()), notes


def _curve(motion: Motion, name: str, rule: _Rule, sign: float) -> tuple[ReferenceCurve, str]:
    columns: tuple[str, ...] = (name,)
    values, note = _column(motion, name), ""
    if rule.less in motion.names:
        values, columns = values - _column(motion, rule.less), (name, rule.less)
    elif rule.less:
        note = f"{name} {rule.otherwise}: they differ where the pelvis tilts."
    source = " - ".join(columns)
    return ReferenceCurve(rule.angle, f"-{source}" if sign < 0 else source, columns, values * sign), note


def _column(motion: Motion, name: str) -> Float64:
    return motion.values[:, motion.names.index(name)]


def _signs(motion: Motion) -> tuple[Mapping[str, float], tuple[str, ...]]:
    """Return the sign of each column whose direction depends on the model, and a note where the data do not tell.

    Both sides are looked at together: they belong to one model.
    """
    names = [name for name in motion.names if (rule := _table().get(name.lower())) is not None and rule.one_way]
    values = [_column(motion, name) for name in names]
    known = np.concatenate([column[np.isfinite(column)] for column in values]) if values else np.zeros(0)
    if not len(known):
        return {}, ()
    farthest = float(known[np.argmax(np.abs(known))])
    if abs(farthest) < _BENT:
        told = f"Nothing in {', '.join(names)} reaches {_BENT:.0f}°, so which way is flexion cannot be told"
        return {}, (f"{told}: positive was taken for it.",)
    return dict.fromkeys(names, -1.0 if farthest < 0 else 1.0), ()


@cache
def _table() -> Mapping[str, _Rule]:
    """Return the rule of each name, in small letters."""
    text = (resources_folder() / "angle_names.toml").read_text(encoding="utf-8")
    rules: dict[str, _Rule] = {}
    for entry in tomllib.loads(text)["curve"]:
        for name in entry["names"]:
            for side, letter in _SIDES.items():
                rule = _Rule(
                    entry["angle"].format(side=side),
                    entry.get("less", ""),
                    entry.get("otherwise", ""),
                    entry.get("one_way", False),
                )
                rules.setdefault(name.format(side=side, s=letter), rule)
    return rules
