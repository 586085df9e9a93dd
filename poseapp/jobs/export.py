"""Write a measured clip in a format by name. Writers are loaded when they are used: a window lists formats at once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from poseapp.core.analysis import Analysis
from poseapp.core.clip_files import clip_files
from poseapp.core.errors import BadInputError, UsageError
from poseapp.formats.needs import INSTALL
from poseapp.formats.registry import FORMATS as FOREIGN
from poseapp.formats.registry import Format
from poseapp.formats.tracks import Tracks
from poseapp.jobs.tracks import tracks_of, without_unsure


@dataclass(frozen=True)
class Written:
    """What an export made: the files, and what a reader of them must know, a sentence each."""

    paths: tuple[Path, ...]
    notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class ExportFormat:
    """A format.

    Attributes:
        title: For people.
        suffixes: Of its files, the usual one first; "" for a folder.
        loses: What does not come through, one sentence.
        write: Writes a file, or one for each person.
        is_installed: The libraries that it needs are there; else `remedy` says how to get them.
        one_person: A file holds one person; several get a file each.
        can_smooth: Its positions may be the smoothed ones instead of those shown.
    """

    title: str
    suffixes: tuple[str, ...]
    loses: str
    write: Callable[[Path, Analysis, bool], Written]
    is_installed: bool = True
    remedy: str = ""
    one_person: bool = False
    can_smooth: bool = False


def _write_h5(path: Path, analysis: Analysis, _smoothed: bool) -> Written:
    from poseapp.storage.analysis_file import write_analysis

    write_analysis(path, analysis)
    return Written((path,))


def _write_csv(path: Path, analysis: Analysis, _smoothed: bool) -> Written:
    from poseapp.storage.csv_file import write_csv

    write_csv(path, analysis)
    return Written((path,))


def _foreign(known: Format) -> ExportFormat:
    def written(path: Path, analysis: Analysis, smoothed: bool) -> Written:
        tracks = tracks_of(analysis, smoothed=smoothed, pictures=_pictures(analysis))
        if not known.has_scores:
            tracks = without_unsure(tracks, analysis.settings.min_score)
        return _write_foreign(known, path, tracks)

    can_smooth = known.name not in ("mot", "dlc-labels")
    return ExportFormat(
        known.title,
        known.suffixes,
        known.loses,
        written,
        known.is_installed,
        f"Run {INSTALL}",
        known.one_person,
        can_smooth,
    )


def formats() -> dict[str, ExportFormat]:
    """Return every format that can be written, by name, ours first."""
    own = {
        "h5": ExportFormat(
            "Everything (HDF5 analysis file)", (".h5", ".hdf5"), "Loses nothing but the video.", _write_h5
        ),
        "csv": ExportFormat(
            "Table, a row for each frame (CSV)",
            (".csv",),
            "Loses covariances, velocities, events and the journal of edits.",
            _write_csv,
        ),
    }
    return {**own, **{name: _foreign(known) for name, known in FOREIGN.items() if known.writer}}


def export_analysis(analysis: Analysis, name: str, path: Path | str, *, smoothed: bool = False) -> Written:
    """Write an analysis in the format of a name, a file for each person where a format holds one.

    Args:
        smoothed: In formats of other tools, positions as the angles were measured from them instead of as shown.

    Raises:
        UsageError: There is no such format.
        BadInputError: The file cannot be written, or a library is missing.
    """
    known = formats().get(name)
    if known is None:
        raise UsageError(f"there is no format {name!r}", remedy=f"Choose one of {', '.join(formats())}")
    return known.write(Path(path), analysis, smoothed)


def format_of(path: Path | str) -> str:
    """Return the name of the first format that a file's suffix stands for; H5 and CSV are ours.

    Raises:
        UsageError: The suffix stands for none.
    """
    suffix = Path(path).suffix.lower()
    for name, known in formats().items():
        if suffix and suffix in known.suffixes:
            return name
    choices = ", ".join(dict.fromkeys(known.suffixes[0] for known in formats().values() if known.suffixes[0]))
    raise UsageError(f"no format has the suffix {suffix!r}", where=str(path), remedy=f"Choose one of {choices}")


def _write_foreign(known: Format, path: Path, tracks: Tracks) -> Written:
    if not tracks.persons:
        raise BadInputError("there is nobody to write", where=path.name, remedy="Analyse the clip first")
    if not known.one_person or len(tracks.persons) == 1:
        known.write(path, tracks)
        return Written((path,), _notes(known, tracks))
    paths = []
    for number, name in enumerate(tracks.persons):
        one = tracks.columns([number])
        if one.seen.any():
            paths.append(path.with_stem(f"{path.stem}_{name}"))
            known.write(paths[-1], one)
    return Written(tuple(paths), _notes(known, tracks))


def _notes(known: Format, tracks: Tracks) -> tuple[str, ...]:
    if known.name != "c3d":
        return ()
    from poseapp.formats.c3d import is_even

    if not is_even(tracks):
        return (
            f"The frames come unevenly and C3D knows a rate only: they were resampled to {tracks.fps:.4g} frames/s.",
        )
    return ()


def _pictures(analysis: Analysis) -> tuple[str, ...]:
    """Return the file names of the pictures of a clip that is made of such, as far as they are still there."""
    if analysis.clip.kind == "video":
        return ()
    try:
        return tuple(file.name for file in clip_files(Path(analysis.clip.path)))
    except OSError:
        return ()
