"""Every verb of the comparison's window in one table: its actions, keys and cheat sheet are made from it."""

from __future__ import annotations

from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QAction, QKeyEvent, QKeySequence
from PySide6.QtWidgets import QAbstractButton, QComboBox, QSlider, QWidget

from poseapp.gui.style.icons import icon


@dataclass(frozen=True)
class Verb:
    """One thing that can be done.

    Attributes:
        group: Its heading on the cheat sheet. keys: The first is shown. checkable: It stays on.
        handler: Topic and method of `CompareVerbs`, with a number in brackets where it takes one.
    """

    name: str
    title: str
    group: str
    handler: str
    keys: tuple[str, ...]
    icon: str = ""
    checkable: bool = False
    hint: str = ""


_V = Verb
_TIME, _SYNC, _LOOK = "Both clips", "Lay the clips together", "Look"

VERBS: tuple[Verb, ...] = (
    _V("play", "Play or pause", _TIME, "time.toggle", ("Space",)),
    _V("back", "One frame of A back", _TIME, "time.step(-1)", ("Left",)),
    _V("on", "One frame of A on", _TIME, "time.step(1)", ("Right",)),
    _V("back10", "Ten frames of A back", _TIME, "time.step(-10)", ("Shift+Left",)),
    _V("on10", "Ten frames of A on", _TIME, "time.step(10)", ("Shift+Right",)),
    _V("first", "First frame of A", _TIME, "time.seek_end(0)", ("Home",)),
    _V("last", "Last frame of A", _TIME, "time.seek_end(1)", ("End",)),
    _V("slower", "Slower", _TIME, "time.speed(-1)", (",",)),
    _V("faster", "Faster", _TIME, "time.speed(1)", (".",)),
    _V("loop", "Loop over the zone, or all of A", _TIME, "time.loop", ("L",), checkable=True),
    _V("zone_start", "The zone begins here", _TIME, "time.begin_zone", ("I",)),
    _V("zone_end", "The zone ends here", _TIME, "time.end_zone", ("O",)),
    _V("zone_clear", "Take the zone away", _TIME, "time.clear_zone", ("Shift+I", "Shift+O")),
    _V("sync_menu", "Synchronise", _SYNC, "time.open_sync_menu", ("E",), "jump",
       hint="Lay the two clips together in time"),
    _V("sync_here", "The frames shown now", _SYNC, "time.synchronise_here", ("S",)),
    _V("sync_starts", "The starts of both clips", _SYNC, "time.synchronise_starts", ("Shift+S",)),
    _V("next_event", "The same event once more in B", _SYNC, "time.event_in_second(1)", ("N",)),
    _V("previous_event", "The same event once earlier in B", _SYNC, "time.event_in_second(-1)", ("Shift+N",)),
    _V("second_back", "B alone one frame back", _SYNC, "time.step_second(-1)", ("Alt+Left",)),
    _V("second_on", "B alone one frame on", _SYNC, "time.step_second(1)", ("Alt+Right",)),
    _V("second_back10", "B alone ten frames back", _SYNC, "time.step_second(-10)", ("Alt+Shift+Left",)),
    _V("second_on10", "B alone ten frames on", _SYNC, "time.step_second(10)", ("Alt+Shift+Right",)),
    _V("side_by_side", "Side by side", _LOOK, "look.superpose(0)", ("1",), "compare", checkable=True),
    _V("superposed", "Superposed", _LOOK, "look.superpose(1)", ("2",), "superpose", checkable=True),
    _V("on_body", "On the body", _LOOK, "look.set_on_body", ("B",), checkable=True,
       hint="Lay B onto A where they are synchronised: hips on hips, the trunk as large. Off: picture on picture"),
    _V("mirror", "Mirror B", _LOOK, "look.set_mirrored", ("M",), "mirror", checkable=True,
       hint="Turn B over, to compare people who face opposite ways"),
    _V("fainter", "B fainter", _LOOK, "look.change_share(-10)", ("[",)),
    _V("stronger", "B stronger", _LOOK, "look.change_share(10)", ("]",)),
    _V("next_angle", "Next angle", _LOOK, "look.change_angle(1)", ("PgDown",)),
    _V("previous_angle", "Previous angle", _LOOK, "look.change_angle(-1)", ("PgUp",)),
    _V("sides", "Right, left, or both sides", _LOOK, "look.change_sides", ("R",)),
    _V("fit", "Fit the pictures", _LOOK, "look.fit", ("F",), "fit"),
    _V("zoom_person", "Zoom to the people", _LOOK, "look.zoom_person", ("Z",), "zoom-person"),
    _V("zoom_in", "Zoom in", _LOOK, "look.zoom(1.25)", ("Ctrl++", "Ctrl+=")),
    _V("zoom_out", "Zoom out", _LOOK, "look.zoom(0.8)", ("Ctrl+-",)),
    _V("swap", "Swap A and B", _LOOK, "time.swap", ("X",), "swap",
       hint="Let the other clip lead: a step is one of its frames"),
    _V("keys", "All keys", _LOOK, "look.cheat_sheet", ("?",), "keyboard"),
    _V("close", "Close the comparison", _LOOK, "look.close", ("Esc", "Ctrl+W"), "close"),
)  # fmt: skip


def build_verbs(window: QWidget, verbs: object) -> dict[str, QAction]:
    """Make the action of every verb, add it to the window and return them by name."""
    made = {}
    for verb in VERBS:
        topic, _, rest = verb.handler.rstrip(")").partition(".")
        name, _, argument = rest.partition("(")
        method = getattr(getattr(verbs, topic), name)
        action = QAction(verb.title, window)
        action.setObjectName(verb.name)
        action.setCheckable(verb.checkable)
        action.setShortcuts([QKeySequence(text) for text in verb.keys])
        action.setToolTip(f"{verb.hint or verb.title} ({_native(verb)})")
        if verb.icon:
            action.setIcon(icon(verb.icon))
        if argument:
            action.triggered.connect(lambda _on=False, method=method, value=float(argument): method(value))
        elif verb.checkable:
            action.triggered.connect(method)
        else:
            action.triggered.connect(lambda _on=False, method=method: method())
        window.addAction(action)
        made[verb.name] = action
    return made


def key_rows() -> list[tuple[str, str, str]]:
    """Return (group, title, shortcut) of every verb, for the cheat sheet."""
    return [(verb.group, verb.title, _native(verb)) for verb in VERBS]


class OwnKeys(QObject):
    """Lets a slider, a list or a button that has the keyboard keep the keys it needs, before any shortcut."""

    _ARROWS = (Qt.Key.Key_Left, Qt.Key.Key_Right, Qt.Key.Key_Up, Qt.Key.Key_Down, Qt.Key.Key_Home, Qt.Key.Key_End)

    def watch(self, *widgets: QWidget) -> None:
        """Look after these widgets."""
        for widget in widgets:
            widget.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Claim a key that means something to the widget."""
        if event.type() != QEvent.Type.ShortcutOverride or not isinstance(event, QKeyEvent):
            return False
        if event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier:
            return False
        key = Qt.Key(event.key())
        arrows = isinstance(watched, QSlider | QComboBox) and key in self._ARROWS
        space = isinstance(watched, QAbstractButton | QComboBox) and key == Qt.Key.Key_Space
        if arrows or space:
            event.accept()
            return True
        return False


def _native(verb: Verb) -> str:
    return QKeySequence(verb.keys[0]).toString(QKeySequence.SequenceFormat.NativeText)
