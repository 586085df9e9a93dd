"""Pictures of before and after."""

from __future__ import annotations

import numpy as np

from poseapp.core.side_colors import side_rgb
from poseapp.core.skeleton import load_skeleton
from poseapp.training.finetuning.examples import Example, choose_examples, draw_example, write_examples

SKELETON = load_skeleton("lsp14")
SIDE = 420


def example(frame=7):
    truth = np.full((14, 2), np.nan, np.float32)
    truth[SKELETON.index("right_knee")] = 100, 200
    truth[SKELETON.index("left_knee")] = 300, 200
    before = truth + np.float32((60, 0))
    return Example(SKELETON, np.full((SIDE, SIDE, 3), 90, np.uint8), truth, before, truth, frame, (60.0, 0.0))


def test_keypoints_are_drawn_where_they_are_in_the_colour_of_their_side():
    sheet = draw_example(example())
    band = sheet.shape[0] - SIDE
    assert tuple(sheet[band + 200, 100]) == side_rgb("right")
    assert tuple(sheet[band + 200, 300]) == side_rgb("left")
    second = SIDE + 8
    assert tuple(sheet[band + 200, second + 160]) == side_rgb("right")
    assert tuple(sheet[band + 200, second + 130]) == (255, 143, 135)  # the line to where it should be
    assert tuple(sheet[band + 200, second + 60]) == (90, 90, 90)


def test_each_of_the_three_has_a_title():
    sheet = draw_example(example())
    band = sheet[:30]
    for left in (0, SIDE + 8, 2 * (SIDE + 8)):
        assert band[:, left : left + 120].max() > 200


def test_most_gained_first_and_what_was_lost_is_not_kept_quiet():
    before = np.array([[5.0], [9.0], [7.0], [3.0], [4.0], [6.0], [8.0], [2.0]])
    after = before - np.array([[1.0], [2.0], [3.0], [-4.0], [0.5], [0.4], [0.3], [0.2]])
    assert choose_examples(before, after, 4) == [2, 1, 0, 3]
    assert choose_examples(before, before - 1, 2) == [0, 1]
    assert choose_examples(before[:2], after[:2], 4) == [1, 0]


def test_pictures_of_an_earlier_training_go(tmp_path):
    first = write_examples(tmp_path, [example(7), example(9)])
    assert first == ("examples/01-frame-7.png", "examples/02-frame-9.png")
    (tmp_path / "examples" / "mine.png").write_bytes(b"somebody's own")
    assert write_examples(tmp_path, [example(11)]) == ("examples/01-frame-11.png",)
    assert sorted(file.name for file in (tmp_path / "examples").iterdir()) == ["01-frame-11.png", "mine.png"]
