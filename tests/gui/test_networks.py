"""The list of networks, driven by hand: real files, real buttons, and no work on the window's thread."""

from __future__ import annotations

import hashlib
import sys
import threading
import time
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QInputDialog, QToolButton

from fixtures.tiny_networks import dots_spec, write_dots_network
from poseapp.core.lineage import Lineage
from poseapp.gui.networks.networks_dialog import NetworksDialog
from poseapp.inference import library, trial
from poseapp.services import settings

pytestmark = pytest.mark.gui

LINEAGE = Lineage("poseapp-fast", "ab" * 32, "2026-11-20", clips=1, frames=20, marks=260, before_px=6.5, after_px=3.25)


def write_network(path: Path, name: str, beta: float = 10.0) -> Path:
    return write_dots_network(path, spec=replace(dots_spec(name=name, title="Runner", beta=beta), lineage=LINEAGE))


@pytest.fixture
def own(tmp_path, monkeypatch):
    """A library of two networks of one's own, of which the first was taken into use."""
    monkeypatch.setenv("POSEAPP_MODELS", str(tmp_path / "own"))
    library.add_model(write_network(tmp_path / "a.onnx", "runner"), adopt=True, clips=["dance.mp4"])
    library.add_model(write_network(tmp_path / "b.onnx", "jumper", 11.0), adopt=False)
    return tmp_path / "own"


@pytest.fixture
def dialog(window, own, qtbot):
    """The dialog, opened from the menu, with its list filled."""
    window.actions_by_name["networks"].trigger()
    dialog = window.findChild(NetworksDialog)
    qtbot.waitUntil(lambda: dialog.table.topLevelItemCount() == 3 and not dialog._networks.busy)
    yield dialog
    for open_dialog in window.findChildren(NetworksDialog):
        open_dialog.close()


def rows(dialog):
    return [dialog.table.topLevelItem(i).text(0) for i in range(dialog.table.topLevelItemCount())]


def press(dialog, name, qtbot):
    """Click a button and wait until what it stands for is done."""
    QTest.mouseClick(dialog.buttons[name], Qt.MouseButton.LeftButton)
    qtbot.waitUntil(lambda: not dialog._networks.busy, timeout=30_000)


def offered(window):
    button = window.analyze_controls.findChild(QToolButton, "model")
    return [action.text() for action in button.menu().actions() if action.isCheckable()]


def able(dialog):
    return {name for name, button in dialog.buttons.items() if button.isEnabled() and button.isVisibleTo(dialog)}


def test_every_network_says_where_it_comes_from(dialog):
    assert rows(dialog) == ["poseapp-fast", "jumper", "runner"]
    item = dialog.table.topLevelItem(2)
    shown = [item.text(column) for column in range(6)]
    assert shown == ["runner", "default", "poseapp-fast", "260", "6.5 → 3.2 px", "2026-11-20"]
    assert dialog.table.currentItem() is item  # what is in use is chosen
    assert dialog.origin.text() == (
        "Fine-tuned from poseapp-fast on 20 November 2026 with 260 marks in 20 frames of 1 clip (dance.mp4). "
        "On frames that it did not learn from, the median error fell from 6.5 to 3.2 px, 50 % less."
    )
    assert dialog.facts.text().startswith("Runner · skeleton dots, 6 keypoints · file runner.onnx, sha256 ")
    dialog.choose("poseapp-fast")
    assert dialog.origin.text() == "This network came with poseapp. It can be neither renamed nor deleted."
    assert able(dialog) == {"use", "export", "bring", "back"}


def test_the_default_changes_and_goes_back_in_one_click(window, dialog, qtbot):
    assert able(dialog) == {"rename", "delete", "export", "bring", "back"}
    dialog.choose("jumper")
    press(dialog, "use", qtbot)
    assert library.default_name() == "jumper"
    assert dialog.words.text() == "Clips are analysed with jumper from now on."
    qtbot.waitUntil(lambda: window.analyze_controls.model == "jumper")
    assert window.settings.get(settings.MODEL) == "default"  # also of tomorrow
    assert dialog.buttons["back"].text() == "&Back to runner"
    press(dialog, "back", qtbot)
    assert library.default_name() == "runner"
    qtbot.waitUntil(lambda: window.analyze_controls.model == "runner")
    assert dialog.buttons["back"].text() == "&Back to poseapp-fast"
    press(dialog, "back", qtbot)
    assert library.default_name() == "poseapp-fast"
    assert not dialog.buttons["back"].isEnabled()


def test_a_network_is_renamed_by_the_keyboard(window, dialog, qtbot):
    QTest.keyClick(dialog.table, Qt.Key.Key_F2)
    ask = dialog.findChild(QInputDialog)
    assert ask.textValue() == "runner"
    ask.setTextValue("mia")
    ask.accept()
    qtbot.waitUntil(lambda: rows(dialog) == ["poseapp-fast", "jumper", "mia"])
    assert dialog.words.text() == "runner is called mia now."
    qtbot.waitUntil(lambda: "mia" in offered(window))
    assert window.analyze_controls.model == "mia"


def test_the_list_opens_with_the_default_chosen(window, dialog, qtbot):
    dialog.choose("jumper")
    dialog._do("export")
    dialog.findChild(QFileDialog).close()
    dialog._networks.rename("jumper", "hopper")
    qtbot.waitUntil(lambda: dialog.table.currentItem().text(0) == "hopper")
    dialog.close()
    qtbot.waitUntil(lambda: window.findChild(NetworksDialog) is None and not dialog_networks(window).busy)
    window.actions_by_name["networks"].trigger()
    assert window.findChild(NetworksDialog).table.currentItem().text(0) == "runner"
    qtbot.waitUntil(lambda: not dialog_networks(window).busy)


def dialog_networks(window):
    return window.session.networks


def test_a_name_that_cannot_be_is_told_and_nothing_changes(dialog, qtbot):
    QTest.keyClick(dialog.table, Qt.Key.Key_F2)
    ask = dialog.findChild(QInputDialog)
    ask.setTextValue("../../mia")
    ask.accept()
    qtbot.waitUntil(lambda: "cannot be the name of a network" in dialog.words.text())
    qtbot.waitUntil(lambda: not dialog._networks.busy)
    assert rows(dialog) == ["poseapp-fast", "jumper", "runner"]


def test_a_deleted_network_comes_back(window, dialog, qtbot, own):
    assert not dialog.buttons["restore"].isVisibleTo(dialog)
    QTest.keyClick(dialog.table, Qt.Key.Key_Delete)
    qtbot.waitUntil(lambda: rows(dialog) == ["poseapp-fast", "jumper"])
    assert dialog.words.text() == "runner is deleted. Clips are analysed with poseapp-fast again."
    qtbot.waitUntil(lambda: offered(window) == ["poseapp-fast", "jumper"])
    qtbot.waitUntil(lambda: not dialog._networks.busy)
    press(dialog, "restore", qtbot)
    assert rows(dialog) == ["poseapp-fast", "jumper", "runner"]
    assert not dialog.buttons["restore"].isVisibleTo(dialog)
    assert (own / "runner.onnx").is_file()


def test_a_network_goes_out_and_comes_in_through_files(window, dialog, qtbot, tmp_path):
    press(dialog, "export", qtbot)
    dialog.findChild(QFileDialog).close()
    dialog._networks.export("runner", str(tmp_path / "gift.onnx"))
    qtbot.waitUntil(lambda: dialog.words.text() == "runner is in gift.onnx.", timeout=30_000)
    qtbot.waitUntil(lambda: not dialog._networks.busy)
    dialog.choose("runner")
    press(dialog, "delete", qtbot)
    dialog._bring(str(tmp_path / "gift.onnx"))
    assert dialog.words.text() == "gift.onnx is being tried…"
    assert able(dialog) == set()
    qtbot.waitUntil(lambda: rows(dialog) == ["poseapp-fast", "gift", "jumper"], timeout=30_000)
    assert dialog.table.currentItem().text(0) == "gift"
    assert "not the default yet" in dialog.words.text()


def test_a_file_that_is_no_network_is_one_line(dialog, qtbot, tmp_path):
    bad = tmp_path / "weights.onnx"
    bad.write_bytes(b"PK\x03\x04" + bytes(100))
    dialog._bring(str(bad))
    qtbot.waitUntil(lambda: "ZIP archive" in dialog.words.text(), timeout=30_000)
    qtbot.waitUntil(lambda: not dialog._networks.busy)
    assert rows(dialog) == ["poseapp-fast", "jumper", "runner"]


def test_closing_the_window_does_not_wait_for_a_trial(window, dialog, tmp_path, monkeypatch):
    monkeypatch.setattr(trial, "own_command", lambda *_: [sys.executable, "-c", "import time; time.sleep(60)"])
    dialog._bring(str(write_network(tmp_path / "slow.onnx", "slow", 12.0)))
    QTest.qWait(500)
    assert dialog._networks.busy
    before = time.monotonic()
    window.close()
    assert time.monotonic() - before < 5


def test_what_reads_files_runs_beside_the_windows_thread(dialog, qtbot, monkeypatch):
    seen = []
    entries = library.entries
    monkeypatch.setattr(library, "entries", lambda: seen.append(threading.current_thread()) or entries())
    dialog._networks.look()
    assert dialog._networks.busy
    assert able(dialog) == set()
    qtbot.waitUntil(lambda: not dialog._networks.busy)
    assert seen
    assert threading.main_thread() not in seen


def test_the_list_is_also_under_the_networks_beside_analyze(window, own, qtbot):
    (own / "bad.onnx").write_bytes(b"nonsense")
    window.session.networks.look()
    qtbot.waitUntil(lambda: offered(window) == ["runner", "poseapp-fast", "jumper"])  # what cannot be used is not
    menu = window.analyze_controls.findChild(QToolButton, "model").menu()
    chosen = window.analyze_controls.model
    menu.actions()[-1].trigger()
    dialog = window.findChild(NetworksDialog)
    qtbot.waitUntil(lambda: dialog.table.topLevelItemCount() == 4 and not dialog._networks.busy)
    assert window.analyze_controls.model == chosen
    dialog.close()


def test_the_status_bar_names_the_exact_network(window, dots, analyse):
    analyse(window.session, dots)
    sha256 = hashlib.sha256(dots.network.read_bytes()).hexdigest()
    assert window.model_name.toolTip() == f"Predicted by dots. File sha256 {sha256}."


def test_a_closed_list_no_longer_listens(window, dialog, qtbot):
    networks = window.session.networks
    dialog.close()
    qtbot.waitUntil(lambda: window.findChild(NetworksDialog) is None)
    networks.look()
    qtbot.waitUntil(lambda: not networks.busy)


def test_the_keyboard_reaches_everything(dialog):
    dialog.table.setFocus()
    reached = set()
    for _ in range(12):
        reached.add(QApplication.focusWidget())
        QTest.keyClick(QApplication.focusWidget(), Qt.Key.Key_Tab)
    wanted = {button for button in dialog.buttons.values() if button.isEnabled() and button.isVisibleTo(dialog)}
    assert wanted <= reached
    assert dialog.table in reached
    mnemonics = [b.text()[b.text().index("&") + 1].casefold() for b in dialog.buttons.values()]
    assert len(set(mnemonics)) == len(mnemonics)


def test_what_is_asked_for_meanwhile_is_done_afterwards(window, own, qtbot, monkeypatch):
    networks, gate, entries = window.session.networks, threading.Event(), library.entries
    seen = []
    networks.seen.connect(lambda view: seen.append((view.default, view.words)))
    monkeypatch.setattr(library, "entries", lambda: gate.wait(20) and entries())
    networks.look()
    for _ in range(3):
        networks.look()
    networks.use("jumper")
    gate.set()
    qtbot.waitUntil(lambda: not networks.busy and len(seen) >= 3)
    assert seen == [("runner", ""), ("runner", ""), ("jumper", "Clips are analysed with jumper from now on.")]


def test_asking_for_the_default_again_ends_another_choice_beside_analyze(window, own, qtbot):
    networks = window.session.networks
    networks.look()
    qtbot.waitUntil(lambda: offered(window) == ["runner", "poseapp-fast", "jumper"])
    window.analyze_controls._choose("jumper")
    networks.look()
    qtbot.waitUntil(lambda: not networks.busy)
    assert window.analyze_controls.model == "jumper"
    networks.use("runner")
    qtbot.waitUntil(lambda: window.analyze_controls.model == "runner")
    assert window.settings.get(settings.MODEL) == "default"


def test_a_failure_is_told_where_somebody_looks(window, dialog, qtbot):
    heard = []
    window.session.noticeRaised.connect(heard.append)
    window.session.networks.use("nobody")
    qtbot.waitUntil(lambda: "nobody" in dialog.words.text())
    assert heard == []
    dialog.close()
    qtbot.waitUntil(lambda: window.findChild(NetworksDialog) is None and not window.session.networks.busy)
    window.session.networks.use("nobody")
    qtbot.waitUntil(lambda: bool(heard))
    assert "nobody" in heard[0].text
