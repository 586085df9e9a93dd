"""The panel with the real command: a tiny network learns from a rendered clip, is stopped, killed, and proved."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

pytest.importorskip("torch")
pytest.importorskip("onnx")

from fixtures.marked_projects import make_rendered_project
from poseapp.core.errors import BadInputError
from poseapp.core.finetune_events import Failed, event_from_line
from poseapp.services.improve_memory import CHECKPOINT

pytestmark = [pytest.mark.gui, pytest.mark.slow, pytest.mark.timeout(1800)]
PATIENCE = 900_000  # ms; the machine may be busy

_WRITE_PARENT = """
import sys
import torch
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import ModelSpec
from poseapp.nets.registry import find_architecture
from poseapp.training.exporting.export import export_onnx
from poseapp.training.measuring.evaluate import MEAN, STD
torch.manual_seed(0)
skeleton = load_skeleton("body21")
spec = ModelSpec("tiny", "Tiny", "fasterpose-slim", skeleton, (64, 64), MEAN, STD, "sigmoid", crop_factor=1.25)
export_onnx(find_architecture("fasterpose-slim").build(skeleton).eval(), spec, sys.argv[1], any_size=True)
"""


@pytest.fixture(scope="module")
def parent(tmp_path_factory) -> Path:
    """An untaught network at pictures so small that a step takes no time, made outside: the window has no torch."""
    path = tmp_path_factory.mktemp("parent") / "tiny.onnx"
    code = _WRITE_PARENT.replace("sys.argv[1]", f"__import__('pathlib').Path({str(path)!r})")
    subprocess.run([sys.executable, "-c", code], check=True, timeout=600)
    return path


@pytest.fixture
def ready(window, qtbot, tmp_path, parent, monkeypatch):
    """The window with the panel shown, a clip with 16 corrected frames, and a library that holds the tiny network."""
    models = tmp_path / "models"
    models.mkdir()
    (models / "tiny.onnx").write_bytes(parent.read_bytes())
    monkeypatch.setenv("POSEAPP_MODELS", str(models))
    project = make_rendered_project(tmp_path, range(0, 48, 3), n_frames=48, size=(160, 100)).path
    with qtbot.waitSignal(window.session.frameReady, timeout=PATIENCE):
        window.open_path(str(project))
    window.actions_by_name["improve"].trigger()
    setup = window.improve_panel.setup
    qtbot.waitUntil(lambda: setup.outlook is not None and setup.outlook.frames == 16, timeout=PATIENCE)
    setup.choose_parent("tiny")
    setup.minutes.setValue(1)
    return window


def press(window, name):
    button = window.improve_panel.buttons.button(name)
    assert button.isVisible(), (name, window.improve_panel.buttons.shown)
    assert button.isEnabled(), name
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)


def wait_for(qtbot, window, phase):
    state = window.session.improving
    qtbot.waitUntil(lambda: state.state.phase in (phase, "stopped"), timeout=PATIENCE)
    assert state.state.phase == phase, state.state.problem


def trains(qtbot, window):
    qtbot.waitUntil(lambda: bool(window.session.improving.losses), timeout=PATIENCE)
    assert window.session.improving.state.phase == "training", window.session.improving.state


def test_start_pause_go_on_and_the_verdict(ready, qtbot):
    setup, panel, improving = ready.improve_panel.setup, ready.improve_panel, ready.session.improving
    assert (
        setup.words.text
        == f"16 corrected frames, 288 keypoints, in 1 clip; {setup.outlook.held_out} frames are held out."
    )
    setup.minutes.setValue(4)
    press(ready, "start")
    trains(qtbot, ready)
    data = improving.state.data
    assert (data.frames, data.marks, data.clips, data.held_out) == (16, 288, 1, setup.outlook.held_out)
    assert not improving.state.proving, "the machine is too busy: no time was left for a second step"
    press(ready, "pause")
    wait_for(qtbot, ready, "paused")
    press(ready, "go_on")
    qtbot.waitUntil(lambda: improving.state.phase == "training", timeout=PATIENCE)
    wait_for(qtbot, ready, "finished")
    report = improving.state.report
    assert panel.result.verdict.text == report.verdict
    assert (report.model, report.parent) == (setup.name.text(), "tiny")
    assert len(panel.curves.error.points) >= 2
    assert panel.result.summary.rowCount() == 4
    qtbot.waitUntil(lambda: len(panel.result.examples.pictures) == len(report.examples) > 0, timeout=PATIENCE)
    qtbot.waitUntil(lambda: panel.result.in_use.text != "", timeout=PATIENCE)
    assert (panel.buttons.shown[0] == "analyze") == report.adopted
    assert not (improving.state.order.folder / CHECKPOINT).exists()


def test_cancelled_at_once_killed_and_gone_on(ready, qtbot):
    improving = ready.session.improving
    press(ready, "start")
    qtbot.waitUntil(lambda: improving.state.data is not None, timeout=PATIENCE)
    press(ready, "cancel")
    qtbot.waitUntil(lambda: improving.state.phase == "stopped", timeout=7000)
    assert improving.state.problem == ""
    press(ready, "go_on")
    trains(qtbot, ready)
    qtbot.waitUntil(lambda: (improving.state.order.folder / CHECKPOINT).exists(), timeout=PATIENCE)
    os.kill(improving.pid, signal.SIGKILL)
    qtbot.waitUntil(lambda: improving.state.phase == "stopped", timeout=PATIENCE)
    assert "signal 9" in ready.improve_panel.progress.problem.text
    press(ready, "go_on")
    wait_for(qtbot, ready, "finished")


def test_closing_the_window_leaves_no_process(ready, qtbot):
    press(ready, "start")
    trains(qtbot, ready)
    pid = ready.session.improving.pid
    ready.close()
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_a_failure_is_an_event_and_ends_in_order_while_stdin_stays_open(tmp_path):
    command = [sys.executable, "-m", "poseapp", "finetune", str(tmp_path / "none.poseapp"), "--progress"]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen(command, text=True, **pipes) as child:
        lines = child.stdout.read().splitlines()  # to its end, while nothing is written to the child
        complaints = child.stderr.read()
        assert child.wait(60) == BadInputError.exit_code
    assert isinstance(event_from_line(lines[-1]), Failed)
    assert "Fatal" not in complaints
