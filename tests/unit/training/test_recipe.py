"""Recipes: read strictly."""

import json
from dataclasses import asdict
from pathlib import Path

import pytest

from poseapp.core.errors import BadInputError
from poseapp.training.recipe import Recipe, find_recipe, read_recipe, recipe_from_data

BUILTIN = Path(__file__).parents[3] / "poseapp" / "training" / "recipes" / "builtin.toml"


def test_the_shipped_recipe_is_whole() -> None:
    recipe = read_recipe(BUILTIN)
    assert recipe.skeleton == "body21"
    assert recipe.stages[-1].until == recipe.steps == recipe.length
    assert recipe.size_at(0) < recipe.size_at(recipe.steps - 1) == (224, 224)
    assert recipe.batch == sum(source.share for source in recipe.sources)


def test_a_misspelt_setting_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text(BUILTIN.read_text(encoding="utf-8").replace("warmup", "warmpu"), encoding="utf-8")
    with pytest.raises(BadInputError, match="warmpu"):
        read_recipe(path)


SHIPPED = sorted(path.stem for path in BUILTIN.parent.glob("*.toml"))


@pytest.mark.parametrize("name", SHIPPED)
def test_every_shipped_recipe_can_be_read_and_survives_its_checkpoint(name: str) -> None:
    recipe = read_recipe(find_recipe(name))
    assert recipe_from_data(json.loads(json.dumps(asdict(recipe)))) == recipe


def test_epochs_become_steps() -> None:
    recipe = recipe_from_data(
        {
            "name": "n", "network": "lpn-50", "skeleton": "lsp14", "seed": 0, "unit": "epochs", "length": 150,
            "source": [{"name": "a", "share": 32}],
            "stage": [{"until": 150, "size": [256, 192]}],
            "loss": {"kind": "mse", "sigma": [[0, 4], [50, 2]]},
            "schedule": {"kind": "rounds", "drops": [[90, 0.1], [120, 0.01]], "rounds": 7, "restart": 60},
        }
    ).in_steps(3200)  # fmt: skip
    # 100 steps an epoch; the first round has 150 epochs, the six others 90.
    assert recipe.length == 15000
    assert recipe.steps == 15000 + 6 * 9000
    assert recipe.schedule.drops == ((9000, 0.1), (12000, 0.01))
    assert recipe.sigma_at(4999) == 4
    assert recipe.sigma_at(5000) == 2
    assert recipe.size_at(0) == (256, 192)
    assert isinstance(recipe, Recipe)


@pytest.mark.parametrize(
    ("part", "setting", "message"),
    [
        ("loss", {"kind": "l2"}, "l2"),
        ("loss", {"sigma": [[5, 1.0]]}, "begins at 0"),
        ("optimiser", {"kind": "lion"}, "lion"),
        ("schedule", {"kind": "linear"}, "linear"),
        ("accumulate", 5, "5 equal parts"),
        ("source", [], "share"),
    ],
)
def test_what_cannot_be_is_refused(part: str, setting: object, message: str) -> None:
    data = {
        "name": "n", "network": "lpn-50", "skeleton": "lsp14", "seed": 0, "length": 10,
        "source": [{"name": "a", "share": 32}], "stage": [{"until": 10, "size": 64}],
    }  # fmt: skip
    with pytest.raises(ValueError, match=message):
        recipe_from_data(data | {part: setting})


def test_an_unknown_recipe_names_those_there_are() -> None:
    with pytest.raises(BadInputError, match="builtin"):
        find_recipe("nothing")
