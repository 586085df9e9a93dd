"""Long work in words."""

from __future__ import annotations

import math

import pytest
from PySide6.QtCore import Qt

from poseapp.gui.status import JobProgress

pytestmark = pytest.mark.gui


@pytest.fixture
def progress(qtbot):
    made = JobProgress()
    qtbot.addWidget(made)
    return made


@pytest.mark.parametrize(
    ("job", "text"),
    [
        (("Analyzing", 0.614, 48.2, 11.4), "Analyzing 61 % · 48 frames/s · 12 s left"),
        (("Analyzing", 0.999, 0.0, math.nan), "Analyzing 99 %"),
        (("Finding the person", math.nan), "Finding the person"),
        (("Exporting", 1.7), "Exporting 100 %"),
    ],
)
def test_words(progress, job, text):
    progress.set_job(*job)
    assert progress.text == text
    assert not progress.isHidden()


def test_bar_is_busy_while_the_end_is_unknown(progress):
    progress.set_job("Finding", math.nan)
    assert progress._bar.maximum() == 0
    progress.set_job("Analyzing", 0.5)
    assert progress._bar.value() / progress._bar.maximum() == 0.5


def test_cancel_asks_once(qtbot, progress):
    progress.set_job("Analyzing", 0.2)
    with qtbot.waitSignal(progress.cancelRequested):
        qtbot.mouseClick(progress._cancel, Qt.MouseButton.LeftButton)
    progress.set_job("Analyzing", 0.21)
    with qtbot.assertNotEmitted(progress.cancelRequested):
        qtbot.mouseClick(progress._cancel, Qt.MouseButton.LeftButton)
    progress.clear()
    assert progress.isHidden()
    progress.set_job("Analyzing", 0.0)
    assert progress._cancel.isEnabled()
