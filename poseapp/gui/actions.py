"""Every action of the window in one table: menus, tool bar, shortcuts and the cheat sheet are made from it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Literal

from PySide6.QtCore import Qt
from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from poseapp.core.skeleton import Skeleton
from poseapp.gui.icons import icon

Need = Literal[
    "", "clip", "pose", "keypoint", "undo", "redo", "idle clip", "job", "moments", "moment", "swap moment"
]  # fmt: skip
MENUS = ("&File", "&Edit", "&View", "&Clip", "&Analyze", "&Correct", "&Help")


@dataclass(frozen=True)
class ActionSpec:
    """One action.

    Attributes:
        name: Unique, such as "undo".
        title: As in the menu; "&" marks the mnemonic.
        menu: One of `MENUS`, followed by "/" and a submenu where it has one.
        handler: Topic and method, such as "correct.mark_visible"; an argument may follow in brackets: "clip.step(-1)".
        shortcuts: The first is shown.
        icon: A name of `icons`, "" for none.
        need: What must be there for it to be enabled.
        checkable: It stays on; the handler is told whether.
        hint: A sentence for the tool tip, "" for the title.
    """

    name: str
    title: str
    menu: str
    handler: str
    shortcuts: tuple[str, ...] = ()
    icon: str = ""
    need: Need = ""
    checkable: bool = False
    hint: str = ""


_A = ActionSpec

ACTIONS: tuple[ActionSpec, ...] = (
    _A("open", "&Open…", "&File", "file.open", ("Ctrl+O",), "open", hint="Open a video, images or a project"),
    _A("open_folder", "Open a &folder of images…", "&File", "file.open_folder"),
    _A("sample", "Open the sa&mple", "&File", "file.open_sample", (), "film"),
    _A("save", "&Save", "&File", "file.save", ("Ctrl+S",), "save", "clip", hint="Everything is saved as you go"),
    _A("save_copy", "Save a co&py of the project…", "&File", "file.save_copy", ("Ctrl+Shift+S",), "", "pose"),
    _A("export", "&Export…", "&File", "file.export", ("E", "Ctrl+E"), "export", "pose", hint="Write HDF5 or CSV"),
    _A("close", "&Close clip", "&File", "file.close_clip", ("Ctrl+W",), "", "clip"),
    _A("quit", "&Quit", "&File", "file.quit", ("Ctrl+Q",)),
    _A("undo", "&Undo", "&Edit", "edit.undo", ("Ctrl+Z",), "undo", "undo"),
    _A("redo", "&Redo", "&Edit", "edit.redo", ("Ctrl+Shift+Z", "Ctrl+Y"), "redo", "redo"),
    _A("fit", "&Fit picture", "&View", "view.fit", ("F",), "fit", "clip"),
    _A("zoom_person", "Zoom to &person", "&View", "view.zoom_person", ("Z",), "zoom-person", "clip"),
    _A("zoom_in", "Zoom &in", "&View", "view.zoom(1.25)", ("Ctrl++", "Ctrl+="), "zoom-in", "clip"),
    _A("zoom_out", "Zoom &out", "&View", "view.zoom(0.8)", ("Ctrl+-",), "zoom-out", "clip"),
    _A("heatmap", "&Heatmap of the keypoint", "&View", "view.heatmap", ("H",), "heatmap", "pose",
       checkable=True, hint="Where the network thinks the chosen keypoint is"),
    _A("arcs", "&Angles at the joints", "&View", "view.arcs", ("J",), "angle", "clip", checkable=True),
    _A("theme_dark", "&Dark", "&View/&Theme", "view.theme(dark)"),
    _A("theme_light", "&Light", "&View/&Theme", "view.theme(light)"),
    _A("theme_system", "Like the &system", "&View/&Theme", "view.theme(system)"),
    _A("panels", "Hide pa&nels", "&View", "view.panels", ("F9",), "", "clip", checkable=True),
    _A("full_screen", "F&ull screen", "&View", "view.full_screen", ("F11",), "", checkable=True),
    _A("play", "&Play or pause", "&Clip", "clip.toggle", ("Space",), "play", "clip"),
    _A("back", "One frame &back", "&Clip", "clip.step(-1)", ("Left",), "step-back", "clip"),
    _A("forward", "One frame &on", "&Clip", "clip.step(1)", ("Right",), "step-forward", "clip"),
    _A("back10", "Ten frames back", "&Clip", "clip.step(-10)", ("Shift+Left",), "", "clip"),
    _A("forward10", "Ten frames on", "&Clip", "clip.step(10)", ("Shift+Right",), "", "clip"),
    _A("previous_marked", "Previous corrected frame", "&Clip", "clip.marked(-1)", ("Ctrl+Left",), "", "pose"),
    _A("next_marked", "Next corrected frame", "&Clip", "clip.marked(1)", ("Ctrl+Right",), "", "pose"),
    _A("first", "&First frame", "&Clip", "clip.first", ("Home",), "first", "clip"),
    _A("last", "&Last frame", "&Clip", "clip.last", ("End",), "last", "clip"),
    _A("slower", "&Slower", "&Clip", "clip.speed(-1)", (",",), "", "clip"),
    _A("faster", "Fas&ter", "&Clip", "clip.speed(1)", (".",), "", "clip"),
    _A("analyze", "&Analyze the clip", "&Analyze", "analyze.start", ("A",), "analyze", "idle clip",
       hint="Find the person and measure the joints in every frame"),
    _A("analyze_box", "Analyze the person I &mark…", "&Analyze", "analyze.mark_person", ("Shift+A",), "", "idle clip",
       hint="Draw a box around the person in the first frame"),
    _A("cancel", "&Cancel", "&Analyze", "analyze.cancel", ("Ctrl+.",), "cancel", "job"),
    _A("visible", "&Visible", "&Correct", "correct.mark(visible)", ("V",), "eye", "keypoint"),
    _A("occluded", "&Occluded (behind something)", "&Correct", "correct.mark(occluded)", ("B",), "eye-off", "keypoint"),
    _A("absent", "&Absent (not in the picture)", "&Correct", "correct.mark(absent)", ("X", "Del"), "close", "keypoint"),
    _A("restore", "&Restore the prediction", "&Correct", "correct.restore", ("R",), "restore", "pose",
       hint="Of the chosen keypoint, or of the whole pose when none is chosen"),
    _A("propagate", "&Heal the frames around a correction", "&Correct", "edit.propagate", ("Shift+H",), "", "",
       checkable=True, hint="After a drag, neighbouring frames follow until the network is right again"),
    _A("copy_previous", "&Copy the pose of the frame before", "&Correct", "correct.copy_previous", ("C",), "", "clip"),
    _A("swap", "&Swap left and right here", "&Correct", "correct.swap_here", ("S",), "swap", "pose"),
    _A("swap_to_end", "Swap left and right from here to the &end", "&Correct", "correct.swap_to_end",
       ("Shift+S",), "", "pose"),
    _A("swap_legs", "Swap &legs from here to the end", "&Correct", "correct.swap_limbs(leg)", (), "", "pose"),
    _A("swap_arms", "Swap ar&ms from here to the end", "&Correct", "correct.swap_limbs(arm)", (), "", "pose"),
    _A("swap_persons", "Swap the two &persons from here to the end", "&Correct", "correct.swap_persons",
       ("P",), "", "pose"),
    _A("next_moment", "&Next suspicious moment", "&Correct", "review.step(1)", ("N",), "step-forward", "moments"),
    _A("previous_moment", "Previo&us suspicious moment", "&Correct", "review.step(-1)", ("Shift+N",), "step-back",
       "moments"),
    _A("accept_moment", "Accep&t the moment as it is", "&Correct", "review.accept", ("Return", "Enter"), "check",
       "moment", hint="Nothing is wrong here: take it off the list and go to the next"),
    _A("swap_back", "S&wap left and right back as suggested", "&Correct", "review.fix", ("W",), "swap", "swap moment",
       hint="Swap them over the whole range in which they look exchanged"),
    _A("suggest_frames", "Su&ggest frames for fine-tuning", "&Correct", "review.suggest", (), "", "pose",
       hint="Add frames to the review list that teach a network most"),
    *(
        _A(f"keypoint{i + 1}", f"Choose keypoint {i + 1}", "&Correct/Choose &keypoint", f"correct.choose({i})",
           (str((i + 1) % 10),), "", "clip")
        for i in range(10)
    ),
    _A("next_keypoint", "&Next keypoint", "&Correct/Choose &keypoint", "correct.cycle(1)", ("K",), "", "clip"),
    _A("previous_keypoint", "&Previous keypoint", "&Correct/Choose &keypoint", "correct.cycle(-1)",
       ("Shift+K",), "", "clip"),
    _A("cheat_sheet", "&Keyboard shortcuts", "&Help", "help.cheat_sheet", ("?",), "keyboard"),
    _A("log", "Show the &log file", "&Help", "help.show_log"),
    _A("about", "&About poseapp", "&Help", "help.about", (), "info"),
)  # fmt: skip

# Keys that act on the canvas alone; listed on the cheat sheet, handled by `canvas_keys` and `canvas_input`.
CANVAS_KEYS: tuple[tuple[str, str], ...] = (
    ("Choose a keypoint by the body's order", "1 … 9, 0"),
    ("Move the chosen keypoint by 1 px", "Arrows"),
    ("… by 10 px", "Shift+Arrows"),
    ("… by 0.1 px", "Alt+Arrows"),
    ("Step by a frame while a keypoint is chosen", "Ctrl+Arrows"),
    ("Next or previous keypoint while one is chosen", "Tab, Shift+Tab"),
    ("Give up a drag, choose no keypoint", "Esc"),
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
    for name in _LAST_OF_GROUP:
        action = actions[name]
        menu = menus[next(spec.menu for spec in ACTIONS if spec.name == name)]
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


def cheat_sheet_rows() -> list[tuple[str, str, str]]:
    """Return (group, title, shortcut) of everything that has a key."""
    rows = [
        (_plain(spec.menu.partition("/")[0]), _plain(spec.title), _native(spec.shortcuts[0]))
        for spec in ACTIONS
        if spec.shortcuts and not spec.name.startswith("keypoint")
    ]
    return rows + [("On the picture", title, keys) for title, keys in CANVAS_KEYS]


_LAST_OF_GROUP = (
    "sample",
    "close",
    "zoom_out",
    "arcs",
    "last",
    "absent",
    "copy_previous",
    "swap_persons",
    "suggest_frames",
    "cheat_sheet",
)


def _build_action(window: QMainWindow, spec: ActionSpec, run: Callable[..., object]) -> QAction:
    action = QAction(spec.title, window)
    action.setObjectName(spec.name)
    action.setCheckable(spec.checkable)
    action.setShortcuts([QKeySequence(text) for text in spec.shortcuts])
    action.setShortcutContext(Qt.ShortcutContext.WindowShortcut)
    if spec.icon:
        action.setIcon(icon(spec.icon))
    key = f" ({_native(spec.shortcuts[0])})" if spec.shortcuts else ""
    action.setToolTip((spec.hint or _plain(spec.title).rstrip("…")) + key)
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
