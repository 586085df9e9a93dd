"""Calibrating a network on labelled people: scores come true there, and nobody else is found for it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from fixtures.dot_person import COLOURS, SKELETON, truth, write_dot_network
from fixtures.labelled import make_labelled
from poseapp.core.errors import BadInputError, CancelledError
from poseapp.core.schema import map_keypoints
from poseapp.core.skeleton import load_skeleton
from poseapp.inference.network import Network, load_network
from poseapp.jobs.calibrate import calibrate_network
from poseapp.jobs.evaluate import EvaluationRequest, evaluate_network
from poseapp.training.labelled import LabelledSet

LSP = load_skeleton("lsp14")
FIGURE = truth(1)[0]
PEOPLE = 40


def paint() -> np.ndarray:
    picture = np.full((240, 320, 3), 128, np.uint8)
    for (x, y), colour in zip(FIGURE, COLOURS, strict=True):
        centre = (round(float(x) * 16), round(float(y) * 16))
        cv2.circle(picture, centre, 5 * 16, tuple(float(c) * 255 for c in colour), -1, cv2.LINE_AA, 4)
    return picture


@pytest.fixture
def labelled() -> LabelledSet:
    """People whose left legs and arms are labelled elsewhere half the time, the others a little off."""
    rng = np.random.default_rng(0)
    xy = np.repeat(map_keypoints(FIGURE[None], SKELETON, LSP), PEOPLE, axis=0)
    xy += rng.normal(0, 2.0, xy.shape)
    limbs = [LSP.index(f"left_{name}") for name in ("ankle", "knee", "wrist", "elbow")]
    xy[::2, limbs, 0] += 70.0
    picture = paint()
    return make_labelled(LSP, xy, read_picture=lambda _: picture)


@pytest.fixture
def network(tmp_path: Path) -> Network:
    return load_network(write_dot_network(tmp_path / "dots.onnx"), threads=1)


def test_calibration_makes_scores_come_true(network: Network, labelled: LabelledSet) -> None:
    steps: list[tuple[int, int]] = []
    done = calibrate_network(network, labelled, EvaluationRequest(), on_progress=lambda *step: steps.append(step))
    assert steps[-1] == (PEOPLE, PEOPLE)
    assert done.spec.calibration is not None
    assert done.spec.calibration.source == f"made, pictures 0 to {PEOPLE - 1}"
    assert done.before.keypoints == done.fitted.keypoints == 14 * PEOPLE
    assert done.fitted.ece < done.before.ece
    assert done.held_out.squared == pytest.approx(2.0, abs=0.2)
    network.spec = done.spec  # as if loaded from the calibrated file
    again = evaluate_network(network, labelled, EvaluationRequest()).reliability
    assert again is not None
    assert again.squared == pytest.approx(done.fitted.squared, rel=1e-4)  # one scales heatmaps before, one after
    assert replace(again, squared=0.0) == replace(done.fitted, squared=0.0)


def test_a_calibration_is_not_stacked_on_another(network: Network, labelled: LabelledSet) -> None:
    first = calibrate_network(network, labelled, EvaluationRequest())
    network.spec = first.spec
    assert calibrate_network(network, labelled, EvaluationRequest()) == first


def test_scores_can_stay_peaks(network: Network, labelled: LabelledSet) -> None:
    kept = calibrate_network(network, labelled, EvaluationRequest(), scores=False)
    assert kept.fitted.ece == pytest.approx(kept.before.ece, abs=1e-3)
    assert kept.fitted.squared == pytest.approx(2.0, abs=0.05)


def test_too_few_people_and_none(network: Network, labelled: LabelledSet) -> None:
    with pytest.raises(BadInputError, match="too few to calibrate with"):
        calibrate_network(network, labelled, EvaluationRequest(split=(0, 5)))
    with pytest.raises(BadInputError, match="no picture"):
        calibrate_network(network, labelled, EvaluationRequest(split=(50, 60)))


def test_cancel(network: Network, labelled: LabelledSet) -> None:
    with pytest.raises(CancelledError):
        calibrate_network(network, labelled, EvaluationRequest(), cancel=lambda: True)


def test_without_a_torso_there_is_no_reliability(network: Network, labelled: LabelledSet) -> None:
    xy = labelled.keypoints.copy()
    xy[:, LSP.index("right_hip")] = np.nan
    headed = replace(labelled, keypoints=xy, head_size=np.full(PEOPLE, 20.0))
    assert evaluate_network(network, headed, EvaluationRequest()).reliability is None
