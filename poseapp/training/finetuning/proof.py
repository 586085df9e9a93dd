"""The proof of a fine-tuning: old and new network on corrected frames that nothing was learnt from."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np

from poseapp.core.atomic import atomic_path
from poseapp.core.circle import wrap_degrees
from poseapp.core.errors import BadInputError
from poseapp.core.finetune_report import AngleRow, FineTuneReport, KeypointRow
from poseapp.core.types import Float64, frozen_arrays
from poseapp.inference.network import Network
from poseapp.kinematics.angles import compute_angles, periods_of
from poseapp.training.finetuning.bootstrap import compute_gain_interval, moments_of
from poseapp.training.finetuning.data import MarkedPeople
from poseapp.training.finetuning.drift import measure_drift
from poseapp.training.finetuning.examples import Example, choose_examples, write_examples
from poseapp.training.finetuning.looks import Looks, look_at, torso_of
from poseapp.training.finetuning.split import Split
from poseapp.training.finetuning.verdict import describe, is_better
from poseapp.training.finetuning.weak import PLACED

REPORT = "report.json"
_LEAST_ANGLES = 2  # held-out poses that have an angle, for a row


@dataclass(frozen=True)
class Errors:
    """How far two networks are from the marks of N held-out people.

    Attributes:
        before, after: (N, K) px; NaN without a mark. What a network does not see is off by the length of the torso;
            before is NaN for keypoints that the parent does not have.
        torso: (N,) px.
    """

    before: Float64
    after: Float64
    torso: Float64

    def __post_init__(self) -> None:
        frozen_arrays(self)


def prove(
    parent: Network,
    tuned: Network,
    people: MarkedPeople,
    split: Split,
    folder: Path,
    *,
    cancel: Callable[[], bool] = lambda: False,
) -> FineTuneReport:
    """Measure two networks as an analysis would use them, write pictures and `REPORT` into the folder.

    The time that it took is not known here: 0 s; `write_report` writes the file again.

    Raises:
        BadInputError: A clip cannot be read, a network not run, or the folder not written.
        CancelledError: `cancel` said so; the report is not written.
    """
    learnt, held = people.chosen(split.learnt), people.chosen(split.held_out)
    report = FineTuneReport(
        model=tuned.spec.name,
        parent=parent.spec.name,
        adopted=False,
        verdict="",
        seconds=0.0,
        clips=len(np.unique(learnt.clip)),
        frames=learnt.n_frames,
        marks=learnt.n_marks,
        held_out_frames=held.n_frames if len(held) else 0,
        held_out_marks=held.n_marks,
        drift=measure_drift(parent, tuned, people, cancel=cancel),
    )
    if len(held):
        looks = look_at([parent, tuned], held, cancel=cancel)
        errors = measure_errors(looks, held)
        report = replace(_measured(report, errors, held), angles=compare_angles(looks, held))
        chosen = choose_examples(errors.before, errors.after)
        report = replace(report, examples=write_examples(folder, [_examples(looks, held, errors)[n] for n in chosen]))
    report = replace(report, adopted=is_better(report))
    report = replace(report, verdict=describe(report, why_unmeasured=_why_unmeasured(split, held)))
    write_report(folder, report)
    return report


def write_report(folder: Path, report: FineTuneReport) -> None:
    """Write the report of a working folder, whole or not at all. Raises BadInputError where that fails."""
    folder.mkdir(parents=True, exist_ok=True)
    with atomic_path(folder / REPORT) as temporary:
        temporary.write_text(report.to_json(), encoding="utf-8")


def read_report(folder: Path) -> FineTuneReport:
    """Read the report of a working folder. Raises BadInputError where there is none, or it cannot be read."""
    path = folder / REPORT
    try:
        return FineTuneReport.from_json(path.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise BadInputError(f"the report of a fine-tuning cannot be read ({error})", where=str(path)) from error


def measure_errors(looks: Looks, people: MarkedPeople) -> Errors:
    """Return how far two networks are from what people placed; weak labels prove nothing and are left out."""
    torso = torso_of(people)
    placed = np.isin(people.labels, PLACED)
    distance = np.linalg.norm(looks.xy - people.keypoints[None], axis=-1).astype(np.float64)
    distance = np.where(np.isnan(looks.xy[..., 0]), torso[None, :, None], distance)
    before, after = (np.where(placed & looks.has[m], distance[m], np.nan) for m in (0, 1))
    return Errors(before, after, torso)


def compare_angles(looks: Looks, people: MarkedPeople) -> tuple[AngleRow, ...]:
    """Return how far the angles of two networks are from those of the marks, where every keypoint of one is marked."""
    skeleton = people.skeleton
    truth = np.where(np.isin(people.labels, PLACED)[..., None], people.keypoints, np.float32(np.nan))
    facing = np.ones(len(people))  # of one frame and the same for all: its sign takes no part in a difference
    true, before, after = (compute_angles(xy, skeleton, facing) for xy in (truth, looks.xy[0], looks.xy[1]))
    off = [np.abs(wrap_degrees(seen - true, periods_of(skeleton))) for seen in (before, after)]
    rows = []
    for a, angle in enumerate(skeleton.angles):
        known = np.isfinite(off[0][:, a]) & np.isfinite(off[1][:, a])
        if known.sum() >= _LEAST_ANGLES:
            medians = (float(np.median(errors[known, a])) for errors in off)
            rows.append(AngleRow(angle.name, int(known.sum()), *medians))
    return tuple(rows)


def _measured(report: FineTuneReport, errors: Errors, people: MarkedPeople) -> FineTuneReport:
    """Return the report with errors, shares of hits and the interval; without them where nothing can be compared."""
    report = replace(report, keypoints=tuple(_keypoint_rows(errors, people.skeleton.keypoints)))
    comparable = np.isfinite(errors.before) & np.isfinite(errors.after)
    if not comparable.any():
        return report
    row = np.nonzero(comparable)[0]
    before, after = errors.before[comparable], errors.after[comparable]
    before_torso, after_torso = 100 * before / errors.torso[row], 100 * after / errors.torso[row]
    moment = moments_of(people.clip, people.frame, people.times)
    return replace(
        report,
        before_px=float(np.median(before)),
        after_px=float(np.median(after)),
        interval=compute_gain_interval(before, after, moment[row]),
        before_torso=float(np.median(before_torso)),
        after_torso=float(np.median(after_torso)),
        pck10_before=float((before_torso <= 10).mean()),
        pck10_after=float((after_torso <= 10).mean()),
        pck20_before=float((before_torso <= 20).mean()),
        pck20_after=float((after_torso <= 20).mean()),
    )


def _keypoint_rows(errors: Errors, names: tuple[str, ...]) -> Iterator[KeypointRow]:
    for k, name in enumerate(names):
        after = errors.after[np.isfinite(errors.after[:, k]), k]
        before = errors.before[np.isfinite(errors.before[:, k]), k]
        if len(after):
            yield KeypointRow(
                name, len(after), float(np.median(before)) if len(before) else None, float(np.median(after))
            )


def _why_unmeasured(split: Split, held: MarkedPeople) -> str:
    if not split.measurable:
        return split.words
    if not np.isin(held.labels, PLACED).any():
        return "In the frames that were kept to measure on, nothing is marked that could be measured."
    return "The old network has none of the keypoints that are marked, so there is nothing to compare."


def _examples(looks: Looks, people: MarkedPeople, errors: Errors) -> list[Example]:
    placed = np.isin(people.labels, PLACED)[..., None]
    truth = np.where(placed, people.keypoints, np.float32(np.nan))
    examples = []
    for n, (view, to_view) in enumerate(zip(looks.views, looks.to_view, strict=True)):
        marked, before, after = (to_view(xy).astype(np.float32) for xy in (truth[n], looks.xy[0, n], looks.xy[1, n]))
        off = _median(errors.before[n]), _median(errors.after[n])
        examples.append(Example(people.skeleton, view, marked, before, after, int(people.frame[n]), off))
    return examples


def _median(values: Float64) -> float:
    known = values[np.isfinite(values)]
    return float(np.median(known)) if len(known) else float("nan")
