"""How an open project goes from the thread that opened it to the one that works with it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from poseapp.storage.project import ProjectFile

PROJECT_LINE = "project files"  # jobs that open, write or close one follow each other: a project has one writer


def hand_over(project: ProjectFile) -> None:
    """Let another thread have an open project; this one does not touch it any more."""
    from poseapp.storage import project as storage

    storage.hand_over(project)


class Handover:
    """Where one thread leaves a project for another: who takes it has it, and nobody else."""

    def __init__(self) -> None:
        self._left: deque[ProjectFile] = deque()  # its `pop` gives what is there to one thread only

    def __bool__(self) -> bool:
        """Tell whether somebody left a project."""
        return bool(self._left)

    def leave(self, project: ProjectFile) -> None:
        """Leave an open project to whoever takes it, as `hand_over`."""
        hand_over(project)
        self._left.append(project)

    def take(self) -> ProjectFile | None:
        """Take the project, None where there is none or another thread was faster."""
        try:
            return self._left.pop()
        except IndexError:
            return None

    def close(self) -> None:
        """Close what was left, in whatever thread this runs."""
        while (project := self.take()) is not None:
            project.close()
