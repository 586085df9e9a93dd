"""Angles of one's own in the window: described, seen at once, measured, plotted, kept and given away."""

from __future__ import annotations

import math

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication

from fixtures.dot_person import SKELETON, truth
from fixtures.figure import track_of
from poseapp.core.angle_forms import AngleForm, definition_of
from poseapp.core.edit_builders import build_move
from poseapp.core.own_builders import build_add_keypoints, build_angles, build_rename_keypoint
from poseapp.core.own_keypoints import OwnKeypoint
from poseapp.core.types import Key
from poseapp.gui.canvas.overlays import angle_arcs
from poseapp.gui.own.angles_dialog import AnglesDialog
from poseapp.kinematics.measure import measure_person
from poseapp.storage.angle_file import read_angle_file, users_angle_file, write_angle_file

pytestmark = pytest.mark.gui
LEAN = AngleForm("Lean", "vertical", ("neck", "pelvis"), "turn")


@pytest.fixture
def dialog(window, dots, analyse, qtbot):
    """The dialog over an analysed clip, opened by its key."""
    analyse(window.session, dots)
    qtbot.waitUntil(lambda: window.overlays.shown_frame == 0)
    window.canvas.setFocus()
    qtbot.keyClick(window.canvas, Qt.Key.Key_G, Qt.KeyboardModifier.ControlModifier)
    (found,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, AnglesDialog) and w.isVisible()]
    qtbot.waitExposed(found)
    yield found
    for left in QApplication.topLevelWidgets():
        if isinstance(left, AnglesDialog):
            left.close()


def fill(dialog, form):
    dialog.fields.show_form(form)


def own(window):
    return window.session.document.store.skeleton.own_angles


def listed(dialog):
    return [dialog.list.item(row).text() for row in range(dialog.list.count())]


def test_an_angle_is_seen_in_the_shown_frame_before_it_is_added(window, dialog, qtbot):
    assert dialog.fields.title.hasFocus()
    qtbot.keyClicks(dialog.fields.title, "Lean")
    assert dialog.now.text() == "Every keypoint of the angle has to be chosen."
    fields = dialog.fields
    fields.shape.setCurrentIndex(fields.shape.findData("vertical"))
    assert [combo.isVisible() for combo in fields.points] == [True, True, False, False]
    for combo, name in zip(fields.points, ("neck", "pelvis"), strict=False):
        combo.setCurrentIndex(combo.findData(name))
    fields.range.setCurrentIndex(fields.range.findData("turn"))
    assert (fields.zero.placeholderText(), fields.positive.placeholderText()) == (
        "neck straight above pelvis",
        "neck moves forward of pelvis",
    )
    neck, pelvis = window.session.document.store.view(0).xy[0, [SKELETON.index("neck"), SKELETON.index("pelvis")]]
    lean = math.degrees(math.atan2(neck[0] - pelvis[0], pelvis[1] - neck[1]))
    assert lean == pytest.approx(0, abs=2)
    assert f"Lean: {lean:.1f}".replace("-", "−") in dialog.now.text().replace("−0.0", "0.0").replace("-0.0", "0.0")
    assert dialog.now.text().startswith("In frame 0 (not smoothed) – ")
    assert own(window) == ()
    qtbot.keyClick(fields.title, Qt.Key.Key_Return)
    assert own(window) == (definition_of(LEAN, SKELETON),)
    assert listed(dialog) == ["Lean"]
    assert dialog.words.text() == "Lean: measured and plotted now."
    qtbot.waitUntil(lambda: window.angle_panel.measures is not None and "lean" in window.angle_panel.curves)
    measures = window.session.measuring.measures(0)
    assert abs(measures.angles.values[:, measures.angles.column("lean")]).max() < 3
    assert window.session.undo()
    assert listed(dialog) == []


@pytest.mark.parametrize(
    ("offset", "zero"), [(0.0, "right_hip"), (180.0, "beyond"), (30.0, None)]
)  # where the arc's zero line goes: to the third keypoint, or straight on from it
def test_an_own_angle_is_drawn_at_its_joint(offset, zero):
    form = AngleForm("Bend", "joint", ("right_ankle", "right_knee", "right_hip"), "turn", offset, plane="picture")
    skeleton = SKELETON.with_angles((definition_of(form, SKELETON),))
    poses = truth(12)
    measures = measure_person(track_of(poses), np.arange(12) / 30, skeleton)
    knee = skeleton.index("right_knee")
    arcs = angle_arcs(skeleton, poses[3], measures, frame=3, keypoint=knee)
    own_arcs = [arc for arc in arcs if arc.side == "middle"]
    if zero is None:
        assert own_arcs == []
        return
    (arc,) = own_arcs
    hip, at = poses[3][skeleton.index("right_hip")], poses[3][knee]
    assert arc.vertex == pytest.approx(at)
    assert arc.zero == pytest.approx(hip if zero == "right_hip" else 2 * at - hip)
    assert arc.limb == pytest.approx(poses[3][skeleton.index("right_ankle")])


def test_both_sides_are_two_angles_in_one_plot(window, dialog, qtbot):
    fill(dialog, AngleForm("Wrist height", "horizontal", ("left_wrist", "left_elbow"), "turn"))
    dialog.fields.both.setChecked(True)
    assert "Wrist height R:" in dialog.now.text()
    assert "Wrist height L:" in dialog.now.text()
    dialog.add.click()
    assert [(a.name, a.side, a.points[0]) for a in own(window)] == [
        ("right_wrist_height", "right", "right_wrist"),
        ("left_wrist_height", "left", "left_wrist"),
    ]
    qtbot.waitUntil(lambda: "wrist_height" in window.angle_panel.curves, timeout=20_000)
    poses = truth(60)
    ends = [poses[0, SKELETON.index(name)] for name in ("right_wrist", "right_elbow")]
    expected = math.degrees(math.atan2(ends[1][1] - ends[0][1], ends[0][0] - ends[1][0]))
    measures = window.session.measuring.measures(0)
    column = measures.angles.column("right_wrist_height")
    assert np.nanmedian(measures.angles.values[:, column]) == pytest.approx(expected, abs=3)


def test_an_angle_is_changed_and_removed_and_each_can_be_taken_back(window, dialog):
    fill(dialog, LEAN)
    dialog.add.click()
    dialog.add.click()
    assert "there is an angle 'lean' already" in dialog.words.text()
    dialog.fields.offset.setValue(10)
    dialog.fields.zero.setText("upright in the chair")
    dialog.change.click()
    (changed,) = own(window)
    assert (changed.name, changed.offset, changed.zero) == ("lean", 100, "upright in the chair")
    assert window.session.document.history.undo_label == "Change the angle Lean"
    dialog.change.click()
    assert "nothing has changed" in dialog.words.text()
    dialog.remove.click()
    assert own(window) == ()
    assert dialog.words.text() == "Lean removed."
    assert window.session.undo()
    assert window.session.undo()
    assert own(window)[0].offset == 90
    dialog.list.choose("lean")
    assert dialog.fields.form() == LEAN


def test_an_angle_of_a_keypoint_of_ones_own_follows_its_name(window, dialog, qtbot):
    session = window.session
    assert session.perform(build_add_keypoints(session.document.store, [OwnKeypoint("tip", ("right_wrist",))]))
    combo = dialog.fields.points[0]
    assert combo.findData("tip") >= 0
    fill(dialog, AngleForm("Lag", "joint", ("right_elbow", "right_wrist", "tip")))
    dialog.add.click()
    store = session.document.store
    wrist, elbow = (store.view(5).xy[0, SKELETON.index(name)] for name in ("right_wrist", "right_elbow"))
    straight = wrist + (wrist - elbow)  # in line with the forearm
    assert session.perform(build_move(store, Key(5, 0, 16), (float(straight[0]), float(straight[1]))))
    assert session.perform(build_rename_keypoint(store, "tip", "racket_tip"))
    assert own(window)[0].points[2] == "racket_tip"
    qtbot.waitUntil(lambda: not session.measuring.busy, timeout=20_000)
    angles = session.measuring.measures(0).angles
    assert angles.raw[5, angles.column("lag")] == pytest.approx(180, abs=0.5)
    assert np.isnan(angles.raw[6, angles.column("lag")])


def test_angles_are_kept_given_away_and_taken(window, dialog, qtbot, tmp_path):
    fill(dialog, LEAN)
    dialog.add.click()
    path = tmp_path / "ours.toml"
    with qtbot.waitSignal(dialog.tables.written, timeout=10_000):
        dialog.export_to(str(path))
    assert read_angle_file(path) == own(window)
    with qtbot.waitSignal(dialog.tables.written, timeout=10_000):
        dialog.keep.click()
    assert read_angle_file(users_angle_file()) == own(window)
    dialog.remove.click()
    assert not dialog.keep.isEnabled()
    for take in (dialog.fetch.click, lambda: dialog.import_from(str(path))):
        with qtbot.waitSignal(dialog.tables.read, timeout=10_000):
            take()
        assert listed(dialog) == ["Lean"]
        assert window.session.undo()
    path.write_text("[[angle]]\nname = 4")
    with qtbot.waitSignal(dialog.tables.failed, timeout=10_000):
        dialog.import_from(str(path))
    assert "ours.toml: angle 1: 'title' is missing" in dialog.words.text()
    assert own(window) == ()


def test_a_new_project_begins_with_the_users_angles_and_a_broken_table_is_told_of(window, dots, qtbot, tmp_path):
    definition = definition_of(LEAN, SKELETON)
    write_angle_file(users_angle_file(), [definition])
    window.session.open(dots.clip)
    qtbot.waitUntil(lambda: window.session.document is not None, timeout=30_000)
    assert own(window) == (definition,)
    assert not window.session.document.history.can_undo
    users_angle_file().write_text("[[angle]]")
    other = tmp_path / "other.mp4"
    other.write_bytes(dots.clip.read_bytes())
    with qtbot.waitSignal(window.session.noticeRaised, timeout=30_000) as told:
        window.session.open(other)
    assert "angles.toml: angle 1: 'name' is missing" in told.args[0].text
    qtbot.waitUntil(lambda: window.session.document.clip.path == str(other), timeout=30_000)
    assert own(window) == ()


def test_an_angle_that_says_more_than_the_fields_can_is_left_to_its_file(window, dialog):
    from dataclasses import replace

    half = replace(definition_of(LEAN, SKELETON), scale=0.5)
    assert window.session.perform(build_angles(window.session.document.store, [half], "Define"))
    dialog.list.choose("lean")
    assert not dialog.change.isEnabled()
    assert "says more than these fields can" in dialog.words.text()
    dialog.remove.click()
    assert own(window) == ()
