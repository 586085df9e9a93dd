"""The review queue in the real window: keys, rows, progress, empty states, the lane on the timeline."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from fixtures.review import PATIENCE, TURNED, settle, write_faulty_clip
from poseapp.core.moments import MomentKind
from poseapp.gui.review.review_panel import ReviewPanel, ReviewRow

pytestmark = pytest.mark.gui


@pytest.fixture(scope="module")
def faulty(tmp_path_factory):
    return write_faulty_clip(tmp_path_factory.mktemp("faulty") / "faulty.mp4", turned=TURNED)


@pytest.fixture
def reviewed(window, faulty, qtbot):
    with qtbot.waitSignal(window.session.frameReady, timeout=PATIENCE):
        window.open_path(str(faulty))
    settle(window.session, qtbot)
    window.canvas.setFocus()
    return window


@pytest.fixture(autouse=True)
def not_changed(faulty):
    """Every test starts from the same project."""
    project = faulty.with_suffix(".poseapp")
    content = project.read_bytes()
    yield
    for suffix in ("-wal", "-shm"):
        project.with_name(project.name + suffix).unlink(missing_ok=True)
    project.write_bytes(content)


def press(window, key, modifier=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(window.focusWidget() or window, key, modifier)


def shown(window, qtbot, frame):
    qtbot.waitUntil(lambda: window.overlays.shown_frame == frame, timeout=PATIENCE)


def test_the_first_screen_and_an_unanalysed_clip_say_what_to_do(window, dots, qtbot):
    assert window.review.empty_text.startswith("Analyze, and")
    with qtbot.waitSignal(window.session.frameReady, timeout=PATIENCE):
        window.open_path(str(dots.clip))
    assert window.review.empty_text.startswith("Analyze, and")
    enabled = {name for name, action in window.actions_by_name.items() if action.isEnabled()}
    assert not {"next_moment", "previous_moment", "accept_moment", "swap_back", "suggest_frames"} & enabled


def test_rows_say_why_and_when_the_worst_first(reviewed):
    rows, moments = reviewed.review.rows, reviewed.session.reviewing.moments
    assert len(rows) == len(moments) >= 3
    assert rows[0].reason == "Left and right leg look exchanged"
    assert rows[0].place == "0:01.5 · frames 44–49"
    reasons = [row.reason for row in rows]
    assert any(reason.startswith("Right wrist jumped 3") for reason in reasons)
    assert reviewed.review.progress_text == f"0 of {len(moments)} reviewed"
    index = reviewed.review.list.model().index(0, 0)
    spoken = index.data(Qt.ItemDataRole.AccessibleTextRole)
    assert spoken == "Left and right leg look exchanged, 0:01.5 · frames 44–49"
    assert reviewed.timeline.contents.moments.tolist() == [[m.start, m.stop] for m in moments]


def test_n_goes_on_and_shift_n_back(reviewed, qtbot):
    moments = reviewed.session.reviewing.moments
    press(reviewed, Qt.Key.Key_N)
    shown(reviewed, qtbot, moments[0].peak)
    assert reviewed.canvas.scene.keypoint == moments[0].keypoints[0]
    assert reviewed.review.list.currentIndex().row() == 0
    press(reviewed, Qt.Key.Key_N)
    shown(reviewed, qtbot, moments[1].peak)
    press(reviewed, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    press(reviewed, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    assert reviewed.session.reviewing.current == moments[-1]


def test_what_a_moment_is_about_is_in_the_picture(reviewed, qtbot):
    canvas = reviewed.canvas
    canvas.set_view(canvas.view.zoomed(8.0, 0, 0).panned(-4000, -4000))
    press(reviewed, Qt.Key.Key_N)
    moment = reviewed.session.reviewing.current
    assert canvas.view.to_widget(*moment.points[0]) == pytest.approx((canvas.width() / 2, canvas.height() / 2))
    before = canvas.view
    press(reviewed, Qt.Key.Key_N, Qt.KeyboardModifier.ShiftModifier)
    press(reviewed, Qt.Key.Key_N)
    assert canvas.view.scale == before.scale


@pytest.mark.parametrize("key", [Qt.Key.Key_Return, Qt.Key.Key_Enter])
def test_enter_accepts_and_goes_on(reviewed, qtbot, key):
    press(reviewed, key)  # nothing is current: nothing is accepted
    moments = reviewed.session.reviewing.moments
    press(reviewed, Qt.Key.Key_N)
    press(reviewed, key)
    assert reviewed.review.progress_text == f"1 of {len(moments)} reviewed"
    assert reviewed.session.reviewing.current == moments[1]
    assert reviewed.review.list.currentIndex().row() == 0
    press(reviewed, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert reviewed.review.progress_text == f"0 of {len(moments)} reviewed"


def test_one_key_swaps_back_and_one_undo_takes_it_back(reviewed, qtbot):
    total = len(reviewed.session.reviewing.moments)
    press(reviewed, Qt.Key.Key_W)  # no swap is current
    press(reviewed, Qt.Key.Key_N)
    assert reviewed.actions_by_name["swap_back"].isEnabled()
    press(reviewed, Qt.Key.Key_W)
    settle(reviewed.session, qtbot)
    assert reviewed.session.document.history.undo_label == "Swap left and right leg back"
    assert not [m for m in reviewed.session.reviewing.moments if m.kind is MomentKind.SWAP]
    assert reviewed.review.progress_text == f"1 of {total} reviewed"
    assert not reviewed.actions_by_name["swap_back"].isEnabled()
    press(reviewed, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    settle(reviewed.session, qtbot)
    assert reviewed.review.progress_text == f"0 of {total} reviewed"


def test_arrows_in_the_list_go_from_moment_to_moment(reviewed, qtbot):
    reviewed.review.list.setFocus()
    press(reviewed, Qt.Key.Key_Down)
    first = reviewed.session.reviewing.current
    assert first is not None
    reviewed.review.list.setFocus()
    press(reviewed, Qt.Key.Key_Down)
    moments = reviewed.session.reviewing.moments
    assert moments.index(reviewed.session.reviewing.current) == moments.index(first) + 1


def test_a_clicked_row_is_gone_to(reviewed, qtbot):
    rows = reviewed.review.list
    place = rows.visualRect(rows.model().index(1, 0)).center()
    QTest.mouseClick(rows.viewport(), Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, place)
    assert reviewed.session.reviewing.current == reviewed.session.reviewing.moments[1]


def test_all_reviewed_is_said(reviewed):
    total = len(reviewed.session.reviewing.moments)
    for _ in range(total):
        press(reviewed, Qt.Key.Key_N)
        press(reviewed, Qt.Key.Key_Return)
    assert reviewed.review.empty_text == "All reviewed. Nothing else looks wrong."
    assert reviewed.review.progress_text == f"{total} of {total} reviewed"
    assert not reviewed.actions_by_name["next_moment"].isEnabled()


def test_frames_for_fine_tuning_are_listed_last(reviewed, qtbot):
    before = len(reviewed.review.rows)
    with qtbot.waitSignal(reviewed.session.advising.suggested, timeout=PATIENCE):
        reviewed.actions_by_name["suggest_frames"].trigger()
    assert len(reviewed.review.rows) > before
    assert reviewed.review.rows[-1].reason.startswith("Worth correcting to fine-tune")


def test_the_next_frame_worth_correcting_is_gone_to_by_key(reviewed, qtbot):
    session = reviewed.session
    with qtbot.waitSignal(session.reviewing.gone, timeout=PATIENCE):
        press(reviewed, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    first = session.reviewing.current
    assert first.kind is MomentKind.SUGGESTED
    assert session.playback.playhead == first.peak
    press(reviewed, Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)  # listed by now
    second = session.reviewing.current
    assert second.kind is MomentKind.SUGGESTED
    assert second.severity < first.severity


def test_the_list_can_hold_these_frames_alone(reviewed, qtbot):
    session, panel = reviewed.session, reviewed.review
    total = len(panel.rows)
    with qtbot.waitSignal(session.advising.suggested, timeout=PATIENCE):
        reviewed.actions_by_name["only_suggested"].trigger()
        assert panel.empty_text == "Looking for frames worth correcting…"
    assert {row.icon for row in panel.rows} == {"add"}
    assert panel.progress_text == f"{len(panel.rows)} worth correcting"
    press(reviewed, Qt.Key.Key_N)
    assert session.reviewing.current.kind is MomentKind.SUGGESTED
    listed = len(panel.rows)
    reviewed.actions_by_name["only_suggested"].trigger()
    assert len(panel.rows) == total + listed


def test_every_part_of_the_panel_has_a_name(reviewed):
    assert reviewed.review.list.accessibleName() == "Moments to review"
    assert [button.accessibleName() for button in reviewed.review.buttons] == [
        "Accept the moment as it is",
        "Swap left and right back as suggested",
        "Previous suspicious moment",
        "Next suspicious moment",
    ]
    assert all(button.toolTip().endswith(")") for button in reviewed.review.buttons)  # the key


def test_the_panel_tells_its_states_apart(qtbot):
    panel = ReviewPanel()
    qtbot.addWidget(panel)
    panel.show_rows((), reviewed=0, state="looking")
    assert panel.empty_text.startswith("Looking")
    panel.show_rows((), reviewed=0, state="looked")
    assert panel.empty_text == "Nothing looks wrong in this clip."
    assert panel.progress_text == ""
    panel.show_rows((ReviewRow("Why", "when", "jump"),), reviewed=2, state="looked")
    assert (panel.empty_text, panel.progress_text) == ("", "2 of 3 reviewed")
