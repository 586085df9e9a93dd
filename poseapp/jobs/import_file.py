"""Import a file of another tool into a project: what was predicted becomes a run, what people placed becomes marks."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path, PurePath

from poseapp.core.clip_files import clip_files
from poseapp.core.edit_builders import build_marks
from poseapp.core.edits import Edit
from poseapp.core.errors import BadInputError
from poseapp.core.pose_builders import MOST_MARKS
from poseapp.core.shown import beneath_swaps
from poseapp.core.store import PoseStore
from poseapp.core.types import ClipInfo, Key, Mark
from poseapp.formats.registry import FORMATS
from poseapp.formats.tracks import Tracks
from poseapp.jobs.import_guess import OWN, guess_format, readable
from poseapp.jobs.import_scale import FileScale
from poseapp.jobs.import_tracks import Brought, bring
from poseapp.jobs.tracks import read_own_analysis
from poseapp.storage.project import ProjectFile
from poseapp.video import fingerprint, open_clip


@dataclass(frozen=True)
class Imported:
    """What an import did: into which format was read, frames with something, people, marks, and what must be known."""

    format: str
    frames: int
    persons: int
    predicted_frames: int
    marks: int
    keypoints: int
    notes: tuple[str, ...]


def read_file(path: Path, name: str | None, clip: str) -> tuple[str, Tracks]:
    """Return the format of a file and what it holds; `name` None to guess it, `clip` the file name of the clip meant.

    Raises:
        BadInputError: It cannot be read.
    """
    name = guess_format(path) if name is None else name
    if name == OWN:
        return name, read_own_analysis(path)
    if name not in readable():
        raise BadInputError(f"{name} cannot be imported", remedy=f"Choose one of {', '.join(readable())}")
    return name, FORMATS[name].read(path, clip)


def bring_file(
    path: Path, name: str | None, clip: ClipInfo, store: PoseStore | None, *, scale: FileScale | None = None
) -> tuple[str, Brought]:
    """Return the format of a file and what it brings to a clip, see `bring`.

    Raises:
        BadInputError: It cannot be read, or nothing in it belongs to the clip.
    """
    try:
        name, tracks = read_file(path, name, PurePath(clip.path.replace("\\", "/")).name)
        return name, bring(tracks, clip, store, pictures=_pictures(clip), scale=scale)
    except BadInputError as error:
        raise error if error.where else BadInputError(error.what, where=path.name, remedy=error.remedy) from error


def import_file(
    path: Path,
    project: Path,
    *,
    name: str | None = None,
    video: Path | None = None,
    scale: FileScale | None = None,
) -> Imported:
    """Import a file into a project, which is made for a clip where there is none.

    Args:
        scale: How large a metre of the file is in the picture; None: as the project says.

    Raises:
        BadInputError: The file, the clip or the project cannot be used; the project is as it was.
    """
    if not project.exists() and video is None:
        raise BadInputError("there is no such project", where=project.name, remedy="Name its clip with --video CLIP")
    with _opened(path, project, name, video, scale=scale) as (file, store, format_name, brought):
        if file.read_only:
            raise BadInputError(f"the project is read-only: {file.reason}", where=project.name)
        if brought.added is not None:
            store.apply(brought.added)
            file.record("do", brought.added)
        if brought.chunks:
            run = file.begin_run(brought.model)
            for chunk in brought.chunks:
                file.write_chunk(run, beneath_swaps(store, chunk))
            file.end_run(run)
        for edit in mark_edits(store, brought, path.name):
            store.apply(edit)
            file.record("do", edit)
    predicted = sum(len(chunk.xy) for chunk in brought.chunks)
    counts = (brought.n_frames, brought.n_persons, predicted, len(brought.marks), store.skeleton.n_keypoints)
    return Imported(format_name, *counts, brought.notes)


def mark_edits(store: PoseStore, brought: Brought, file_name: str, *, now: float | None = None) -> Iterator[Edit]:
    """Yield the edits that set the marks, at most `MOST_MARKS` each; nothing where they are set already.

    Apply each before the next is asked for.
    """
    at = time.time() if now is None else now
    marks = {key: replace(mark, time=at) for key, mark in sorted(brought.marks.items()) if not _same(store, key, mark)}
    keys = list(marks)
    for start in range(0, len(keys), MOST_MARKS):
        part: dict[Key, Mark | None] = {key: marks[key] for key in keys[start : start + MOST_MARKS]}
        yield build_marks(store, part, f"Import labels from {file_name}")


def _same(store: PoseStore, key: Key, mark: Mark) -> bool:
    held = store.mark(key)
    return held is not None and replace(held, time=0.0, author="", sigma=0.0) == replace(mark, sigma=0.0)


@contextmanager
def _opened(
    path: Path, project: Path, name: str | None, video: Path | None, *, scale: FileScale | None
) -> Iterator[tuple[ProjectFile, PoseStore, str, Brought]]:
    """Yield the open project, its poses, and what the file brings; a project is made only for what can be brought."""
    if project.exists():
        with ProjectFile.open(project) as file:
            if video is not None and fingerprint(video) != file.media().sha256:
                raise BadInputError("this project belongs to another clip", where=project.name)
            loaded = file.load()
            yield file, loaded.store, *bring_file(path, name, loaded.clip, loaded.store, scale=scale)
        return
    assert video is not None
    with open_clip(video) as clip:
        info = clip.info
    format_name, brought = bring_file(path, name, info, None, scale=scale)
    with ProjectFile.create(project, info, brought.model.skeleton, sha256=fingerprint(info.path)) as file:
        yield file, PoseStore(brought.model.skeleton, info.n_frames), format_name, brought


def _pictures(clip: ClipInfo) -> Sequence[str]:
    """Return the file names of the pictures of a clip that is made of such, as far as they are there."""
    if clip.kind == "video":
        return ()
    try:
        return [file.name for file in clip_files(Path(clip.path))]
    except OSError:
        return ()
