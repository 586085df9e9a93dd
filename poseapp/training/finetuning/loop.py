"""The loop for few frames: the engine's batches, schedule and averages; with a teacher, an anchor and a clock."""

from __future__ import annotations

import copy
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import torch
from torch import Tensor, nn

from poseapp.core.errors import BadInputError
from poseapp.core.finetune_events import FineTuneEvent, Measured, Stepped
from poseapp.training.batches import Batch, Plan, prefetched
from poseapp.training.finetuning.control import Control
from poseapp.training.finetuning.judging import Judge
from poseapp.training.finetuning.pictures import final_sizes
from poseapp.training.finetuning.settings import TuneSettings
from poseapp.training.finetuning.start import Trainable
from poseapp.training.losses import heatmap_loss
from poseapp.training.measuring.evaluate import normalise
from poseapp.training.pack import Pack
from poseapp.training.recipe import Recipe
from poseapp.training.schedules import learning_rate
from poseapp.training.state import Training, build_optimiser, update_average
from poseapp.training.steps import freeze_norm

CHECKPOINT = "checkpoint.pt"
SAVE_SECONDS = 15.0
_TELL_SECONDS = 0.5
_REMEDY = "Begin anew with --fresh; when it happens again, look through the marks for slips"

Say = Callable[[FineTuneEvent], None]


@dataclass(frozen=True)
class Task:
    """What is taught.

    Attributes:
        start: The network to begin with, and the description of the one that is made.
        known: How many of its first keypoints the start knows; the others begin fresh.
        marked: Pictures with marks. replay: Pictures of people on whom the network should answer as it did; None for
            none.
        judge: Tells how good a network is; None where nothing is held out.
    """

    start: Trainable
    known: int
    marked: Pack
    replay: Pack | None = None
    judge: Judge | None = None


class Tuner:
    """A network being taught; `run` goes through the steps.

    Attributes:
        state: What a checkpoint holds.
        here: Seconds that `run` took in this process, pauses included.
    """

    def __init__(self, task: Task, recipe: Recipe, settings: TuneSettings, *, seconds: float) -> None:
        """Begin from the start of a task.

        Args:
            recipe: Of `build_recipe`.
            seconds: That the steps may take.
        """
        self.task, self.recipe, self.settings, self._budget = task, recipe, settings, seconds
        self.here = 0.0
        self._start = copy.deepcopy(task.start.network).eval()
        self._start.to(memory_format=torch.channels_last)  # type: ignore[call-overload]  # missing in the stubs
        network = copy.deepcopy(self._start)
        freeze_first(network, settings.frozen)
        self.state = Training(
            network,
            copy.deepcopy(self._start),
            build_optimiser(network, recipe.optimiser),
            highest=recipe.optimiser.learning_rate,
            best_score=-float("inf"),
        )
        moving = [name for name, weight in network.named_parameters() if weight.requires_grad]
        begun, now = dict(self._start.named_parameters()), dict(network.named_parameters())
        self._anchors: list[Tensor] = [begun[name].detach() for name in moving]
        self._moving: list[Tensor] = [now[name] for name in moving]

    def run(self, folder: Path, control: Control, say: Say) -> None:
        """Take the steps that are left, from the checkpoint in the folder where there is one.

        Raises:
            BadInputError: The checkpoint is of another network, or the loss is no longer a number.
            CancelledError: The person said so; a checkpoint was written.
        """
        began, checkpoint, state = time.monotonic(), folder / CHECKPOINT, self.state
        if checkpoint.exists():
            state.load(checkpoint)
        else:
            self._judge(say, control)
        clock = _Clock(state)
        for step, batch in self._batches():
            if control.waits() or control.cancelled:
                clock.stop()
                state.save(checkpoint, self.recipe)
                control.hold()
                clock.start()
            loss = self._step(step, batch)
            state.step = step + 1
            if state.step % self.recipe.evaluate_every == 0 or state.step == self.recipe.steps:
                self._judge(say, control)
            clock.tick(self.recipe, loss, say, self._budget)
            if clock.due:
                state.save(checkpoint, self.recipe)
            if state.seconds >= self._budget or state.stale >= self.settings.patience:
                break
        clock.stop()
        state.save(checkpoint, self.recipe)
        self.here = time.monotonic() - began

    def taught(self) -> nn.Module:
        """Return the averaged network at its best on the held-out frames; the last where nothing is held out."""
        network = copy.deepcopy(self.state.average)
        if self.state.best is not None:
            network.load_state_dict(self.state.best)
        return network.eval()

    def _batches(self) -> Iterator[tuple[int, Batch]]:
        spec, state = self.task.start.spec, self.state
        if state.stale >= self.settings.patience or state.seconds >= self._budget:
            return iter(())
        packs = (self.task.marked,) if self.task.replay is None else (self.task.marked, self.task.replay)
        return prefetched(Plan(self.recipe, spec.skeleton, packs, final_sizes(self.task.start)), state.step)

    def _step(self, step: int, batch: Batch) -> float:
        """Train on one batch and return its loss."""
        state, recipe = self.state, self.recipe
        progress = max(step, int(recipe.steps * min(1.0, state.seconds / self._budget)))
        rate = learning_rate(recipe, progress, state.highest)
        for group in state.optimiser.param_groups:
            group["lr"] = rate
        state.network.train()
        freeze_norm(state.network)
        state.optimiser.zero_grad(set_to_none=True)
        loss = self._loss(batch)
        torch.autograd.backward(loss)
        value = float(loss.detach())
        if not value == value or value == float("inf"):
            raise BadInputError(f"the training diverged at step {step}", where=recipe.name, remedy=_REMEDY)
        nn.utils.clip_grad_norm_(self._moving, recipe.optimiser.clip)
        state.optimiser.step()
        if self.settings.anchor:
            with torch.no_grad():
                torch._foreach_lerp_(self._moving, self._anchors, min(1.0, rate * self.settings.anchor))
        update_average(state.average, state.network, min(recipe.ema, (1 + step) / (10 + step)))
        return value

    def _loss(self, batch: Batch) -> Tensor:
        """Return how far the network is from the marks, and on replayed people from what it said at the start."""
        spec, recipe, marked = self.task.start.spec, self.recipe, self.settings.marked
        images = normalise(batch.images, spec.mean, spec.std)
        with torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
            maps = self.state.network(images)
        maps = maps.float()
        target, weight = torch.from_numpy(batch.heatmaps[-1]), torch.from_numpy(batch.weights)
        loss = heatmap_loss(maps[:marked], target[:marked], weight[:marked], recipe.loss)
        if len(images) > marked and self.settings.distil:
            with torch.no_grad(), torch.autocast("cpu", torch.bfloat16, enabled=recipe.bfloat16):
                said = self._start(images[marked:])[:, : self.task.known].float()
            said = torch.sigmoid(said) if spec.activation == "sigmoid" else said
            again = maps[marked:, : self.task.known]
            loss = loss + self.settings.distil * heatmap_loss(again, said, torch.ones(said.shape[:2]), recipe.loss)
        return loss

    def _judge(self, say: Say, control: Control) -> None:
        if self.task.judge is None:
            return
        found = self.task.judge(self.state.average, cancel=lambda: control.cancelled)
        if found is not None:
            self.state.keep_if_best(-found.median_px)
            say(Measured(self.state.step, round(found.median_px, 3), round(found.pck, 4)))


class _Clock:
    """Counts the seconds of the steps, says how far they are, and when to save."""

    def __init__(self, state: Training) -> None:
        self._state, self._losses, self._pictures = state, list[float](), 0
        self.due = False
        self._last = self._told = time.monotonic()
        self._saved = -float("inf")  # the first step is kept at once

    def start(self) -> None:
        """Go on after a pause."""
        self._last = self._told = time.monotonic()
        self._pictures = 0

    def stop(self) -> None:
        """Count what has passed."""
        now = time.monotonic()
        self._state.seconds += now - self._last
        self._last = now

    def tick(self, recipe: Recipe, loss: float, say: Say, budget: float) -> None:
        """Take note of a step that was done."""
        self.stop()
        self._losses.append(loss)
        self._pictures += recipe.batch
        self.due = self._last - self._saved >= SAVE_SECONDS
        if self.due:
            self._saved = self._last
        done = self._state.step == recipe.steps
        if self._last - self._told < _TELL_SECONDS and not done:
            return
        rate = self._pictures / max(1e-9, self._last - self._told)
        left = min((recipe.steps - self._state.step) * recipe.batch / rate, max(0.0, budget - self._state.seconds))
        mean = sum(self._losses) / len(self._losses)
        say(Stepped(self._state.step, recipe.steps, round(mean, 5), round(rate, 1), round(left, 1)))
        self._losses, self._pictures, self._told = [], 0, self._last


def freeze_first(network: nn.Module, share: float) -> int:
    """Let the first layers stay as they are, in the order in which they are defined; return how many do."""
    layers = [module for module in network.modules() if any(True for _ in module.parameters(recurse=False))]
    count = round(share * len(layers))
    for layer in layers[:count]:
        layer.requires_grad_(requires_grad=False)
    return count
