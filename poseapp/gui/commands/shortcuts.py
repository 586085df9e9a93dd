"""Which key does what: the table's keys, and those that the user put in their place."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QAction, QKeySequence

from poseapp.gui.commands.actions import ACTIONS, dress_action, plain_title
from poseapp.gui.commands.tables.spec import ActionSpec
from poseapp.services import settings
from poseapp.services.settings import Settings

_ARROWS = ("Left", "Right", "Up", "Down")
# What these do on the canvas cannot be changed: nobody else may have them, but for actions whose own key they are.
FIXED_KEYS = frozenset(
    ["Esc", "Tab", "Shift+Tab", "Backtab", "Shift+Backtab", "Space", "[", "]", "PgUp", "PgDown"]
    + [f"{modifier}{arrow}" for modifier in ("", "Shift+", "Alt+", "Ctrl+") for arrow in _ARROWS]
)


def normal_key(text: str) -> str:
    """Return a key as it is compared and kept, such as "Ctrl+Z"; "" for none."""
    return QKeySequence(text).toString(QKeySequence.SequenceFormat.PortableText)


class Shortcuts(QObject):
    """The keys of all actions, as they hold; changes are kept in the settings.

    Signals:
        changed: Some action has another key.
    """

    changed = Signal()

    def __init__(self, kept: Settings, actions: Mapping[str, QAction], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._settings = kept
        self._actions = actions
        self._specs = {spec.name: spec for spec in ACTIONS}
        self._own: dict[str, str] = {}
        for line in kept.get(settings.SHORTCUTS):
            name, _, key = line.partition("=")
            if name in self._specs:
                self._own[name] = normal_key(key)
        self._apply()

    def keys(self, name: str) -> tuple[str, ...]:
        """Return the keys of an action, the first is the one that is shown; none for an action without."""
        if name in self._own:
            return (self._own[name],) if self._own[name] else ()
        taken = set(self._own.values())
        return tuple(key for text in self._specs[name].shortcuts if (key := normal_key(text)) not in taken)

    def is_changed(self, name: str) -> bool:
        """Tell whether the user gave an action another key, or none."""
        return name in self._own

    def refusal(self, name: str, key: str) -> str:
        """Return in one sentence why an action cannot have a key, "" when it can."""
        key = normal_key(key)
        if not key:
            return ""
        native = QKeySequence(key).toString(QKeySequence.SequenceFormat.NativeText)
        if key in FIXED_KEYS and key not in map(normal_key, self._specs[name].shortcuts):
            return f"{native} works on the picture and cannot be given away."
        for other, spec in self._specs.items():
            if other != name and key in self.keys(other):
                return f"{native} is the key of “{plain_title(spec)}” already."
        return ""

    def set_key(self, name: str, key: str) -> str:
        """Give an action one key, "" for none; return why not, "" when it is done."""
        words = self.refusal(name, key)
        if not words:
            self._own[name] = normal_key(key)
            self._keep()
        return words

    def reset(self, name: str) -> str:
        """Give an action the keys of the table again; return why not, "" when it is done."""
        refused = [words for text in self._specs[name].shortcuts if (words := self.refusal(name, text))]
        if not refused:
            self._own.pop(name, None)
            self._keep()
        return refused[0] if refused else ""

    def reset_all(self) -> None:
        """Give all actions the keys of the table again."""
        self._own.clear()
        self._keep()

    def specs(self) -> tuple[ActionSpec, ...]:
        """Return every action, in the order of the menus."""
        return tuple(self._specs.values())

    def _keep(self) -> None:
        self._settings.set(settings.SHORTCUTS, tuple(f"{name}={key}" for name, key in sorted(self._own.items())))
        self._apply()
        self.changed.emit()

    def _apply(self) -> None:
        for name, spec in self._specs.items():
            dress_action(self._actions[name], spec, self.keys(name))
