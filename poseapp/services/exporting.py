"""Writes the analysis to a file beside the GUI thread."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from pathlib import Path

from poseapp.services.document import Document
from poseapp.services.hashing import hash_clip
from poseapp.services.job_runner import CancelFlag, MakeJob


def export_filters() -> list[tuple[str, str]]:
    """Return (title, suffix) of every format, the usual one first."""
    from poseapp.jobs.export import FORMATS

    return [(known.title, known.suffixes[0]) for known in FORMATS.values()]


def export_job(document: Document, path: Path) -> MakeJob:
    """Return the job that measures a copy of the poses and writes them; it yields the path when it is written.

    The file's suffix says its format.
    """
    store = copy.deepcopy(document.store)
    clip, model, sha256 = document.clip, document.model, document.sha256
    journal = document.keeper.journal()

    def make(_cancel: CancelFlag) -> Iterator[Path]:
        from poseapp.jobs.export import export_analysis, format_of
        from poseapp.jobs.measure import build_analysis

        name = format_of(path)
        known = sha256 or next(hash_clip(clip.path))
        analysis = build_analysis(store, clip, model=model, journal=journal, source_sha256=known)
        export_analysis(analysis, name, path)
        yield path

    return make
