"""What the library remembers beside the networks: the default with its history, and a private note on each network.

All of it lies in the user's folder of networks: `library.json`, and `<name>.json` beside `<name>.onnx`. What cannot be
read counts as not there: a network can always be used without it.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from poseapp.core.atomic import atomic_path

_FILE = "library.json"
_VERSION = 1
_MAX_HISTORY = 20


@dataclass(frozen=True)
class Defaults:
    """Which network is used when none is named.

    Attributes:
        name: Of the network, "" for the built-in one.
        before: The ones before it, latest last.
    """

    name: str = ""
    before: tuple[str, ...] = ()

    def chosen(self, name: str) -> Defaults:
        """Return these after another choice; choosing the same again changes nothing."""
        return self if name == self.name else Defaults(name, (*self.before, self.name)[-_MAX_HISTORY:])

    def without(self, gone: str) -> Defaults:
        """Return these after a network was taken away: the latest of the others takes its place."""
        before = [name for name in self.before if name != gone]
        name = self.name if self.name != gone else before.pop() if before else ""
        return Defaults(name, tuple(before))

    def back(self) -> Defaults:
        """Return these one step back; the step must be there."""
        return Defaults(self.before[-1], self.before[:-1])

    def among(self, names: Collection[str]) -> Defaults:
        """Return these without networks that are gone and without steps that lead nowhere; "" is always there."""
        exists = {"", *names}
        path = [name for name in (*self.before, self.name) if name in exists] or [""]
        path = path if self.name in exists else [*path, ""]
        steps = [name for name, after in zip(path, [*path[1:], None], strict=True) if name != after]
        return Defaults(steps[-1], tuple(steps[:-1]))

    def renamed(self, old: str, new: str) -> Defaults:
        """Return these after a network got another name."""
        names = [new if name == old else name for name in (*self.before, self.name)]
        return Defaults(names[-1], tuple(names[:-1]))


@dataclass(frozen=True)
class PrivateNote:
    """What is kept of a network outside its file, because it must not be given away with it.

    Attributes:
        clips: File names of the clips it learned from.
        note: A line of the person's own.
        added: Day when it came into the library (ISO 8601).
    """

    clips: tuple[str, ...] = ()
    note: str = ""
    added: str = ""


def read_defaults(folder: Path) -> Defaults:
    """Return which network a folder of networks makes the default."""
    data = _read(folder / _FILE)
    before = data.get("before")
    names = tuple(map(str, before)) if isinstance(before, list) else ()
    return Defaults(str(data.get("default") or ""), names[-_MAX_HISTORY:])


def write_defaults(folder: Path, defaults: Defaults) -> None:
    """Keep the default. Raises BadInputError when it cannot be written."""
    _write(folder / _FILE, {"version": _VERSION, "default": defaults.name, "before": list(defaults.before)})


def note_path(network: Path) -> Path:
    """Return where the private note of a network file lies."""
    return network.with_suffix(".json")


def read_note(network: Path) -> PrivateNote:
    """Return the private note of a network file."""
    data = _read(note_path(network))
    clips = data.get("clips")
    names = tuple(map(str, clips)) if isinstance(clips, list) else ()
    return PrivateNote(names, str(data.get("note") or ""), str(data.get("added") or ""))


def write_note(network: Path, note: PrivateNote) -> None:
    """Keep the private note of a network file. Raises BadInputError when it cannot be written."""
    _write(note_path(network), {"version": _VERSION, **asdict(note)})


def _read(path: Path) -> Mapping[str, Any]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, RecursionError):
        return {}
    return data if isinstance(data, dict) else {}


def _write(path: Path, data: Mapping[str, Any]) -> None:
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(data, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
