"""The built-in network on real clips, from the whole frame, as a user runs it: the figures of its card.

`pytest -m slow tests/e2e/test_builtin_on_clips.py -s` prints them.
"""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from fixtures.references import Reference, read_sleap
from poseapp.core.analysis import Analysis
from poseapp.jobs.run import AnalyzeRequest, analyze_clip
from poseapp.training.measuring.calibration import Samples, measure_reliability
from poseapp.training.measuring.metrics import LIMB_JOINTS, TORSO, compute_pck
from poseapp.training.measuring.report import read_pose2sim_reference

pytestmark = [pytest.mark.data, pytest.mark.slow]
# Per cent and px, what the card says with some room; PCK of the torso (left shoulder to right hip), 12 limb keypoints.
LIMITS = {"pose2sim": {"limbs@0.2": 97.0, "limbs@0.1": 80.0}, "dance": {"limbs@0.2": 76.0}}


def analyse(clip: Path) -> Analysis:
    return analyze_clip(AnalyzeRequest((str(clip),))).analysis


def measure(analysis: Analysis, reference: Reference) -> dict[str, float]:
    """Return PCK@0.2 and @0.1 and median errors px over the limbs, of keypoints before any filter, and each @0.2."""
    skeleton = analysis.skeleton
    truth, columns = reference.of(skeleton)
    names = [skeleton.keypoints[c] for c in columns]
    seen = analysis.persons[0].track.raw[: len(truth), columns]
    shoulder, hip = (truth[:, names.index(name)] for name in TORSO)
    torso = np.linalg.norm(shoulder - hip, axis=-1)
    limbs = [names.index(name) for name in LIMB_JOINTS]
    pck = {share: 100 * compute_pck(seen, truth, torso, threshold=share) for share in (0.2, 0.1)}
    found = {f"limbs@{share}": float(np.nanmean(values[limbs])) for share, values in pck.items()}
    found["median_px"] = float(np.nanmedian(np.linalg.norm(seen - truth, axis=-1)[:, limbs]))
    found["missed"] = float(100 * np.isnan(seen[:, limbs, 0]).mean())
    found["ece"] = measure_calibration(analysis, seen - truth, columns, torso)
    found |= dict(zip(names, pck[0.2].tolist(), strict=True))
    print(json.dumps({name: round(value, 1) for name, value in found.items()}))  # noqa: T201 - the card quotes it
    return found


def measure_calibration(analysis: Analysis, error: np.ndarray, columns: list[int], torso: np.ndarray) -> float:
    """Return by how many points scores and the share of right keypoints differ on average (ECE)."""
    track, n = analysis.persons[0].track, len(error)
    score, cov = track.score[:n, columns], track.cov[:n, columns]
    samples = Samples(error.astype(np.float32), score, cov, np.ones(n, np.float32), torso, np.arange(n))
    return measure_reliability(samples).ece


def below(found: dict[str, float], limits: dict[str, float]) -> dict[str, float]:
    return {name: found[name] for name, limit in limits.items() if found[name] < limit}


def test_an_athlete_against_a_multi_camera_reconstruction(shared_data: Path) -> None:
    clips = shared_data / "clips"
    analysis = analyse(clips / "pose2sim_cam01.mp4")
    truth = read_pose2sim_reference(clips, analysis.skeleton)
    found = measure(analysis, Reference(analysis.skeleton.keypoints, truth))
    assert below(found, LIMITS["pose2sim"]) == {}


def test_a_dancer_against_the_labels_of_another_program(shared_data: Path) -> None:
    """SLEAP's own predictions on most frames: a reference, not the truth."""
    reference = read_sleap(shared_data / "formats" / "sleap" / "dance.mp4.labels.slp")
    found = measure(analyse(shared_data / "clips" / "dance.mp4"), reference)
    assert below(found, LIMITS["dance"]) == {}
