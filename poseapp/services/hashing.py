"""Fingerprints a clip, and stops at once when nobody wants to know any more: a long recording takes a while."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from pathlib import Path

from poseapp.core.errors import BadInputError

_PIECE = 4 << 20


def hash_clip(path: str, cancel: Callable[[], bool] = lambda: False) -> Iterator[str]:
    """Yield the SHA-256 of a clip, as `storage.media.sha256_of` gives it; nothing when cancelled.

    Raises:
        BadInputError: It cannot be read.
    """
    place = Path(path)
    try:
        if place.is_dir():
            from poseapp.storage.media import sha256_of

            yield sha256_of(place)
            return
        digest = hashlib.sha256()
        with place.open("rb") as file:
            while piece := file.read(_PIECE):
                if cancel():
                    return
                digest.update(piece)
    except OSError as error:
        raise BadInputError(f"cannot be read ({error.strerror})", where=place.name) from error
    yield digest.hexdigest()
