"""The comparison as a person uses it: from the menu, with mouse and keyboard, on real clips and projects."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel, QWidget

from fixtures.clips import read_number
from fixtures.comparison import make_project, moving_bodies, write_even_clip, write_uneven_clip
from poseapp.core.analysis import MeasureSettings, NeutralPose
from poseapp.core.edit_builders import build_move
from poseapp.core.filter_settings import FilterSettings
from poseapp.core.items import Event
from poseapp.core.settings_text import MEASURE, settings_to_json
from poseapp.core.types import Key, PoseChunk
from poseapp.gui.compare.keys import VERBS, key_rows
from poseapp.gui.compare.picture import view_through
from poseapp.gui.style.icons import icon_names
from poseapp.gui.style.theme import DARK, LIGHT, apply_theme
from poseapp.services.playback import Zone
from poseapp.storage.project import ProjectFile

pytestmark = pytest.mark.gui
_CTRL, _ALT, _SHIFT = (
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
    Qt.KeyboardModifier.ShiftModifier,
)
OURS = [Event(4, "heel strike", 0, "right"), Event(25, "heel strike", 0, "right")]
THEIRS = [Event(12, "heel strike", 0, "right"), Event(48, "heel strike", 0, "right")]


@pytest.fixture
def files(tmp_path):
    """Projects of two clips: the second recorded as a phone does, its person smaller and elsewhere."""
    first, second = write_even_clip(tmp_path / "before.mp4"), write_uneven_clip(tmp_path / "after.mp4")
    small = moving_bodies(60, x=100, y=50, scale=0.25, phase=0.1)
    return make_project(first, events=OURS), make_project(second, events=THEIRS, chunk=small)


def number(frame_layer):
    """The number written in the picture of a layer."""
    picture = frame_layer.scene.picture
    return None if picture is None else read_number(picture._staged.rgb)


def numbers(shown):
    return tuple(number(layer) for layer in shown.layers)


@pytest.fixture
def compare(window, qtbot):
    """Open a project, and compare it with a path; return the comparison's window."""

    def run(project, path):
        with qtbot.waitSignal(window.session.frameReady, timeout=20_000):
            window.session.open(project)
        qtbot.waitUntil(lambda: not window.session.measuring.busy, timeout=20_000)
        window.topics.compare.open(str(path))
        shown = window.topics.compare.shown
        qtbot.waitUntil(lambda: shown.layers[0].scene.picture is not None, timeout=20_000)
        if str(path).endswith(".poseapp"):
            qtbot.waitUntil(lambda: shown.comparing.clips[1].measures(0) is not None, timeout=20_000)
            qtbot.waitUntil(lambda: len(shown.plot.traces) == 4, timeout=10_000)
        return shown

    return run


@pytest.fixture
def press(qtbot):
    """Press a key of the comparison's window as its table names it, and let what follows happen."""

    def run(shown, keys):
        combination = QKeySequence(keys)[0]
        target = QApplication.focusWidget()
        if target is None or target.window() is not shown:
            target = shown
        qtbot.keyClick(target, combination.key(), combination.keyboardModifiers())

    return run


def settled(shown, qtbot):
    """Wait until the pictures are those of the playhead, and say which."""
    qtbot.waitUntil(lambda: numbers(shown) == shown.comparing.shown(), timeout=20_000)
    return numbers(shown)


def test_the_menu_asks_for_the_other_clip(window, files, qtbot):
    action = window.actions_by_name["compare"]
    assert not action.isEnabled()
    with qtbot.waitSignal(window.session.frameReady, timeout=20_000):
        window.session.open(files[0])
    assert action.isEnabled()
    action.trigger()
    dialog = next(w for w in QApplication.topLevelWidgets() if isinstance(w, QFileDialog) and w.isVisible())
    dialog.fileSelected.emit(str(files[1]))
    dialog.close()
    shown = window.topics.compare.shown
    assert shown.isVisible()
    qtbot.waitUntil(lambda: shown.layers[1].scene.picture is not None, timeout=20_000)
    assert [caption._name.text() for caption in shown.captions] == ["before.mp4", "after.mp4"]


def test_steps_by_key_and_button_show_the_frames_of_the_same_time(compare, files, qtbot, press):
    shown = compare(*files)
    first, second = (clip.info.pts for clip in shown.comparing.clips)
    for keys in ("Right", "Right", "Shift+Right", "Left", "End", "Home", "Right"):
        press(shown, keys)
        here, there = settled(shown, qtbot)
        assert there == np.abs(second - second[0] - (first[here] - first[0])).argmin()
    assert here == 1
    shown.transport.stepRequested.emit(1)
    assert settled(shown, qtbot)[0] == 2
    assert shown.layers[0].scene.index == 2
    assert shown.layers[0].scene.poses.xy == pytest.approx(shown.comparing.clips[0].poses(2).xy, nan_ok=True)


def test_playing_and_speed_by_key(compare, files, qtbot, press):
    shown = compare(*files)
    press(shown, "Space")
    assert shown.comparing.playback.playing
    qtbot.waitUntil(lambda: shown.comparing.playback.playhead > 3, timeout=20_000)
    press(shown, "Space")
    assert not shown.comparing.playback.playing
    settled(shown, qtbot)
    press(shown, ",")
    assert shown.comparing.playback.speed == 0.5
    press(shown, "L")
    assert shown.comparing.playback.looping


def test_an_event_is_chosen_from_the_menu_by_keyboard(compare, files, qtbot, press):
    shown = compare(*files)
    press(shown, "E")
    menu = shown.head.sync_menu
    assert [action.text() for action in menu.actions() if not action.isSeparator()] == [
        "The frames shown now",
        "The starts of both clips",
        "heel strike, right",
    ]
    for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Return):
        qtbot.keyClick(menu, key)
    assert settled(shown, qtbot) == (4, 12)
    pts = [clip.info.pts for clip in shown.comparing.clips]
    assert (shown.comparing.sync.first, shown.comparing.sync.second) == (pts[0][4], pts[1][12])
    assert shown.together.text().startswith("Synchronised at heel strike, right: A 0:00.133 = B ")
    assert shown.together.text().endswith(f"offset +{pts[1][12] - pts[0][4]:.3f} s")
    assert shown.plot.zero_name == "heel strike, right"
    shown.actions_by_name["next_event"].trigger()
    assert settled(shown, qtbot) == (4, 48)
    shown.actions_by_name["previous_event"].trigger()
    assert settled(shown, qtbot) == (4, 12)


def test_moving_b_alone_and_synchronising_here(compare, files, qtbot, press):
    shown = compare(*files)
    press(shown, "Shift+Right")
    _, there = settled(shown, qtbot)
    press(shown, "Alt+Right")
    press(shown, "Alt+Shift+Right")
    assert settled(shown, qtbot) == (10, there + 11)
    assert shown.comparing.sync.first == 0.0
    press(shown, "S")
    pts = [clip.info.pts for clip in shown.comparing.clips]
    assert (shown.comparing.sync.first, shown.comparing.sync.second) == (pts[0][10], pts[1][there + 11])
    assert shown.plot.traces[0].origin == pts[0][10]
    press(shown, "Shift+S")
    assert shown.comparing.sync.offset == pytest.approx(0.5)
    shown.captions[1].slider.setValue(30)
    assert settled(shown, qtbot) == (10, 30)
    shown.captions[0].slider.setValue(20)
    assert settled(shown, qtbot)[0] == 20


def test_b_outside_its_time_says_so(compare, files, qtbot, press):
    shown = compare(*files)
    shown.comparing.move_second(50)
    press(shown, "End")
    assert settled(shown, qtbot) == (39, None)
    assert shown.layers[1].words == "B has ended"
    assert shown.captions[1].position.text() == "nothing at this time"
    assert shown.values.text("right", 2) == shown.values.text("right", 3) == "–"
    press(shown, "S")
    assert "shows nothing" in shown.notice.text


def test_values_and_difference_at_the_playhead(compare, files, qtbot, press):
    shown = compare(*files)
    assert shown.angle.currentText() == "Knee flexion"
    press(shown, "Shift+Right")
    here, there = settled(shown, qtbot)
    clips = shown.comparing.clips
    column = clips[0].measures(0).angles.column("right_knee_flexion")
    angles = [clip.measures(0).angles for clip in clips]
    a, b = (series.values[frame, column] for series, frame in zip(angles, (here, there), strict=True))
    sigmas = [series.sigma[frame, column] for series, frame in zip(angles, (here, there), strict=True)]
    words = shown.values.text("right", 3)
    value, sigma = words.replace("−", "-").rstrip("°").split(" ± ")
    assert float(value) == pytest.approx(a - b, abs=0.51)
    assert float(sigma) == pytest.approx(np.hypot(*sigmas), rel=0.06)
    press(shown, "R")
    assert {trace.side for trace in shown.plot.traces} == {"right"}
    press(shown, "PgDown")
    assert shown.angle.currentText() != "Knee flexion"
    press(shown, "PgUp")
    assert shown.angle.currentText() == "Knee flexion"


def test_a_click_in_the_plot_goes_there(compare, files, qtbot):
    shown = compare(*files)
    x = round(shown.plot.x_of(0.5))
    qtbot.mouseClick(shown.plot, Qt.MouseButton.LeftButton, pos=QPoint(x, 60))
    assert settled(shown, qtbot)[0] == 15


def test_superposed_b_lies_on_as_hips_as_large(compare, files, qtbot, press):
    shown = compare(*files)
    press(shown, "S")
    press(shown, "2")
    assert not shown.pictures[1].isVisible()
    over = shown.pictures[0].over
    skeleton = shown.comparing.clips[0].skeleton
    ours, theirs = (
        clip.poses(frame).xy[0] for clip, frame in zip(shown.comparing.clips, shown.comparing.shown(), strict=True)
    )
    for name in ("left_hip", "right_hip", "left_shoulder", "right_shoulder"):
        k = skeleton.index(name)
        assert over.lay(theirs[k]) == pytest.approx(ours[k], abs=0.1)
    assert over.lay.scale == pytest.approx(2.0, abs=0.01)
    press(shown, "B")
    assert not shown.actions_by_name["on_body"].isChecked()
    assert shown.pictures[0].over.lay((10, 20)) == pytest.approx((10, 20))  # both clips are as large
    press(shown, "M")
    assert shown.pictures[0].over.lay((10, 20)) == pytest.approx((149, 20))
    press(shown, "1")
    assert shown.pictures[1].isVisible()
    assert shown.pictures[0].over is None
    assert shown.pictures[1].view.mirrored


def test_the_opacity_mixes_the_pictures(compare, files, qtbot, press):
    shown = compare(*files)
    press(shown, "Shift+Right")
    settled(shown, qtbot)
    press(shown, "2")
    press(shown, "B")
    for layer in shown.layers:
        layer.scene.hidden, layer.scene.poses = frozenset({0}), None
    picture = shown.pictures[0]

    def colour(share):
        shown.head.share.setValue(share)
        for layer in shown.layers:
            layer.scene.poses = None
        return picture.grab().toImage().pixelColor(QPointF(*picture.view.to_widget(20.0, 100.0)).toPoint())

    a, b, mixed = colour(0), colour(100), colour(50)
    assert a != b
    for channel in ("red", "green", "blue"):
        ends = [getattr(c, channel)() for c in (a, b)]
        assert getattr(mixed, channel)() == pytest.approx(sum(ends) / 2, abs=3)
    press(shown, "[")
    assert shown.head.share.value() == 40
    press(shown, "]")
    assert shown.head.share.value() == 50


def test_both_bodies_lie_on_top_of_both_pictures(compare, files, qtbot, press):
    shown = compare(*files)
    press(shown, "2")
    press(shown, "]")
    shown.head.share.setValue(100)
    first, second = shown.layers
    picture = shown.pictures[0]
    knee = first.scene.skeleton.index("left_knee")

    def around(layer, view):
        x, y = view.to_widget(*layer.scene.poses.xy[0, knee].tolist())
        image = picture.grab().toImage()
        return {image.pixelColor(round(x) + dx, round(y) + dy).name() for dx in range(-6, 7) for dy in range(-6, 7)}

    left = DARK.left
    assert left in around(first, picture.view)
    with_b = around(second, view_through(picture.view, picture.over.lay))
    second.scene.poses, kept = None, second.scene.poses
    without = picture.grab().toImage()
    second.scene.poses = kept
    assert without != picture.grab().toImage()
    assert len(with_b) > 1


def test_a_body_without_a_trunk_is_laid_picture_on_picture_and_that_is_said(compare, files, tmp_path, qtbot, press):
    chunk = moving_bodies(40)
    xy = chunk.xy.copy()
    xy[:] = np.nan
    other = write_even_clip(tmp_path / "nobody.mp4")
    from dataclasses import replace

    shown = compare(files[0], make_project(other, chunk=replace(chunk, xy=xy)))
    press(shown, "2")
    assert "picture on picture" in shown.hint.text()
    assert shown.pictures[0].over.lay((10, 20)) == pytest.approx((10, 20))


def test_swapping_by_key(compare, files, qtbot, press):
    shown = compare(*files)
    press(shown, "Shift+Right")
    here, there = settled(shown, qtbot)
    press(shown, "X")
    assert settled(shown, qtbot) == (there, here)
    assert [caption._name.text() for caption in shown.captions] == ["after.mp4", "before.mp4"]
    assert [layer.letter for layer in shown.layers] == ["A", "B"]
    assert shown.plot.legend == ("A after.mp4: thick", "B before.mp4: thin, with markers")
    press(shown, "Right")
    assert settled(shown, qtbot)[0] == there + 1


def test_a_bare_clip_offers_to_be_analysed_first(compare, files, tmp_path, window, qtbot, monkeypatch):
    bare = write_even_clip(tmp_path / "bare.mp4", 12)
    shown = compare(files[0], bare)
    assert shown.notice.text == "“bare.mp4” has no poses yet: only its pictures are compared."
    assert {trace.place for trace in shown.plot.traces} == {0}
    assert settled(shown, qtbot) == (0, 0)
    started = []
    monkeypatch.setattr(window.session.analysing, "start", lambda document, options: started.append(document.name))
    shown.notice._action.click()
    qtbot.waitUntil(lambda: started == ["bare.mp4"], timeout=20_000)
    assert window.topics.compare.shown is None


def test_a_correction_in_the_main_window_is_seen_at_once(compare, files, window, qtbot):
    shown = compare(*files)
    settled(shown, qtbot)
    key = Key(0, 0, 5)
    assert window.session.perform(build_move(window.session.document.store, key, (33.0, 44.0)))
    assert shown.layers[0].scene.poses.xy[0, 5] == pytest.approx((33.0, 44.0))


def test_nothing_of_the_other_project_is_written(compare, files, tmp_path, qtbot, press):
    def about_b():
        return {path.name: path.read_bytes() for path in tmp_path.iterdir() if path.name.startswith("after")}

    before = about_b()
    shown = compare(*files)
    for keys in ("Alt+Right", "S", "2", "X", "Right"):
        press(shown, keys)
    settled(shown, qtbot)
    assert about_b() == before
    shown.close()
    assert about_b() == before


@pytest.mark.parametrize("how", ["key", "clip closed", "main window closed", "another comparison"])
def test_it_closes_with_its_threads(compare, files, window, qtbot, press, how):
    shown = compare(*files)
    decoders = shown.comparing.opening.decoders
    if how == "key":
        press(shown, "Esc")
    elif how == "clip closed":
        window.session.close_document()
    elif how == "main window closed":
        window.close()
    else:
        window.topics.compare.open(str(files[1]))
    assert not any(decoder._thread.isRunning() for decoder in decoders)
    assert window.topics.compare.shown is not shown


def test_what_cannot_be_read_is_said_in_place(window, files, tmp_path, qtbot, press):
    with qtbot.waitSignal(window.session.frameReady, timeout=20_000):
        window.session.open(files[0])
    broken = tmp_path / "broken.mp4"
    broken.write_bytes(b"no film")
    window.topics.compare.open(str(broken))
    shown = window.topics.compare.shown
    qtbot.waitUntil(lambda: "broken.mp4" in shown.waiting.text, timeout=20_000)
    for verb in VERBS:
        if verb.name not in ("close", "keys"):
            shown.actions_by_name[verb.name].trigger()  # nothing to act on, nothing breaks
    press(shown, "Esc")
    assert window.topics.compare.shown is None


def test_every_verb_has_keys_of_its_own_and_is_on_the_cheat_sheet():
    keys = [QKeySequence(key).toString() for verb in VERBS for key in verb.keys]
    assert len(keys) == len(set(keys))
    assert all(keys)
    assert len(key_rows()) == len(VERBS)
    assert all(group and title and key for group, title, key in key_rows())
    assert {verb.icon for verb in VERBS if verb.icon} <= set(icon_names())


def test_a_slider_with_the_keyboard_keeps_its_arrows(compare, files, qtbot):
    shown = compare(*files)
    shown.activateWindow()
    slider = shown.captions[1].slider
    slider.setFocus()
    before = shown.comparing.playback.playhead
    qtbot.keyClick(slider, Qt.Key.Key_Right)
    assert shown.comparing.playback.playhead == before
    assert shown.comparing.shown() == (before, 1)
    assert settled(shown, qtbot) == (before, 1)


def test_everything_can_be_reached_with_tab(compare, files):
    shown = compare(*files)
    reached, widget = [], shown.pictures[0]
    while widget not in reached:
        reached.append(widget)
        widget = widget.nextInFocusChain()
    wanted = [shown.angle, shown.sides, shown.captions[0].slider, shown.captions[1].slider, shown.head.sync_button]
    for widget in wanted:
        assert isinstance(widget, QWidget)
        assert widget in reached
        assert widget.focusPolicy() & Qt.FocusPolicy.TabFocus


def test_a_picture_zooms_moves_and_fits(compare, files, qtbot, press):
    shown = compare(*files)
    picture = shown.pictures[0]
    fitted = picture.view
    press(shown, "Ctrl++")
    assert picture.view.scale == pytest.approx(1.25 * fitted.scale)
    qtbot.mousePress(picture, Qt.MouseButton.LeftButton, pos=QPoint(50, 50))
    qtbot.mouseMove(picture, QPoint(70, 45))
    qtbot.mouseRelease(picture, Qt.MouseButton.LeftButton, pos=QPoint(70, 45))
    moved = picture.view
    assert moved.scale == pytest.approx(1.25 * fitted.scale)
    press(shown, "Z")
    assert picture.view.scale > fitted.scale
    press(shown, "F")
    assert picture.view == fitted


def test_a_view_through_a_map():
    from poseapp.core.geometry import Affine
    from poseapp.gui.canvas.view import CanvasView

    view = CanvasView(2.0, 10.0, 20.0)
    for along in (3.0, -3.0):
        lay = Affine(np.array([[along, 0.0, 5.0], [0.0, 3.0, 7.0]]))
        for base in (view, view.turned_over(400)):
            through = view_through(base, lay)
            for point in ((0.0, 0.0), (4.0, -2.0)):
                assert through.to_widget(*point) == pytest.approx(base.to_widget(*lay(point)))


def test_another_person_is_compared(compare, files, tmp_path, qtbot):
    one, two = moving_bodies(60, x=40), moving_bodies(60, x=120, phase=0.25)
    both = PoseChunk(0, *(np.concatenate([getattr(c, f) for c in (one, two)], axis=1) for f in ("xy", "score", "cov")))
    other = make_project(write_uneven_clip(tmp_path / "pair.mp4"), chunk=both)
    shown = compare(files[0], other)
    choice = shown.captions[1].person
    assert choice.isVisible()
    assert not shown.captions[0].person.isVisible()
    assert [choice.itemText(i) for i in range(choice.count())] == ["Person 1", "Person 2"]
    qtbot.waitUntil(lambda: shown.comparing.clips[1].measures(1) is not None, timeout=20_000)
    before = shown.plot.traces[-1].values.values.copy()
    choice.setFocus()
    qtbot.keyClick(choice, Qt.Key.Key_Down)
    assert shown.comparing.clips[1].person == 1
    assert shown.layers[1].scene.person == 1
    assert not np.allclose(shown.plot.traces[-1].values.values, before, equal_nan=True)


def test_the_zone_of_the_main_window_is_looped_over(compare, files, window, qtbot, press):
    with qtbot.waitSignal(window.session.frameReady, timeout=20_000):
        window.session.open(files[0])
    window.session.playback.set_zone(Zone(5, 9))
    window.topics.compare.open(str(files[1]))
    shown = window.topics.compare.shown
    qtbot.waitUntil(lambda: shown.layers[0].scene.picture is not None, timeout=20_000)
    playback = shown.comparing.playback
    assert playback.zone == Zone(5, 9)
    press(shown, "L")
    frames = []
    playback.playheadChanged.connect(frames.append)
    press(shown, "Space")
    qtbot.waitUntil(lambda: len(frames) > 9, timeout=20_000)
    press(shown, "Space")
    assert set(frames) <= set(range(5, 9))
    press(shown, "I")
    assert playback.zone.start == playback.playhead
    press(shown, "Shift+I")
    assert playback.zone is None
    press(shown, "O")
    assert playback.zone == Zone(0, playback.playhead + 1)


@pytest.mark.parametrize("size", [(1280, 720), (1024, 700)])
def test_it_fits_a_small_screen(compare, files, size, press):
    shown = compare(*files)
    shown.resize(*size)
    QApplication.processEvents()
    assert (shown.width(), shown.height()) == size
    for keys in ("1", "2"):
        press(shown, keys)
        QApplication.processEvents()
        for part in (shown.head, shown.captions[0], shown.transport, shown.plot, shown.values):
            corner = part.mapTo(shown, part.rect().bottomRight())
            assert shown.rect().contains(corner), part
        for label in shown.values.findChildren(QLabel):
            assert shown.values.parentWidget().rect().contains(label.geometry().translated(shown.values.pos())), label
            assert label.width() >= label.sizeHint().width(), label.text()
        assert shown.pictures[0].height() > 200


def test_both_themes(compare, files, qapp):
    shown = compare(*files)
    grabs = []
    for theme in ("dark", "light"):
        apply_theme(qapp, theme)
        QApplication.processEvents()
        grabs.append(shown.plot.grab().toImage().pixelColor(2, 2).name())
    apply_theme(qapp, "dark")
    assert grabs == [DARK.surface, LIGHT.surface]


def test_each_clip_is_measured_as_its_project_says_and_an_own_zero_is_told(compare, files, qtbot):
    pose = NeutralPose(0, 0, 5, (("right_knee_flexion", 4.0),))
    settings = MeasureSettings(FilterSettings("median"), neutral=(pose,))
    with ProjectFile.open(files[1]) as project:
        project.set_setting(MEASURE, settings_to_json(settings))
    shown = compare(*files)
    first, second = (clip.measures(0) for clip in shown.comparing.clips)
    assert (first.filter.kind, second.filter.kind) == ("butterworth", "median")
    assert second.angles.neutral[second.angles.column("right_knee_flexion")] == 4.0
    assert shown.plot.legend[0].endswith("thick")
    assert shown.plot.legend[1].endswith(", zero: own posture")
    assert shown.values.text("right", 4) != ""
