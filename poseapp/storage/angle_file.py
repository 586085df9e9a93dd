"""Tables of angles as files: those that people give each other, and the user's own that new projects begin with."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import platformdirs

from poseapp.core.angle_table import read_angle_table, write_angle_table
from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import AngleDefinition, Skeleton

_MOST_BYTES = 1 << 20


def users_angle_file() -> Path:
    """Return where the user's own table is, or would be."""
    return Path(platformdirs.user_config_dir("poseapp", appauthor=False)) / "angles.toml"


def read_angle_file(path: Path) -> tuple[AngleDefinition, ...]:
    """Read a table of angles.

    Raises:
        BadInputError: It cannot be read, or is not such a table: what is wrong, in one line.
    """
    try:
        if path.stat().st_size > _MOST_BYTES:
            raise BadInputError("this is too large for a table of angles", where=path.name)
        text = path.read_bytes().decode("utf-8")
    except OSError as error:
        raise BadInputError(f"the table of angles cannot be read ({error.strerror})", where=path.name) from error
    except UnicodeDecodeError as error:
        raise BadInputError("the table of angles is not UTF-8 text", where=path.name) from error
    return read_angle_table(text, path.name)


def write_angle_file(path: Path, angles: Iterable[AngleDefinition]) -> None:
    """Write a table of angles; an older file of that name stays whole until the new one is complete.

    Raises:
        BadInputError: Nothing can be written there.
    """
    text = write_angle_table(angles)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise BadInputError(f"cannot be written ({error.strerror})", where=str(path)) from error
    with atomic_path(path) as temporary:
        temporary.write_text(text, encoding="utf-8", newline="\n")


def users_angles() -> tuple[AngleDefinition, ...]:
    """Return the user's own angles, none where there is no such file. Raises as `read_angle_file`."""
    path = users_angle_file()
    return read_angle_file(path) if path.is_file() else ()


def with_users_angles(skeleton: Skeleton) -> Skeleton:
    """Return a skeleton for a new project, which begins with the user's own angles. Raises as `read_angle_file`."""
    return skeleton.with_angles(users_angles())
