"""Which networks are on this machine: shipped with the application, or installed by the user."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import platformdirs

from poseapp.core.errors import BadInputError
from poseapp.core.locations import models_folder
from poseapp.inference.library_facts import facts_of, hash_file
from poseapp.inference.library_names import DEFAULT, SUFFIX
from poseapp.inference.library_state import read_defaults

FOLDER_VARIABLE = "POSEAPP_MODELS"


@dataclass(frozen=True)
class InstalledModel:
    """A network file. `default` marks the one used when none is named; `sha256` is of the file."""

    name: str
    path: Path
    sha256: str
    default: bool = False
    shipped: bool = False


def user_models_folder() -> Path:
    """Return where a user's own networks lie: $POSEAPP_MODELS, or the user's data folder; it may not exist yet."""
    chosen = os.environ.get(FOLDER_VARIABLE)
    return Path(chosen) if chosen else Path(platformdirs.user_data_dir("poseapp")) / "models"


def installed_models() -> tuple[InstalledModel, ...]:
    """Return the shipped networks, then the user's by name; a user's network hides a shipped one of its name.

    Raises:
        BadInputError: The list of shipped networks cannot be read.
    """
    facts = facts_of(user_models_folder(), own_files())
    own, shipped = tuple(InstalledModel(path.stem, path, fact.sha256) for path, fact in facts.items()), _shipped()
    names = {model.name for model in own}
    models = (*(model for model in shipped if model.name not in names or model.default), *own)
    chosen = _chosen_default()
    if chosen is None:
        return models
    return tuple(replace(model, default=model.path == chosen) for model in models)


def own_files() -> tuple[Path, ...]:
    """Return the files of the user's networks by name."""
    files = (path for path in user_models_folder().glob(f"*{SUFFIX}") if not path.name.startswith("."))
    return tuple(sorted(files, key=lambda path: (path.stem.casefold(), path.stem)))


def own_name(path: Path) -> str:
    """Return what the user calls the network in a file, "" for a file outside the user's folder."""
    folder = user_models_folder()
    return path.stem if path.absolute().parent == folder.absolute() else ""


def shipped_networks() -> tuple[InstalledModel, ...]:
    """Return the networks that came with the application; `default` marks the one they are to begin with.

    Raises:
        BadInputError: Their list cannot be read.
    """
    return tuple(_shipped())


def find_model(name: str | Path = DEFAULT) -> Path:
    """Return the file of a network: "default" (the one the user chose, else the shipped one), a name, or a path.

    A user's network comes before a shipped one of the same name. The sha256 of a shipped file is checked.

    Raises:
        BadInputError: There is none, or a shipped file is not the one that was shipped.
    """
    text = str(name)
    if text.endswith(SUFFIX) or isinstance(name, Path):
        path = Path(name)
        if path.is_file():
            return path
        raise BadInputError("there is no such network file", where=text, remedy="Check the path")
    chosen = _chosen_default() if text == DEFAULT else None
    if chosen is not None:
        return chosen
    own = user_models_folder() / f"{text}{SUFFIX}"
    if text == Path(text).name and own.is_file():
        return own
    for model in _shipped():
        if model.name == text or (model.default and text == DEFAULT):
            return _checked(model)
    if Path(text).is_file():
        return Path(text)
    remedy = "Install poseapp again" if text == DEFAULT else f"Run `poseapp models install {text}`"
    raise BadInputError(
        "this network is not installed", where=text, remedy=f"{remedy}, or give the path of an ONNX file"
    )


def _chosen_default() -> Path | None:
    """Return the file of the default that the user chose, None for the shipped one or where it is gone."""
    name = read_defaults(user_models_folder()).name
    path = user_models_folder() / f"{name}{SUFFIX}"
    return path if name and name == path.stem and path.is_file() else None


def _shipped() -> Iterator[InstalledModel]:
    try:
        manifest = models_folder() / "manifest.json"
        entries = json.loads(manifest.read_text(encoding="utf-8"))
        models = [
            InstalledModel(
                name=str(entry["name"]),
                path=manifest.parent / str(entry["file"]),
                sha256=str(entry["sha256"]),
                default=bool(entry.get("default", False)),
                shipped=True,
            )
            for entry in entries
        ]
    except FileNotFoundError:
        return
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise BadInputError(
            f"the list of shipped networks cannot be read ({error})",
            where="models/manifest.json",
            remedy="Install poseapp again",
        ) from error
    yield from models


def _checked(model: InstalledModel) -> Path:
    if not model.path.is_file():
        raise BadInputError("the shipped network is missing", where=model.path.name, remedy="Install poseapp again")
    if hash_file(model.path) != model.sha256:
        raise BadInputError(
            "the shipped network is damaged: its sha256 is not the one in the manifest",
            where=model.path.name,
            remedy="Install poseapp again",
        )
    return model.path
