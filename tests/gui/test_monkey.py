"""Anything a person can press, in any order: nothing breaks, the project holds what is shown, undo leads back."""

from __future__ import annotations

import random

import numpy as np
import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest

from poseapp.core.angle_forms import AngleForm, definition_of
from poseapp.core.angle_table import merged
from poseapp.core.errors import BadInputError
from poseapp.core.own_builders import (
    build_add_keypoints,
    build_angles,
    build_remove_keypoint,
    build_rename_keypoint,
)
from poseapp.core.own_keypoints import OwnKeypoint
from poseapp.core.types import Source
from poseapp.storage.project import ProjectFile

pytestmark = pytest.mark.gui

_NOT_FOR_MONKEYS = {
    "open", "open_folder", "sample", "save_copy", "export", "import_file", "import_folder", "close", "quit", "log",
    "about", "cheat_sheet", "full_screen", "theme_dark", "theme_light", "theme_system", "analyze", "heatmap",
    "improve_start",
}  # fmt: skip
_KEYS = [
    Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Tab, Qt.Key.Key_Escape,
    Qt.Key.Key_Space, Qt.Key.Key_V, Qt.Key.Key_X, Qt.Key.Key_R, Qt.Key.Key_S,
]  # fmt: skip
_MODIFIERS = [
    Qt.KeyboardModifier.NoModifier,
    Qt.KeyboardModifier.ShiftModifier,
    Qt.KeyboardModifier.ControlModifier,
    Qt.KeyboardModifier.AltModifier,
]


def everything(store):
    """All that is seen, as plain arrays."""
    views = [store.view(frame) for frame in range(store.n_frames)]
    n = max(len(view.xy) for view in views)
    found = [[(v.xy[p].tolist(), v.source[p].tolist()) for p in range(min(n, len(v.xy)))] for v in views]
    return repr([[row for row in rows if any(s != Source.MISSING for s in row[1])] for rows in found])


def press_something(window, rng):
    canvas = window.canvas
    kind = rng.random()
    if kind < 0.4:
        actions = [a for name, a in window.actions_by_name.items() if name not in _NOT_FOR_MONKEYS and a.isEnabled()]
        rng.choice(actions).trigger()
    elif kind < 0.65:
        QTest.keyClick(canvas, rng.choice(_KEYS), rng.choice(_MODIFIERS))
    else:
        at = [QPoint(rng.randrange(canvas.width()), rng.randrange(canvas.height())) for _ in range(3)]
        if canvas.scene.poses is not None and len(canvas.scene.poses.xy) and rng.random() < 0.7:
            x, y = canvas.scene.poses.xy[0, rng.randrange(16)]
            if np.isfinite((x, y)).all():
                at[0] = QPoint(*(round(v) for v in canvas.view.to_widget(float(x), float(y))))
        button = rng.choice([Qt.MouseButton.LeftButton, Qt.MouseButton.LeftButton, Qt.MouseButton.MiddleButton])
        QTest.mousePress(canvas, button, Qt.KeyboardModifier.NoModifier, at[0])
        for point in at[1:]:
            QTest.mouseMove(canvas, point)
            if rng.random() < 0.1:
                press = rng.choice([Qt.Key.Key_Escape, Qt.Key.Key_Right])
                QTest.keyClick(canvas, press)
        QTest.mouseRelease(canvas, button, Qt.KeyboardModifier.NoModifier, at[-1])


def change_own(window, rng):
    """Add, rename or remove a keypoint, or define an angle, as a dialog does; what cannot be is refused."""
    session, store = window.session, window.session.document.store
    names, free = [point.name for point in store.own], rng.choice(["left_tip", "right_tip", "ball", "mark_a", "mark_b"])
    try:
        match rng.choice(["add", "add", "rename", "remove", "angle"]):
            case "add":
                edit = build_add_keypoints(store, [OwnKeypoint(free, (rng.choice(store.skeleton.keypoints),))])
            case "rename":
                edit = build_rename_keypoint(store, rng.choice(names or ["none"]), free)
            case "remove":
                edit = build_remove_keypoint(store, rng.choice(names or ["none"]))
            case _:
                points = tuple(rng.sample(store.skeleton.keypoints, 3))
                angle = definition_of(AngleForm("A", "joint", points), store.skeleton, name=f"a_{rng.randrange(9)}")
                edit = build_angles(store, merged(store.skeleton.own_angles, [angle]), "Define")
    except BadInputError:
        return
    assert session.perform(edit)
    if store.own and rng.random() < 0.7:
        session.select(session.selection.person, store.skeleton.n_keypoints - 1)


@pytest.mark.parametrize(("seed", "own"), [(1, 0.0), (2, 0.0), (3, 0.0), (4, 0.15), (5, 0.3)])
def test_a_monkey_at_the_keyboard(window, dots, analyse, qtbot, seed, own, monkeypatch):
    analyse(window.session, dots)
    asked = []
    monkeypatch.setattr(window.session, "analyze", asked.append)
    document = window.session.document
    original = everything(document.store)
    rng = random.Random(seed)
    for _ in range(150):
        if own and rng.random() < own:
            change_own(window, rng)
        else:
            press_something(window, rng)
        if rng.random() < 0.2:
            qtbot.wait(3)
    window.session.playback.pause()
    qtbot.waitUntil(lambda: not window.session.measuring.busy, timeout=10_000)
    shown = everything(document.store)
    assert len(document.project.journal()) > 10
    with ProjectFile.open(document.project.path, readonly=True) as project:
        assert everything(project.load().store) == shown
    while document.history.can_undo:
        assert window.session.undo()
    assert everything(document.store) == original
    while document.history.can_redo:
        assert window.session.redo()
    assert everything(document.store) == shown
