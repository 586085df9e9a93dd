"""Keypoints of one's own in the window: added, placed on the canvas, plotted, exported, taken back."""

from __future__ import annotations

import csv
from dataclasses import replace

import h5py
import numpy as np
import pytest
from PySide6.QtCore import QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from poseapp.core.edit_builders import build_move
from poseapp.core.errors import BadInputError
from poseapp.core.locations import resources_folder
from poseapp.core.own_builders import build_add_keypoints, build_rename_keypoint
from poseapp.core.own_keypoints import OwnKeypoint, extended
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import Key, PoseChunk, Source
from poseapp.gui.own.keypoints_dialog import KeypointsDialog
from poseapp.gui.plots.angle_groups import group_plots
from poseapp.inference.network import load_network
from poseapp.services import measuring
from poseapp.services.analysing import AnalyzeOptions
from poseapp.storage.project import ProjectFile

TIP = OwnKeypoint("racket_tip", ("right_wrist",))
K = 16


def add(session, *points):
    assert session.perform(build_add_keypoints(session.document.store, points))


def test_what_is_measured_and_reviewed_follows_the_keypoints_there_are(session, dots, analyse, qtbot):
    analyse(session, dots)
    session.select(0, 3)
    shapes = []
    session.measuring.measured.connect(lambda p: shapes.append(session.measuring.measures(p)))
    add(session, TIP)
    assert session.measuring.measures(0) is None, "nothing of other keypoints is looked up any more"
    assert session.selection.keypoint is None
    qtbot.waitUntil(lambda: session.measuring.measures(0) is not None, timeout=20_000)
    assert session.measuring.measures(0).final.shape == (60, K + 1, 2)
    for frame in (3, 30, 57):
        assert session.perform(build_move(session.document.store, Key(frame, 0, K), (10.0, frame)))
    qtbot.waitUntil(lambda: not session.measuring.busy and not session.reviewing.busy, timeout=20_000)
    assert np.isfinite(session.measuring.measures(0).final[[3, 30, 57], K]).all()
    assert not [moment for moment in session.reviewing.moments if K in moment.keypoints]
    for _ in range(4):
        assert session.undo()
    assert session.document.store.skeleton.n_keypoints == K
    qtbot.waitUntil(lambda: not session.measuring.busy, timeout=20_000)
    assert session.measuring.measures(0).final.shape == (60, K, 2)
    assert session.redo()
    qtbot.waitUntil(lambda: not session.measuring.busy and not session.reviewing.busy, timeout=20_000)
    assert session.measuring.measures(0).final.shape == (60, K + 1, 2)


def test_a_long_clip_is_measured_anew_piece_by_piece(session, dots, analyse, qtbot, monkeypatch):
    monkeypatch.setattr(measuring, "WHOLE_FRAMES", 10)
    analyse(session, dots)
    add(session, TIP)
    qtbot.waitUntil(lambda: not session.measuring.busy, timeout=20_000)
    assert session.measuring.measures(0).final.shape == (60, K + 1, 2)
    assert session.perform(build_move(session.document.store, Key(5, 0, K), (10.0, 5.0)))
    qtbot.waitUntil(lambda: not session.measuring.busy, timeout=20_000)
    assert session.measuring.measures(0).final[5, K].tolist() == [10, 5]
    assert np.isfinite(session.measuring.measures(0).final[:, 3]).all()


def test_the_network_runs_again_on_a_project_with_keypoints_of_its_own(session, dots, analyse, qtbot):
    analyse(session, dots)
    add(session, TIP)
    assert session.perform(build_move(session.document.store, Key(5, 0, K), (10.0, 5.0)))
    with qtbot.waitSignal(session.analysing.statusChanged, timeout=30_000, check_params_cb=lambda s: s is None):
        session.analyze(AnalyzeOptions(model=str(dots.network)))
    store = session.document.store
    assert store.view(5).xy[0, K].tolist() == [10, 5]
    assert np.isfinite(store.view(6).xy[0, :K]).all()
    qtbot.waitUntil(lambda: not session.document.saving, timeout=20_000)
    with ProjectFile.open(session.document.project.path, readonly=True) as project:
        assert len(project.runs()) == 2
        assert project.load().skeleton.keypoints[K:] == ("racket_tip",)


@pytest.fixture
def dialog(window, dots, analyse, qtbot):
    """The dialog over an analysed clip, opened by its key."""
    analyse(window.session, dots)
    qtbot.waitUntil(lambda: window.overlays.shown_frame == 0)
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_K, Qt.KeyboardModifier.ControlModifier)
    (found,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, KeypointsDialog) and w.isVisible()]
    qtbot.waitExposed(found)
    yield found
    for left in QApplication.topLevelWidgets():
        if isinstance(left, KeypointsDialog):
            left.close()


def fill(dialog, name, side="", bone="", second=""):
    dialog.name.setText(name)
    dialog.side.setCurrentIndex(dialog.side.findData(side))
    for combo, end in zip(dialog.bones, (bone, second), strict=True):
        combo.setCurrentIndex(combo.findData(end))


def listed(dialog):
    return [dialog.rows.topLevelItem(row).text(0) for row in range(dialog.rows.topLevelItemCount())]


def test_a_keypoint_is_added_in_the_dialog_with_the_keyboard(window, dialog, qtbot):
    assert dialog.name.hasFocus()
    assert len(listed(dialog)) == K
    assert not dialog.add.isEnabled()
    qtbot.keyClicks(dialog.name, "Racket tip")
    assert dialog.preview.text() == "In files: racket_tip"
    dialog.bones[0].setCurrentIndex(dialog.bones[0].findData("right_wrist"))
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    store = window.session.document.store
    assert store.own == (TIP,)
    assert listed(dialog)[0] == "racket tip"
    assert [dialog.rows.topLevelItem(0).text(i) for i in range(1, 4)] == ["right wrist", "–", "no marks yet"]
    assert dialog.words.text().startswith("Racket tip added.")
    assert window.session.document.history.undo_label == "Add racket tip"
    qtbot.keyClick(dialog.name, Qt.Key.Key_Return)
    assert "there is a keypoint racket_tip already" in dialog.words.text()
    assert store.own == (TIP,)


def test_a_project_that_cannot_be_written_is_told_of(window, dialog, qtbot, monkeypatch):
    told = []
    window.session.noticeRaised.connect(told.append)

    def refuse(*_):
        raise BadInputError("the last change could not be saved")

    monkeypatch.setattr(window.session.document.keeper, "record", refuse)
    fill(dialog, "racket tip", "", "right_wrist")
    dialog.add.click()
    assert "could not be kept" in dialog.words.text()
    assert "could not be saved" in told[-1].text
    assert window.session.document.store.own == ()
    assert len(listed(dialog)) == K


def test_both_sides_hang_on_their_own_side_and_mirror_each_other(window, dialog):
    fill(dialog, "toe cap", "both", "right_ankle", "pelvis")
    assert dialog.preview.text() == "In files: right_toe_cap, left_toe_cap"
    dialog.add.click()
    store = window.session.document.store
    assert store.own == (
        OwnKeypoint("right_toe_cap", ("right_ankle", "pelvis")),
        OwnKeypoint("left_toe_cap", ("left_ankle", "pelvis")),
    )
    assert store.skeleton.mirror[K:] == (K + 1, K)


def test_an_added_keypoint_is_changed_and_removed_but_not_one_that_is_marked(window, dialog):
    session = window.session
    fill(dialog, "tip", "", "right_wrist")
    dialog.add.click()
    fill(dialog, "bat tip", "right", "right_elbow")
    dialog.change.click()
    assert session.document.store.own == (OwnKeypoint("right_bat_tip", ("right_elbow",), ("tip",)),)
    assert dialog.rows.chosen == "right_bat_tip"
    assert session.perform(build_move(session.document.store, Key(5, 0, K), (10.0, 5.0)))
    dialog.remove.click()
    assert "right bat tip cannot be removed: it is marked in 1 place" in dialog.words.text()
    assert session.undo()
    dialog.remove.click()
    assert session.document.store.own == ()
    assert dialog.words.text() == "Right bat tip removed."
    dialog.rows.choose("right_knee")
    assert not dialog.remove.isEnabled()
    assert not dialog.change.isEnabled()


def test_a_keypoint_nobody_has_seen_is_placed_by_a_click_frame_by_frame(window, dialog, qtbot):
    session, canvas = window.session, window.canvas
    fill(dialog, "racket tip", "", "right_wrist")
    dialog.add.click()
    dialog.place.click()
    assert session.selection.keypoint == K
    assert window.hint.text().startswith("Click where the racket tip is")
    for frame, place in ((0, (60.0, 40.0)), (1, (64.0, 44.0))):
        session.playback.seek(frame)
        qtbot.waitUntil(lambda frame=frame: window.overlays.shown_frame == frame)
        at = QPointF(*canvas.view.to_widget(*place)).toPoint()
        QTest.mouseClick(canvas, Qt.MouseButton.LeftButton, pos=at)
        assert session.document.store.mark(Key(frame, 0, K)) is not None
        np.testing.assert_allclose(session.document.store.view(frame).xy[0, K], place, atol=1)
    assert session.selection.keypoint == K
    qtbot.waitUntil(lambda: not session.propagating.busy, timeout=30_000)
    store = session.document.store
    assert store.view(0).source[0, K] == store.view(1).source[0, K] == Source.CORRECTED
    qtbot.keyClick(canvas, Qt.Key.Key_Right)
    assert store.view(1).xy[0, K, 0] == pytest.approx(65, abs=1)
    window.actions_by_name["next_keypoint"].trigger()  # from the last of the order to the first
    assert session.selection.keypoint == store.skeleton.order[0]
    window.actions_by_name["previous_keypoint"].trigger()
    assert session.selection.keypoint == K


def test_a_keypoint_of_ones_own_is_plotted_and_exported(window, dialog, qtbot, tmp_path):
    session = window.session
    fill(dialog, "racket tip", "", "right_wrist")
    dialog.add.click()
    for frame in range(60):
        assert session.perform(build_move(session.document.store, Key(frame, 0, K), (10.0 + frame, 20.0)))
    qtbot.waitUntil(lambda: not session.measuring.busy, timeout=30_000)
    measures = session.measuring.measures(0)
    assert measures.final[7, K].tolist() == [17, 20]
    groups = {group.name: group for group in group_plots(measures.angles.definitions, session.document.store.skeleton)}
    assert groups["x:racket_tip"].members[0].column == K
    dialog.close()
    window.angle_panel.head.set_shown(["x:racket_tip"])
    qtbot.waitUntil(lambda: window.angle_panel.measures is measures)
    for suffix in ("csv", "h5"):
        with qtbot.waitSignal(session.errands.exported, timeout=30_000):
            session.export(tmp_path / f"dots.{suffix}")
    with (tmp_path / "dots.csv").open() as file:
        row = list(csv.DictReader(file))[7]
    assert (row["racket_tip_x_px"], row["racket_tip_source"]) == ("17.00", "corrected")
    with h5py.File(tmp_path / "dots.h5") as file:
        assert file["keypoint"][K] == b"racket_tip"
        assert file["persons/0/keypoints/final"][7, K].tolist() == [17, 20]


def test_what_only_the_network_knows_is_offered(window, dialog, qtbot):
    assert not dialog.take.isVisible()
    document = window.session.document
    network = document.model.skeleton
    assert window.session.perform(build_add_keypoints(document.store, [OwnKeypoint("ball")]))
    document.begin_run(replace(document.model, skeleton=extended(network, [TIP])), document.network)
    dialog._fill()
    assert dialog.offer.text() == "The network also finds: racket tip."
    assert dialog.take.isVisible()
    dialog.take.click()
    assert document.store.own == (OwnKeypoint("ball"), TIP)
    assert not dialog.take.isVisible()


def test_the_dialog_follows_a_name_given_elsewhere(window, dialog):
    add(window.session, TIP)
    assert window.session.perform(build_rename_keypoint(window.session.document.store, "racket_tip", "bat_tip"))
    assert listed(dialog)[0] == "bat tip"


def test_a_keypoint_can_be_placed_where_nobody_has_been_found_yet(window, dots, qtbot):
    session = window.session
    session.open(dots.clip)
    qtbot.waitUntil(lambda: window.overlays.shown_frame == 0, timeout=30_000)
    window.actions_by_name["own_keypoints"].trigger()
    (dialog,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, KeypointsDialog) and w.isVisible()]
    fill(dialog, "racket tip", "", "right_wrist")
    dialog.add.click()
    dialog.place.click()
    n = session.document.store.skeleton.n_keypoints
    at = QPointF(*window.canvas.view.to_widget(60.0, 40.0)).toPoint()
    QTest.mouseClick(window.canvas, Qt.MouseButton.LeftButton, pos=at)
    assert session.document.store.n_persons == 1
    np.testing.assert_allclose(session.document.store.view(0).xy[0, n - 1], (60, 40), atol=1)
    qtbot.waitUntil(lambda: not session.propagating.busy and not session.measuring.busy, timeout=30_000)


def test_an_analysis_tells_of_keypoints_that_only_its_network_knows(session, dots, qtbot, monkeypatch):
    network = load_network(dots.network).spec
    knowing = replace(network, name="knowing", skeleton=extended(network.skeleton, [TIP]))
    xy = np.full((60, 1, K + 1, 2), 5.0, np.float32)
    chunk = PoseChunk(0, xy, np.full(xy.shape[:3], 0.8, np.float32), np.ones((*xy.shape[:3], 3), np.float32))
    monkeypatch.setattr(session.analysing, "_analyze", lambda *_: iter((knowing, chunk)))
    with qtbot.waitSignal(session.frameReady, timeout=60_000):
        session.open(dots.clip)
    session.document.begin_run(network, "dots")
    assert session.perform(build_move(session.document.store, Key(5, 0, 3), (10.0, 5.0)))
    told = []
    session.noticeRaised.connect(lambda notice: told.append(notice.text))
    for n_notices in (1, 1):  # once it is there, nothing is told any more
        session.analyze(AnalyzeOptions(model="knowing"))
        qtbot.waitUntil(lambda: not session.analysing.running, timeout=20_000)
        assert len([text for text in told if text.startswith("The network also finds racket tip")]) == n_notices
        if not session.document.store.own:
            assert session.perform(build_add_keypoints(session.document.store, [TIP]))
    assert session.document.store.view(7).xy[0, K].tolist() == [5, 5]


@pytest.mark.slow
def test_between_marks_a_keypoint_that_no_network_knows_is_followed_by_the_picture(session, qtbot, tmp_path):
    """The heel of the sample's walker as a keypoint of one's own, marked where it truly is in every 10th frame."""
    sample = resources_folder() / "sample"
    clip = tmp_path / "walk.mp4"
    clip.write_bytes((sample / "walk.mp4").read_bytes())
    with np.load(sample / "walk_truth.npz") as truth:
        heel = truth["keypoints"][:120, load_skeleton("body18").index("right_heel")]
    session.propagating.is_on = True
    with qtbot.waitSignal(session.frameReady, timeout=60_000):
        session.open(clip)
    with qtbot.waitSignal(session.analysing.statusChanged, timeout=300_000, check_params_cb=lambda s: s is None):
        session.analyze(AnalyzeOptions())
    add(session, OwnKeypoint("right_heel_of_shoe", ("right_ankle",)))
    store = session.document.store
    k = store.skeleton.n_keypoints - 1
    for frame in range(0, 120, 10):
        assert session.perform(build_move(store, Key(frame, 0, k), tuple(map(float, heel[frame]))))
        qtbot.waitUntil(lambda: not session.propagating.busy, timeout=60_000)
    track = store.track(0, 0, 120)
    followed = track.source[:, k] == Source.PROPAGATED
    error = np.linalg.norm(track.xy[:, k] - heel, axis=1)
    assert followed.sum() > 80
    assert np.median(error[followed]) < 4  # px; the walker is 300 px tall
