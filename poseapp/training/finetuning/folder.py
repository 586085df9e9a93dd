"""The working folder of a fine-tuning, beside the first project: all that it needs, and nothing leaves it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path

from poseapp.core.atomic import atomic_path
from poseapp.core.errors import BadInputError
from poseapp.training.finetuning.loop import CHECKPOINT
from poseapp.training.finetuning.proof import REPORT
from poseapp.training.recipe import Recipe, recipe_from_data
from poseapp.training.state import read_checkpoint

SUFFIX = ".training"
_ORDER, _CANDIDATE, _REPLAY = "order.json", "network.onnx", "replay.npz"
_UNFINISHED = ".checkpoint-*.pt"


@dataclass(frozen=True)
class WorkingFolder:
    """Paths in it, and what a training that was stopped left there."""

    path: Path

    @staticmethod
    def beside(project: Path) -> WorkingFolder:
        """Return the one of a project. Raises BadInputError where it cannot be made."""
        path = project.absolute().with_name(f"{project.stem}{SUFFIX}")
        try:
            path.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise BadInputError(f"the working folder cannot be made ({error.strerror})", where=str(path)) from error
        return WorkingFolder(path)

    @property
    def checkpoint(self) -> Path:
        """Of the training."""
        return self.path / CHECKPOINT

    @property
    def candidate(self) -> Path:
        """The new network before it goes into the library."""
        return self.path / _CANDIDATE

    @property
    def replay(self) -> Path:
        """Rendered people."""
        return self.path / _REPLAY

    def prepare(self, digest: str, *, fresh: bool) -> None:
        """Let go of the report before, and of a checkpoint that is not of this order."""
        try:
            for part in self.path.glob(_UNFINISHED):  # of a process that was killed while it wrote
                part.unlink(missing_ok=True)
            (self.path / REPORT).unlink(missing_ok=True)
            if fresh or self._digest() != digest:
                self.checkpoint.unlink(missing_ok=True)
            with atomic_path(self.path / _ORDER) as temporary:
                temporary.write_text(json.dumps({"digest": digest}), encoding="utf-8")
        except OSError as error:
            raise BadInputError(
                f"the working folder cannot be written ({error.strerror})", where=str(self.path)
            ) from error

    def recipe(self) -> Recipe | None:
        """Return the recipe of the checkpoint; None without one, or with one that cannot be read, which goes."""
        if not self.checkpoint.exists():
            return None
        try:
            return recipe_from_data(json.loads(read_checkpoint(self.checkpoint)["recipe"]))
        except (BadInputError, TypeError, ValueError, KeyError):
            self.checkpoint.unlink()
            return None

    def finish(self) -> None:
        """Let go of what only an unfinished training needs."""
        for path in (self.checkpoint, self.candidate):
            path.unlink(missing_ok=True)

    def _digest(self) -> str:
        try:
            return str(json.loads((self.path / _ORDER).read_text(encoding="utf-8"))["digest"])
        except (OSError, ValueError, KeyError, TypeError):
            return ""
