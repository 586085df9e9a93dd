"""How pictures are turned and read for the teacher."""

from pathlib import Path

import cv2
import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

from poseapp.core.errors import BadInputError
from poseapp.core.geometry import Affine, Box
from poseapp.training.teachers.answers import read_answers, write_said
from poseapp.training.teachers.teacher import (
    MPII_OF_BODY,
    ZOOM,
    Teacher,
    _peaks,
    ask,
    look_at_labelled,
    mirrored,
    turned,
    upright_turn,
)


def test_a_turned_crop_keeps_its_centre_and_turns_clockwise() -> None:
    to_input = turned(Box(10, 20, 100, 100), 368, 90.0)
    assert np.allclose(to_input((60, 70)), (183.5, 183.5))
    # A point to the right of the centre comes to lie below it: y runs down.
    x, y = to_input((80, 70))
    assert x == pytest.approx(183.5)
    assert y == pytest.approx(183.5 + 20 * 3.68)


@pytest.mark.parametrize(("direction", "degrees"), [((0, -1), 0), ((1, 0), -90), ((0, 1), 180), ((-1, 0), 90)])
def test_the_turn_brings_the_head_up(direction: tuple[int, int], degrees: float) -> None:
    points = np.full((18, 2), np.nan)
    points[[2, 3]] = (50, 50)
    points[[8, 9, 12, 13]] = np.array((50, 50)) + 30 * np.array(direction)
    turn = upright_turn(points)
    assert abs((turn - degrees + 180) % 360 - 180) < 1e-6
    head, hips = (turned(Box(0, 0, 100, 100), 100, turn)(points[i]) for i in (13, 2))
    assert head[1] < hips[1] - 20
    assert head[0] == pytest.approx(hips[0])


def test_an_unknown_trunk_is_left_as_it_is() -> None:
    assert upright_turn(np.full((18, 2), np.nan)) == 0


def test_peaks_are_read_below_a_pixel() -> None:
    rows, columns = np.mgrid[0:64, 0:64]
    maps = np.exp(-((columns - 20.4) ** 2 + (rows - 33.3) ** 2) / (2 * 6.0**2))[..., None].astype(np.float32)
    xy, peak = _peaks(maps)
    assert np.allclose(xy[0], (20.4, 33.3), atol=0.2)
    assert peak[0] > 0.85


def test_every_body_keypoint_has_its_own_channel() -> None:
    assert len(set(MPII_OF_BODY)) == 14


class Recorder(Teacher):
    """A teacher of 64 px that sees its keypoint k at a bright pixel of colour k; counts its looks."""

    def __init__(self, sure: float = 1.0) -> None:
        self.size, self.looks, self.sure = 64, 0, sure

    def heatmaps(self, rgb: np.ndarray) -> np.ndarray:
        self.looks += 1
        bright = cv2.GaussianBlur(rgb[..., 0].astype(np.float32), (0, 0), 3.0)
        return np.repeat(self.sure * bright[..., None] / bright.max(), 16, axis=2)


def test_a_mirrored_zoomed_look_comes_back_to_the_same_place() -> None:
    picture = np.zeros((64, 64, 3), np.uint8)
    cv2.circle(picture, (22, 40), 3, (255, 255, 255), -1)
    xy, _ = Recorder().look(picture, Affine.identity(), again=ZOOM)
    assert np.allclose(xy, (22, 40), atol=0.3)


def test_mirroring_keeps_the_middle_and_zooms() -> None:
    moved = mirrored(101, 0.5)
    assert np.allclose(moved((50, 50)), (50, 50))
    assert np.allclose(moved((60, 70)), (45, 60))


def test_a_sure_teacher_keeps_its_turn_and_an_unsure_one_tries_other_turns() -> None:
    labels = np.full((14, 2), np.nan)
    labels[[2, 3]], labels[[8, 9, 12, 13]] = (32, 40), (32, 15)
    labels[0] = (32, 60)
    picture = np.zeros((64, 64, 3), np.uint8)
    picture[30:34, 30:34] = 255
    for sure, again, looks in ((1.0, 0.0, 1), (1.0, ZOOM, 2), (0.1, 0.0, 3), (0.1, ZOOM, 6)):
        teacher = Recorder(sure)
        look_at_labelled(teacher, picture, labels, again)
        assert teacher.looks == looks


def test_asking_goes_on_where_it_stopped_and_looks_again_last(tmp_path: Path) -> None:
    path, asked = tmp_path / "answers.npz", []
    started = read_answers(path, 4)
    started.looks[:2] = 2, 1
    started.xy[0] = 7
    write_said(path, started)

    def look(n: int, again: float) -> tuple[np.ndarray, np.ndarray]:
        asked.append((n, again))
        return np.full((16, 2), n, float), np.full(16, 0.5, np.float32)

    ask(path, 4, look)
    assert asked == [(2, 0), (3, 0), (1, ZOOM), (2, ZOOM), (3, ZOOM)]
    answers = read_answers(path, 4)
    assert answers.xy[:, 0, 0].tolist() == [7, 1, 2, 3]
    assert answers.looks.tolist() == [2, 2, 2, 2]


def test_a_missing_network_is_named(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="network is missing"):
        Teacher(tmp_path / "none.tflite")
