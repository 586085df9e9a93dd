"""Two runs of networks over one clip: where they disagree is worth a look."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.dot_person import SKELETON, truth
from fixtures.review import JUMPS, N_FRAMES, PATIENCE, settle, write_faulty_clip
from poseapp.core.edit_builders import build_move, build_swap_persons
from poseapp.core.moments import MomentKind
from poseapp.core.types import Key, ModelSpec, PoseChunk
from poseapp.gui.review.moment_words import describe
from poseapp.storage.project import ProjectFile

pytestmark = pytest.mark.gui

SPEC = ModelSpec("better", "Better", "none", SKELETON, (96, 96), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))


@pytest.fixture
def twice(tmp_path):
    """A clip analysed twice: by a run that jumps, then by one that is right, with a second person far away first."""
    clip = write_faulty_clip(tmp_path / "faulty.mp4")
    right = truth(N_FRAMES)
    xy = np.stack([right, right + np.float32(400)], axis=1)
    score, cov = np.full((N_FRAMES, 2, 16), 0.9, np.float32), np.ones((N_FRAMES, 2, 16, 3), np.float32)
    with ProjectFile.open(clip.with_suffix(".poseapp")) as project:
        run = project.begin_run(SPEC)
        project.write_chunk(run, PoseChunk(0, xy, score, cov))
        project.end_run(run)
    return clip


def disagreements(session):
    found = [m for m in session.reviewing.moments if m.kind is MomentKind.DISAGREEMENT]
    return {(m.person, m.peak, m.keypoints[0]) for m in found}


@pytest.fixture
def reviewed(session, twice, qtbot):
    with qtbot.waitSignal(session.frameReady, timeout=PATIENCE):
        session.open(twice)
    settle(session, qtbot)
    return session


def test_where_two_runs_disagree_is_in_the_queue_and_in_words(reviewed):
    assert disagreements(reviewed) == {(0, frame, keypoint) for frame, keypoint in JUMPS.items()}
    moment = next(m for m in reviewed.reviewing.moments if m.kind is MomentKind.DISAGREEMENT)
    assert "two runs are 30 px apart" in describe(moment, SKELETON)


def test_what_a_person_placed_is_no_disagreement(reviewed, qtbot):
    (frame, keypoint), (other_frame, other) = JUMPS.items()
    x, y = truth(N_FRAMES)[frame, keypoint]
    assert reviewed.perform(build_move(reviewed.document.store, Key(frame, 0, keypoint), (float(x), float(y))))
    settle(reviewed, qtbot)
    assert disagreements(reviewed) == {(0, other_frame, other)}


def test_a_swap_is_seen_by_both_runs(reviewed, qtbot):
    reviewed.perform(build_swap_persons(0, 1, 0, N_FRAMES))
    settle(reviewed, qtbot)
    assert disagreements(reviewed) == {(1, frame, keypoint) for frame, keypoint in JUMPS.items()}
