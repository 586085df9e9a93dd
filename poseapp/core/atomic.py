"""Files that are whole or not there: written beside the target, made durable, then renamed over it."""

from __future__ import annotations

import errno
import os
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from poseapp.core.errors import BadInputError

_ROOM = "Free some space or choose another folder"
_RIGHTS = "Close programs that have it open, or choose another name"
# What a person can do about an error of the system. EFBIG: larger than the file system takes.
_REMEDIES = {
    errno.ENOSPC: _ROOM,
    errno.EFBIG: _ROOM,
    getattr(errno, "EDQUOT", errno.ENOSPC): _ROOM,
    errno.EACCES: _RIGHTS,
    errno.EPERM: _RIGHTS,
}


@contextmanager
def atomic_path(path: Path | str) -> Iterator[Path]:
    """Yield a path to write to; at the end its file replaces `path`, on an error nothing is left of it.

    The temporary name keeps the suffix, for writers that choose a format by it.

    Raises:
        BadInputError: The folder does not exist, nothing can be written there, the target is no ordinary file, or
            the disk is full.
    """
    target = Path(path).resolve()  # a symbolic link stays, what it points to is replaced
    if target.exists() and not target.is_file():
        raise BadInputError("is not an ordinary file", where=str(path), remedy="Choose another name")
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
    except OSError as error:
        _remove(temporary)
        if error.errno not in _REMEDIES:
            raise
        what = f"cannot be written ({os.strerror(error.errno or 0)}); what was there before is unchanged"
        raise BadInputError(what, where=str(path), remedy=_REMEDIES[error.errno]) from error
    except BaseException:
        _remove(temporary)
        raise
    sync_folder(target.parent)


def _remove(path: Path) -> None:
    with suppress(OSError):
        path.unlink(missing_ok=True)


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
