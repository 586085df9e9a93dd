"""Readings: what one person said of a clip up to a time, kept in its project under a name to be compared with later.

A reading is a place in the journal, of which nothing is ever deleted, and a run, which never changes: so it holds
every mark, swap and facing as it was, and costs a line of text.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from poseapp.core.errors import BadInputError

READINGS = "readings"  # name in project files: never change it


@dataclass(frozen=True)
class Reading:
    """The poses of a project as they were.

    Attributes:
        name: Given by a person, unique in the project.
        rows: How many rows of the journal hold for it.
        run: Whose predictions lay beneath, None without any.
        made: Unix s.
    """

    name: str
    rows: int
    run: int | None
    made: float


@dataclass(frozen=True)
class PosesOf:
    """Which poses of a project are meant: those on show, what a run predicted, or those of a reading.

    Attributes:
        project: The file.
        run: Number of a run, as it predicted, seen through the swaps of sides and people; 0 for none.
        reading: Name of a reading, "" for none.
    """

    project: Path
    run: int = 0
    reading: str = ""


@dataclass(frozen=True)
class Held:
    """Something in a project that its poses can be compared with, and what it is called."""

    poses: PosesOf
    title: str


def readings_in(kept: Mapping[str, str]) -> tuple[Reading, ...]:
    """Return the readings that the settings of a project, by name, hold, oldest first.

    Raises:
        BadInputError: What they say cannot be read, such as that of a later version.
    """
    text = kept.get(READINGS, "")
    if not text:
        return ()
    try:
        return tuple(
            Reading(str(one["name"]), int(one["rows"]), None if one["run"] is None else int(one["run"]),
                    float(one["made"]))
            for one in json.loads(text)
        )  # fmt: skip
    except (ValueError, TypeError, KeyError) as error:
        raise BadInputError(f"the readings of the project cannot be read ({error})") from error


def readings_to_json(readings: Iterable[Reading]) -> str:
    """Return readings as one line of JSON."""
    return json.dumps([asdict(one) for one in readings], ensure_ascii=False, separators=(",", ":"))


def find_reading(readings: Iterable[Reading], name: str) -> Reading:
    """Return the reading of a name. Raises BadInputError where there is none."""
    known = tuple(readings)
    for one in known:
        if one.name == name:
            return one
    names = ", ".join(one.name for one in known)
    remedy = f"It holds {names}" if names else "It holds none: keep one first"
    raise BadInputError(f"the project has no reading called {name!r}", remedy=remedy)


def with_reading(readings: Iterable[Reading], new: Reading) -> tuple[Reading, ...]:
    """Return readings with one more.

    Raises:
        BadInputError: It has no name, or one of that name is there.
    """
    known, name = tuple(readings), new.name.strip()
    check_name(known, name)
    return (*known, replace(new, name=name))


def renamed(readings: Iterable[Reading], old: str, new: str) -> tuple[Reading, ...]:
    """Return readings with another name for one. Raises BadInputError as `with_reading` and `find_reading`."""
    known = tuple(readings)
    find_reading(known, old)
    check_name([one for one in known if one.name != old], new.strip())
    return tuple(replace(one, name=new.strip()) if one.name == old else one for one in known)


def without(readings: Iterable[Reading], name: str) -> tuple[Reading, ...]:
    """Return readings without one. Raises BadInputError where there is none of that name."""
    known = tuple(readings)
    find_reading(known, name)
    return tuple(one for one in known if one.name != name)


def check_name(readings: Iterable[Reading], name: str) -> None:
    """Raise BadInputError where a name is empty or taken."""
    if not name:
        raise BadInputError("a reading needs a name", remedy="Give who read, and when")
    if any(one.name == name for one in readings):
        raise BadInputError(f"there is a reading called {name!r} already", remedy="Choose another name")
