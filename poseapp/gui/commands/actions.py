"""Every action of the window, from the tables: menus, tool bar, shortcuts and the cheat sheet are made from them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from poseapp.core.skeleton import Skeleton
from poseapp.gui.commands.tables import (
    analyze_menu,
    clip_menu,
    correct_menu,
    draw_menu,
    file_menu,
    help_menu,
    measure_menu,
    model_menu,
    view_menu,
)
from poseapp.gui.commands.tables.spec import ActionSpec
from poseapp.gui.style.icons import icon

_TABLES = (
    file_menu,
    view_menu,
    clip_menu,
    analyze_menu,
    correct_menu,
    draw_menu,
    measure_menu,
    model_menu,
    help_menu,
)
ACTIONS: tuple[ActionSpec, ...] = tuple(spec for table in _TABLES for spec in table.ACTIONS)

# Keys that act on the canvas alone; listed on the cheat sheet, handled by `canvas_keys` and `canvas_input`.
CANVAS_KEYS: tuple[tuple[str, str], ...] = (
    ("Choose a keypoint by the body's order", "1 … 9, 0"),
    ("Move the chosen keypoint by 1 px", "Arrows"),
    ("… by 10 px", "Shift+Arrows"),
    ("… by 0.1 px", "Alt+Arrows"),
    ("Step by a frame while a keypoint is chosen", "Ctrl+Arrows"),
    ("Next or previous keypoint while one is chosen", "Tab, Shift+Tab"),
    ("Give up a drag, choose no keypoint", "Esc"),
    ("Move the whole person, while that is on", "Arrows"),
    ("Turn the whole person by 1 degree", "[ ]"),
    ("Scale the whole person by 1 percent", "PgUp, PgDown"),
    ("Put what is being drawn into the middle", "Enter"),
    ("Move the chosen drawing, or its chosen point", "Arrows"),
    ("Next or previous point of the chosen drawing", "Tab, Shift+Tab"),
    ("Remove the chosen drawing", "Del"),
    ("Zoom about the cursor", "Wheel"),
    ("Pan", "Middle button, or Space and drag"),
)


def build_actions(window: QMainWindow, topics: object) -> dict[str, QAction]:
    """Make every action with its shortcuts, put it into its menu, and return them by name.

    Raises:
        AttributeError: A handler that is not there.
    """
    actions = {spec.name: _build_action(window, spec, _resolve(spec, topics)) for spec in ACTIONS}
    menus: dict[str, QMenu] = {}
    for spec in ACTIONS:
        _menu(window, menus, spec.menu).addAction(actions[spec.name])
    for spec in (spec for spec in ACTIONS if spec.ends_group):
        action, menu = actions[spec.name], menus[spec.menu]
        after = menu.actions()[menu.actions().index(action) + 1 :]
        if after:
            menu.insertSeparator(after[0])
    return actions


def enable_actions(actions: Mapping[str, QAction], given: frozenset[str]) -> None:
    """Enable what can be done now, and nothing else."""
    for spec in ACTIONS:
        actions[spec.name].setEnabled(not spec.need or spec.need in given)


def name_keypoint_actions(actions: Mapping[str, QAction], skeleton: Skeleton) -> None:
    """Let the actions that choose a keypoint say which one they choose."""
    for place, keypoint in enumerate(skeleton.order[:10]):
        actions[f"keypoint{place + 1}"].setText(skeleton.keypoints[keypoint].replace("_", " ").capitalize())


def name_zone_actions(actions: Mapping[str, QAction], *, is_zone: bool) -> None:
    """Let the actions that act on the working zone say so while there is one."""
    for spec in ACTIONS:
        if spec.zone_title:
            actions[spec.name].setText(spec.zone_title if is_zone else spec.title)


def cheat_sheet_rows(keys_of: Callable[[str], tuple[str, ...]] | None = None) -> list[tuple[str, str, str]]:
    """Return (group, title, shortcut) of everything that has a key; `keys_of` tells an action's keys by its name."""
    rows = [
        (plain_menu(spec), plain_title(spec), _native(keys[0]))
        for spec in ACTIONS
        if not spec.name.startswith("keypoint") and (keys := spec.shortcuts if keys_of is None else keys_of(spec.name))
    ]
    rows += [("On the picture", title, keys) for title, keys in CANVAS_KEYS]
    return rows + [("On the timeline", title, keys) for title, keys in clip_menu.TIMELINE_KEYS]


def plain_title(spec: ActionSpec) -> str:
    """Return an action's title without the mark of its mnemonic."""
    return _plain(spec.title)


def plain_menu(spec: ActionSpec, *, whole: bool = False) -> str:
    """Return the title of an action's menu; with its submenus when that is asked for."""
    return _plain(spec.menu.replace("/", " › ") if whole else spec.menu.partition("/")[0])


def dress_action(action: QAction, spec: ActionSpec, keys: Sequence[str]) -> None:
    """Give an action its keys, and a tool tip that names the first."""
    action.setShortcuts([QKeySequence(text) for text in keys])
    key = f" ({_native(keys[0])})" if keys else ""
    action.setToolTip((spec.hint or _plain(spec.title).rstrip("…")) + key)


def _build_action(window: QMainWindow, spec: ActionSpec, run: Callable[..., object]) -> QAction:
    action = QAction(spec.title, window)
    action.setObjectName(spec.name)
    action.setCheckable(spec.checkable)
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    if spec.icon:
        action.setIcon(icon(spec.icon))
    dress_action(action, spec, spec.shortcuts)
    if spec.checkable:
        action.toggled.connect(lambda on: run(on))
    else:
        action.triggered.connect(lambda _checked=False: run())
    window.addAction(action)
    return action


def _resolve(spec: ActionSpec, topics: object) -> Callable[..., object]:
    topic, _, rest = spec.handler.partition(".")
    name, _, argument = rest.rstrip(")").partition("(")
    method: Callable[..., object] = getattr(getattr(topics, topic), name)
    if not argument:
        return method
    value = _value(argument)
    return lambda: method(value)


def _value(text: str) -> int | float | str:
    for kind in (int, float):
        try:
            return kind(text)
        except ValueError:
            continue
    return text


def _menu(window: QMainWindow, menus: dict[str, QMenu], path: str) -> QMenu:
    if path not in menus:
        above, _, title = path.rpartition("/")
        menus[path] = _menu(window, menus, above).addMenu(title) if above else window.menuBar().addMenu(title)
    return menus[path]


def _plain(title: str) -> str:
    return title.replace("&", "")


def _native(shortcut: str) -> str:
    return QKeySequence(shortcut).toString(QKeySequence.SequenceFormat.NativeText)
