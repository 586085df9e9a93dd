"""The review queue through the real session: found after analysis, accepted, fixed, undone, kept."""

from __future__ import annotations

import shutil

import numpy as np
import pytest

from fixtures.dot_person import truth
from fixtures.review import JUMPS, N_FRAMES, PATIENCE, WRIST, settle, write_faulty_clip
from poseapp.core.edit_builders import build_move, build_swap_sides
from poseapp.core.edits import SwapSidesEdit
from poseapp.core.moments import MomentKind
from poseapp.core.types import Key
from poseapp.services.session import Session

pytestmark = pytest.mark.gui

N = N_FRAMES


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    """A clip with its project, in whose predictions two keypoints jump for a frame."""
    return write_faulty_clip(tmp_path_factory.mktemp("faulty") / "faulty.mp4")


@pytest.fixture
def clip(faulty, tmp_path):
    for suffix in (".mp4", ".poseapp"):
        shutil.copyfile(faulty.with_suffix(suffix), tmp_path / f"faulty{suffix}")
    return tmp_path / "faulty.mp4"


@pytest.fixture
def reviewed(session, clip, qtbot):
    """A session whose queue is filled."""
    open_and_settle(session, clip, qtbot)
    return session


def open_and_settle(session, clip, qtbot):
    with qtbot.waitSignal(session.frameReady, timeout=PATIENCE):
        session.open(clip)
    settle(session, qtbot)


def jumps(session):
    return {m.peak: m for m in session.reviewing.moments if m.kind is MomentKind.JUMP}


def test_the_queue_holds_the_jumps_the_worst_first(reviewed):
    queue = reviewed.reviewing
    assert {(m.peak, m.keypoints[0]) for m in queue.moments if m.kind is MomentKind.JUMP} == set(JUMPS.items())
    severities = [m.severity for m in queue.moments]
    assert severities == sorted(severities, reverse=True)
    assert queue.progress == (0, len(queue.moments))
    assert queue.current is None


def test_stepping_goes_to_the_frame_and_the_keypoint(reviewed):
    queue = reviewed.reviewing
    queue.step(1)
    first = queue.moments[0]
    assert (queue.current, reviewed.playback.playhead) == (first, first.peak)
    assert reviewed.selection.keypoint == first.keypoints[0]
    queue.step(-1)
    assert queue.current == queue.moments[-1]
    queue.step(1)
    assert queue.current == first


def test_accepting_goes_on_and_is_undone(reviewed):
    queue = reviewed.reviewing
    total = len(queue.moments)
    queue.step(1)
    first, second = queue.moments[:2]
    assert queue.accept()
    assert first not in queue.moments
    assert queue.current == second
    assert queue.progress == (1, total)
    assert reviewed.document.history.undo_label == f"Accept frames {first.start}–{first.stop - 1}"
    assert reviewed.undo()
    assert first in queue.moments
    assert queue.progress == (0, total)


def test_what_was_accepted_is_remembered_by_the_project(reviewed, clip, qtbot):
    moment = jumps(reviewed)[20]
    reviewed.reviewing.go(moment)
    assert reviewed.reviewing.accept()
    total = reviewed.reviewing.progress[1]
    reviewed.close()
    again = Session()
    try:
        open_and_settle(again, clip, qtbot)
        assert set(jumps(again)) == {35}
        assert again.reviewing.progress == (1, total)
        assert again.undo()
        assert set(jumps(again)) == {20, 35}
    finally:
        again.close()


def test_a_corrected_moment_leaves_the_queue_and_counts(reviewed, qtbot):
    total = len(reviewed.reviewing.moments)
    x, y = truth(N)[20, WRIST]
    assert reviewed.perform(build_move(reviewed.document.store, Key(20, 0, WRIST), (float(x), float(y))))
    settle(reviewed, qtbot)
    assert set(jumps(reviewed)) == {35}
    assert reviewed.reviewing.progress == (1, total)
    assert reviewed.undo()
    settle(reviewed, qtbot)
    assert set(jumps(reviewed)) == {20, 35}
    assert reviewed.reviewing.progress == (0, total)


def test_corrections_of_an_earlier_day_count_too(reviewed, clip, qtbot):
    total = len(reviewed.reviewing.moments)
    x, y = truth(N)[20, WRIST]
    assert reviewed.perform(build_move(reviewed.document.store, Key(20, 0, WRIST), (float(x), float(y))))
    settle(reviewed, qtbot)
    reviewed.close()
    again = Session()
    try:
        open_and_settle(again, clip, qtbot)
        assert again.reviewing.progress == (1, total)
    finally:
        again.close()


def test_nothing_is_looked_through_while_a_keypoint_is_dragged(reviewed, qtbot):
    before = reviewed.reviewing.moments
    reviewed.measuring.preview(Key(50, 0, WRIST), 5.0, 5.0)
    settle(reviewed, qtbot)
    assert reviewed.reviewing.moments is before
    reviewed.measuring.preview(None)
    settle(reviewed, qtbot)
    assert reviewed.reviewing.moments == before


def test_a_swap_is_swapped_back_by_one_edit(reviewed, qtbot):
    assert not reviewed.reviewing.fix()
    store = reviewed.document.store
    right = store.track(0).xy.copy()
    assert reviewed.perform(build_swap_sides(store, 0, 44, 50, ["leg"]))
    settle(reviewed, qtbot)
    (swap,) = (m for m in reviewed.reviewing.moments if m.kind is MomentKind.SWAP)
    assert (swap.start, swap.stop, swap.subject) == (44, 50, "leg")
    reviewed.reviewing.go(swap)
    assert reviewed.reviewing.fix()
    np.testing.assert_array_equal(store.track(0).xy, right)
    settle(reviewed, qtbot)
    assert not [m for m in reviewed.reviewing.moments if m.kind is MomentKind.SWAP]
    assert reviewed.reviewing.progress[0] == 1
    assert isinstance(reviewed.document.history.next_undo, SwapSidesEdit)
    assert reviewed.undo()
    settle(reviewed, qtbot)
    assert [m.kind for m in reviewed.reviewing.moments].count(MomentKind.SWAP) == 1


def test_frames_for_fine_tuning_come_last(reviewed, qtbot):
    suspicious = len(reviewed.reviewing.moments)
    with qtbot.waitSignal(reviewed.advising.suggested, timeout=PATIENCE) as answer:
        reviewed.advising.suggest(0, 3)
    assert answer.args == [3]
    moments = reviewed.reviewing.moments
    assert [m.kind for m in moments[suspicious:]] == [MomentKind.SUGGESTED] * 3
    settle(reviewed, qtbot)
    assert reviewed.perform(build_move(reviewed.document.store, Key(moments[-1].peak, 0, WRIST), (100.0, 100.0)))
    settle(reviewed, qtbot)
    assert moments[-1] not in reviewed.reviewing.moments


def test_closing_empties_the_queue(reviewed):
    reviewed.reviewing.step(1)
    reviewed.close_document()
    assert (reviewed.reviewing.moments, reviewed.reviewing.current) == ((), None)
    assert reviewed.reviewing.progress == (0, 0)
    reviewed.reviewing.step(1)
    assert not reviewed.reviewing.accept()


def test_the_queue_fills_while_a_clip_is_analysed(session, dots, qtbot, analyse):
    analyse(session, dots)
    settle(session, qtbot)
    assert session.reviewing.progress == (0, len(session.reviewing.moments))
    assert not [m for m in session.reviewing.moments if m.kind in (MomentKind.JUMP, MomentKind.SWAP)]
