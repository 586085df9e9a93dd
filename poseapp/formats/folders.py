"""Folders of files that are whole or not there."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from poseapp.core.errors import BadInputError


@contextmanager
def atomic_folder(path: Path, is_ours: Callable[[Path], bool]) -> Iterator[Path]:
    """Yield a folder to fill; at the end it takes the place of `path`, on an error nothing is left of it.

    A folder of that name is replaced when everything in it `is_ours`.

    Raises:
        BadInputError: A file, or a folder with other things in it, has this name, or nothing can be written there.
    """
    target = path.resolve()
    if target.exists() and not (target.is_dir() and all(is_ours(held) for held in target.iterdir())):
        raise BadInputError("other things have this name", where=path.name, remedy="Choose another name")
    temporary = target.with_name(f".{target.name[:40]}-{uuid.uuid4().hex[:8]}")
    try:
        temporary.mkdir()
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise BadInputError(what, where=path.name, remedy="Choose another folder") from error
    try:
        yield temporary
        _put(temporary, target)
    except OSError as error:
        what = f"cannot be written ({error.strerror}); what was there before is unchanged"
        raise BadInputError(what, where=path.name, remedy="Free some space or choose another folder") from error
    finally:
        shutil.rmtree(temporary, ignore_errors=True)


def _put(temporary: Path, target: Path) -> None:
    """Rename a folder over another, which goes when the new one is in its place."""
    if not target.exists():
        temporary.rename(target)
        return
    old = temporary.with_name(f"{temporary.name}-old")
    target.rename(old)
    try:
        temporary.rename(target)
    except OSError:
        old.rename(target)
        raise
    shutil.rmtree(old, ignore_errors=True)
