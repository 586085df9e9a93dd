"""The user's own networks: how one comes in, changes its name, goes out, or becomes the default.

A network is known by the name of its file here and by the sha256 of its bytes, which nothing here ever changes: what a
run of last year names is still this file, whatever it is called today.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.core.library_entry import LibraryEntry
from poseapp.inference.catalog import user_models_folder
from poseapp.inference.library_entries import (
    LIST_REMEDY,
    builtin_name,
    default_name,
    entries,
    existing_defaults,
    find_entry,
    previous_default,
    taken_names,
)
from poseapp.inference.library_names import SUFFIX, check_name, free_name, same_name
from poseapp.inference.library_state import PrivateNote, note_path, read_defaults, write_defaults, write_note
from poseapp.inference.network import load_network
from poseapp.inference.network_check import read_network
from poseapp.inference.trial import try_network

__all__ = [
    "LibraryEntry",
    "add_model",
    "builtin_name",
    "default_name",
    "delete",
    "entries",
    "export_model",
    "find_entry",
    "free_name",
    "go_back",
    "import_model",
    "previous_default",
    "rename",
    "restore",
    "set_default",
    "taken_names",
]

_TRASH = ".trash"
_TRASH_SECONDS = 30 * 86_400.0


def add_model(
    file: Path, *, adopt: bool, name: str | None = None, clips: Sequence[str] = (), note: str = ""
) -> LibraryEntry:
    """Take a network into the library; with `adopt` it becomes the default.

    Args:
        file: An ONNX network with its description; it stays where it is, a copy goes into the library.
        adopt: Make it the default.
        name: What it is to be called; None takes the name in its description.
        clips: File names of the clips it learned from, for the private note.
        note: A line of the person's own, for the private note.

    Raises:
        BadInputError: It cannot be used, is there already, its name is taken or unsafe, or nothing can be written.
    """
    load_network(file, threads=1)
    network = read_network(file)
    name = check_name(network.spec.name if name is None else name)
    for entry in entries():
        if same_name(entry.name, name):
            raise BadInputError("a network of this name is there already", where=name, remedy="Choose another name")
        if entry.sha256 == network.spec.file_sha256:
            what = f"this very network is there already, as {entry.name}"
            raise BadInputError(what, where=file.name, remedy="Rename that one if you want another name")
    target = _own_path(name)
    _make_folder(target.parent)
    note_of_it = PrivateNote(tuple(Path(clip).name for clip in clips), note, date.today().isoformat())
    write_note(target, note_of_it)
    with atomic_path(target) as temporary:
        temporary.write_bytes(network.data)
    if adopt:
        set_default(name)
    return find_entry(name)


def import_model(file: Path, name: str | None = None, *, cancel: Callable[[], bool] = lambda: False) -> LibraryEntry:
    """Take a network from somewhere else into the library, after trying it in a process of its own.

    Args:
        file: An ONNX file exported by poseapp.
        name: What it is to be called; None takes the file's name, or the one in its description.
        cancel: Ends the trial.

    Raises:
        BadInputError: As `add_model`, or the network does harm: takes too long, too much memory, or crashes.
        CancelledError: `cancel` said so.
    """
    spec = read_network(file).spec
    try_network(file, cancel=cancel)
    return add_model(file, adopt=False, name=name if name is not None else _proposed_name(file, spec.name))


def export_model(name: str, path: Path) -> Path:
    """Write a network with its description and lineage to one ONNX file; nothing of the private note goes along.

    Raises:
        BadInputError: No such network, it cannot be used, or the file cannot be written or is one of the library.
    """
    entry = find_entry(name)
    target = path if path.suffix.casefold() == SUFFIX else path.with_name(path.name + SUFFIX)
    if target.resolve().parent == user_models_folder().resolve():
        what = "this is the library's own folder"
        raise BadInputError(what, where=str(target), remedy="Choose another folder to export to")
    data = read_network(entry.path).data
    with atomic_path(target) as temporary:
        temporary.write_bytes(data)
    return target


def go_back() -> str:
    """Make the default before this one the default again; return its name.

    Raises:
        BadInputError: There was none before, or the choice cannot be written.
    """
    now = existing_defaults()
    if not now.before:
        raise BadInputError("there is no default before this one", remedy="Choose one of the list")
    write_defaults(user_models_folder(), now.back())
    return default_name()


def rename(old: str, new: str) -> LibraryEntry:
    """Give one of the user's networks another name; its bytes, and so its sha256, stay.

    Raises:
        BadInputError: No such network, a shipped one, or the new name is taken or unsafe.
    """
    entry, new = _own_entry(old, "renamed"), check_name(new)
    for other in entries():
        if same_name(other.name, new) and other.path != entry.path:
            raise BadInputError("a network of this name is there already", where=new, remedy="Choose another name")
    target = _own_path(new)
    _move(entry.path, target)
    folder = user_models_folder()
    write_defaults(folder, read_defaults(folder).renamed(entry.name, new))
    return find_entry(new)


def delete(name: str) -> str:
    """Put one of the user's networks into the library's trash, where it stays 30 days; return the default's name now.

    Where it was the default, the one before it becomes the default again.

    Raises:
        BadInputError: No such network, a shipped one, or it cannot be moved.
    """
    entry = _own_entry(name, "deleted")
    folder = user_models_folder()
    _empty_trash(folder / _TRASH)
    _make_folder(folder / _TRASH)
    _move(entry.path, folder / _TRASH / entry.path.name)
    os.utime(folder / _TRASH / entry.path.name)  # from now on it is kept for its time
    write_defaults(folder, read_defaults(folder).without(entry.name))
    return default_name()


def restore(name: str) -> LibraryEntry:
    """Take a deleted network out of the trash.

    Raises:
        BadInputError: The trash has none of this name, or the name was taken meanwhile.
    """
    source = user_models_folder() / _TRASH / f"{check_name(name)}{SUFFIX}"
    if not source.is_file():
        raise BadInputError("no network of this name was deleted lately", where=name, remedy=LIST_REMEDY)
    if any(same_name(entry.name, name) for entry in entries()):
        raise BadInputError("a network of this name is there already", where=name, remedy="Rename that one first")
    _move(source, _own_path(name))
    return find_entry(name)


def set_default(name: str) -> str:
    """Use a network when none is named; return its name.

    Raises:
        BadInputError: No such network, it cannot be used, or the choice cannot be written.
    """
    entry = find_entry(name)
    if entry.problem:
        raise BadInputError(entry.problem, where=entry.name, remedy="Choose another network")
    folder = user_models_folder()
    _make_folder(folder)
    write_defaults(folder, read_defaults(folder).chosen("" if entry.name == builtin_name() else entry.name))
    return entry.name


def _own_entry(name: str, verb: str) -> LibraryEntry:
    entry = find_entry(name)
    if entry.shipped:
        what = f"this network came with the application and cannot be {verb}"
        raise BadInputError(what, where=entry.name, remedy="Choose one of your own")
    return entry


def _own_path(name: str) -> Path:
    return user_models_folder() / f"{name}{SUFFIX}"


def _proposed_name(file: Path, inner: str) -> str:
    """Return a name for a network from somewhere else: its file's, where that can be one, else its description's."""
    try:
        wish = check_name(file.stem)
    except BadInputError:
        wish = check_name(inner)
    return free_name(wish, taken_names())


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        what = f"the folder of networks cannot be made ({error.strerror})"
        raise BadInputError(what, where=str(folder), remedy="Choose another one with POSEAPP_MODELS") from error


def _move(source: Path, target: Path) -> None:
    """Move a network with its private note; the note first, so that a network is never without it."""
    try:
        if note_path(source).is_file():
            note_path(source).replace(note_path(target))
        source.replace(target)
    except OSError as error:
        what = f"the network cannot be moved ({error.strerror})"
        raise BadInputError(what, where=source.name, remedy="Close programs that have it open") from error


def _empty_trash(trash: Path) -> None:
    for path in trash.glob("*"):
        if time.time() - path.stat().st_mtime > _TRASH_SECONDS:
            path.unlink(missing_ok=True)
