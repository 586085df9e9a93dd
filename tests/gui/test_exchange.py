"""Export and import in the window."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialogButtonBox, QFileDialog

from poseapp.core.edit_builders import build_move
from poseapp.core.types import Key, Source
from poseapp.formats.registry import FORMATS
from poseapp.gui.export_dialog import ExportDialog
from poseapp.jobs.export import formats
from poseapp.services.exporting import ExportChoice, ExportDone, export_choices
from poseapp.services.tidings import notice_of_export

pytestmark = pytest.mark.gui


@pytest.fixture
def dialog(qtbot):
    found = ExportDialog(export_choices(), "sleap")
    qtbot.addWidget(found)
    return found


def test_every_format_is_there_and_says_what_it_loses(dialog):
    assert [choice.name for choice in export_choices()] == list(formats())
    assert dialog.choice.name == "sleap"
    for choice in export_choices():
        dialog.choose(choice.name)
        assert dialog.loses.text() == choice.loses
        assert dialog.loses.text().startswith("Loses ")
        assert dialog.smoothed.isVisibleTo(dialog) == choice.can_smooth
        assert dialog.files.text().startswith(("One .", "A .", "A folder"))


def test_what_is_not_installed_cannot_be_chosen_and_says_how_to_get_it(qtbot):
    choice = ExportChoice("c3d", "C3D", (".c3d",), "Loses scores.", "Run pip install 'poseapp[formats]'")
    dialog = ExportDialog([choice], "")
    qtbot.addWidget(dialog)
    heard = []
    dialog.chosen.connect(lambda *what: heard.append(what))
    assert "pip install 'poseapp[formats]'" in dialog.missing.text()
    assert not dialog.go.isEnabled()
    dialog.formats.itemActivated.emit(dialog.formats.item(0))
    assert not heard


def test_by_keyboard_alone(dialog, qtbot):
    heard = []
    dialog.chosen.connect(lambda choice, smoothed: heard.append((choice.name, smoothed)))
    dialog.show()
    dialog.choose("coco")
    qtbot.keyClick(dialog.formats, Qt.Key.Key_Down)
    qtbot.keyClick(dialog.formats, Qt.Key.Key_Tab)
    qtbot.keyClick(dialog.smoothed, Qt.Key.Key_Space)
    qtbot.keyClick(dialog.smoothed, Qt.Key.Key_Return)
    assert heard == [("dlc", True)]


def test_the_window_asks_for_format_and_file(window, dots, qtbot, analyse, tmp_path):
    analyse(window.session, dots)
    heard = []
    window.session.noticeRaised.connect(heard.append)
    window.actions_by_name["export"].trigger()
    dialog = window.findChild(ExportDialog, "export")
    dialog.choose("coco")
    qtbot.mouseClick(dialog.go, Qt.MouseButton.LeftButton)
    files = next(d for d in window.findChildren(QFileDialog) if d.isVisible())
    assert Path(files.selectedFiles()[0]).name == f"{dots.clip.stem}.json"
    files.fileSelected.emit(str(tmp_path / "out.json"))
    files.reject()
    qtbot.waitUntil(lambda: bool(told(heard, "Exported")), timeout=20_000)
    data = json.loads((tmp_path / "out.json").read_text())
    assert data["images"][0]["width"] == window.session.document.clip.width
    assert told(heard, "Exported")[0].text.startswith("Exported to out.json.")
    window.actions_by_name["export"].trigger()
    again = next(d for d in window.findChildren(ExportDialog) if d.isVisible())
    assert again.choice.name == "coco"  # as last time
    again.buttons.button(QDialogButtonBox.StandardButton.Cancel).click()


def test_a_notice_of_several_files_tells_what_must_be_known():
    notice = notice_of_export(ExportDone((Path("a.trc"), Path("b.trc")), ("Resampled.",)))
    assert notice.text == "Exported to a.trc and b.trc. Resampled."
    assert notice.kind == "warning"


def test_import_into_a_fresh_clip(window, dots, qtbot, analyse, tmp_path):
    """What one window exports, another imports: predictions and the correction, each as what it was."""
    session = window.session
    analyse(session, dots)
    session.perform(build_move(session.document.store, Key(3, 0, 2), (33.5, 44.5)))
    export(session, qtbot, tmp_path / "a.slp", "sleap")
    before = session.document.store.track(0)
    names = session.document.store.skeleton.keypoints
    session.close_document()
    fresh = tmp_path / "fresh" / dots.clip.name
    fresh.parent.mkdir()
    fresh.write_bytes(dots.clip.read_bytes())
    with qtbot.waitSignal(session.clipChanged, timeout=20_000):
        session.open(fresh)
    heard = []
    session.noticeRaised.connect(heard.append)
    assert window.actions_by_name["import_file"].isEnabled()
    session.import_file(tmp_path / "a.slp")
    qtbot.waitUntil(lambda: bool(told(heard, "Imported")), timeout=20_000)
    store = session.document.store
    assert store.marked_frames().tolist() == [3]
    columns = [store.skeleton.index(name) for name in names]
    after = store.track(0)
    np.testing.assert_allclose(after.xy[:, columns], before.xy, atol=1e-3)
    assert after.source[3, columns[2]] == Source.CORRECTED
    assert session.document.network == ""
    session.undo()
    assert not len(store.marked_frames())


def test_import_of_what_is_no_keypoints_is_one_line(window, dots, qtbot, analyse, tmp_path):
    analyse(window.session, dots)
    heard = []
    window.session.noticeRaised.connect(heard.append)
    (tmp_path / "a.json").write_text("[]")
    window.session.import_file(tmp_path / "a.json")
    qtbot.waitUntil(lambda: bool(told(heard, "a.json: ")), timeout=20_000)
    assert told(heard, "a.json: ")[0].kind == "error"
    assert not window.session.importing.running


def told(heard, word):
    """Return the notices that begin with a word; others may come at any time."""
    return [notice for notice in heard if notice.text.startswith(word)]


def export(session, qtbot, path, name):
    heard = []
    session.noticeRaised.connect(heard.append)
    session.export(path, name)
    qtbot.waitUntil(lambda: bool(told(heard, "Exported")), timeout=20_000)
    assert FORMATS[name].read(path, "").seen.any()
