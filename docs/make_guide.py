"""Takes the pictures of docs/guide.md from the real window on the built-in sample: `python docs/make_guide.py`.

Works on a display, under Xvfb, or with QT_QPA_PLATFORM=offscreen. The sample and its project are kept in --work, so
that a second run need not analyse again; what the scenes change is undone.
"""

from __future__ import annotations

import argparse
import shutil
from collections.abc import Callable
from pathlib import Path

import numpy as np
from make_screenshots import analyse, resize, shoot, wait
from matplotlib import rc_context
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget

from poseapp.app import begin, build_application, build_window
from poseapp.core.edit_builders import build_moves
from poseapp.core.edits import ItemsEdit
from poseapp.core.items import Annotation, Bookmark, Event, Item, ItemChange, Shape
from poseapp.core.locations import resources_folder
from poseapp.core.moments import MomentKind
from poseapp.core.movement import EventSearch
from poseapp.core.types import Key
from poseapp.gui.main_window import MainWindow
from poseapp.gui.movement.find_dialog import Wish
from poseapp.gui.style.theme import apply_theme
from poseapp.jobs.find_events import with_events
from poseapp.jobs.reporting.content import build_content
from poseapp.jobs.reporting.request import Measured, ReportRequest
from poseapp.jobs.run import measure_project
from poseapp.reports.pdf import build_page
from poseapp.reports.plots import STYLE
from poseapp.services.agreeing import kept_readings
from poseapp.services.playback import Zone
from poseapp.services.settings import Settings
from poseapp.video import open_clip

SIZE = (1280, 800)
LARGE = (1920, 1080)
SMALL = (1280, 720)
# Heel strikes of the sample: where the heel of its truth is furthest ahead of the hips (Zeni et al. 2008).
STRIKES = {"right": (29, 62, 96, 130, 163, 197, 231), "left": (12, 46, 79, 112, 147, 180, 214)}


def main() -> None:
    """Take every picture."""
    options = read_options()
    for folder in (options.out, options.work):
        folder.mkdir(parents=True, exist_ok=True)
    clip = options.work / "walk.mp4"
    if not clip.exists():
        shutil.copyfile(resources_folder() / "sample" / "walk.mp4", clip)
    window = open_window(options.work)
    shoot(window, options.out / "first.png")
    begin(window, [str(clip)])
    wait(lambda: window.overlays.shown_frame >= 0)
    analyse(window, argparse.Namespace(model="default", persons=1, person=0, out=options.work, clip=clip))
    wait(lambda: not window.session.reviewing.busy, 120)
    for name, take in SCENES.items():
        done = window.session.document.history.n_done
        shown = take(window)
        shoot(shown or window, options.out / f"{name}.png")
        if shown is not None:
            shown.close()
        while window.session.document.history.n_done > done:
            window.session.undo()
    window.actions_by_name["improve"].setChecked(False)
    apply_theme(QApplication.instance(), "light")
    resize(window, *SMALL)
    shoot(window, options.out / "light.png")
    draw_page(window.session.document.project.path, clip, options.out / "page.png")
    window.close()


def draw_page(project: Path, clip: Path, out: Path) -> None:
    """Draw the report of the sample, with the steps that the program finds."""
    analysis, _ = with_events(measure_project(project), EventSearch("gait", 0))
    with open_clip(clip) as opened:
        content = build_content(opened, Measured(analysis), ReportRequest(subject="a drawn walker"))
    with rc_context(STYLE):
        build_page(content).savefig(out, dpi=100)


def read_options() -> argparse.Namespace:
    """Read the command line."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--out", type=Path, default=Path(__file__).parent / "guide")
    parser.add_argument("--work", type=Path, default=Path("screenshots") / "guide")
    return parser.parse_args()


def open_window(work: Path) -> MainWindow:
    """Return the dark window with no settings but the application's own."""
    settings = work / "guide.ini"
    settings.unlink(missing_ok=True)
    app = build_application()
    window = build_window(app, Settings(settings))
    apply_theme(app, "dark")
    window.show()
    resize(window, *SIZE)
    return window


def go(window: MainWindow, frame: int, keypoint: str = "") -> None:
    """Show a frame, and choose a keypoint or none."""
    window.session.playback.seek(frame)
    index = window.session.document.store.skeleton.index(keypoint) if keypoint else None
    window.session.select(0, index)
    wait(lambda: window.overlays.shown_frame == frame)


def put(window: MainWindow, *items: Item) -> None:
    """Put items into the clip, as one edit."""
    first = window.session.document.store.items.next_id
    changes = tuple(ItemChange(first + n, None, item) for n, item in enumerate(items))
    window.session.perform(ItemsEdit(changes, "Put in"))


def analysed(window: MainWindow) -> None:
    """The result of an analysis."""
    go(window, 60)
    window.canvas.fit_picture()


def dragging(window: MainWindow) -> None:
    """A keypoint under way, with the loupe."""
    go(window, 60, "right_knee")
    window.canvas.fit_person()
    window.canvas.zoom(0.8)
    start = place_of(window, "right_knee")
    QTest.mousePress(window.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier, start)
    for step in (6, 12, 18):
        QTest.mouseMove(window.canvas, start + QPoint(step, -step // 3))


def healed(window: MainWindow) -> None:
    """What becomes of the frames around the keypoint that was dragged."""
    QTest.mouseRelease(window.canvas, Qt.MouseButton.LeftButton, pos=place_of(window, "right_knee") + QPoint(18, -6))
    wait(lambda: not window.session.propagating.busy, 120)
    wait(lambda: not window.session.measuring.busy, 60)


def review(window: MainWindow) -> None:
    """A moment of the review queue: left and right exchanged, if there is one."""
    queue = window.session.reviewing
    wait(lambda: not queue.busy and bool(queue.moments), 120)
    swaps = [moment for moment in queue.moments if moment.kind is MomentKind.SWAP]
    queue.go((swaps or list(queue.moments))[0])
    wait(lambda: window.overlays.shown_frame == window.session.playback.playhead)


def time(window: MainWindow) -> None:
    """A working zone, events, cycles and a bookmark."""
    put_strikes(window)
    put(window, Bookmark(150, "limps here"))
    window.session.playback.set_zone(Zone(62, 130))
    go(window, 90)
    window.canvas.fit_picture()


def cycles(window: MainWindow) -> None:
    """Curves cut at heel strikes."""
    put_strikes(window)
    window.session.playback.set_zone(None)
    window.actions_by_name["cycles"].setChecked(True)
    wait(lambda: not window.session.measuring.busy)


def drawing(window: MainWindow) -> None:
    """Drawings on the picture, a trail and a ghost."""
    window.actions_by_name["cycles"].setChecked(False)
    go(window, 100)
    n = window.session.document.clip.n_frames
    xy = window.canvas.scene.poses.xy[0]
    names = ("right_hip", "right_knee", "right_ankle", "head_top")
    hip, knee, ankle, head = (middle(window, xy, name) for name in names)
    put(
        window,
        Annotation(Shape.GONIOMETER, (hip, knee, ankle), 100, 101),
        Annotation(Shape.RULER, ((50.0, 52.0), (50.0, 398.0)), 0, n, metres=2.4),
        Annotation(Shape.RULER, ((530.0, 424.0), (845.0, 424.0)), 0, n),
        Annotation(Shape.PLUMB, (head,), 0, n),
        Annotation(Shape.TEXT, ((150.0, 470.0),), 0, n, text="before the insole"),
        Annotation(Shape.STOPWATCH, ((150.0, 505.0),), 62, n),
    )
    window.actions_by_name["arcs"].setChecked(False)
    window.actions_by_name["trails"].setChecked(True)
    window.canvas.fit_picture()


def person(window: MainWindow) -> None:
    """The handle that moves a whole person."""
    window.actions_by_name["arcs"].setChecked(True)
    window.actions_by_name["trails"].setChecked(False)
    go(window, 60)
    window.canvas.fit_person()
    window.actions_by_name["whole_person"].setChecked(True)


def keys(window: MainWindow) -> QWidget:
    """The keys, to look up and to change."""
    window.actions_by_name["whole_person"].setChecked(False)
    return opened(window.actions_by_name["change_shortcuts"].trigger)


def compare(window: MainWindow) -> QWidget:
    """The sample beside itself, a dozen frames on."""
    go(window, 60)
    shown = opened(lambda: window.topics.compare.open(window.session.document.clip.path))
    shown.resize(*SIZE)
    clips = shown.comparing
    wait(lambda: bool(clips.clips) and clips.clips[1].measures(0) is not None, 60)
    clips.step_second(12)
    return shown


def numbers(window: MainWindow) -> QWidget:
    """What heel strikes and toe-offs come to."""
    window.topics.movement.search(Wish("gait"))
    wait(lambda: any(event.name == "toe-off" for _, event in window.session.document.store.items.of(Event)), 60)
    shown = opened(window.actions_by_name["movement_numbers"].trigger)
    wait(lambda: shown.isVisible())
    return shown


def export(window: MainWindow) -> QWidget:
    """Formats, and what each of them loses."""
    return opened(window.actions_by_name["export"].trigger)


def report(window: MainWindow) -> QWidget:
    """What stands on a page to sign."""
    return opened(window.actions_by_name["report"].trigger)


def agreement(window: MainWindow) -> None:
    """Two readings of the sample: its truth, and a hand that is a little off."""
    mark_truth(window, spread=2.0, seed=1)
    wait(lambda: not window.session.propagating.busy, 60)
    window.topics.readings.keep(f"Ann {len(kept_readings(window.session.document)) + 1}", begin=True)
    mark_truth(window, spread=2.0, seed=2)
    wait(lambda: not window.session.propagating.busy and not window.session.measuring.busy, 60)
    window.notice_bar.hide()
    resize(window, *LARGE)
    window.canvas.fit_picture()
    window.topics.agreement.open()
    panel = window.topics.agreement.shown
    wait(lambda: "differences" in panel.about.text(), 60)
    panel.head.marked.setChecked(True)
    wait(lambda: "by hand" in panel.about.text(), 60)
    panel.table.choose("right_knee_flexion")
    panel.difference.go(0)
    wait(lambda: window.overlays.shown_frame == window.session.playback.playhead)


def improve(window: MainWindow) -> None:
    """The panel that teaches a network, with two dozen frames to learn from."""
    window.topics.agreement.close()
    resize(window, *SIZE)
    mark_truth(window)
    go(window, 64)
    window.canvas.fit_picture()
    window.actions_by_name["improve"].setChecked(True)
    wait(lambda: window.improve_panel.setup.ready, 30)


def mark_truth(window: MainWindow, *, spread: float = 0.0, seed: int = 0) -> None:
    """Correct every tenth frame to the sample's truth, or up to so many px beside it."""
    store, rng = window.session.document.store, np.random.default_rng(seed)
    with np.load(resources_folder() / "sample" / "walk_truth.npz") as truth:
        xy, names = truth["keypoints"], truth["keypoint_names"].tolist()
    for frame in range(4, len(xy), 10):
        points = {store.skeleton.index(name): xy[frame, k] + rng.normal(0, spread, 2) for k, name in enumerate(names)}
        places = {Key(frame, 0, k): (float(x), float(y)) for k, (x, y) in points.items()}
        window.session.perform(build_moves(store, places))


def put_strikes(window: MainWindow) -> None:
    """Mark the sample's heel strikes."""
    put(window, *(Event(f, "heel strike", 0, side) for side, frames in STRIKES.items() for f in frames))


def place_of(window: MainWindow, keypoint: str) -> QPoint:
    """Return where a keypoint is on the canvas."""
    xy = window.canvas.scene.poses.xy[0, window.session.document.store.skeleton.index(keypoint)]
    return QPoint(*(round(v) for v in window.canvas.view.to_widget(float(xy[0]), float(xy[1]))))


def middle(window: MainWindow, xy: np.ndarray, keypoint: str) -> tuple[float, float]:
    """Return a keypoint of a pose, image px."""
    x, y = xy[window.session.document.store.skeleton.index(keypoint)]
    return float(x), float(y)


def opened(run: Callable[[], object]) -> QWidget:
    """Return the window or dialog that something opens."""
    before = {id(widget) for widget in QApplication.topLevelWidgets() if widget.isVisible()}
    run()
    found: list[QWidget] = []

    def look() -> bool:
        found[:] = [w for w in QApplication.topLevelWidgets() if w.isVisible() and id(w) not in before]
        return bool(found)

    wait(look, 20)
    return found[0]


_ALL = (
    analysed, dragging, healed, review, time, cycles, drawing, person, keys, compare, numbers, export, report,
    agreement, improve,
)  # fmt: skip
SCENES: dict[str, Callable[[MainWindow], QWidget | None]] = {scene.__name__: scene for scene in _ALL}

if __name__ == "__main__":
    main()
