"""Evaluation of a network that reads people of dots, on pictures whose truth is known."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

from fixtures.dot_person import COLOURS, SKELETON, truth, write_dot_network
from fixtures.dots import DOTS
from fixtures.labelled import make_labelled
from poseapp.core.errors import BadInputError, CancelledError
from poseapp.core.schema import map_keypoints
from poseapp.core.skeleton import load_skeleton
from poseapp.inference.network import Network, load_network
from poseapp.jobs.evaluate import EvaluationRequest, evaluate_network
from poseapp.jobs.predict import Look, place_crop
from poseapp.training.labelled import LabelledSet

LSP, COCO = load_skeleton("lsp14"), load_skeleton("coco17")
ODD = replace(DOTS, keypoints=("nose_tip", "hand_a", "hand_b", "tail", "foot_a", "foot_b"))
FIGURE = truth(1)[0] - [110.0, 130.0]  # about the pelvis
HEIGHT, WIDTH = 300, 700


def paint(people: Sequence[np.ndarray], height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    picture = np.full((height, width, 3), 128, np.uint8)
    for points in people:
        for (x, y), colour in zip(points, COLOURS, strict=True):
            centre = (round(float(x) * 16), round(float(y) * 16))
            cv2.circle(picture, centre, 5 * 16, tuple(float(c) * 255 for c in colour), -1, cv2.LINE_AA, 4)
    return picture


class Pictures:
    """Pictures of people, each with the list of what was asked for."""

    def __init__(self, people: Sequence[Sequence[np.ndarray]]) -> None:
        self.people, self.asked = people, list[int]()

    def __call__(self, index: int) -> np.ndarray:
        self.asked.append(index)
        return paint(self.people[index])


def standing_at(x: float, y: float = 150.0) -> np.ndarray:
    return FIGURE + np.array([x, y])


def labels_of(people: Sequence[Sequence[np.ndarray]], skeleton=LSP, **columns: object) -> tuple[LabelledSet, Pictures]:
    pictures = Pictures(people)
    xy = [map_keypoints(person, SKELETON, skeleton) for group in people for person in group]
    picture = [index for index, group in enumerate(people) for _ in group]
    made = make_labelled(skeleton, xy, picture=picture, read_picture=pictures, n_pictures=len(people), **columns)
    return made, pictures


@pytest.fixture(scope="module")
def network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return load_network(write_dot_network(tmp_path_factory.mktemp("networks") / "dots.onnx"), threads=1)


FIVE = [[standing_at(x)] for x in (100, 220, 350, 480, 600)]


@pytest.mark.parametrize(
    "look", [Look(), Look(zooms=(0.8, 1.0, 1.2)), Look("frame"), Look("frame", zooms=(1.0, 1.2))], ids=str
)
def test_what_was_drawn_is_found(network: Network, look: Look) -> None:
    labelled, pictures = labels_of(FIVE)
    result = evaluate_network(network, labelled, EvaluationRequest(look))
    assert set(result.pck) == {"pck@0.2"}
    assert result.pck["pck@0.2"].mean == result.pck["pck@0.2"].mean12 == 100.0
    assert result.pck["pck@0.2"].interval == (100.0, 100.0)
    assert (result.model, result.data, result.images, result.people, result.scored) == ("dots", "made", 5, 5, 5)
    assert result.ap is None
    assert result.ms > 0
    assert pictures.asked == [0, 1, 2, 3, 4]  # once each, in order


def test_flip_averages_with_the_mirror(network: Network) -> None:
    """Colours do not mirror: with the flip test a left hand is half the right one's, and midline points stay."""
    labelled, _ = labels_of(FIVE)
    score = evaluate_network(network, labelled, EvaluationRequest(Look(flip=True))).pck["pck@0.2"]
    middle = [LSP.index("neck"), LSP.index("head_top")]
    assert score.per_keypoint[middle].tolist() == [100.0, 100.0]
    assert score.mean12 < 100.0


def test_labels_moved_by_three_tenths_of_the_torso_are_missed(network: Network) -> None:
    labelled, _ = labels_of(FIVE)
    wrist = LSP.index("left_wrist")
    torso = np.linalg.norm(labelled.keypoints[0, 9] - labelled.keypoints[0, 2])
    moved = labelled.keypoints.copy()
    moved[:2, wrist, 0] += 0.3 * torso
    moved[2:4, wrist, 0] += 0.1 * torso
    score = evaluate_network(network, replace(labelled, keypoints=moved), EvaluationRequest()).pck["pck@0.2"]
    assert score.per_keypoint[wrist] == pytest.approx(60.0)
    assert score.mean == pytest.approx((13 * 100 + 60) / 14)
    assert score.mean12 == pytest.approx((11 * 100 + 60) / 12)
    assert score.interval[0] < score.mean < score.interval[1]


def test_only_people_with_both_torso_joints_are_scored(network: Network) -> None:
    labelled, _ = labels_of(FIVE)
    xy = labelled.keypoints.copy()
    xy[0, LSP.index("left_shoulder")] = np.nan
    xy[1, LSP.index("right_hip")] = np.nan
    xy[2, LSP.index("neck")] = np.nan  # of no account for the others
    result = evaluate_network(network, replace(labelled, keypoints=xy), EvaluationRequest())
    assert (result.images, result.people, result.scored) == (5, 5, 3)
    assert result.pck["pck@0.2"].mean == 100.0


def test_nobody_in_the_picture_is_wrong_everywhere(network: Network) -> None:
    labelled, _ = labels_of(FIVE[:2])
    empty = replace(labelled, read_picture=lambda _: paint([]))
    result = evaluate_network(network, empty, EvaluationRequest(Look("frame")))
    assert result.pck["pck@0.2"].mean == 0.0
    assert result.scored == 2


@pytest.mark.parametrize("rule", ["extent", "frame"])
def test_several_people_of_a_picture_are_told_apart(network: Network, rule: str) -> None:
    labelled, _ = labels_of([[standing_at(520), standing_at(160)]])
    result = evaluate_network(network, labelled, EvaluationRequest(Look(rule)))
    assert result.pck["pck@0.2"].mean == 100.0
    assert (result.images, result.people, result.scored) == (1, 2, 2)


def test_more_people_than_a_batch(network: Network) -> None:
    labelled, pictures = labels_of([[standing_at(200), standing_at(500)]] * 20)
    result = evaluate_network(network, labelled, EvaluationRequest())
    assert result.pck["pck@0.2"].mean == 100.0
    assert pictures.asked == list(range(20))


def test_pckh_and_precision_where_the_labels_allow(network: Network) -> None:
    labelled, _ = labels_of(FIVE, SKELETON, head_size=[30.0] * 4 + [np.nan], area=[8000.0] * 5)
    xy = labelled.keypoints.copy()
    pelvis, ankle = SKELETON.index("pelvis"), SKELETON.index("left_ankle")
    xy[:, pelvis, 0] += 18  # beyond half the head size; but MPII's mean leaves it out
    xy[0, ankle, 0] += 9  # beyond a tenth
    result = evaluate_network(network, replace(labelled, keypoints=xy), EvaluationRequest())
    assert set(result.pck) == {"pck@0.2", "pckh@0.5", "pckh@0.1"}
    half, tenth = result.pck["pckh@0.5"], result.pck["pckh@0.1"]
    assert (half.people, result.pck["pck@0.2"].people) == (4, 5)
    assert half.per_keypoint[pelvis] == 0.0
    assert half.mean == 100.0
    assert tenth.per_keypoint[ankle] == pytest.approx(75.0)
    assert tenth.mean == pytest.approx(100 * (14 * 4 - 1) / (14 * 4))
    assert result.ap is not None
    assert result.ap.ap > 80
    assert result.ap.people == 5
    assert result.notes == ()


def test_keypoints_the_network_does_not_give_are_left_out_and_told(network: Network) -> None:
    labelled, _ = labels_of(FIVE, COCO, area=[8000.0] * 5)
    xy = labelled.keypoints.copy()
    xy[:, :5] = xy[:, [5]]  # a face is labelled
    result = evaluate_network(network, replace(labelled, keypoints=xy), EvaluationRequest())
    assert result.unknown == ("nose", "left_eye", "right_eye", "left_ear", "right_ear")
    score = result.pck["pck@0.2"]
    assert np.isnan(score.per_keypoint[:5]).all()
    assert score.mean == score.mean12 == 100.0
    assert result.ap is not None
    assert result.ap.ar == pytest.approx(100.0)
    assert any("12 of 17" in note for note in result.notes)


def test_a_person_found_where_nobody_is_counts_against_precision(network: Network) -> None:
    labelled, pictures = labels_of(FIVE, area=[8000.0] * 5)
    fewer = labelled.chosen(np.arange(5) > 0)
    by_crop = evaluate_network(network, fewer, EvaluationRequest())
    found = evaluate_network(network, fewer, EvaluationRequest(Look("frame")))
    assert (by_crop.images, found.images) == (4, 5)
    assert pictures.asked == [1, 2, 3, 4, 0, 1, 2, 3, 4]
    assert by_crop.ap is not None
    assert found.ap is not None
    assert by_crop.ap.ar50 == found.ap.ar50 == pytest.approx(100)
    assert by_crop.ap.ap50 == pytest.approx(100)
    assert found.ap.ap50 < 99


def test_what_is_missing_from_mpii_is_told(network: Network) -> None:
    labelled, _ = labels_of(FIVE, SKELETON)
    result = evaluate_network(network, labelled, EvaluationRequest())
    assert result.notes == ("The labels have no head size: PCKh is left out.",)


def test_without_torso_labels_the_head_is_enough(network: Network) -> None:
    labelled, _ = labels_of(FIVE, SKELETON, head_size=[30.0] * 5)
    xy = labelled.keypoints.copy()
    xy[:, SKELETON.index("right_hip")] = np.nan
    result = evaluate_network(network, replace(labelled, keypoints=xy), EvaluationRequest())
    assert set(result.pck) == {"pckh@0.5", "pckh@0.1"}
    assert result.scored == 5
    assert result.notes == ("Nobody has both torso joints labelled: PCK is left out.",)


def test_crowds_are_not_looked_at(network: Network) -> None:
    labelled, pictures = labels_of(FIVE, area=[8000.0] * 5, crowd=[True] + [False] * 4)
    result = evaluate_network(network, labelled, EvaluationRequest())
    assert result.scored == 4
    assert pictures.asked == [1, 2, 3, 4]


def test_split_takes_pictures(network: Network) -> None:
    labelled, pictures = labels_of(FIVE)
    steps: list[tuple[int, int]] = []
    result = evaluate_network(
        network, labelled, EvaluationRequest(split=(1, 3)), on_progress=lambda *step: steps.append(step)
    )
    assert (result.images, result.scored) == (2, 2)
    assert pictures.asked == [1, 2]
    assert steps == [(1, 2), (2, 2)]


@pytest.mark.parametrize("split", [(5, 9), (3, 3)])
def test_empty_split(network: Network, split: tuple[int, int]) -> None:
    labelled, _ = labels_of(FIVE)
    with pytest.raises(BadInputError, match="no picture"):
        evaluate_network(network, labelled, EvaluationRequest(split=split))


def test_nobody_to_score_is_told_before_any_work(network: Network) -> None:
    labelled, pictures = labels_of(FIVE)
    xy = labelled.keypoints.copy()
    xy[:, LSP.index("right_hip")] = np.nan
    with pytest.raises(BadInputError, match="no labelled person to score"):
        evaluate_network(network, replace(labelled, keypoints=xy), EvaluationRequest())
    assert pictures.asked == []


def test_no_keypoint_in_common(network: Network) -> None:
    labelled = make_labelled(DOTS, np.zeros((2, 6, 2)), area=[100.0, 100.0])
    with pytest.raises(BadInputError, match="no keypoint"):
        evaluate_network(network, replace(labelled, skeleton=ODD), EvaluationRequest())


def test_cancel_stops(network: Network) -> None:
    labelled, pictures = labels_of(FIVE)
    with pytest.raises(CancelledError):
        evaluate_network(network, labelled, EvaluationRequest(), cancel=lambda: len(pictures.asked) == 2)
    assert pictures.asked == [0, 1]


def test_crop_is_the_square_of_one_and_a_half_extents() -> None:
    xy = np.full((3, 14, 2), np.nan)
    xy[0, :2] = [[10, 20], [30, 100]]
    xy[1, 0] = [50, 50]
    labelled = make_labelled(LSP, xy, box=[[0, 0, 40, 120], [40, 40, 20, 60], [0, 0, 10, 10]])
    box = place_crop(labelled, 0, "extent")
    assert box is not None
    assert (box.centre, box.width, box.height) == ((20, 60), 120, 120)
    alone = place_crop(labelled, 1, "extent")  # one keypoint has no extent: the data set's box
    assert alone is not None
    assert (alone.centre, alone.width, alone.height) == ((50, 70), 25, 75)
    assert place_crop(labelled, 2, "extent") is None
    boxed = place_crop(labelled, 0, "box")
    assert boxed is not None
    assert (boxed.centre, boxed.width, boxed.height) == ((20, 60), 50, 150)


def test_works_without_torch(tmp_path: Path) -> None:
    code = "import poseapp.jobs.evaluate, poseapp.cli.main, sys; sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
