"""Writes the analysis to a file beside the GUI thread."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from poseapp.services.document import Document
from poseapp.services.job_runner import CancelFlag, MakeJob
from poseapp.services.measured_copy import measured_copy


@dataclass(frozen=True)
class ExportChoice:
    """A format that can be chosen.

    Attributes:
        name: As the command line takes it.
        title: For people.
        suffixes: Of its files, the usual one first; "" for a folder.
        loses: What does not come through, one sentence.
        missing: How to get the libraries that it needs, "" where they are there.
        one_person: A file holds one person; several get a file each.
        can_smooth: Its positions may be the smoothed ones instead of those shown.
    """

    name: str
    title: str
    suffixes: tuple[str, ...]
    loses: str
    missing: str = ""
    one_person: bool = False
    can_smooth: bool = True

    @property
    def is_folder(self) -> bool:
        """Tell whether it is a folder of files."""
        return not self.suffixes[0]

    def suggest(self, clip: Path) -> Path:
        """Return a name for the file beside a clip; a folder has no suffix and is named after the format."""
        return clip.with_suffix(self.suffixes[0]) if not self.is_folder else clip.with_name(f"{clip.stem}_{self.name}")


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
            one_person=known.one_person,
            can_smooth=known.can_smooth,
        )
        for name, known in formats().items()
    )


def export_job(document: Document, path: Path, name: str = "", *, smoothed: bool = False) -> MakeJob:
    """Return the job that measures a copy of the poses and writes them; it yields `ExportDone` when it is written.

    Without a name of a format the file's suffix says it.
    """
    measured = measured_copy(document)

    def make(_cancel: CancelFlag) -> Iterator[ExportDone]:
        from poseapp.jobs.export import export_analysis, format_of

        chosen, analysis = name or format_of(path), measured()
        written = export_analysis(analysis, chosen, path, smoothed=smoothed)
        yield ExportDone(written.paths, written.notes)

    return make
