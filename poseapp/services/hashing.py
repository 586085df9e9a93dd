"""Fingerprints a clip, and stops at once when nobody wants to know any more: a long recording takes a while."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from poseapp.core.clip_files import fingerprint
from poseapp.core.errors import BadInputError, CancelledError


def hash_clip(path: str, cancel: Callable[[], bool] = lambda: False) -> Iterator[str]:
    """Yield the fingerprint of a clip; nothing when cancelled.

    Raises:
        BadInputError: It cannot be read.
    """
    try:
        yield fingerprint(path, cancel)
    except CancelledError:
        return
    except OSError as error:
        raise BadInputError(f"cannot be read ({error.strerror})", where=Path(path).name) from error
