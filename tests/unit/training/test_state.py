"""What a checkpoint holds comes back, and a round begins from the best."""

from dataclasses import replace
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from poseapp.core.errors import BadInputError  # noqa: E402
from poseapp.core.skeleton import load_skeleton  # noqa: E402
from poseapp.training.recipe import OptimiserRecipe, Recipe, SourceRecipe, StageRecipe  # noqa: E402
from poseapp.training.state import Training, build_optimiser, read_checkpoint, update_average  # noqa: E402

RECIPE = Recipe("t", "softgated-1", "lsp14", 3, 5, (SourceRecipe("a", 1),), (StageRecipe(5, (64, 64)),), ema=0.9)
SKELETON = load_skeleton("lsp14")
CPU = torch.device("cpu")


def begin(recipe: Recipe = RECIPE) -> Training:
    return Training.begin(recipe, SKELETON, CPU)


def shift(run: Training, by: float) -> None:
    with torch.no_grad():
        for weight in run.network.parameters():
            weight += by


def test_the_seed_draws_the_weights() -> None:
    first, again, other = begin(), begin(), begin(replace(RECIPE, seed=4))
    name = "stem.0.weight"
    assert torch.equal(first.network.state_dict()[name], again.network.state_dict()[name])
    assert not torch.equal(first.network.state_dict()[name], other.network.state_dict()[name])


def test_a_round_begins_from_the_best_average_with_a_fresh_optimiser() -> None:
    run = begin()
    run.keep_if_best(0.5)
    assert run.best is not None
    best = {name: value.clone() for name, value in run.best.items()}
    for weight in run.network.parameters():
        weight.grad = torch.ones_like(weight)
    run.optimiser.step()
    update_average(run.average, run.network, 0.5)
    run.keep_if_best(0.4)  # worse: the best stays
    assert run.optimiser.state
    run.start_round(RECIPE)
    assert all(torch.equal(best[name], value) for name, value in run.network.state_dict().items())
    assert all(torch.equal(best[name], value) for name, value in run.average.state_dict().items())
    assert not run.optimiser.state


def test_a_score_that_is_no_number_is_never_the_best() -> None:
    run = begin()
    run.keep_if_best(float("nan"))
    assert run.best is None


def test_without_an_average_the_network_is_its_own() -> None:
    run = begin(replace(RECIPE, ema=0))
    assert run.average is run.network


def test_average_moves_by_what_its_decay_leaves() -> None:
    run = begin()
    before = run.average.state_dict()["stem.0.weight"].clone()
    shift(run, 1.0)
    update_average(run.average, run.network, 0.75)
    assert torch.allclose(run.average.state_dict()["stem.0.weight"], before + 0.25)


@pytest.mark.parametrize("kind", ["adamw", "adam", "rmsprop", "sgd"])
def test_every_optimiser_goes_downhill_and_comes_back_from_a_checkpoint(kind: str, tmp_path: Path) -> None:
    recipe = replace(RECIPE, optimiser=OptimiserRecipe(kind, 0.01, weight_decay=0.1))
    run = begin(recipe)
    weight = next(run.network.parameters())
    before = weight.detach().clone()
    for parameter in run.network.parameters():
        parameter.grad = torch.ones_like(parameter)
    run.optimiser.step()
    assert (weight.detach() < before).all()
    run.step, run.highest = 3, 0.01
    run.keep_if_best(0.25)
    run.save(tmp_path / "c.pt", recipe)
    again = begin(replace(recipe, seed=9))
    again.load(tmp_path / "c.pt")
    assert (again.step, again.highest, again.best_score) == (3, 0.01, 0.25)
    assert torch.equal(next(again.network.parameters()), weight)
    for old, new in zip(run.optimiser.state.values(), again.optimiser.state.values(), strict=True):
        assert all(torch.equal(old[key], new[key]) for key in old if torch.is_tensor(old[key]))


def test_weight_decay_and_momentum_reach_the_optimiser() -> None:
    optimiser = build_optimiser(begin().network, OptimiserRecipe("sgd", 0.1, weight_decay=0.2, momentum=0.3))
    (group,) = optimiser.param_groups
    assert (group["lr"], group["weight_decay"], group["momentum"]) == (0.1, 0.2, 0.3)


@pytest.mark.parametrize("content", [b"", b"not a checkpoint", None])
def test_what_is_no_checkpoint_is_refused(content: bytes | None, tmp_path: Path) -> None:
    path = tmp_path / "c.pt"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(BadInputError, match="not a checkpoint"):
        read_checkpoint(path)
