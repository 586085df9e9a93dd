"""Measures the sample clip, whose truth is known, with the network that ships: tables of docs/measurement.md.

`python docs/measure_sample.py` prints the RMSE of angles with each filter, and how far off in time events are found.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from poseapp.core.analysis import Analysis, AngleSeries, FacingStretch, MeasureSettings
from poseapp.core.circle import wrap_degrees
from poseapp.core.filter_settings import FilterSettings
from poseapp.core.movement import EventSearch
from poseapp.core.skeleton import Skeleton, load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import PoseChunk, Track
from poseapp.jobs.find_events import with_events
from poseapp.jobs.measure import build_analysis
from poseapp.jobs.run import AnalyzeRequest, analyze_clip
from poseapp.jobs.sample import sample_folder
from poseapp.kinematics.measure import measure_person
from poseapp.training.render.sample import STRIDE_SECONDS, sample_walker
from poseapp.video import open_clip

FILTERS = {
    "Butterworth 6 Hz": FilterSettings(),
    "Butterworth, residual": FilterSettings(cutoff_rule="residual"),
    "Butterworth, autocorrelation": FilterSettings(cutoff_rule="autocorrelation"),
    "Butterworth 6 Hz, outliers first": FilterSettings(despike=True),
    "Savitzky-Golay": FilterSettings("savitzky-golay"),
    "GCV spline": FilterSettings("gcv-spline"),
    "Kalman, constant velocity": FilterSettings("kalman"),
    "none": FilterSettings("none"),
}
JOINTS = tuple(
    f"{side}_{name}"
    for name in ("knee_flexion", "hip_flexion", "ankle_dorsiflexion", "shoulder_flexion", "elbow_flexion")
    for side in ("right", "left")
)
WALKING = np.r_[0:105, 135:240]  # frames, without the turn
TOE_OFF = 0.60  # of the stride, in the curves that the walker is posed with (Winter 2009)
Truth = dict[str, np.ndarray]


def read_truth() -> Truth:
    """Return keypoints (T, K, 2) px, angles (T, A) degrees, facing (T,) and times (T,) s."""
    with np.load(sample_folder() / "walk_truth.npz") as data:
        return dict(data)


def facing(truth: Truth) -> tuple[FacingStretch, ...]:
    """Return which way the walker truly faces: he turns round once."""
    turn = int(np.flatnonzero(np.diff(truth["facing"]))[0]) + 1
    n = len(truth["facing"])
    return FacingStretch(0, turn, 1, 1.0, by_user=True), FacingStretch(turn, n, -1, 1.0, by_user=True)


def measured(track: Track, truth: Truth, skeleton: Skeleton, settings: FilterSettings) -> AngleSeries:
    """Return the angles of a track, with the way the walker faces told."""
    how = MeasureSettings(settings)
    return measure_person(track, truth["pts"], skeleton, settings=how, user_facing=facing(truth)).angles


def errors(angles: AngleSeries, truth: Truth) -> dict[str, np.ndarray]:
    """Return the errors (T,) degrees of each angle that is known."""
    names = [str(name) for name in truth["angle_names"]]
    return {
        name: wrap_degrees(angles.values[:, angles.column(name)] - truth["angles"][:, names.index(name)], 360.0)
        for name in names
    }


def rmse(values: np.ndarray) -> float:
    """Return the root mean square of what is known, degrees."""
    return float(np.sqrt(np.nanmean(values**2)))


def print_filters(track: Track, skeleton: Skeleton, truth: Truth) -> None:
    """Print right knee, hip, ankle over the clip, and the mean of the joints while walking."""
    for name, settings in FILTERS.items():
        off = errors(measured(track, truth, skeleton, settings), truth)
        legs = [rmse(off[f"right_{joint}"]) for joint in ("knee_flexion", "hip_flexion", "ankle_dorsiflexion")]
        mean = np.mean([rmse(off[joint][WALKING]) for joint in JOINTS])
        print(f"{name:34s}", *(f"{value:5.1f}" for value in legs), f"; {mean:.1f}")  # noqa: T201
    off = errors(measured(track, truth, skeleton, FilterSettings()), truth)
    for joint in JOINTS[:6]:
        print(f"{joint:28s} bias while walking {np.nanmean(off[joint][WALKING]):+.1f}")  # noqa: T201


def print_events(analysis: Analysis) -> None:
    """Print how far off strikes and toe-offs are, ms: found less true; mean, standard deviation, largest."""
    walker = sample_walker()
    found, words = with_events(replace(analysis, events=()), EventSearch("gait", person=0))
    print(words)  # noqa: T201
    for name, phase in (("heel strike", 0.0), ("toe-off", TOE_OFF)):
        off = []
        for event in found.events:
            if event.name != name:
                continue
            time = analysis.clip.pts[event.frame]
            turns = walker.phase + time / STRIDE_SECONDS + (0.5 if event.side == "left" else 0.0) - phase
            off.append(1e3 * (turns - round(turns)) * STRIDE_SECONDS)
        print(f"{name}: {len(off)}, {np.mean(off):+.0f} ± {np.std(off):.0f}; {np.abs(off).max():.0f} ms")  # noqa: T201


def true_analysis(truth: Truth) -> Analysis:
    """Return the analysis of a network that is never wrong."""
    skeleton = load_skeleton("body18")
    xy = truth["keypoints"].astype(np.float32)
    store = PoseStore(skeleton, len(xy))
    score, cov = np.ones(xy.shape[:2], np.float32), np.broadcast_to(np.array([1, 0, 1], np.float32), (*xy.shape[:2], 3))
    store.add_chunk(PoseChunk(0, xy[:, None], score[:, None], cov[:, None]))
    with open_clip(str(sample_folder() / "walk.mp4")) as clip:
        return build_analysis(store, clip.info, MeasureSettings())


def main() -> None:
    """Analyse the sample and print."""
    truth = read_truth()
    result = analyze_clip(AnalyzeRequest((str(sample_folder() / "walk.mp4"),)))
    analysis = result.analysis
    print_filters(analysis.persons[0].track, analysis.skeleton, truth)
    print_events(analysis)
    true = true_analysis(truth)
    print("With true keypoints, at 30 frames/s:")  # noqa: T201
    print_events(true)


if __name__ == "__main__":
    main()
