"""Two clips in step: the frames that are asked for, in pairs, by time; and nothing of the other clip is written."""

from __future__ import annotations

import threading
import time

import numpy as np
import pytest
from PySide6.QtCore import QEventLoop, QThread

from fixtures.clips import read_number
from fixtures.comparison import make_document, make_project, moving_bodies, write_even_clip, write_uneven_clip
from poseapp.core.edits import ItemsEdit
from poseapp.core.errors import BadInputError
from poseapp.core.items import Event, ItemChange, PersonNote
from poseapp.core.scene import Scene
from poseapp.core.synchrony import SharedEvent, Sync
from poseapp.services.comparing import BOTH_STARTS, BY_HAND, Comparing
from poseapp.storage.project import ProjectFile
from poseapp.video import open_clip

pytestmark = pytest.mark.gui


class Seen:
    """Collects the pairs that a comparison hands out, as the numbers written in the pictures."""

    def __init__(self, comparing):
        self.pairs = []
        self.comparing = comparing
        comparing.pairReady.connect(self._on_pair)

    def _on_pair(self, pair):
        numbers = tuple(None if frame is None else read_number(frame.rgb) for frame in (pair.first, pair.second))
        indices = tuple(None if frame is None else frame.index for frame in (pair.first, pair.second))
        assert numbers == indices
        self.pairs.append(numbers)


@pytest.fixture
def compare(qapp, qtbot):
    """Open a comparison of a document with a path and wait until its first pair is there."""
    made = []

    def run(document, path, *, measures=lambda person: None, start=0):
        comparing = Comparing(document, measures)
        made.append(comparing)
        seen = Seen(comparing)
        with qtbot.waitSignal(comparing.pairReady, timeout=20_000):
            comparing.open(path, start=start)
        return comparing, seen

    yield run
    for comparing in made:
        comparing.close()


@pytest.fixture
def clips(tmp_path):
    """An even clip at 30 frames/s and one as a phone records it."""
    return write_even_clip(tmp_path / "first.mp4"), write_uneven_clip(tmp_path / "second.mp4")


def expected(comparing, frame):
    """The nearest frame of the second clip in time, found by looking at all of them."""
    first, second = (clip.info.pts for clip in comparing.clips)
    distance = np.abs(second - (first[frame] + comparing.sync.second - comparing.sync.first))
    return int(distance.argmin())


def test_a_step_shows_the_frame_of_the_same_time(compare, clips, qtbot):
    comparing, seen = compare(make_document(clips[0]), clips[1])
    assert comparing.sync == Sync(0.0, 0.5, BOTH_STARTS)
    assert seen.pairs[-1] == (0, 0)
    for _ in range(12):
        with qtbot.waitSignal(comparing.pairReady, timeout=10_000):
            comparing.playback.step(1)
        here = comparing.playback.playhead
        assert seen.pairs[-1] == (here, expected(comparing, here))
    assert seen.pairs[-1][0] == 12
    assert seen.pairs[-1][1] != 12  # by time, not by index


def test_slow_motion_is_in_step_by_the_times_of_the_recording(compare, tmp_path, qtbot):
    """Twenty frames at 60 frames/s last as long as ten at 30."""
    slow, plain = write_even_clip(tmp_path / "slow.mp4"), write_even_clip(tmp_path / "plain.mp4")
    document = make_document(slow)
    scene = Scene(capture_fps=60.0, playback_fps=30.0)
    document.perform(ItemsEdit((ItemChange(1, None, scene),), "Set the scale and time"))
    comparing, _ = compare(document, plain)
    with qtbot.waitSignal(comparing.pairReady, timeout=10_000):
        comparing.playback.seek(20)
    assert comparing.shown() == (20, 10)


def test_leaps_end_on_the_last_wish_and_every_pair_belongs_together(compare, clips, qtbot):
    comparing, seen = compare(make_document(clips[0]), clips[1])
    seen.pairs.clear()
    for frame in (5, 30, 17, 2, 39, 8):
        comparing.playback.seek(frame)
    qtbot.waitUntil(lambda: seen.pairs[-1:] == [(8, expected(comparing, 8))], timeout=20_000)
    assert all(pair == (pair[0], expected(comparing, pair[0])) for pair in seen.pairs)


def test_playing_shows_pairs_that_belong_together(compare, clips, qtbot):
    comparing, seen = compare(make_document(clips[0]), clips[1])
    seen.pairs.clear()
    comparing.playback.play()
    qtbot.waitUntil(lambda: [pair[0] for pair in seen.pairs[-1:]] == [39], timeout=30_000)
    assert all(second == expected(comparing, first) for first, second in seen.pairs)


def test_the_other_clip_shows_nothing_before_it_begins_and_after_it_ends(compare, tmp_path, qtbot):
    long, short = write_even_clip(tmp_path / "long.mp4", 40), write_even_clip(tmp_path / "short.mp4", 10)
    comparing, seen = compare(make_document(long), short)
    with qtbot.waitSignal(comparing.pairReady, timeout=10_000):
        comparing.playback.seek(20)
    assert seen.pairs[-1] == (20, None)
    with pytest.raises(BadInputError, match="shows nothing"):
        comparing.synchronise_here()
    with qtbot.waitSignal(comparing.pairReady, timeout=10_000):
        comparing.step_second(-1)  # brings its nearest frame back
    assert seen.pairs[-1] == (20, 9)
    comparing.synchronise_here()
    assert comparing.sync == Sync(20 / 30, 9 / 30, BY_HAND)


def test_a_short_clip_begins_where_a_long_one_is(compare, tmp_path):
    long, short = write_even_clip(tmp_path / "long.mp4", 40), write_even_clip(tmp_path / "short.mp4", 10)
    comparing, seen = compare(make_document(long), short, start=25)
    assert seen.pairs[-1] == (25, 0)
    assert comparing.sync == Sync(25 / 30, 0.0, BY_HAND)


def test_moving_one_clip_alone_changes_the_offset(compare, clips, qtbot):
    comparing, seen = compare(make_document(clips[0]), clips[1], start=6)
    before, there = comparing.sync, comparing.shown()[1]
    with qtbot.waitSignal(comparing.pairReady, timeout=10_000):
        comparing.step_second(3)
    assert seen.pairs[-1] == (6, there + 3)
    assert comparing.sync.first == before.first
    shift = comparing.clips[1].info.pts[there + 3] - comparing.clips[0].info.pts[6]
    assert comparing.sync.offset == pytest.approx(shift)
    comparing.move_second(10**6)
    assert comparing.shown()[1] == 59


def test_an_event_of_the_same_name_lays_the_clips_together(compare, clips, qtbot):
    ours = [Event(4, "heel strike", 0, "right"), Event(25, "heel strike", 0, "right"), Event(9, "toe off")]
    theirs = [Event(12, "Heel strike", 0, "right"), Event(48, "heel strike", 0, "right"), Event(50, "jump")]
    document = make_document(clips[0], events=ours, chunk=moving_bodies(40))
    comparing, seen = compare(document, make_project(clips[1], events=theirs), start=20)
    assert comparing.shared_events() == (SharedEvent("heel strike, right", (4, 25), (12, 48)),)
    comparing.synchronise_at(comparing.shared_events()[0])
    first, second = (clip.info.pts for clip in comparing.clips)
    assert comparing.sync.name == "heel strike, right"
    assert (comparing.sync.first, comparing.sync.second) in [(first[25], second[12]), (first[25], second[48])]
    qtbot.waitUntil(lambda: seen.pairs[-1] == (25, comparing.shown()[1]), timeout=10_000)
    comparing.synchronise_at(comparing.shared_events()[0], further=5)
    assert comparing.sync == Sync(first[25], second[48], "heel strike, right")
    comparing.synchronise_at(comparing.shared_events()[0], further=-1)
    qtbot.waitUntil(lambda: seen.pairs[-1] == (25, 12), timeout=10_000)


def test_swapping_lets_the_other_clip_lead(compare, clips, qtbot):
    comparing, seen = compare(make_document(clips[0]), clips[1], start=10)
    there = comparing.shown()[1]
    comparing.swap()
    qtbot.waitUntil(lambda: seen.pairs[-1] == (there, comparing.shown()[1]), timeout=10_000)
    assert [clip.name for clip in comparing.clips] == ["second.mp4", "first.mp4"]
    assert comparing.sync.offset == pytest.approx(-0.5)
    for _ in range(4):
        with qtbot.waitSignal(comparing.pairReady, timeout=10_000):
            comparing.playback.step(1)
    assert seen.pairs[-1] == (there + 4, expected(comparing, there + 4))
    comparing.playback.seek(59)
    comparing.swap()
    assert comparing.playback.playhead == 39  # the first clip had ended: its last frame


def test_a_swap_while_frames_are_on_their_way_mixes_nothing_up(compare, clips, qtbot):
    comparing, seen = compare(make_document(clips[0]), clips[1])
    for frame in (3, 14, 25):
        comparing.playback.seek(frame)
        comparing.swap()
    qtbot.waitUntil(lambda: seen.pairs[-1] == comparing.shown(), timeout=20_000)
    assert [clip.name for clip in comparing.clips] == ["second.mp4", "first.mp4"]


def test_a_project_brings_poses_and_angles_and_is_left_alone(compare, clips, tmp_path, qtbot):
    project = make_project(clips[1], events=[Event(3, "jump")])
    contents = project.read_bytes()
    before = sorted(path.name for path in tmp_path.iterdir())
    comparing, _ = compare(make_document(clips[0]), project)
    second = comparing.clips[1]
    qtbot.waitUntil(lambda: second.measures(0) is not None, timeout=20_000)
    assert second.n_persons == 1
    assert second.poses(5).xy.shape == (1, 21, 2)
    knee = second.measures(0).angles.column("right_knee_flexion")
    assert np.isfinite(second.measures(0).angles.values[:, knee]).all()
    comparing.playback.step(3)
    assert project.read_bytes() == contents
    assert sorted(path.name for path in tmp_path.iterdir()) == before
    with ProjectFile.open(project) as writable:  # its lock is free
        assert not writable.read_only


def test_a_project_that_is_open_elsewhere_is_read_all_the_same(compare, clips, qtbot):
    project = make_project(clips[1])
    with ProjectFile.open(project) as writer:
        assert not writer.read_only
        comparing, _ = compare(make_document(clips[0]), clips[1])  # by its clip
        assert comparing.clips[1].n_persons == 1


def test_a_bare_clip_brings_pictures_only(compare, clips):
    comparing, _ = compare(make_document(clips[0]), clips[1])
    second = comparing.clips[1]
    assert (second.n_persons, second.poses(0), second.events()) == (0, None, ())


def test_the_subject_is_compared(compare, clips):
    project = make_project(clips[1], events=[PersonNote(0, "Ann", subject=True)])
    comparing, _ = compare(make_document(clips[0], events=[PersonNote(7, subject=True)]), project)
    assert comparing.clips[0].person == 0  # nobody of that number
    assert comparing.clips[1].person_name(0) == "Ann"
    assert comparing.clips[0].person_name(1) == "Person 2"


def test_reading_and_measuring_happen_beside_the_gui_thread(compare, clips, qtbot, monkeypatch):
    from poseapp.kinematics import measure as measuring

    threads, real = [], measuring.measure_person

    def recording(*args, **kwargs):
        threads.append(threading.current_thread())
        return real(*args, **kwargs)

    monkeypatch.setattr(measuring, "measure_person", recording)
    comparing, _ = compare(make_document(clips[0]), make_project(clips[1]))
    qtbot.waitUntil(lambda: comparing.clips[1].measures(0) is not None, timeout=20_000)
    assert threads
    assert threading.main_thread() not in threads


@pytest.mark.parametrize("trouble", ["no clip", "no project", "other clip"])
def test_what_cannot_be_compared_is_said(qapp, qtbot, clips, tmp_path, trouble):
    path = tmp_path / "nothing.mp4"
    if trouble == "no project":
        path = tmp_path / "broken.poseapp"
        path.write_bytes(b"not a project")
    elif trouble == "other clip":
        path = make_project(clips[1])
        clips[1].unlink()
    comparing = Comparing(make_document(clips[0]), lambda person: None)
    with qtbot.waitSignal(comparing.failed, timeout=20_000) as failed:
        comparing.open(path)
    assert isinstance(failed.args[0], BadInputError)
    assert comparing.clips == ()
    comparing.close()


def test_closing_while_everything_is_still_being_opened(qapp, clips):
    comparing = Comparing(make_document(clips[0]), lambda person: None)
    comparing.open(make_project(clips[1]))
    comparing.close()


def test_what_arrives_after_closing_starts_nothing(qapp, clips):
    comparing = Comparing(make_document(clips[0]), lambda person: None)
    comparing.open(make_project(clips[1]))
    loop = QEventLoop()
    comparing.opening._runner.produced.connect(loop.quit)  # not a moment later: small clips are open at once
    loop.exec()
    time.sleep(0.5)  # both clips are open by now, which nobody has heard of yet
    comparing.close()
    qapp.processEvents()
    assert comparing.clips == ()
    assert not comparing.findChildren(QThread, "job 2")


def test_a_clip_can_be_compared_with_itself(compare, clips, qtbot):
    project = make_project(clips[0])
    with ProjectFile.open(project) as mine, open_clip(str(clips[0])) as opened:
        from poseapp.services.document import Document

        document = Document.from_project(mine, mine.load(), opened.info)
        comparing, seen = compare(document, clips[0])
        comparing.move_second(15)
        qtbot.waitUntil(lambda: seen.pairs[-1] == (0, 15), timeout=10_000)
