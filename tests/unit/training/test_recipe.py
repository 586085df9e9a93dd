"""Recipes: read strictly."""

from pathlib import Path

import pytest

from poseapp.core.errors import BadInputError
from poseapp.training.recipe import read_recipe

BUILTIN = Path(__file__).parents[3] / "poseapp" / "training" / "recipes" / "builtin.toml"


def test_the_shipped_recipe_is_whole() -> None:
    recipe = read_recipe(BUILTIN)
    assert recipe.skeleton == "body18"
    assert recipe.stages[-1].until == recipe.steps
    assert recipe.size_at(0) < recipe.size_at(recipe.steps - 1) == 160
    assert recipe.batch == sum(source.share for source in recipe.sources)


def test_a_misspelt_setting_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "r.toml"
    path.write_text(BUILTIN.read_text(encoding="utf-8").replace("warmup", "warmpu"), encoding="utf-8")
    with pytest.raises(BadInputError, match="warmpu"):
        read_recipe(path)
