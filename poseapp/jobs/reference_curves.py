"""How well the angles of a project agree with those of a reference system, a motion file (.mot, .sto)."""

from __future__ import annotations

import math
from collections.abc import Collection
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from poseapp.core.analysis import Analysis, PersonMeasures
from poseapp.core.errors import BadInputError, UsageError
from poseapp.core.reference import Reference, ReferenceCurve
from poseapp.core.types import Float64, frozen_arrays
from poseapp.formats.angle_names import curves_of
from poseapp.formats.mot import read_mot
from poseapp.jobs.agreement_files import check_plot
from poseapp.jobs.run import measure_project
from poseapp.kinematics.reference import CurveAgreement, compare_curves, nearest_turn, resample_curve
from poseapp.kinematics.reference_offset import Curves, OffsetFit, find_offset

_SHOWN_NAMES = 6
_NEARLY = 0.9  # of the best correlation


@dataclass(frozen=True)
class ReferenceRow:
    """One angle.

    Attributes:
        name, title: Ours. source: What of the file it was compared with, such as "-knee_angle_r".
        found: How well they agree.
        reference, measured: (T,) degrees at each frame of the clip, NaN where there is none.
    """

    name: str
    title: str
    source: str
    found: CurveAgreement
    reference: Float64
    measured: Float64

    def __post_init__(self) -> None:
        frozen_arrays(self)


@dataclass(frozen=True)
class ReferenceTable:
    """Every angle that both have.

    Attributes:
        person: Index. offset: s that were added to the times of the file.
        frames: Of the clip, in which the reference has something.
        start, stop: s from the clip's first frame, the first and the last of these frames.
        unused: Names of the file that are no angle of the project.
        notes: What a reader must know, a sentence each.
    """

    rows: tuple[ReferenceRow, ...]
    person: int
    offset: float
    frames: int
    start: float
    stop: float
    unused: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def compare_with_reference(project: Path, file: Path, *, offset: float | None = 0.0, person: int = 0) -> ReferenceTable:
    """Return how well the angles of a person agree with a reference, at each frame of the clip.

    Compared is what exports hold: filtered, with marks on top, less a posture that was taken as zero.

    Args:
        offset: s that are added to the times of the file; the clip's first frame is at 0 s. None: where both fit best.
        person: Index.

    Raises:
        BadInputError: A file cannot be read, or they have no angle or no time in common.
        UsageError: The offset is no number.
    """
    if offset is not None and not math.isfinite(offset):
        raise UsageError("the offset is no number of seconds", remedy="Give one such as --offset 0.25")
    analysis = measure_project(project)
    if not 0 <= person < len(analysis.persons):
        there = f"{project.name} has {len(analysis.persons)} people"
        raise BadInputError(f"there is no person {person + 1}", where=there, remedy="Give another with --person N")
    measures = analysis.persons[person]
    reference = read_reference(file, [definition.name for definition in measures.angles.definitions])
    at, notes = analysis.clip.pts - analysis.clip.pts[0], reference.notes
    if offset is None:
        fit = fit_offset(reference, measures, at)
        offset, notes = fit.offset, (*notes, *fit_words(fit))
    time = reference.time + offset
    rows = tuple(_row(curve, time, at, measures) for curve in reference.curves)
    is_there = np.any([np.isfinite(row.reference) for row in rows], axis=0)
    if not is_there.any():
        raise _apart(time, at, file.name)
    seen = at[is_there]
    notes = (*notes, *_notes(analysis, measures))
    return ReferenceTable(rows, person, offset, len(seen), float(seen[0]), float(seen[-1]), reference.unused, notes)


def fit_offset(reference: Reference, measures: PersonMeasures, at: Float64) -> OffsetFit:
    """Return the offset at which a reference fits best what was measured in frames at (T,) s.

    Raises:
        BadInputError: Nothing moves in both, or they are too short.
    """
    angles = measures.angles
    columns = [angles.column(curve.angle) for curve in reference.curves]
    periods = np.array([angles.definitions[column].period for column in columns])
    theirs = Curves(reference.time, np.column_stack([curve.values for curve in reference.curves]))
    fit = find_offset(theirs, Curves(at, angles.values[:, columns]), periods)
    if fit is None:
        what = "no offset can be found: nothing moves in both, or they are too short"
        raise BadInputError(what, where=reference.title, remedy="Shift it by hand (--offset SECONDS)")
    return fit


def fit_words(fit: OffsetFit) -> tuple[str, ...]:
    """Return what a reader must know of an offset that was found."""
    found = f"The offset of {fit.offset:+.3f} s was found where both fit best (r {fit.correlation:.2f})"
    words = [f"{found}: what the clocks differ by is not in the numbers."]
    if fit.rival_correlation > _NEARLY * fit.correlation:
        rival = f"{fit.rival:+.2f} s fits nearly as well (r {fit.rival_correlation:.2f})"
        words.append(f"{rival}: make sure that it is the same step in both.")
    return tuple(words)


def read_reference(file: Path, ours: Collection[str]) -> Reference:
    """Read a motion file as angles of ours, by their names.

    Raises:
        BadInputError: It cannot be read, or holds none of them.
    """
    motion = read_mot(file)
    if not len(motion.time):
        raise BadInputError("it holds no rows", where=file.name)
    try:
        curves, notes = curves_of(motion, ours)
    except BadInputError as error:
        raise BadInputError(error.what, where=file.name, remedy="Keep one of them") from error
    if not curves:
        shown = ", ".join(motion.names[:_SHOWN_NAMES]) + (", …" if len(motion.names) > _SHOWN_NAMES else "")
        remedy = "Name its columns like those of OpenSim, Sports2D or poseapp (knee_angle_r, right knee)"
        raise BadInputError(f"none of its angles ({shown}) is measured here", where=file.name, remedy=remedy)
    used = {name for curve in curves for name in curve.columns}
    unused = tuple(name for name in motion.names if name not in used)
    return Reference(file.name, motion.time, curves, unused, notes)


def plot_reference(table: ReferenceTable, path: Path) -> None:
    """Write Bland-Altman plots of the angles, those that vary most first, as PDF, SVG or PNG by the suffix.

    Raises:
        UsageError: No plot has this suffix.
        BadInputError: Matplotlib is missing, or the file cannot be written.
    """
    check_plot(path)
    from poseapp.reports.agreement import PairPlot, write_agreement

    plots = []
    for row in table.rows:
        both = np.isfinite(row.reference) & np.isfinite(row.measured)
        a, pair = row.found.agreement, (row.reference[both], row.measured[both])
        if a.n >= 3:
            plots.append(PairPlot(row.title, "degrees", *pair, a.bias, a.low, a.high))
    write_agreement(path, sorted(plots, key=lambda plot: -float(np.std(plot.first))))


def _row(curve: ReferenceCurve, time: Float64, at: Float64, measures: PersonMeasures) -> ReferenceRow:
    column = measures.angles.column(curve.angle)
    definition = measures.angles.definitions[column]
    measured = measures.angles.values[:, column]
    reference = resample_curve(time, curve.values, at, definition.period)
    found = compare_curves(reference, measured, definition.period)
    near = np.where(np.isfinite(measured), nearest_turn(reference, measured, definition.period), reference)
    return ReferenceRow(definition.name, definition.title, curve.source, found, near, measured)


def _apart(time: Float64, at: Float64, where: str) -> BadInputError:
    what = f"it lies from {time[0]:.2f} to {time[-1]:.2f} s and has nothing at the frames of the clip"
    clip = f"whose last is at {at[-1]:.2f} s"
    return BadInputError(f"{what}, {clip}", where=where, remedy="Shift it with --offset SECONDS")


def _notes(analysis: Analysis, measures: PersonMeasures) -> tuple[str, ...]:
    notes = []
    if any(measures.angles.neutral):
        notes.append("Joint angles of the project are counted from a posture that was taken as zero.")
    if analysis.scene.time_scale != 1.0:
        notes.append("The times of the clip are those of the recording, as its capture rate says.")
    return tuple(notes)
