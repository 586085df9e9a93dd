"""A measured pace leaves the network as it is, and settings become a recipe that the engine takes."""

from __future__ import annotations

from dataclasses import replace

import pytest

torch = pytest.importorskip("torch")

from poseapp.core.skeleton import load_skeleton  # noqa: E402
from poseapp.core.types import ModelSpec  # noqa: E402
from poseapp.nets.folding import fold  # noqa: E402
from poseapp.nets.registry import find_architecture  # noqa: E402
from poseapp.training.finetuning.pace import measure_pace  # noqa: E402
from poseapp.training.finetuning.settings import TuneSettings, build_recipe, family_loss  # noqa: E402
from poseapp.training.measuring.evaluate import MEAN, STD  # noqa: E402

BODY = load_skeleton("body18")
SPEC = ModelSpec("tiny", "Tiny", "fasterpose-slim", BODY, (32, 32), MEAN, STD, "sigmoid", crop_factor=1.4)


def test_measuring_the_pace_changes_nothing() -> None:
    network = fold(find_architecture("fasterpose-slim").build(BODY)).eval()
    before = {name: value.clone() for name, value in network.state_dict().items()}
    learns = [weight.requires_grad for weight in network.parameters()]
    pace = measure_pace(network, SPEC, TuneSettings(marked=2, replay=1))
    assert 0 < pace.step_seconds < 60
    assert [weight.requires_grad for weight in network.parameters()] == learns
    assert all(weight.grad is None for weight in network.parameters())
    assert all(torch.equal(before[name], value) for name, value in network.state_dict().items())


def test_settings_become_a_recipe() -> None:
    settings = TuneSettings(marked=4, replay=2, warmup=0.1, horizon=0.1, measurements=5)
    recipe = build_recipe(SPEC, settings, steps=100, bfloat16=True)
    assert (recipe.batch, recipe.steps, recipe.evaluate_every) == (6, 100, 20)
    assert (recipe.schedule.warmup, recipe.ema) == (10, 0.9)
    assert recipe.augment.crop_factor == 1.4  # people as large in the crop as an analysis shows them
    assert recipe.size_at(99) == (32, 32)
    assert len(build_recipe(SPEC, replace(settings, replay=0), steps=9, bfloat16=False).sources) == 1


@pytest.mark.parametrize(
    ("architecture", "size", "activation", "kind", "sigma"),
    [
        ("fasterpose-slim", 224, "sigmoid", "rce", 1.5),
        ("fasterpose-slim", 64, "sigmoid", "rce", 1.0),  # never so narrow that it lies between the pixels
        ("efficientpose-rt", 224, "none", "partial-mse", 2.0),
        ("lpn-50", 256, "none", "partial-mse", 2.0),
        ("softgated-1", 256, "none", "partial-mse", 1.0),
        ("repose-c8", 128, "none", "partial-mse", 5.0),
    ],
)
def test_a_family_is_taught_as_it_was_trained(
    architecture: str, size: int, activation: str, kind: str, sigma: float
) -> None:
    spec = replace(SPEC, architecture=architecture, input_size=(size, size), activation=activation)
    loss = family_loss(spec)
    assert (loss.kind, loss.sigma) == (kind, ((0, sigma),))
