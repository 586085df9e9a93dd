"""How a landmark network is shown a person, and what is kept between runs."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("ai_edge_litert")

from poseapp.core.errors import BadInputError
from poseapp.core.types import Float64
from poseapp.training.teachers import feet
from poseapp.training.teachers.answers import Landmarks, read_landmarks, write_said
from poseapp.training.teachers.feet import SIZE, LandmarkNetwork, crop_of, mark, refine


class Network(LandmarkNetwork):
    """Sees every landmark at its own place of the crop, and counts the looks."""

    def __init__(self, places: Float64) -> None:
        self.places, self.looks = places, 0

    def look(self, crop: np.ndarray) -> tuple[Float64, Float64, float]:
        self.looks += 1
        return self.places.copy(), np.full(33, 0.9), 0.8


def standing() -> np.ndarray:
    guide = np.full((14, 2), np.nan)
    guide[[2, 3]] = (95, 100), (105, 100)
    guide[[8, 9, 12, 13]] = (90, 60), (110, 60), (100, 55), (100, 40)
    guide[[0, 5]] = (95, 180), (105, 180)
    return guide


def test_the_crop_is_centred_on_the_hips_and_2_5_times_the_reach() -> None:
    to_input = crop_of(standing())
    assert to_input is not None
    assert np.allclose(to_input((100, 100)), (SIZE - 1) / 2)
    reach = np.hypot(5, 80)
    assert to_input.scale == pytest.approx(SIZE / (2.5 * reach))


def test_a_handstand_is_shown_upright() -> None:
    guide = standing()
    guide = (100, 100) - (guide - (100, 100))
    to_input = crop_of(guide)
    assert to_input is not None
    head, ankle = to_input(guide[13]), to_input(guide[0])
    assert head[1] < 128 < ankle[1]


def test_nobody_is_cropped_without_a_hip() -> None:
    guide = standing()
    guide[[2, 3]] = np.nan
    assert crop_of(guide) is None


def test_a_sure_heatmap_moves_a_landmark_and_an_unsure_one_does_not() -> None:
    maps = np.zeros((64, 64, 2))
    maps[30, 20:22, 0] = 0.9  # its middle: column 20.5, row 30 of the map
    maps[30, 20:22, 1] = 0.4
    xy = refine(np.array([(85.0, 119.0), (85.0, 119.0)]), maps)
    assert np.allclose(xy[0], (83.5, 121.5))  # (20.5 + 0.5) * 4 - 0.5
    assert np.array_equal(xy[1], (85, 119))


def test_a_landmark_outside_the_crop_stays() -> None:
    outside = np.array([(-3.0, 300.0)])
    assert np.array_equal(refine(outside, np.ones((64, 64, 1))), outside)


def test_the_mirrored_look_is_turned_back_with_the_sides_exchanged() -> None:
    places = np.zeros((33, 2))
    places[27], places[28] = (100, 200), (155, 200)  # mirror images of each other about column 127.5
    to_input = crop_of(standing())
    assert to_input is not None
    xy, _, apart, presence = Network(places).look_twice(np.zeros((200, 200, 3), np.uint8), to_input)
    assert np.allclose(to_input(xy[27]), (100, 200))
    assert np.allclose(apart[[27, 28]], 0, atol=1e-9)
    assert presence == 0.8


def test_looks_that_differ_are_averaged_and_their_distance_is_kept() -> None:
    places = np.zeros((33, 2))
    places[27], places[28] = (100, 200), (151, 200)  # the mirrored look sees the left ankle at 255 - 151 = 104
    to_input = crop_of(standing())
    assert to_input is not None
    xy, _, apart, _ = Network(places).look_twice(np.zeros((200, 200, 3), np.uint8), to_input)
    assert np.allclose(to_input(xy[27]), (102, 200))
    assert apart[27] == pytest.approx(4 / to_input.scale)


def test_marking_goes_on_where_it_stopped(tmp_path: Path) -> None:
    path, network = tmp_path / "feet.npz", Network(np.full((33, 2), 50.0))
    started = Landmarks.none_of(3)
    started.asked[0] = True
    write_said(path, started)
    hidden = np.full((14, 2), np.nan)
    guides = [standing(), standing(), hidden]
    mark(path, network, 3, lambda n: (np.zeros((200, 200, 3), np.uint8), guides[n]))
    found = read_landmarks(path, 3)
    assert network.looks == 2
    assert found.asked.all()
    assert np.isfinite(found.xy[:, 0, 0]).tolist() == [False, True, False]
    mark(path, network, 3, lambda n: pytest.fail("asked again"))


def test_a_missing_network_says_where_to_take_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(BadInputError, match="missing") as raised:
        LandmarkNetwork(tmp_path / "pose_landmark_full.tflite")
    assert "mediapipe==0.10.21" in str(raised.value)
    monkeypatch.setattr(feet.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(BadInputError, match="missing"):
        feet.find_network()
