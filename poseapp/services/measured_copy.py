"""What a document holds now, to be measured in another thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from poseapp.core.settings_text import settings_in
from poseapp.core.store import snapshot
from poseapp.services.document import Document
from poseapp.services.hashing import hash_clip

if TYPE_CHECKING:
    from poseapp.core.analysis import Analysis


def measured_copy(document: Document) -> Callable[[], Analysis]:
    """Return what measures a clip as it is now, in another thread, whatever is edited meanwhile."""
    store = snapshot(document.store)
    clip, model, sha256 = document.clip, document.model, document.sha256
    journal, settings = document.keeper.journal(), settings_in(document.keeper.settings())

    def measure() -> Analysis:
        from poseapp.jobs.measure import build_analysis

        known = sha256 or next(hash_clip(clip.path))
        return build_analysis(store, clip, settings, model=model, journal=journal, source_sha256=known)

    return measure
