"""Files that are whole or not there: written beside the target, made durable, then renamed over it."""

from __future__ import annotations

import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from poseapp.core.errors import BadInputError


@contextmanager
def atomic_path(path: Path | str) -> Iterator[Path]:
    """Yield a path to write to; at the end its file replaces `path`, on an error nothing is left of it.

    The temporary name keeps the suffix, for writers that choose a format by it.

    Raises:
        BadInputError: The folder does not exist or nothing can be written there.
    """
    target = Path(path)
    temporary = target.with_name(f".{target.stem[:40]}-{uuid.uuid4().hex[:8]}{target.suffix}")
    try:
        temporary.touch(exist_ok=False)
    except OSError as error:
        what = f"cannot be written ({error.strerror})"
        raise BadInputError(what, where=str(target), remedy="Choose another folder") from error
    try:
        yield temporary
        _sync(temporary)
        temporary.replace(target)
    except BaseException:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(target.parent)


def sync_folder(folder: Path) -> None:
    """Make a rename in a folder survive a power cut, where the system can."""
    if os.name == "nt":  # Windows has no handle on a folder that could be synced
        return
    with suppress(OSError):
        _sync(folder)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDWR if path.is_file() else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
