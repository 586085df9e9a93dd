"""What is known of network files without reading them again: fifty networks are listed in the time of one."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.core.lineage import Lineage

_CACHE = ".facts.json"
_VERSION = 1


@dataclass(frozen=True)
class FileFacts:
    """What a network file says of itself.

    Attributes:
        size: Bytes. changed: When it was written last, ns. Together they tell whether the rest still holds.
        sha256: Of the file.
        title: For people. skeleton: Its name. keypoints: How many.
        lineage: Of a fine-tuned network.
        problem: Why it cannot be used, "" when it can; what it says of itself is empty then.
    """

    size: int
    changed: int
    sha256: str = ""
    title: str = ""
    skeleton: str = ""
    keypoints: int = 0
    lineage: Lineage | None = None
    problem: str = ""


def facts_of(folder: Path, paths: Iterable[Path]) -> dict[Path, FileFacts]:
    """Return the facts of network files; `folder` is where what is known of them is kept.

    A file that cannot be used has a problem instead. Files that vanish meanwhile are left out.
    """
    wanted = tuple(paths)
    known, found = _read_cache(folder / _CACHE) if wanted else {}, {}
    for path in wanted:
        with suppress(OSError):
            state = path.stat()
            facts = known.get(str(path))
            if facts is None or (facts.size, facts.changed) != (state.st_size, state.st_mtime_ns):
                facts = _look(path, state.st_size, state.st_mtime_ns)
            found[path] = facts
    kept = known | {str(path): facts for path, facts in found.items()}
    kept = {name: facts for name, facts in kept.items() if Path(name) in found or Path(name).is_file()}
    if kept != known and folder.is_dir():
        with suppress(BadInputError):  # a folder that cannot be written is listed slowly, and that is all
            _write_cache(folder / _CACHE, kept)
    return found


def hash_file(path: Path) -> str:
    """Return the sha256 of a file."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def _look(path: Path, size: int, changed: int) -> FileFacts:
    from poseapp.inference.network_check import read_network

    try:
        spec = read_network(path).spec
    except BadInputError as error:
        return FileFacts(size, changed, hash_file(path), problem=error.what)
    skeleton = spec.skeleton
    lineage = spec.lineage
    return FileFacts(size, changed, spec.file_sha256, spec.title, skeleton.name, skeleton.n_keypoints, lineage)


def _read_cache(path: Path) -> dict[str, FileFacts]:
    try:
        data = json.loads(path.read_text(encoding="utf-8"))
        if data["version"] != _VERSION:
            return {}
        return {name: _facts(row) for name, row in data["files"].items()}
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError):
        return {}


def _facts(row: Mapping[str, Any]) -> FileFacts:
    lineage = None if row["lineage"] is None else Lineage(**row["lineage"])
    return FileFacts(**(dict(row) | {"lineage": lineage}))


def _write_cache(path: Path, facts: Mapping[str, FileFacts]) -> None:
    data = {"version": _VERSION, "files": {name: asdict(row) for name, row in facts.items()}}
    with atomic_path(path) as temporary:
        temporary.write_text(json.dumps(data), encoding="utf-8")
