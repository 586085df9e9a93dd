"""One step: parts of a batch, frozen norms, the sizes of outputs, and the search for the highest rate."""

from dataclasses import replace

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from poseapp.core.errors import BadInputError  # noqa: E402
from poseapp.core.skeleton import load_skeleton  # noqa: E402
from poseapp.nets.registry import find_architecture  # noqa: E402
from poseapp.training.batches import Plan, build_batch  # noqa: E402
from poseapp.training.distributed import Group  # noqa: E402
from poseapp.training.pack import Pack  # noqa: E402
from poseapp.training.rate_search import FINE, diverges, find_highest_rate  # noqa: E402
from poseapp.training.recipe import (  # noqa: E402
    LossRecipe,
    OptimiserRecipe,
    Recipe,
    ScheduleRecipe,
    SourceRecipe,
    StageRecipe,
)
from poseapp.training.state import Training  # noqa: E402
from poseapp.training.steps import output_sizes, take_step, wrap  # noqa: E402

ALONE = Group(0, 1, torch.device("cpu"))
SKELETON = load_skeleton("lsp14")
SIZE = (128, 128)
RECIPE = Recipe(
    "t", "softgated-1", "lsp14", 1, 10, (SourceRecipe("a", 4),), (StageRecipe(10, SIZE),),
    loss=LossRecipe("mse", sigma=((0, 3.0), (9, 1.0))), optimiser=OptimiserRecipe("sgd", 0.1),
    schedule=ScheduleRecipe("steps"), ema=0,
)  # fmt: skip


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def begin(recipe: Recipe) -> tuple[Training, Plan]:
    run = Training.begin(recipe, SKELETON, ALONE.device)
    rng = np.random.default_rng(0)
    images = tuple(rng.integers(0, 255, (60, 50, 3), np.uint8) for _ in range(6))
    pack = Pack(images, rng.uniform(5, 45, (6, 14, 2)).astype(np.float32))
    return run, Plan(recipe, SKELETON, (pack,), {SIZE: output_sizes(run.network, SIZE)})


def weights_after(recipe: Recipe) -> dict[str, torch.Tensor]:
    run, plan = begin(recipe)
    take_step(run, wrap(run.network, ALONE), build_batch(plan, 0), recipe, rate=0.1)
    return {name: value for name, value in run.network.state_dict().items() if value.dtype.is_floating_point}


def test_parts_of_a_batch_add_up_to_the_whole() -> None:
    # With norms that keep their statistics a picture does not see the others.
    whole = weights_after(replace(RECIPE, frozen_norm=True))
    parts = weights_after(replace(RECIPE, frozen_norm=True, accumulate=2))
    begun = begin(RECIPE)[0].network.state_dict()
    assert all(torch.allclose(whole[name], parts[name], atol=1e-6) for name in whole)
    assert not torch.allclose(whole["outputs.0.weight"], begun["outputs.0.weight"], atol=1e-6)


def test_frozen_norms_keep_their_statistics() -> None:
    name, begun = "stem.1.running_mean", begin(RECIPE)[0].network.state_dict()
    assert torch.equal(weights_after(replace(RECIPE, frozen_norm=True))[name], begun[name])
    assert not torch.equal(weights_after(RECIPE)[name], begun[name])


def test_a_clipped_gradient_moves_less() -> None:
    begun = begin(RECIPE)[0].network.state_dict()["stem.0.weight"]
    free, clipped = (
        (weights_after(replace(RECIPE, optimiser=OptimiserRecipe("sgd", 0.1, clip=clip)))["stem.0.weight"] - begun)
        for clip in (0.0, 1e-6)
    )
    assert clipped.norm() < 0.01 * free.norm()


def test_bfloat16_gives_nearly_the_loss_of_float32() -> None:
    losses = []
    for half in (False, True):
        recipe = replace(RECIPE, bfloat16=half)
        run, plan = begin(recipe)
        losses.append(float(take_step(run, wrap(run.network, ALONE), build_batch(plan, 0), recipe, rate=0.1)))
        assert all(weight.dtype == torch.float32 for weight in run.network.parameters())
    assert losses[0] == pytest.approx(losses[1], rel=0.05)
    assert losses[0] != losses[1]


@pytest.mark.parametrize(
    ("name", "heatmaps", "links"),
    [
        ("repose", ((64, 64),) * 5, ()),
        ("softgated-2-1.0m", ((16, 16),) * 2, ()),
        ("efficientpose-rt", ((8, 8), (8, 8), (64, 64)), ((8, 8),)),
        ("fasterpose-lpn50", ((16, 16),), ()),
    ],
)
def test_the_sizes_of_every_supervised_output(name: str, heatmaps: object, links: object) -> None:
    sizes = output_sizes(find_architecture(name).build(SKELETON), (64, 64))
    assert (sizes.heatmaps, sizes.links) == (heatmaps, links)


def test_a_size_that_does_not_halve_is_refused() -> None:
    with pytest.raises(BadInputError, match="no pictures of 100 x 100 px"):
        output_sizes(find_architecture("softgated-1").build(SKELETON), (100, 100))


def test_the_highest_rate_is_one_that_holds_and_the_next_does_not() -> None:
    run, plan = begin(RECIPE)
    before = {name: value.clone() for name, value in run.network.state_dict().items()}
    found = find_highest_rate(run, plan, ALONE, steps=6)
    assert not diverges(run, plan, ALONE, rate=found, steps=6)
    assert diverges(run, plan, ALONE, rate=found * FINE, steps=6)
    assert all(torch.equal(before[name], value) for name, value in run.network.state_dict().items())
