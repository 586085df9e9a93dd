"""Takes the pictures of the guide from the real window: `python docs/make_screenshots.py CLIP --out FOLDER`.

Works on a display, under Xvfb, or with QT_QPA_PLATFORM=offscreen. The clip is copied first, so nothing is written
beside the original; its project is kept in --work, so that a second run need not analyse again.
"""

from __future__ import annotations

import argparse
import shutil
import time
from collections.abc import Callable, Iterator
from pathlib import Path

from PySide6.QtCore import QEventLoop, QPoint, Qt, QTimer
from PySide6.QtTest import QTest

from poseapp.app import begin, build_application, build_window
from poseapp.gui.main_window import MainWindow
from poseapp.gui.style.theme import apply_theme
from poseapp.services.analysing import AnalyzeOptions
from poseapp.services.settings import Settings

SIZES = ((1280, 800), (1920, 1080))
Scene = tuple[str, Callable[[], None]]


def main() -> None:
    """Take every scene in every size, in the dark theme, and the first in the light one."""
    options = read_options()
    options.out.mkdir(parents=True, exist_ok=True)
    options.work.mkdir(parents=True, exist_ok=True)
    clip = options.work / options.clip.name
    if not clip.exists():
        shutil.copyfile(options.clip, clip)
    app = build_application()
    window = build_window(app, Settings(options.work / "window.ini"))
    apply_theme(app, "dark")
    window.show()
    for width, height in SIZES:
        resize(window, width, height)
        shoot(window, options.out / f"welcome_{width}.png")
    begin(window, [str(clip)])
    wait(lambda: window.overlays.shown_frame >= 0)
    analyse(window, options)
    for name, prepare in scenes(window, options.frame):
        prepare()
        for width, height in SIZES:
            resize(window, width, height)
            shoot(window, options.out / f"{clip.stem}_{name}_{width}.png")
    QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton)
    apply_theme(app, "light")
    shoot(window, options.out / f"{clip.stem}_light_{SIZES[-1][0]}.png")
    window.close()


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("clip", type=Path)
    parser.add_argument("--out", type=Path, default=Path("screenshots"))
    parser.add_argument("--work", type=Path, default=Path("screenshots") / "work")
    parser.add_argument("--model", default="default")
    parser.add_argument("--persons", type=int, default=1)
    parser.add_argument("--person", type=int, default=0, help="index of the person to show")
    parser.add_argument("--frame", type=int, default=60)
    return parser.parse_args()


def analyse(window: MainWindow, options: argparse.Namespace) -> None:
    """Analyse, unless the project has predictions already; take a picture half way."""
    if not window.session.document.store.n_persons:
        window.session.analyze(AnalyzeOptions(options.model, options.persons))
        total = window.session.document.clip.n_frames
        wait(lambda: window.session.document.store.predicted(total // 2) or not window.session.analysing.running, 600)
        window.session.playback.seek(total // 3)
        wait(lambda: window.overlays.shown_frame == total // 3)
        shoot(window, options.out / f"{options.clip.stem}_analysing_{window.width()}.png")
        wait(lambda: not window.session.analysing.running, 900)
    wait(lambda: not window.session.measuring.busy)
    window.session.select(options.person)


def scenes(window: MainWindow, frame: int) -> Iterator[Scene]:
    """Yield what to show, in order; each goes on from the one before."""
    person = window.session.selection.person
    knee = window.session.document.store.skeleton.index("right_knee")

    def overview() -> None:
        window.session.playback.seek(frame)
        wait(lambda: window.overlays.shown_frame == frame)
        window.canvas.fit_picture()

    def joint() -> None:
        window.session.select(person, knee)
        window.canvas.fit_person()

    def heatmap() -> None:
        window.actions_by_name["heatmap"].setChecked(True)
        wait(lambda: window.canvas.scene.heatmap is not None, 10, give_up=True)

    def dragging() -> None:
        window.actions_by_name["heatmap"].setChecked(False)
        resize(window, *SIZES[0])
        x, y = window.canvas.scene.poses.xy[person, knee]
        start = QPoint(*(round(v) for v in window.canvas.view.to_widget(float(x), float(y))))
        QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
        for step in (8, 16, 24):
            QTest.mouseMove(window.canvas, start + QPoint(step, -step // 2))

    yield "overview", overview
    yield "joint", joint
    yield "heatmap", heatmap
    yield "dragging", dragging


def resize(window: MainWindow, width: int, height: int) -> None:
    """Give the window a size and the picture its place in it."""
    window.resize(width, height)
    wait(lambda: window.width() == width, 3, give_up=True)
    if window.canvas.scene.preview is None and window.session.selection.keypoint is not None:
        window.canvas.fit_person()


def shoot(window: MainWindow, path: Path) -> None:
    """Let what is under way be painted, and save the picture."""
    end = time.monotonic() + 0.4
    wait(lambda: time.monotonic() > end)
    window.grab().save(str(path))


def wait(condition: Callable[[], bool], seconds: float = 60.0, *, give_up: bool = False) -> None:
    """Run the event loop until a condition holds. Raises TimeoutError, unless it may be given up."""
    if condition():
        return
    loop, timer, limit = QEventLoop(), QTimer(), QTimer()
    timer.timeout.connect(lambda: condition() and loop.quit())
    limit.setSingleShot(True)
    limit.timeout.connect(lambda: loop.exit(1))
    timer.start(10)
    limit.start(int(seconds * 1000))
    if loop.exec() and not give_up:
        raise TimeoutError("the window did not get there")


if __name__ == "__main__":
    main()
