"""The main job as a person does it: open, analyse, drag, undo, redo; killed; reopened with the edit there; exported."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import h5py
import numpy as np
import pytest

from fixtures.dot_person import SKELETON, truth, write_dot_clip, write_dot_network
from poseapp.storage.project import ProjectFile

pytestmark = pytest.mark.gui

FRAME = 20
N_FRAMES = 60

_COMMON = """
    import json, os, signal, sys
    from pathlib import Path
    from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
    from PySide6.QtTest import QTest
    from poseapp.app import begin, build_application, build_window
    from poseapp.services.analysing import AnalyzeOptions
    from poseapp.services.settings import Settings

    clip, network, folder, frame, knee = sys.argv[1], sys.argv[2], Path(sys.argv[3]), int(sys.argv[4]), int(sys.argv[5])
    app = build_application()
    window = build_window(app, Settings(folder / "window.ini"))
    window.show()

    def wait(condition, seconds=60):
        loop, timer = QEventLoop(), QTimer()
        timer.timeout.connect(lambda: condition() and loop.quit())
        timer.start(5)
        QTimer.singleShot(seconds * 1000, lambda: loop.exit(1))
        if loop.exec():
            sys.exit("waited in vain")

    def knee_now():
        return [float(v) for v in window.session.document.store.view(frame).xy[0, knee]]

    def go():
        window.session.playback.seek(frame)
        wait(lambda: window.overlays.shown_frame == frame)
"""

_FIRST = (
    _COMMON
    + """
    begin(window, [clip])
    wait(lambda: window.overlays.shown_frame == 0)
    window.session.analyze(AnalyzeOptions(model=network))
    wait(lambda: window.session.analysing.running)
    wait(lambda: not window.session.analysing.running)
    go()
    predicted = knee_now()

    canvas, scale = window.canvas, window.canvas.view.scale
    start = QPoint(*(round(v) for v in canvas.view.to_widget(*predicted)))
    end = start + QPoint(30, -24)
    left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    QTest.mousePress(canvas, left, none, start)
    QTest.mouseMove(canvas, start + QPoint(12, -10))
    QTest.mouseMove(canvas, end)
    QTest.mouseRelease(canvas, left, none, end)
    dragged = knee_now()
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    undone = knee_now()
    QTest.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    redone = knee_now()
    QTest.keyClick(window, Qt.Key.Key_S, Qt.KeyboardModifier.ControlModifier)
    saved = window.notice_bar.text
    facts = dict(predicted=predicted, dragged=dragged, undone=undone, redone=redone, saved=saved, scale=scale)
    (folder / "first.json").write_text(json.dumps(facts))
    os.kill(os.getpid(), signal.SIGKILL)
"""
)

_SECOND = (
    _COMMON
    + """
    begin(window, [clip])
    wait(lambda: window.session.document is not None and window.overlays.shown_frame >= 0)
    go()
    facts = dict(knee=knee_now(), source=int(window.canvas.scene.poses.source[0, knee]),
                 undo=window.actions_by_name["undo"].isEnabled(), read_only=window.session.document.read_only)
    wait(lambda: not window.session.measuring.busy)
    window.session.export(folder / "out.h5")
    wait(lambda: (folder / "out.h5").exists() and "Exported" in window.notice_bar.text)
    (folder / "second.json").write_text(json.dumps(facts))
    window.close()
"""
)

_KILLED_SOON = (
    _COMMON
    + """
    from poseapp.core.edit_builders import build_move
    from poseapp.core.types import Key

    begin(window, [clip])
    wait(lambda: window.overlays.shown_frame == 0 and window.session.document.sha256)
    store, x = window.session.document.store, 10.0
    said = open(folder / "said.txt", "w")

    def edit():
        global x
        x += 1.0
        assert window.session.perform(build_move(store, Key(frame, 0, knee), (x, 20.0)))
        tell()

    def tell():
        # What a person sees as saved is written down before the next thing happens; the kill comes without warning.
        said.write(f"{x if window.saved.text().startswith('Saved') else 0.0} {window.saved.text()}\\n")
        said.flush()

    timer = QTimer()
    timer.timeout.connect(edit)
    timer.start(7)
    edit()
    wait(lambda: x >= 11.0 + int(sys.argv[6]))
    os.kill(os.getpid(), signal.SIGKILL)
"""
)


def run(script: str, clip: Path, network: Path, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    """Run a part of the job in a process of its own, with a home of its own."""
    home = {f"XDG_{name}_HOME": str(folder / name.lower()) for name in ("DATA", "CONFIG", "STATE", "CACHE")}
    arguments = [str(clip), str(network), str(folder), str(FRAME), str(SKELETON.index("right_knee")), *more]
    return subprocess.run(
        [sys.executable, "-c", textwrap.dedent(script), *arguments],
        env={**os.environ, **home, "QT_QPA_PLATFORM": "offscreen"},
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
def test_the_main_job_survives_being_killed(tmp_path):
    clip, network = write_dot_clip(tmp_path / "walk.mp4", N_FRAMES), write_dot_network(tmp_path / "dots.onnx")

    killed = run(_FIRST, clip, network, tmp_path)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    first = json.loads((tmp_path / "first.json").read_text())
    k = SKELETON.index("right_knee")
    np.testing.assert_allclose(first["predicted"], truth(N_FRAMES)[FRAME, k], atol=1.0)
    moved = np.array([30, -24]) / first["scale"]
    np.testing.assert_allclose(first["dragged"], np.array(first["predicted"]) + moved, atol=1.0 / first["scale"])
    assert first["undone"] == first["predicted"]
    assert first["redone"] == first["dragged"]
    assert "walk.poseapp" in first["saved"]

    reopened = run(_SECOND, clip, network, tmp_path)
    assert reopened.returncode == 0, reopened.stderr
    assert "Traceback" not in reopened.stderr
    second = json.loads((tmp_path / "second.json").read_text())
    assert second == {"knee": first["dragged"], "source": 2, "undo": True, "read_only": False}

    with h5py.File(tmp_path / "out.h5") as file:
        assert file.attrs["format"] == "poseapp-analysis"
        points = file["persons/0/keypoints"]
        names = [name.decode() if isinstance(name, bytes) else name for name in points.attrs["names"]]
        assert file["time"].shape == (N_FRAMES,)
        np.testing.assert_allclose(points["final"][FRAME, names.index("right_knee")], first["dragged"], atol=1e-3)
        np.testing.assert_allclose(points["raw"][FRAME, names.index("right_knee")], first["predicted"], atol=1e-3)
        assert points["source"][FRAME, names.index("right_knee")] == 2
        angles = file["persons/0/angles"]
        assert np.isfinite(angles["values"][:]).any()
        assert len(file["edits"]) == 3


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="needs SIGKILL")
@pytest.mark.parametrize("edits", [0, 3, 40])
def test_what_was_shown_as_saved_survives_a_kill_at_any_moment_of_the_first_edits(tmp_path, edits):
    clip, network = write_dot_clip(tmp_path / "walk.mp4", N_FRAMES), tmp_path / "none"

    killed = run(_KILLED_SOON, clip, network, tmp_path, str(edits))
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    said = [line.split(maxsplit=1) for line in (tmp_path / "said.txt").read_text().splitlines()]
    assert said[0][1] == "Saving…"
    assert edits < 40 or said[-1][1].startswith("Saved")
    project = tmp_path / "walk.poseapp"
    assert project.exists() or edits < 40
    if project.exists():
        with ProjectFile.open(project, readonly=True) as file:
            kept = [row.edit.changes[0].after.x for row in file.journal()]
        assert kept == [11.0 + i for i in range(len(kept))]
        assert len(kept) >= max(float(x) for x, _ in said) - 10.0
