"""What there is to learn from before a fine-tuning, found beside the GUI thread."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.core.types import Source
from poseapp.services.improve_process import training_problem
from poseapp.services.improving import training_folder
from poseapp.services.job_runner import CancelFlag
from poseapp.services.supplies import model_names

LEAST_FRAMES = 8  # with fewer, nothing can be held out to prove that anything is better
_CHECKPOINT = "checkpoint*"
_PLACED = (Source.CORRECTED, Source.OCCLUDED)
_UNFIT = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Marked:
    """What a person placed in one project: frames, and keypoints in them."""

    project: str
    frames: int
    marks: int


@dataclass(frozen=True)
class Outlook:
    """What a fine-tuning on some projects would begin with.

    Attributes:
        projects: Those that could be read, in order.
        unreadable: Of the others, why: one line each.
        problem: Why nothing can be trained here, one line; "" where it can.
        models: Names of the networks to begin with, the default first.
        suggested: A name for the new network that is not taken.
        unfinished: Whether an earlier training on the first project can go on.
    """

    projects: tuple[Marked, ...] = ()
    unreadable: tuple[str, ...] = ()
    problem: str = ""
    models: tuple[str, ...] = ()
    suggested: str = ""
    unfinished: bool = False

    @property
    def frames(self) -> int:
        """Corrected frames in all."""
        return sum(marked.frames for marked in self.projects)

    @property
    def marks(self) -> int:
        """Placed keypoints in all."""
        return sum(marked.marks for marked in self.projects)

    @property
    def clips(self) -> int:
        """How many clips have corrected frames."""
        return sum(marked.frames > 0 for marked in self.projects)

    @property
    def enough(self) -> bool:
        """Tell whether a training can be started."""
        return not self.problem and not self.unreadable and self.frames >= LEAST_FRAMES


def outlook_job(projects: Sequence[str], cancel: CancelFlag) -> Iterator[Outlook]:
    """Yield what there is to learn from in projects; the first is the one on show."""
    read: list[Marked] = []
    unreadable: list[str] = []
    for project in projects:
        if cancel():
            return
        try:
            read.append(count_marks(Path(project)))
        except BadInputError as error:
            unreadable.append(str(error))
    problem = training_problem()
    models = model_names()
    first = Path(projects[0]) if projects else None
    yield Outlook(
        tuple(read),
        tuple(unreadable),
        "" if problem is None else sentence(str(problem)),
        models,
        "" if first is None else free_name(first.stem, models),
        first is not None and is_unfinished(training_folder(first)),
    )


def count_marks(path: Path) -> Marked:
    """Count what a person placed in a project. Raises BadInputError when it cannot be read."""
    from poseapp.storage.project import ProjectFile

    with ProjectFile.open(path, readonly=True) as project:
        store = project.load().store
    placed = [int(np.isin(store.view(int(frame)).source, _PLACED).sum()) for frame in store.marked_frames()]
    return Marked(str(path), sum(n > 0 for n in placed), sum(placed))


def free_name(stem: str, taken: Sequence[str]) -> str:
    """Return a name made of a clip's that no network has: "walk-tuned", "walk-tuned-2"."""
    base = f"{_UNFIT.sub('-', stem).strip('-.') or 'clip'}-tuned"
    number = 2
    name = base
    while name in taken:
        name, number = f"{base}-{number}", number + 1
    return name


def is_unfinished(folder: Path) -> bool:
    """Tell whether a training was stopped before its report."""
    return folder.is_dir() and any(folder.glob(_CHECKPOINT)) and not (folder / "report.json").exists()


def sentence(text: str) -> str:
    """Return a text with a capital letter at its start."""
    return text[:1].upper() + text[1:]
