"""The built-in sample, whose true angles are known: the chain without the network, and with it."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from poseapp.cli.main import run
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Track
from poseapp.jobs.sample import sample_folder
from poseapp.kinematics.measure import measure_person

SKELETON = load_skeleton("body18")

# degrees, median over the clip: what the shipped network reaches, with some room (its card has the figures)
_PAIRS = {
    "knee_flexion": 4.5,
    "hip_flexion": 3.5,
    "ankle_dorsiflexion": 4.5,
    "elbow_flexion": 4.0,
    "shoulder_flexion": 3.5,
}
LIMITS = {f"{side}_{angle}": limit for side in ("left", "right") for angle, limit in _PAIRS.items()}
LIMITS |= {"trunk_segment": 2.0, "head_segment": 3.0}


def test_true_keypoints_give_the_true_angles() -> None:
    """Facing, filter and formulas cost less than half a degree."""
    with np.load(sample_folder() / "walk_truth.npz") as truth:
        xy = truth["keypoints"].astype(np.float32)
        names, angles, time = [str(name) for name in truth["angle_names"]], truth["angles"], truth["pts"]
        facing = truth["facing"]
    T, K = xy.shape[:2]
    track = Track(0, xy, xy, np.ones((T, K), np.float32), np.ones((T, K, 3), np.float32), np.ones((T, K), np.uint8))
    measured = measure_person(track, time, SKELETON)
    signs = np.concatenate([np.full(s.stop - s.start, s.direction) for s in measured.facing])
    assert (signs == facing).mean() > 0.97
    errors = []
    for column, name in enumerate(names):
        difference = measured.angles.values[:, measured.angles.column(name)] - angles[:, column]
        errors.append(np.median(np.abs((difference + 180) % 360 - 180)))
    assert max(errors) < 0.5


def test_demo_measures_the_sample(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["demo", "--json", "--out", str(tmp_path)]) == 0
    result = json.loads(capsys.readouterr().out)
    assert result["persons"] == 1
    errors = result["median_angle_error_deg"]
    assert {name: errors[name] for name, limit in LIMITS.items() if errors[name] > limit} == {}
