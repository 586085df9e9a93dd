"""Fixtures of tests that drive Qt: no thread, timer or widget may outlive its test."""

from __future__ import annotations

import threading
import time

import pytest
from PySide6.QtCore import QThread
from PySide6.QtWidgets import QApplication

_started: list[tuple[QThread, str]] = []
_start = QThread.start


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
    yield
    qapp.processEvents()
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
