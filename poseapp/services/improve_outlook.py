"""What there is to learn from before a fine-tuning, found beside the GUI thread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from poseapp.core.errors import BadInputError
from poseapp.services.improve_memory import unfinished_order
from poseapp.services.improve_process import training_problem
from poseapp.services.improving import ImproveOrder, training_folder
from poseapp.services.supplies import model_names

LEAST_FRAMES = 8  # with fewer, nothing can be held out to prove that anything is better
_LONGEST_STEM = 40  # characters


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
        unfinished: What an earlier training on the first project was asked for, that can go on; None without one.
        held_out: Frames that would be kept away from learning, to measure on; None where that is not known.
    """

    projects: tuple[Marked, ...] = ()
    unreadable: tuple[str, ...] = ()
    problem: str = ""
    models: tuple[str, ...] = ()
    suggested: str = ""
    unfinished: ImproveOrder | None = None
    held_out: int | None = None

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


def find_outlook(projects: Sequence[str], clip: str = "") -> Outlook:
    """Return what there is to learn from in projects; the first is the one on show, of `clip`. For a job."""
    from poseapp.inference.library_names import free_name
    from poseapp.jobs.learnable import Learnable, count_held_out, read_learnable

    read: list[Learnable] = []
    unreadable: list[str] = []
    for project in projects:
        try:
            read.append(read_learnable(Path(project)))
        except BadInputError as error:
            unreadable.append(str(error))
    problem = training_problem()
    models = model_names()
    return Outlook(
        tuple(Marked(str(one.project), len(one.frames), one.marks) for one in read),
        tuple(unreadable),
        "" if problem is None else sentence(str(problem)),
        models,
        free_name(_wish(projects[0] if projects else clip), models),
        unfinished_order(training_folder(Path(projects[0])), projects[0]) if projects else None,
        count_held_out(read) if read and problem is None else None,  # a build that cannot train does not know
    )


def name_problem(name: str, taken: Sequence[str]) -> str:
    """Return why a new network cannot be called so, one line; "" where it can."""
    from poseapp.inference.library_names import check_name, same_name

    try:
        check_name(name)
    except BadInputError as error:
        return sentence(str(error))
    return "There is a network of this name already." if any(same_name(name, other) for other in taken) else ""


def sentence(text: str) -> str:
    """Return a text with a capital letter at its start."""
    return text[:1].upper() + text[1:]


def _wish(path: str) -> str:
    """Return a name made of a clip's: "walk tuned"."""
    stem = " ".join("".join(c if c.isalnum() or c in "_-." else " " for c in Path(path).stem).split()).strip("_-. ")
    return f"{stem[:_LONGEST_STEM].strip() or 'clip'} tuned"
