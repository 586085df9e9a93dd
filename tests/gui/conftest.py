"""Fixtures of tests that drive Qt: no thread, timer or widget may outlive its test."""

from __future__ import annotations

import gc
import shutil
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from PySide6.QtCore import QEvent, QThread
from PySide6.QtWidgets import QApplication

from fixtures.dot_person import write_dot_clip, write_dot_network
from poseapp.gui.main_window import MainWindow
from poseapp.gui.style.theme import apply_theme
from poseapp.services.analysing import AnalyzeOptions
from poseapp.services.session import Session
from poseapp.services.settings import Settings

_started: list[tuple[QThread, str]] = []
_start = QThread.start
_MUCH_GARBAGE = 20_000  # objects


def _recording_start(self: QThread, *args: object) -> None:
    _started.append((self, self.objectName() or type(self).__name__))
    _start(self, *args)


def _running(thread: QThread) -> bool:
    try:
        return thread.isRunning()
    except RuntimeError:  # the C++ side is gone, so it has ended
        return False


@pytest.fixture(autouse=True)
def nothing_left_running(qapp, monkeypatch):
    """Fail a test that leaves a QThread, a Python thread or an open window behind."""
    monkeypatch.setattr(QThread, "start", _recording_start)
    before = set(threading.enumerate())
    gc.disable()  # as `GuiGarbage` does: a job's thread must not collect what belongs to this one
    yield
    if gc.get_count()[0] > _MUCH_GARBAGE:
        gc.collect()
    qapp.processEvents()
    # Widgets that `deleteLater` was called on stay until an event loop runs; every theme change would dress them all.
    qapp.sendPostedEvents(None, QEvent.Type.DeferredDelete)
    gc.enable()  # not before: a collection within a destructor waits for a lock that the destructor holds
    deadline = time.monotonic() + 2.0
    while time.monotonic() < deadline and any(_running(thread) for thread, _ in _started):
        time.sleep(0.01)
    left = [name for thread, name in _started if _running(thread)]
    _started.clear()
    assert not left, f"QThreads still running: {left}"
    python_threads = [t.name for t in set(threading.enumerate()) - before if not isinstance(t, threading._DummyThread)]
    assert not python_threads, f"Python threads still running: {python_threads}"
    windows = [w.objectName() or type(w).__name__ for w in QApplication.topLevelWidgets() if w.isVisible()]
    assert not windows, f"windows still open: {windows}"


@pytest.fixture(autouse=True)
def own_home(tmp_path_factory, monkeypatch):
    """Give every test a home of its own: settings, projects and logs never touch the user's."""
    home = tmp_path_factory.mktemp("home")
    for name in ("XDG_DATA_HOME", "XDG_CONFIG_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME", "HOME", "APPDATA"):
        monkeypatch.setenv(name, str(home / name.lower()))
    monkeypatch.delenv("POSEAPP_MODELS", raising=False)
    return home


@dataclass(frozen=True)
class Dots:
    """The clip of the dot person and the network that knows it."""

    clip: Path
    network: Path
    n_frames: int


@pytest.fixture(scope="session")
def dot_files(tmp_path_factory) -> Dots:
    """Made once."""
    folder = tmp_path_factory.mktemp("dots")
    return Dots(write_dot_clip(folder / "dots.mp4"), write_dot_network(folder / "dots.onnx"), 60)


@pytest.fixture
def dots(dot_files, tmp_path) -> Dots:
    """A copy of the clip in a folder of the test's own."""
    clip = tmp_path / "dots.mp4"
    shutil.copyfile(dot_files.clip, clip)
    return Dots(clip, dot_files.network, dot_files.n_frames)


@pytest.fixture
def session(qapp):
    """A session without a window."""
    session = Session()
    yield session
    session.close()


@pytest.fixture
def window(qapp, qtbot, tmp_path):
    """A shown main window with settings of its own."""
    apply_theme(qapp, "dark")
    window = MainWindow(Session(), Settings(tmp_path / "settings" / "window.ini"))
    window.show()
    yield window
    window.close()
    window.deleteLater()


@pytest.fixture
def analyse(qtbot):
    """Open the dot clip in a session and analyse it."""

    def run(session, dots, *, persons=1):
        with qtbot.waitSignal(session.frameReady, timeout=60_000):
            session.open(dots.clip)
        options = AnalyzeOptions(model=str(dots.network), persons=persons)
        with qtbot.waitSignal(session.analysing.statusChanged, timeout=30_000, check_params_cb=lambda s: s is None):
            session.analyze(options)
        qtbot.waitUntil(lambda: not session.measuring.busy, timeout=60_000)

    return run
