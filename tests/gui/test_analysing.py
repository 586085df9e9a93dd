"""The analysis of the open clip: what streams in and what is told of its progress."""

from __future__ import annotations

import numpy as np
import pytest

from fixtures.dot_person import SKELETON, truth, write_dot_clip
from poseapp.services.analysing import AnalyzeOptions
from poseapp.services.session import Session

pytestmark = pytest.mark.gui


def test_replacements_reach_the_document_and_progress_takes_no_step_back(dots, qtbot, tmp_path):
    poses = truth(60)
    ankles = [SKELETON.index("left_ankle"), SKELETON.index("right_ankle")]
    drawn = poses.copy()
    drawn[20:24, ankles] = poses[20:24][:, ankles[::-1]]
    clip = write_dot_clip(tmp_path / "walk.mp4", poses=drawn)
    session = Session()
    try:
        with qtbot.waitSignal(session.frameReady, timeout=10_000):
            session.open(clip)
        told, ranges, changes = [], [], []
        session.analysing.statusChanged.connect(lambda status: told.append(status.done if status else None))
        session.analysing.doneChanged.connect(ranges.append)
        session.posesChanged.connect(changes.append)
        session.analyze(AnalyzeOptions(model=str(dots.network)))
        qtbot.waitUntil(lambda: session.analysing.running)
        qtbot.waitUntil(lambda: not session.analysing.running, timeout=20_000)
        numbers = [done for done in told if done is not None]
        assert numbers == sorted(numbers)
        assert numbers[-1] == 60
        assert all(len(done) <= 1 for done in ranges)
        replaced = changes[-1]
        assert (replaced.start, replaced.stop) == (20, 24)
        assert np.linalg.norm(session.document.store.track(0).raw - poses, axis=-1).max() < 3
    finally:
        session.close()
