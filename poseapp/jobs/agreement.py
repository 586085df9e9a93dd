"""How well two projects of one clip agree: two annotators, or one person who marked it twice."""

from __future__ import annotations

import importlib.util
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from poseapp.core.analysis import Analysis
from poseapp.core.errors import BadInputError, UsageError
from poseapp.core.types import Array, Float64, Source
from poseapp.jobs.run import measure_project
from poseapp.kinematics.agreement import Agreement, compute_agreement
from poseapp.storage.project import ProjectFile


@dataclass(frozen=True)
class AgreementRow:
    """One angle or coordinate of one person.

    Attributes:
        name: As in the analysis file; a coordinate ends in `_x` or `_y`.
        unit: "degrees" or "px". person: Index.
        first, second: The paired values (n,), NaN where one is missing.
    """

    name: str
    title: str
    unit: str
    person: int
    agreement: Agreement
    first: Float64
    second: Float64


@dataclass(frozen=True)
class AgreementTable:
    """Every angle, then every coordinate of every keypoint.

    Attributes:
        frames: That were compared; only those in which both marked the person, where `marked`.
    """

    rows: tuple[AgreementRow, ...]
    frames: int
    marked: bool


def compare_projects(first: Path, second: Path, *, marked_only: bool = False) -> AgreementTable:
    """Return how well two projects of the same clip agree, person by person, frame by frame.

    Angles are taken from the unfiltered keypoints: smoothing would make two annotators more alike than they are.

    Args:
        marked_only: Only frames in which both projects hold a mark of the person: what two annotators did, not what
            one network said to both.

    Raises:
        BadInputError: They are not of the same clip, have other keypoints, or nothing in common.
    """
    one, other = measure_project(first), measure_project(second)
    if one.clip.n_frames != other.clip.n_frames or one.source_sha256 != other.source_sha256:
        what = f"{first.name} and {second.name} are of different clips"
        raise BadInputError(what, remedy="Choose two projects of one clip")
    if one.skeleton.keypoints != other.skeleton.keypoints:
        raise BadInputError(f"{first.name} and {second.name} have different keypoints")
    n_persons = min(len(one.persons), len(other.persons))
    use = np.ones((n_persons, one.clip.n_frames), np.bool_)
    if marked_only:
        use = _marked(first, use.shape) & _marked(second, use.shape)
        if not use.any():
            remedy = "Compare all frames instead"
            raise BadInputError("there is no frame in which both marked somebody", where=second.name, remedy=remedy)
    rows = [row for person in range(n_persons) for row in _rows(one, other, person, np.flatnonzero(use[person]))]
    return AgreementTable(tuple(rows), int(use.any(axis=0).sum()), marked_only)


def _rows(one: Analysis, other: Analysis, person: int, frames: npt.NDArray[np.intp]) -> list[AgreementRow]:
    mine, theirs = one.persons[person], other.persons[person]
    rows = []
    for column, definition in enumerate(mine.angles.definitions):
        a, b = mine.angles.raw[frames, column], theirs.angles.raw[frames, column]
        half = definition.period / 2
        b = a + (b - a + half) % definition.period - half  # 179 and -179 degrees are 2 apart
        rows.append(_row(definition.name, definition.title, "degrees", person, (a, b)))
    for k, keypoint in enumerate(one.skeleton.keypoints):
        for axis, letter in enumerate("xy"):
            pair = mine.final[frames, k, axis], theirs.final[frames, k, axis]
            title = f"{keypoint.replace('_', ' ').capitalize()} {letter}"
            rows.append(_row(f"{keypoint}_{letter}", title, "px", person, pair))
    return rows


def _row(name: str, title: str, unit: str, person: int, pair: tuple[Array, Array]) -> AgreementRow:
    first, second = (np.asarray(values, np.float64) for values in pair)
    return AgreementRow(name, title, unit, person, compute_agreement(first, second), first, second)


def _marked(path: Path, shape: tuple[int, int]) -> npt.NDArray[np.bool_]:
    """Return (P, T) bool: where a person placed a keypoint."""
    marked = np.zeros(shape, np.bool_)
    with ProjectFile.open(path, readonly=True) as project:
        store = project.load().store
    placed = (Source.CORRECTED, Source.OCCLUDED)
    for frame in store.marked_frames().tolist():
        source = store.view(frame).source[: shape[0]]
        marked[: len(source), frame] = np.isin(source, placed).any(axis=1)
    return marked


def plot_agreement(table: AgreementTable, path: Path) -> None:
    """Write Bland-Altman plots of the angles that vary most, as PDF, SVG or PNG by the suffix.

    Raises:
        UsageError: No plot has this suffix.
        BadInputError: Matplotlib is missing, or the file cannot be written.
    """
    if path.suffix.lower() not in (".pdf", ".svg", ".png"):
        raise UsageError(f"no plot has the suffix {path.suffix!r}", remedy="Choose .pdf, .svg or .png")
    if importlib.util.find_spec("matplotlib") is None:
        remedy = "Install it: pip install 'poseapp[report]'"
        raise BadInputError("plots need the package matplotlib", where=path.name, remedy=remedy)
    from poseapp.reports.agreement import PairPlot, write_agreement

    angles = [row for row in table.rows if row.unit == "degrees" and row.agreement.n >= 3]
    angles.sort(key=lambda row: -float(np.nanstd(row.first)))
    found = [
        PairPlot(row.title, row.unit, row.first.copy(), row.second.copy(), a.bias, a.low, a.high)
        for row in angles
        if (a := row.agreement)
    ]
    write_agreement(path, found)
