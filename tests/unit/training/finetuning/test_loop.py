"""The loop for few frames learns, stays near its start where asked, and resumes bit for bit."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pytest

torch = pytest.importorskip("torch")

from poseapp.core.errors import CancelledError  # noqa: E402
from poseapp.core.finetune_events import FineTuneEvent, Measured, Stepped  # noqa: E402
from poseapp.core.skeleton import load_skeleton  # noqa: E402
from poseapp.core.types import ModelSpec  # noqa: E402
from poseapp.nets.folding import fold  # noqa: E402
from poseapp.nets.registry import find_architecture  # noqa: E402
from poseapp.training.finetuning.control import Control  # noqa: E402
from poseapp.training.finetuning.judging import Judgement  # noqa: E402
from poseapp.training.finetuning.loop import CHECKPOINT, Task, Tuner, freeze_first  # noqa: E402
from poseapp.training.finetuning.settings import TuneSettings, build_recipe  # noqa: E402
from poseapp.training.finetuning.start import Trainable  # noqa: E402
from poseapp.training.measuring.evaluate import MEAN, STD  # noqa: E402
from poseapp.training.pack import Pack  # noqa: E402

SKELETON = load_skeleton("body18")
SPEC = ModelSpec("tiny", "Tiny", "fasterpose-slim", SKELETON, (32, 32), MEAN, STD, "sigmoid", crop_factor=1.25)
SETTINGS = TuneSettings(marked=3, replay=2, learning_rate=2e-3, measurements=2, anchor=0.5, horizon=0.5)
STEPS = 6


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)  # sums in one order


@pytest.fixture(scope="module")
def start() -> Trainable:
    torch.manual_seed(1)
    return Trainable(fold(find_architecture("fasterpose-slim").build(SKELETON)), SPEC)


def dots(seed: int) -> Pack:
    rng = np.random.default_rng(seed)
    images, points = [], rng.uniform(10, 50, (4, 18, 2)).astype(np.float32)
    for person in points:
        image = np.full((60, 60, 3), 40, np.uint8)
        for at in person[:4]:
            cv2.circle(image, tuple(int(v) for v in at), 4, (255, 200, 0), -1)
        images.append(image)
    weights = np.ones((4, 18), np.float32)
    weights[:, 4:] = 0.25
    return Pack(tuple(images), points, weights)


def replay() -> Pack:
    pack = dots(9)
    return Pack(pack.images, np.full_like(pack.keypoints, np.nan), None, pack.keypoints)


def tuner(
    start: Trainable, settings: TuneSettings = SETTINGS, *, steps: int = STEPS, seconds: float = 1e6, **task: object
) -> Tuner:
    recipe = build_recipe(SPEC, settings, steps=steps, bfloat16=False)
    values = {"marked": dots(0), "replay": replay() if settings.replay else None} | task
    return Tuner(Task(start, 18, **values), recipe, settings, seconds=seconds)  # type: ignore[arg-type]


class CancelAt(Control):
    """Is cancelled before a step."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self._left = step

    def waits(self) -> bool:
        if self._left == 0:
            self.cancel()
        self._left -= 1
        return super().waits()


def test_it_learns_and_says_how_far_it_is(start: Trainable, tmp_path: Path) -> None:
    said: list[FineTuneEvent] = []
    settings = replace(SETTINGS, replay=0, anchor=0.0, learning_rate=1e-2)
    run = tuner(start, settings, steps=25)
    run.run(tmp_path, Control(), said.append)
    steps = [event for event in said if isinstance(event, Stepped)]
    assert (steps[-1].step, steps[-1].steps, steps[-1].eta_s) == (25, 25, 0.0)
    batch = next(iter(tuner(start, settings)._batches()))[1]
    with torch.no_grad():
        before, after = tuner(start, settings)._loss(batch), run._loss(batch)
    assert float(after) < 0.8 * float(before)


def test_a_cancelled_one_goes_on_bit_for_bit(start: Trainable, tmp_path: Path) -> None:
    whole = tuner(start)
    for name in ("whole", "broken"):
        (tmp_path / name).mkdir()
    whole.run(tmp_path / "whole", Control(), lambda _event: None)
    with pytest.raises(CancelledError):
        tuner(start).run(tmp_path / "broken", CancelAt(3), lambda _event: None)
    again = tuner(start)
    again.run(tmp_path / "broken", Control(), lambda _event: None)
    assert again.state.step == STEPS
    for one, other in ((whole.state.network, again.state.network), (whole.taught(), again.taught())):
        pairs = zip(one.state_dict().values(), other.state_dict().values(), strict=True)
        assert all(torch.equal(a, b) for a, b in pairs)


class Worsening:
    """Says that every look is worse than the one before."""

    def __init__(self) -> None:
        self.looks = 0

    def __call__(self, _network: object, **_options: object) -> Judgement:
        self.looks += 1
        return Judgement(float(self.looks), 1.0 / self.looks)


def test_it_ends_early_where_nothing_gets_better_and_gives_back_the_best(start: Trainable, tmp_path: Path) -> None:
    said: list[FineTuneEvent] = []
    run = tuner(start, replace(SETTINGS, patience=2, measurements=6), judge=Worsening())
    run.run(tmp_path, Control(), said.append)
    assert [event.median_px for event in said if isinstance(event, Measured)] == [1.0, 2.0, 3.0]
    assert run.state.step == 2
    pairs = zip(run.taught().state_dict().values(), start.network.state_dict().values(), strict=True)
    assert all(torch.equal(a, b) for a, b in pairs)  # the first look, before any step, was the best
    more = tuner(start, replace(SETTINGS, patience=2, measurements=6), judge=Worsening())
    more.run(tmp_path, Control(), said.append)
    assert more.state.step == 2  # done is done


def test_it_ends_when_its_time_is_over(start: Trainable, tmp_path: Path) -> None:
    run = tuner(start, steps=10_000, seconds=0.4)
    run.run(tmp_path, Control(), lambda _event: None)
    assert 0 < run.state.step < 10_000
    assert (tmp_path / CHECKPOINT).exists()


def test_frozen_layers_stay_and_the_anchor_holds_the_others(start: Trainable, tmp_path: Path) -> None:
    free, held = (tuner(start, replace(SETTINGS, frozen=0.5, anchor=anchor)) for anchor in (0.0, 400.0))
    for n, run in enumerate((free, held)):
        (tmp_path / str(n)).mkdir()
        run.run(tmp_path / str(n), Control(), lambda _event: None)
    names = list(dict(start.network.named_parameters()))
    before = start.network.state_dict()

    def moved(run: Tuner, name: str) -> float:
        return float((run.state.network.state_dict()[name] - before[name]).abs().max())

    assert moved(free, names[0]) == 0
    assert moved(free, names[-1]) > 0
    assert moved(held, names[-1]) < 0.5 * moved(free, names[-1])


def test_layers_are_frozen_from_the_picture_on() -> None:
    network = torch.nn.Sequential(*(torch.nn.Conv2d(1, 1, 1) for _ in range(4)))
    assert freeze_first(network, 0.5) == 2
    assert [layer.weight.requires_grad for layer in network] == [False, False, True, True]


def test_the_teacher_holds_unmarked_people(start: Trainable) -> None:
    run = tuner(start, replace(SETTINGS, marked=3, replay=2))
    batch = next(iter(run._batches()))[1]
    assert batch.images.shape[0] == 5
    assert (batch.weights[3:] == 0).all()  # nothing is known of them
    silent = tuner(start, replace(SETTINGS, distil=0.0))
    for network in (run.state.network, silent.state.network):
        torch.nn.init.constant_(network.regressor.project.bias, 0.0)  # a map of nothing but halves
    with torch.no_grad():
        assert float(run._loss(batch)) > 1.5 * float(silent._loss(batch))
