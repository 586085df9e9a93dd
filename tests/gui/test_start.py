"""Starting is quick because what is heavy is imported after the window is shown."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import textwrap

import pytest
from PySide6.QtWidgets import QToolButton

pytestmark = pytest.mark.gui

HEAVY = ("torch", "onnxruntime", "scipy", "h5py", "cv2", "av", "onnx", "pyqtgraph", "sqlite3")

_SHOW = """
    import json, sys
    from pathlib import Path
    from poseapp.app import build_application, build_window
    from poseapp.services.settings import Settings
    app = build_application()
    window = build_window(app, Settings(Path(sys.argv[1]) / "window.ini"))
    window.show()
    app.processEvents()
    shown = sorted(name for name in sys.modules if "." not in name)
    window.close()
    print(json.dumps(shown))
"""


def run(*arguments):
    """Return what a Python process of its own says in its last line, as JSON."""
    done = subprocess.run(
        [sys.executable, *arguments],
        env={**os.environ, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout.splitlines()[-1])


def test_the_window_is_shown_before_anything_heavy_is_imported(tmp_path):
    assert set(HEAVY).isdisjoint(run("-W", "error", "-c", textwrap.dedent(_SHOW), str(tmp_path)))


_BEGIN = """
    import json, sys, threading
    from pathlib import Path
    from PySide6.QtCore import QEventLoop, QTimer
    from poseapp.app import begin, build_application, build_window
    from poseapp.services.settings import Settings

    class Watch:
        asked = {}

        def find_spec(self, name, path=None, target=None):
            self.asked.setdefault(name.split(".")[0], set()).add(threading.current_thread() is threading.main_thread())

    app = build_application()
    window = build_window(app, Settings(Path(sys.argv[1]) / "window.ini"))
    window.show()
    sys.meta_path.insert(0, Watch())
    begin(window, [sys.argv[2]])
    loop, timer = QEventLoop(), QTimer()
    timer.timeout.connect(lambda: window.overlays.shown_frame == 0 and "pyqtgraph" in sys.modules and loop.quit())
    timer.start(5)
    QTimer.singleShot(60_000, loop.quit)
    loop.exec()
    window.close()
    print(json.dumps({name: sorted(Watch.asked.get(name, ())) for name in ("pyqtgraph", "PySide6", "av")}))
"""


def test_other_threads_import_no_classes_of_qt(tmp_path, dots):
    """Classes of Qt objects that another thread defines crash PySide when this one handles an event."""
    imported = run("-c", textwrap.dedent(_BEGIN), str(tmp_path), str(dots.clip))
    assert imported["pyqtgraph"] == [True]
    assert False not in imported["PySide6"]
    assert False in imported["av"]  # what has no such classes is imported beside the window


def test_begin_analyses_a_new_clip_where_asked(window, dots, qtbot, monkeypatch):
    from poseapp.app import begin

    folder = dots.clip.parent / "models"
    folder.mkdir()
    shutil.copyfile(dots.network, folder / "dots.onnx")
    monkeypatch.setenv("POSEAPP_MODELS", str(folder))
    asked = []
    monkeypatch.setattr(window.session, "analyze", asked.append)
    begin(window, [str(dots.clip)], analyze=True)
    qtbot.waitUntil(lambda: bool(asked), timeout=10_000)
    assert asked[0].model == "default"
    qtbot.waitUntil(lambda: "dots" in [a.text() for a in model_menu(window)], timeout=5000)


def model_menu(window):
    return window.analyze_controls.findChild(QToolButton, "model").menu().actions()


def test_run_opens_a_file_and_returns_when_the_window_closes(tmp_path, dots, qtbot, qapp, monkeypatch):
    from PySide6.QtCore import QTimer

    from poseapp import app as application

    seen = {}

    def look() -> None:
        window = next(w for w in qapp.topLevelWidgets() if w.objectName() == "main" and w.isVisible())
        if window.overlays.shown_frame == 0:
            seen["clip"] = window.session.document.name
            timer.stop()
            window.close()
            window.deleteLater()

    timer = QTimer()
    timer.timeout.connect(look)
    timer.start(20)
    assert application.run([str(dots.clip)]) == 0
    assert seen == {"clip": "dots.mp4"}
