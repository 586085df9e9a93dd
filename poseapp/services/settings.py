"""The window's settings: one table of names, types and defaults, kept in one file that is written beside the window."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, TypeVar

from PySide6.QtCore import QByteArray, QObject, QSettings, QTimer

from poseapp.services.job_runner import JobRunner

_logger = logging.getLogger(__name__)
_GATHER_MS = 200  # changes that come together are written together

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


class Settings(QObject):
    """Holds the settings; a value that cannot be read or is not allowed is the default.

    The file is read once, and changes go to it by a job a little later: writing waits for the disk.
    """

    def __init__(self, path: Path, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._path = path
        file = QSettings(str(path), QSettings.Format.IniFormat)
        self._values = {name: str(file.value(name)) for name in file.allKeys()}
        self._changed: dict[str, str] = {}
        self._runner = JobRunner(self)
        self._gathering = QTimer(self)
        self._gathering.setSingleShot(True)
        self._gathering.setInterval(_GATHER_MS)
        self._gathering.timeout.connect(self._write)

    def get(self, setting: Setting[T]) -> T:
        """Return a setting's value."""
        text = self._values.get(setting.name)
        if text is None:
            return setting.default
        try:
            value = _from_text(text, setting.default)
        except (ValueError, TypeError):
            return setting.default
        return setting.default if setting.choices and value not in setting.choices else value

    def set(self, setting: Setting[T], value: T) -> None:
        """Keep a setting's value."""
        text = _to_text(value)
        if self._values.get(setting.name) != text:
            self._values[setting.name] = self._changed[setting.name] = text
            self._gathering.start()

    def save(self) -> None:
        """Have everything written by now: waits for the disk, so it is for the end."""
        self._write()
        self._runner.close()

    def add_recent(self, path: str) -> None:
        """Put a file in front of the recent ones."""
        others = tuple(item for item in self.get(RECENT) if item != path)
        self.set(RECENT, (path, *others)[:MAX_RECENT])

    def _write(self) -> None:
        self._gathering.stop()
        changed, self._changed = self._changed, {}
        if changed:
            self._runner.start(lambda _cancel: _keep(self._path, changed), line="settings")


def _keep(path: Path, values: Mapping[str, str]) -> Iterator[None]:
    """Write values, in whatever thread this runs; what others wrote to the file meanwhile stays. Yields nothing."""
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        _logger.warning("The settings cannot be kept: %s", error)
    file = QSettings(str(path), QSettings.Format.IniFormat)
    for name, text in values.items():
        file.setValue(name, text)
    file.sync()
    if file.status() != QSettings.Status.NoError:
        _logger.warning("The settings cannot be kept in %s", path)
    yield from ()


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
