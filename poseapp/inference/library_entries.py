"""What lies in the library of networks, and which of them is the default."""

from __future__ import annotations

from poseapp.core.errors import BadInputError
from poseapp.core.library_entry import LibraryEntry
from poseapp.inference.catalog import InstalledModel, installed_models, own_files, shipped_networks, user_models_folder
from poseapp.inference.library_facts import FileFacts, facts_of
from poseapp.inference.library_names import same_name
from poseapp.inference.library_state import Defaults, PrivateNote, read_defaults, read_note

LIST_REMEDY = "`poseapp models` lists them"


def entries() -> tuple[LibraryEntry, ...]:
    """Return the shipped networks, then the user's own by name; one that cannot be used says why.

    Raises:
        BadInputError: The list of shipped networks cannot be read.
    """
    models = installed_models()
    facts = facts_of(user_models_folder(), [model.path for model in models])
    return tuple(_entry(model, facts[model.path]) for model in models if model.path in facts)


def find_entry(name: str) -> LibraryEntry:
    """Return the network of a name. Raises BadInputError when there is none."""
    for entry in reversed(entries()):  # the user's own come before shipped ones of their name
        if same_name(entry.name, name):
            return entry
    raise BadInputError("there is no network of this name", where=name, remedy=LIST_REMEDY)


def default_name() -> str:
    """Return the name of the network that is used when none is named, "" when there is none at all."""
    return existing_defaults().name or builtin_name()


def builtin_name() -> str:
    """Return the name of the network that came with the application, "" when none did."""
    return next((model.name for model in shipped_networks() if model.default), "")


def previous_default() -> str:
    """Return the name of the default before this one, "" when there was none."""
    before = existing_defaults().before
    return (before[-1] or builtin_name()) if before else ""


def existing_defaults() -> Defaults:
    """Return the default and those before it, "" for the built-in one, as far as they still exist."""
    return read_defaults(user_models_folder()).among(taken_names())


def taken_names() -> tuple[str, ...]:
    """Return the names that a new network may not have; see `library_names.free_name`."""
    return (*(model.name for model in shipped_networks()), *(path.stem for path in own_files()))


def _entry(model: InstalledModel, facts: FileFacts) -> LibraryEntry:
    note = PrivateNote() if model.shipped else read_note(model.path)
    problem = facts.problem
    if model.shipped and not problem and facts.sha256 != model.sha256:
        problem = "the shipped network is damaged: its sha256 is not the one in the manifest"
    return LibraryEntry(
        name=model.name,
        title=facts.title or model.name,
        path=model.path,
        size=facts.size,
        sha256=facts.sha256,
        shipped=model.shipped,
        default=model.default,
        skeleton=facts.skeleton,
        keypoints=facts.keypoints,
        lineage=facts.lineage,
        clips=note.clips,
        note=note.note,
        added=note.added,
        problem=problem,
    )
