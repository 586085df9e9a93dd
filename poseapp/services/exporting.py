"""Writes the analysis to a file beside the GUI thread."""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from poseapp.core.settings_text import settings_in
from poseapp.services.document import Document
from poseapp.services.hashing import hash_clip
from poseapp.services.job_runner import CancelFlag, MakeJob


@dataclass(frozen=True)
class ExportChoice:
    """A format that can be chosen.

    Attributes:
        name: As the command line takes it.
        title: For people.
        suffixes: Of its files, the usual one first; "" for a folder.
        loses: What does not come through, one sentence.
        missing: How to get the libraries that it needs, "" where they are there.
        can_smooth: Its positions may be the smoothed ones instead of those shown.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    loses: str
    missing: str = ""
    can_smooth: bool = True

    def suggest(self, clip: Path) -> Path:
        """Return a name for the file beside a clip; a folder has no suffix and is named after the format."""
        return clip.with_suffix(self.suffixes[0]) if self.suffixes[0] else clip.with_name(f"{clip.stem}_{self.name}")


@dataclass(frozen=True)
class ExportDone:
    """What an export made: files, and what a reader of them must know, a sentence each."""

    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()


def export_choices() -> tuple[ExportChoice, ...]:
    """Return every format, the usual one first."""
    from poseapp.jobs.export import formats

    return tuple(
        ExportChoice(
            name,
            known.title,
            known.suffixes,
            known.loses,
            "" if known.is_installed else known.remedy,
            can_smooth=known.can_smooth,
        )
        for name, known in formats().items()
    )


def export_job(document: Document, path: Path, name: str = "", *, smoothed: bool = False) -> MakeJob:
    """Return the job that measures a copy of the poses and writes them; it yields `ExportDone` when it is written.

    Without a name of a format the file's suffix says it.
    """
    store = copy.deepcopy(document.store)
    clip, model, sha256 = document.clip, document.model, document.sha256
    journal = document.keeper.journal()
    settings = settings_in(document.keeper.settings())

    def make(_cancel: CancelFlag) -> Iterator[ExportDone]:
        from poseapp.jobs.export import export_analysis, format_of
        from poseapp.jobs.measure import build_analysis

        chosen = name or format_of(path)
        known = sha256 or next(hash_clip(clip.path))
        analysis = build_analysis(store, clip, settings, model=model, journal=journal, source_sha256=known)
        written = export_analysis(analysis, chosen, path, smoothed=smoothed)
        yield ExportDone(written.paths, written.notes)

    return make
