"""Tables of angle definitions as TOML, in the syntax of `resources/skeletons/angles.toml`: tables of the user's own."""

from __future__ import annotations

import json
import math
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import PLANES, AngleDefinition, angle_to_data, angles_from_data, load_angles

MAX_ANGLES = 200
_LONGEST = 200  # letters of a text
_NAME = re.compile(r"(\{side\}_)?[a-z][a-z0-9]*(_[a-z0-9]+)*")
_POINT = re.compile(r"(\{side\}_)?[a-z0-9]+(_[a-z0-9]+)*")
_NUMBERS = ("offset", "scale", "period")
_TEXTS = ("name", "title", "kind", "zero", "positive", "plane")
_FLAGS = ("unsigned", "left_opposite")
_KNOWN = {field.name for field in fields(AngleDefinition)} - {"side"} | {"left_opposite"}
_PERIODS = (360, 180, 720)  # 720: from 0 to 360, with a scale of -1 and an offset of -180
_NEEDED = ("name", "title", "points", "zero", "positive")
_GIVEN = {"offset": 0.0, "scale": 1.0}
_HEAD = """# Angles for poseapp. The value of each is (theta + offset) * scale degrees, with y down, x forward, and
#   2 points  theta = atan2(y0 - y1, x0 - x1)
#   3 points  u = P0 - P1, v = P2 - P1; theta = -atan2(ux vy - uy vx, u . v)
#   4 points  u = P1 - P0, v = P3 - P2; theta = -atan2(ux vy - uy vx, u . v)
# It is wrapped to [-period / 2, period / 2); with `unsigned` its size alone counts.
"""


def read_angle_table(text: str, where: str = "") -> tuple[AngleDefinition, ...]:
    """Read a table; an entry whose name begins with `{side}_` is one angle for each side, right before left.

    Args:
        text: TOML with an array of tables `angle`.
        where: Names the file in errors.

    Raises:
        BadInputError: What is wrong, with the entry that it is wrong in.
    """
    try:
        data = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise BadInputError(f"the table of angles is not TOML ({error})", where=where) from error
    entries = data.get("angle")
    if not isinstance(entries, list) or set(data) != {"angle"} or not all(isinstance(e, dict) for e in entries):
        raise BadInputError("a table of angles holds [[angle]] and nothing else", where=where)
    if len(entries) > MAX_ANGLES:
        raise BadInputError(f"a table holds {MAX_ANGLES} angles at most, not {len(entries)}", where=where)
    found: list[AngleDefinition] = []
    for number, entry in enumerate(entries, start=1):
        problem = _problem(entry)
        if problem:
            named = f" ({entry['name']})" if isinstance(entry.get("name"), str) else ""
            raise BadInputError(f"angle {number}{named}: {problem}", where=where)
        kind = "segment" if len(entry["points"]) == 2 else "joint"
        found += angles_from_data({"kind": kind, **_GIVEN, **entry})
    check_angle_names(found, where)
    return tuple(found)


def write_angle_table(angles: Iterable[AngleDefinition]) -> str:
    """Return the text that `read_angle_table` reads: one entry for each angle and side."""
    entries = ["[[angle]]\n" + "".join(f"{k} = {_value(v)}\n" for k, v in angle_to_data(a).items()) for a in angles]
    return "\n".join([_HEAD, *entries]) if entries else f"{_HEAD}\nangle = []\n"


def check_angle_names(angles: Iterable[AngleDefinition], where: str = "") -> None:
    """Tell whether definitions can stand beside the shared ones. Raises BadInputError with the name that cannot."""
    shared = {angle.name for angle in load_angles()}
    seen: set[str] = set()
    for angle in angles:
        if angle.name in shared | seen:
            what = f"there is {'a shared' if angle.name in shared else 'an'} angle {angle.name!r} already"
            raise BadInputError(what, where=where, remedy="Give it another name")
        seen.add(angle.name)


def merged(held: Sequence[AngleDefinition], more: Iterable[AngleDefinition]) -> tuple[AngleDefinition, ...]:
    """Return definitions with others put in: in the place of one of the same name, else at the end."""
    by_name = {angle.name: angle for angle in (*held, *more)}
    return tuple(by_name.values())


def angle_name(title: str) -> str:
    """Return the name in files of an angle with a title: "Racket lag R" is `right_racket_lag`; "" for no letters."""
    words = re.findall(r"[a-z0-9]+", title.casefold())
    side = {"r": "right", "right": "right", "l": "left", "left": "left"}.get(words[-1], "") if words[1:] else ""
    rest = "_".join(words[:-1] if side else words).lstrip("0123456789_")
    return f"{side}_{rest}" if side and rest else rest


def _problem(entry: Mapping[str, Any]) -> str:
    """Say what is wrong with one entry, "" for nothing."""
    missing = [name for name in _NEEDED if name not in entry]
    unknown = sorted(set(entry) - _KNOWN)
    if missing or unknown:
        return f"{missing[0]!r} is missing" if missing else f"there is no {unknown[0]!r} of an angle"
    return next((f"{name!r} has to be {words}" for name, is_right, words in _checks(entry) if not is_right), "")


def _checks(entry: Mapping[str, Any]) -> list[tuple[str, bool, str]]:
    found = []
    for name, value in entry.items():
        if name in _TEXTS:
            found.append((name, isinstance(value, str) and 0 < len(value) <= _LONGEST, "a text"))
        elif name in _NUMBERS:
            found.append((name, _is_number(value), "a number of degrees" if name != "scale" else "a number but 0"))
        elif name in _FLAGS:
            found.append((name, isinstance(value, bool), "true or false"))
    found.append(("name", bool(_NAME.fullmatch(str(entry["name"]))), "small letters, digits and _"))
    found.append(("points", _are_points(entry["points"]), "2, 3 or 4 different names of keypoints"))
    found.append(("period", entry.get("period", 360) in _PERIODS, "360, 180 or 720"))
    found.append(("scale", entry.get("scale", 1) != 0, "a number but 0"))
    found.append(("kind", entry.get("kind", "joint") in ("joint", "segment"), '"joint" or "segment"'))
    found.append(("plane", entry.get("plane", "sagittal") in PLANES, ", ".join(PLANES)))
    return found


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool) and math.isfinite(value)


def _are_points(points: object) -> bool:
    if not isinstance(points, list) or not 2 <= len(points) <= 4:
        return False
    names = [point for point in points if isinstance(point, str) and _POINT.fullmatch(point)]
    pairs = [names[:2], names[2:]] if len(names) == 4 else [names]
    return len(names) == len(points) and all(len(set(pair)) == len(pair) for pair in pairs)


def _value(value: object) -> str:
    """Return a value as TOML; JSON's texts and lists of texts are TOML's."""
    return repr(value) if isinstance(value, float) else json.dumps(value, ensure_ascii=False).replace("\x7f", "\\u007f")
