"""Events found by the program, the numbers of a walk, and what is said of the recording, in the window."""

from __future__ import annotations

import threading

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QApplication, QDialog, QDialogButtonBox

from fixtures.clips import tagged_clip, write_clip
from fixtures.file_watch import FileWatch
from fixtures.strides import PX, STRIDE, stepping
from poseapp.core.edits import ItemsEdit
from poseapp.core.items import Annotation, Event, ItemChange, Shape
from poseapp.core.quality import Finding
from poseapp.core.scene import Lens, Scene
from poseapp.core.types import PoseChunk
from poseapp.gui.movement import scene_dialog as scene_module
from poseapp.gui.movement.find_dialog import MOVEMENTS, FindDialog, Wish
from poseapp.gui.movement.numbers_dialog import NumbersDialog
from poseapp.gui.movement.quality_dialog import QualityDialog, notice_words
from poseapp.gui.movement.scene_dialog import SceneDialog
from poseapp.kinematics import events as kinematics_events
from poseapp.kinematics.scene_lens import lens_to_toml
from poseapp.services.playback import Zone
from poseapp.services.tidings import notice_of_slow_motion
from poseapp.services.types import NoticeAction

pytestmark = pytest.mark.gui


@pytest.fixture(scope="module")
def walk_file(tmp_path_factory):
    return write_clip(tmp_path_factory.mktemp("walk") / "walk.mp4", 150, options={"preset": "ultrafast"})


@pytest.fixture
def walking(window, qtbot, walk_file, tmp_path):
    """A window with a clip of 5 s, 30 frames/s, in which a person walks."""
    clip = tmp_path / "walk.mp4"
    clip.write_bytes(walk_file.read_bytes())
    with qtbot.waitSignal(window.session.frameReady, timeout=60_000):
        window.session.open(clip)
    walk = stepping(30, 5.0)
    xy = np.full((150, 1, 21, 2), np.nan, np.float32)
    xy[:, 0, :18] = walk.xy
    seen = np.isfinite(xy[..., 0])
    score = np.where(seen, np.float32(0.9), np.float32(np.nan))
    window.session._change(lambda d: d.store.add_chunk(PoseChunk(0, xy, score, np.ones((150, 1, 21, 3), np.float32))))
    qtbot.waitUntil(lambda: window.session.measuring.measures(0) is not None and not window.session.measuring.busy)
    return window


def events_of(window) -> list[Event]:
    return [event for _, event in window.session.document.store.items.of(Event)]


def dialog(kind: type[QDialog]) -> QDialog:
    QApplication.processEvents()
    (found,) = [w for w in QApplication.topLevelWidgets() if isinstance(w, kind) and w.isVisible()]
    return found


def scene_dialog(qtbot) -> SceneDialog:
    """The dialog, as soon as what the clip itself tells was found out beside the GUI thread."""
    widgets = QApplication.topLevelWidgets
    qtbot.waitUntil(lambda: any(isinstance(w, SceneDialog) and w.isVisible() for w in widgets()))
    return dialog(SceneDialog)


def test_events_are_found_by_one_edit(walking, qtbot):
    commands, session = walking.topics.movement, walking.session
    commands.search(Wish("gait"))
    qtbot.waitUntil(lambda: len(events_of(walking)) > 8)
    assert {e.name for e in events_of(walking)} == {"heel strike", "toe-off"}
    assert {e.person for e in events_of(walking)} == {0}
    assert "heel strikes and" in walking.notice_bar.text
    assert session.document.history.undo_label == "Find events"
    assert len(walking.timeline.contents.events) == len(events_of(walking))
    session.undo()
    assert events_of(walking) == []


def test_what_was_marked_stays_and_is_not_doubled(walking, qtbot):
    commands, session = walking.topics.movement, walking.session
    commands.search(Wish("gait"))
    qtbot.waitUntil(lambda: len(events_of(walking)) > 8)
    number, first = session.document.store.items.of(Event)[0]
    walking.topics.items.edits.move(number, first.frame + 2)
    n = len(events_of(walking))
    commands.search(Wish("gait"))
    qtbot.waitUntil(lambda: "marked already" in walking.notice_bar.text)
    assert len(events_of(walking)) == n
    commands.search(Wish("gait", afresh=True))
    qtbot.waitUntil(lambda: first in events_of(walking))
    assert len(events_of(walking)) == n


def test_only_the_working_zone_is_searched(walking, qtbot):
    walking.session.playback.set_zone(Zone(30, 100))
    walking.topics.movement.search(Wish("gait"))
    qtbot.waitUntil(lambda: bool(events_of(walking)))
    assert all(30 <= event.frame < 100 for event in events_of(walking))


def test_nothing_found_is_said(walking, qtbot):
    walking.topics.movement.search(Wish("jump"))
    qtbot.waitUntil(lambda: "No jump was found" in walking.notice_bar.text)
    assert events_of(walking) == []
    assert not walking.session.document.history.can_undo


def test_a_key_opens_the_dialog_and_enter_finds(walking, qtbot):
    qtbot.keyClick(walking.canvas, Qt.Key.Key_F, Qt.KeyboardModifier.ShiftModifier)
    asked = dialog(FindDialog)
    assert not asked.angle.isVisible()
    asked.choose("repetitions")
    assert asked.angle.isVisible()
    assert asked.wish().angle == asked.angle.itemData(0)
    asked.choose("gait")
    qtbot.keyClick(asked, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: len(events_of(walking)) > 8)


def test_the_dialog_offers_what_can_be_found():
    assert dict(MOVEMENTS) == kinematics_events.MOVEMENTS


def test_the_numbers_of_a_walk_are_shown_and_copied(walking, qtbot):
    walking.topics.movement.search(Wish("gait"))
    qtbot.waitUntil(lambda: len(events_of(walking)) > 8)
    walking.topics.movement.say(Scene("line", PX, 1.0, 0.01))
    qtbot.keyClick(walking.canvas, Qt.Key.Key_Y, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: any(isinstance(w, NumbersDialog) for w in QApplication.topLevelWidgets()))
    shown = dialog(NumbersDialog)
    rows = {shown.table.item(y, 0).text(): shown.table.item(y, 1).text() for y in range(shown.table.rowCount())}
    assert rows["Stride time"].startswith(f"{STRIDE:.2f}")
    assert rows["Stride length"].startswith("1.4")
    assert f"Cadence {120 / STRIDE:.0f} steps/min · Speed 1.3" in shown.words.text()
    shown.copy()
    assert "Step time\t0.5" in QGuiApplication.clipboard().text()
    shown.close()


def test_numbers_need_events(walking, qtbot):
    walking.topics.movement.numbers()
    qtbot.waitUntil(lambda: "find events first" in walking.notice_bar.text)


def test_the_scale_from_the_body_height_is_kept_and_undone(walking, qtbot):
    qtbot.keyClick(walking.canvas, Qt.Key.Key_L, Qt.KeyboardModifier.ShiftModifier)
    asked = scene_dialog(qtbot)
    assert asked.scene() == Scene()
    asked.source.setCurrentIndex(asked.source.findData("height"))
    assert asked.stature.isVisible()
    asked.stature.setValue(175)
    assert "from the body height" in asked.words.text()
    asked.accept()
    document = walking.session.document
    assert document.scene.scale_metres == pytest.approx(1.75)
    assert document.history.undo_label == "Set the scale and time"
    assert " mm" in walking.clip_facts.text()
    walking.session.undo()
    assert document.scene == Scene()
    assert " mm" not in walking.clip_facts.text()


def test_the_scale_from_a_ruler(walking, qtbot):
    ruler = Annotation(Shape.RULER, ((0.0, 0.0), (100.0, 0.0)), 0, 150, metres=0.5)
    far = Annotation(Shape.RULER, ((10.0, -50.0), (90.0, -50.0)), 0, 150)
    changes = (ItemChange(1, None, ruler), ItemChange(2, None, far))
    walking.session.perform(ItemsEdit(changes, "Add rulers"))
    walking.topics.movement.scene()
    asked = scene_dialog(qtbot)
    asked.source.setCurrentIndex(1)
    assert "50 cm = 100 px" in asked.source.currentText()
    asked.has_plane.setChecked(True)
    asked.plane_depth.setValue(2.0)
    asked.accept()
    scene = walking.session.document.scene
    assert scene.metres_per_px == pytest.approx(0.005)
    assert scene.scale_sigma == pytest.approx(2**0.5 / 100)
    assert scene.plane.corners == ((0.0, 0.0), (100.0, 0.0), (90.0, -50.0), (10.0, -50.0))
    assert (scene.plane.width, scene.plane.depth, scene.plane.is_floor) == (0.5, 2.0, True)
    walking.topics.movement.scene()
    again = scene_dialog(qtbot)
    assert again.scene() == scene
    again.reject()


def test_a_capture_rate_changes_every_time_and_is_undone(walking, qtbot):
    session, document = walking.session, walking.session.document
    before = session.measuring.measures(0).angles.velocity
    walking.topics.movement.say(Scene(capture_fps=240.0, playback_fps=30.0))
    assert document.time[-1] == pytest.approx(document.clip.pts[0] + 149 / 240)
    assert walking.timeline.scene().axis.end < 1.0
    assert "recorded at 240" in walking.clip_facts.text()
    qtbot.waitUntil(lambda: session.measuring.measures(0) is not None and not session.measuring.busy)
    after = session.measuring.measures(0).angles.velocity
    assert np.nanmax(np.abs(after)) > 4 * np.nanmax(np.abs(before))
    session.undo()
    assert document.time[-1] == pytest.approx(document.clip.pts[-1])
    assert walking.timeline.scene().axis.end > 4.0


def test_a_file_that_says_it_is_slow_motion_is_asked_about(window, qtbot, tmp_path):
    clip = tagged_clip(tmp_path / "slow.mp4", com_android_capture_fps="240.0")
    with qtbot.waitSignal(window.session.frameReady, timeout=60_000):
        window.session.open(clip)
    assert "recorded at 240 frames/s; it plays at 30" in window.notice_bar.text
    assert window.notice_bar._action.text() == NoticeAction.USE_RATE.value
    window.notice_bar.actionTriggered.emit()
    document = window.session.document
    assert document.scene.capture_fps == pytest.approx(240.0)
    assert np.diff(document.time) == pytest.approx(1 / 240, rel=1e-3)
    assert notice_of_slow_motion(document) is None


def ok(asked):
    return asked.buttons.button(QDialogButtonBox.StandardButton.Ok)


def test_a_bad_camera_file_is_said(walking, qtbot, tmp_path):
    (tmp_path / "camera.toml").write_text("width = 3", encoding="utf-8")
    walking.topics.movement.scene()
    asked = scene_dialog(qtbot)
    asked.read_lens(str(tmp_path / "camera.toml"))
    qtbot.waitUntil(lambda: "camera.toml" in asked.words.text())
    assert asked.scene().lens is None
    assert ok(asked).isEnabled()
    asked.reject()


def camera_file(path, fx):
    path.write_text(lens_to_toml(Lens(160, 120, (fx, fx, 80.0, 60.0), (0.01, 0.0, 0.0, 0.0, 0.0), 0.2)))
    return str(path)


def test_a_camera_file_is_read_beside_the_gui_thread_and_ok_waits_for_it(walking, qtbot, tmp_path, monkeypatch):
    path = camera_file(tmp_path / "camera.toml", 150.0)
    watch = FileWatch((tmp_path,), monkeypatch)
    walking.topics.movement.scene()
    asked = scene_dialog(qtbot)
    with watch.watching():
        asked.read_lens(path)
        assert not ok(asked).isEnabled()
        qtbot.waitUntil(ok(asked).isEnabled)
    assert watch.seen == []
    assert asked.lens_words.text() == "straightened, error 0.20 px"
    asked.accept()
    assert walking.session.document.scene.lens.matrix[0] == 150.0


def test_the_camera_file_that_was_chosen_last_holds(walking, qtbot, tmp_path, monkeypatch):
    gate, real = threading.Event(), scene_module.read_camera_file

    def slow(path, width, height):
        assert gate.wait(20)
        return real(path, width, height)

    monkeypatch.setattr(scene_module, "read_camera_file", slow)
    first, last = camera_file(tmp_path / "first.toml", 150.0), camera_file(tmp_path / "last.toml", 170.0)
    walking.topics.movement.scene()
    asked = scene_dialog(qtbot)
    asked.read_lens(first)
    asked.read_lens(last)
    gate.set()
    qtbot.waitUntil(ok(asked).isEnabled)
    assert asked.scene().lens.matrix[0] == 170.0
    gate.clear()
    asked.read_lens(first)
    asked.lens_off.click()  # before it is read
    gate.set()
    qtbot.waitUntil(lambda: not walking.session.errands.runner._threads)
    assert asked.scene().lens is None
    asked.reject()


def test_the_recording_is_checked_when_asked(walking, qtbot):
    qtbot.keyClick(walking.canvas, Qt.Key.Key_B, Qt.KeyboardModifier.ShiftModifier)
    qtbot.waitUntil(lambda: any(isinstance(w, QualityDialog) for w in QApplication.topLevelWidgets()))
    shown = dialog(QualityDialog)
    # The person stands at 600, 560 px of a picture that is 160 x 120 px large.
    assert "cropped feet" in [finding.name for finding in shown.findings]
    assert "Leave some floor below the feet" in shown.accessibleDescription()
    assert not shown.isModal()
    qtbot.keyClick(shown, Qt.Key.Key_Escape)
    assert walking.isEnabled()


def test_an_analysis_is_followed_by_a_check(window, qtbot, dots, analyse):
    analyse(window.session, dots)
    qtbot.waitUntil(lambda: "weak point" in window.notice_bar.text, timeout=30_000)
    assert window.notice_bar._action.text() == NoticeAction.SHOW_FINDINGS.value
    window.notice_bar.actionTriggered.emit()
    assert dialog(QualityDialog).findings
    dialog(QualityDialog).close()


def test_only_what_is_weak_is_noticed():
    assert notice_words([Finding("uneven frames", "note", "a.", "b.", "c.")]) == ""
    words = "The recording has 2 weak points: blur, small person."
    found = [Finding("blur", "warning", "a.", "b.", "c."), Finding("small person", "problem", "a.", "b.", "c.")]
    assert notice_words(found) == words


def test_normal_values_lie_behind_the_cycles(walking, qtbot, tmp_path):
    walking.topics.movement.search(Wish("gait"))
    qtbot.waitUntil(lambda: len(events_of(walking)) > 8)
    walking.actions_by_name["cycles"].setChecked(True)
    table = tmp_path / "adults.csv"
    table.write_text("angle,percent,mean,sd\nknee_flexion,0,5,4\nknee_flexion,100,60,6\n", encoding="utf-8")
    walking.topics.norms.read(str(table))
    qtbot.waitUntil(lambda: "Normal values of 1 angle from adults.csv" in walking.notice_bar.text)
    plots = walking.angle_panel.over_cycles.plots
    assert plots["knee_flexion"]._title.text().endswith("grey: adults.csv")
    assert "grey" not in plots["hip_flexion"]._title.text()
    low, high = plots["knee_flexion"]._box.viewRange()[1]
    assert low <= 1
    assert high >= 66
    walking.topics.norms.forget()
    assert "grey" not in plots["knee_flexion"]._title.text()


def test_a_bad_table_of_normal_values_is_said(walking, qtbot, tmp_path):
    table = tmp_path / "adults.csv"
    table.write_text("angle,percent\n", encoding="utf-8")
    walking.topics.norms.read(str(table))
    qtbot.waitUntil(lambda: "no column 'mean'" in walking.notice_bar.text)


def test_keypoints_are_plotted_in_metres_where_there_is_a_scale(walking, qtbot):
    panel = walking.angle_panel
    panel.set_shown_angles(("x:heel", "speed:heel"))
    assert [group.unit for group in panel.head.wanted()] == ["px"]
    walking.topics.movement.say(Scene("line", PX, 1.0, 0.01))
    assert [group.unit for group in panel.head.wanted()] == ["m", "m/s"]
    right = next(d for d in panel.curves["x:heel"] if d.member.side == "right")
    heel = walking.session.document.store.skeleton.index("right_heel")
    filtered = walking.session.measuring.measures(0).filtered[:, heel, 0]
    assert right.values.values == pytest.approx(filtered / PX, abs=1e-3)
    fastest = next(d for d in panel.curves["speed:heel"] if d.member.side == "right").extent[1]
    assert 3.0 < fastest < 6.0  # m/s: a foot swings at three times the walking speed
    walking.session.undo()
    assert [group.unit for group in panel.head.wanted()] == ["px"]
