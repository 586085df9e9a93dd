"""The window's settings: one table of names, types and defaults, kept in one file."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import QByteArray, QSettings

T = TypeVar("T", str, float, bool, bytes, tuple[str, ...])


@dataclass(frozen=True)
class Setting(Generic[T]):
    """One setting: its name in the file, its default (whose type it has), and what it does."""

    name: str
    default: T
    about: str
    choices: tuple[T, ...] = ()


THEME = Setting("theme", "dark", "Colours of the window", ("dark", "light", "system"))
SPEED = Setting("speed", 1.0, "Playing speed, times real speed")
LAST_FOLDER = Setting("last_folder", "", "Where the file dialogs start")
RECENT = Setting[tuple[str, ...]]("recent", (), "Recently opened files, newest first")
MODEL = Setting("model", "default", "Network to analyse with")
SHOW_ANGLES = Setting("show_angles", default=True, about="Angles are drawn at the joints")
PROPAGATE = Setting("propagate", default=True, about="A correction heals the frames around it")
RECENT_EVENTS = Setting[tuple[str, ...]]("recent_events", (), "Events marked last, newest first")
GEOMETRY = Setting("geometry", b"", "Place and size of the window")
LAYOUT = Setting("layout", b"", "Places of docks and tool bars")
SHOWN_ANGLES = Setting[tuple[str, ...]]("shown_angles", (), "What is plotted")
EXPORT_FORMAT = Setting("export_format", "h5", "Format that was exported last")
MEASURE = Setting("measure", "", "How clips are measured of which nothing was said, as JSON")
RAW_CURVES = Setting("raw_curves", default=False, about="Unfiltered curves are drawn beneath")
NORMS = Setting("norms", "", "Table of normal values drawn behind cycles")
WHITE_PLOTS = Setting("white_plots", default=True, about="Saved plots lie on white, whatever the window looks like")
SHORTCUTS = Setting[tuple[str, ...]]("shortcuts", (), "Keys that were changed, such as swap=Ctrl+K")

MAX_RECENT = 8


class Settings:
    """Reads and writes the settings; a value that cannot be read or is not allowed is the default."""

    def __init__(self, path: Path) -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        self._file = QSettings(str(path), QSettings.Format.IniFormat)

    def get(self, setting: Setting[T]) -> T:
        """Return a setting's value."""
        text = self._file.value(setting.name)
        if text is None:
            return setting.default
        try:
            value = _from_text(str(text), setting.default)
        except (ValueError, TypeError):
            return setting.default
        return setting.default if setting.choices and value not in setting.choices else value

    def set(self, setting: Setting[T], value: T) -> None:
        """Keep a setting's value."""
        self._file.setValue(setting.name, _to_text(value))

    def save(self) -> None:
        """Write to disk now."""
        self._file.sync()

    def add_recent(self, path: str) -> None:
        """Put a file in front of the recent ones."""
        others = tuple(item for item in self.get(RECENT) if item != path)
        self.set(RECENT, (path, *others)[:MAX_RECENT])


def _to_text(value: T) -> str:
    if isinstance(value, bytes):
        return QByteArray(value).toBase64().toStdString()
    return json.dumps(value)


def _from_text(text: str, default: T) -> T:
    if isinstance(default, bytes):
        return bytes(QByteArray.fromBase64(text.encode("ascii")).data())
    value = json.loads(text)
    if isinstance(default, tuple):
        if not all(isinstance(item, str) for item in value):
            raise ValueError(text)
        return tuple(value)
    if type(value) is not type(default) and not (isinstance(default, float) and isinstance(value, int)):
        raise ValueError(text)
    return type(default)(value)
