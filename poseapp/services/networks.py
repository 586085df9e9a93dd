"""The library of networks for the window, which asks nobody else: every verb is a job beside the GUI thread."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from poseapp.core.library_entry import LibraryEntry, usable_names
from poseapp.services.job_runner import CancelFlag, JobRunner


@dataclass(frozen=True)
class LibraryView:
    """The library as it is after a job.

    Attributes:
        entries: The shipped networks, then the user's own.
        before: Name of the default before this one, "" where there was none.
        builtin: Name of the network that came with the application.
        words: What the job did, a sentence; "" where it only looked.
        chosen: The network that the job was about and that should be shown, "" for none.
        deleted: The network that was put into the trash, "" for none.
        default_asked: Somebody said which network is the default, be it the one that was it before.
    """

    entries: tuple[LibraryEntry, ...] = ()
    before: str = ""
    builtin: str = ""
    words: str = ""
    chosen: str = ""
    deleted: str = ""
    default_asked: bool = False

    @property
    def names(self) -> tuple[str, ...]:
        """Names of the networks that can be used, the default first."""
        return usable_names(self.entries)

    @property
    def default(self) -> str:
        """Name of the network that is used when none is named."""
        return next((entry.name for entry in self.entries if entry.default), "")

    def find(self, name: str) -> LibraryEntry | None:
        """Return the network of a name."""
        return next((entry for entry in self.entries if entry.name == name), None)


@dataclass(frozen=True)
class _Done:
    words: str = ""
    chosen: str = ""
    deleted: str = ""
    default_asked: bool = False


_Act = Callable[[CancelFlag], _Done]


class Networks(QObject):
    """Lists the library and changes it, one thing after the other.

    Attributes:
        view: The library as it was last seen.

    Signals:
        seen: (LibraryView) after every job that went well.
        defaultChanged: (name), where another network is the default now, or somebody asked for the one that is.
        listChanged: names came, went or changed.
        busyChanged: (bool).
        failed: (exception).
    """

    seen = Signal(object)
    defaultChanged = Signal(str)
    listChanged = Signal()
    busyChanged = Signal(bool)
    failed = Signal(object)

    def __init__(self, runner: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.view = LibraryView()
        self._runner = runner
        self._job = 0
        self._waiting: deque[_Act] = deque()
        runner.produced.connect(self._on_produced)
        runner.failed.connect(self._on_failed)
        runner.ended.connect(self._on_ended)

    @property
    def busy(self) -> bool:
        """Tell whether a job runs; another one begins after it."""
        return self._job != 0

    def look(self) -> None:
        """List the library."""
        if _look not in self._waiting:
            self._start(_look)

    def use(self, name: str) -> None:
        """Make a network the default."""
        self._start(lambda _cancel: _use(name))

    def go_back(self) -> None:
        """Make the default before this one the default again."""
        self._start(lambda _cancel: _go_back())

    def rename(self, old: str, new: str) -> None:
        """Give one of the user's networks another name."""
        self._start(lambda _cancel: _rename(old, new))

    def delete(self, name: str) -> None:
        """Put one of the user's networks into the trash."""
        self._start(lambda _cancel: _delete(name))

    def restore(self, name: str) -> None:
        """Take a network out of the trash."""
        self._start(lambda _cancel: _restore(name))

    def export(self, name: str, path: str) -> None:
        """Write a network to one file."""
        self._start(lambda _cancel: _export(name, Path(path)))

    def bring(self, path: str) -> None:
        """Take a network file into the library, after it was looked at and tried."""
        self._start(lambda cancel: _bring(Path(path), cancel))

    def _start(self, act: _Act) -> None:
        if self._job:
            self._waiting.append(act)
            return
        self._job = self._runner.start(lambda cancel: _run(act, cancel))
        self.busyChanged.emit(True)  # noqa: FBT003 - a signal

    def _on_produced(self, job_id: int, view: object) -> None:
        if job_id != self._job or not isinstance(view, LibraryView):
            return
        before, self.view = self.view, view
        self.seen.emit(view)
        if view.default_asked or (before.entries and before.default != view.default):
            self.defaultChanged.emit(view.default)
        if before.entries and [entry.name for entry in before.entries] != [entry.name for entry in view.entries]:
            self.listChanged.emit()

    def _on_failed(self, job_id: int, error: Exception) -> None:
        if job_id == self._job:
            self.failed.emit(error)

    def _on_ended(self, job_id: int) -> None:
        if job_id != self._job:
            return
        self._job = 0
        self.busyChanged.emit(False)  # noqa: FBT003 - a signal
        if self._waiting and not self._job:
            self._start(self._waiting.popleft())


def _run(act: Callable[[CancelFlag], _Done], cancel: CancelFlag) -> Iterator[LibraryView]:
    from poseapp.inference import library

    done = act(cancel)
    before, builtin = library.previous_default(), library.builtin_name()
    yield LibraryView(library.entries(), before, builtin, **vars(done))


def _look(_cancel: CancelFlag) -> _Done:
    return _Done()


def _use(name: str) -> _Done:
    from poseapp.inference.library import set_default

    name = set_default(name)
    return _Done(f"Clips are analysed with {name} from now on.", name, default_asked=True)


def _go_back() -> _Done:
    from poseapp.inference.library import go_back

    name = go_back()
    return _Done(f"Clips are analysed with {name} again.", name, default_asked=True)


def _rename(old: str, new: str) -> _Done:
    from poseapp.inference.library import rename

    name = rename(old, new).name
    return _Done(f"{old} is called {name} now.", name)


def _delete(name: str) -> _Done:
    from poseapp.inference.library import default_name, delete

    before, after = default_name(), delete(name)
    words = f"{name} is deleted."
    if after != before:
        words += f" Clips are analysed with {after} again."
    return _Done(words, after, name)


def _restore(name: str) -> _Done:
    from poseapp.inference.library import restore

    name = restore(name).name
    return _Done(f"{name} is back.", name)


def _export(name: str, path: Path) -> _Done:
    from poseapp.inference.library import export_model

    return _Done(f"{name} is in {export_model(name, path).name}.", name)


def _bring(path: Path, cancel: CancelFlag) -> _Done:
    from poseapp.inference.library import import_model

    name = import_model(path, cancel=cancel).name
    return _Done(f"{name} is in the library; it is not the default yet.", name)
