"""What the teachers said, kept between runs."""

from pathlib import Path

import numpy as np
import pytest

from poseapp.core.errors import BadInputError
from poseapp.training.teachers.answers import Answers, Landmarks, read_answers, read_landmarks, write_said


def test_answers_come_back_and_the_rest_is_not_asked_yet(tmp_path: Path) -> None:
    path, said = tmp_path / "answers.npz", Answers.none_of(2)
    said.xy[1], said.peak[1], said.looks[1] = 3.5, 0.25, 2
    write_said(path, said)
    found = read_answers(path, 4)
    assert found.looks.tolist() == [0, 2, 0, 0]
    assert np.isnan(found.xy[[0, 2, 3]]).all()
    assert (found.xy[1] == 3.5).all()
    assert (found.peak[1] == 0.25).all()


def test_a_longer_file_gives_its_beginning(tmp_path: Path) -> None:
    path, seen = tmp_path / "feet.npz", Landmarks.none_of(5)
    seen.asked[:3] = True
    write_said(path, seen)
    found = read_landmarks(path, 2)
    assert found.xy.shape == (2, 33, 2)
    assert found.asked.tolist() == [True, True]


def test_without_a_file_nothing_is_asked_yet(tmp_path: Path) -> None:
    assert not read_landmarks(tmp_path / "none.npz", 3).asked.any()
    assert not read_answers(tmp_path / "none.npz", 3).looks.any()


def test_a_file_of_something_else_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "pack.npz"
    np.savez(path, pixels=np.zeros(3))
    for read in (read_answers, read_landmarks):
        with pytest.raises(BadInputError, match="not what a teacher said"):
            read(path, 1)
