"""The pictures a recipe names: packs as they are, data sets cut to the recipe's skeleton and size."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from fixtures.datasets import write_packed_lspet
from poseapp.core.errors import BadInputError
from poseapp.training.pack import Pack, write_pack
from poseapp.training.recipe import Recipe, SourceRecipe, StageRecipe
from poseapp.training.sources import read_source, read_sources

SET = SourceRecipe("sport", 2, format="lspet", path="lspet")
RECIPE = Recipe("test", "fasterpose-slim", "body18", 1, 4, (SET,), (StageRecipe(2, (8, 8)), StageRecipe(4, (16, 12))))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    joints = np.ones((5, 14, 3))
    joints[..., :2] = np.random.default_rng(0).uniform((4, 4), (28, 20), (5, 14, 2))
    joints[4, 3:, 2] = 0  # three keypoints are not enough to learn from
    (tmp_path / "lspet").mkdir()
    write_packed_lspet(tmp_path / "lspet", joints)
    points = np.full((1, 18, 2), 3, np.float32)
    write_pack(tmp_path / "made.npz", Pack((np.zeros((6, 6, 3), np.uint8),), points))
    return tmp_path


def test_a_data_set_becomes_the_recipes_keypoints_at_the_size_it_needs(data: Path) -> None:
    pack = read_source(SET, data, RECIPE)
    assert len(pack) == 4
    assert pack.keypoints.shape == (4, 18, 2)
    assert np.isfinite(pack.keypoints[:, :14]).all()
    # 16 px x zoom 1.3 / crop factor 1.3, and 0.35 of it on either side
    assert max(max(image.shape) for image in pack.images) == round(16 * 1.7)
    assert [round(image[..., 0].mean() / 10) for image in pack.images] == [0, 1, 2, 3]


def test_a_split_counts_pictures(data: Path) -> None:
    pack = read_source(replace(SET, split="1:3"), data, RECIPE)
    assert [round(image[..., 0].mean() / 10) for image in pack.images] == [1, 2]
    with pytest.raises(BadInputError, match="sport: nobody to learn from"):
        read_source(replace(SET, split="4:5"), data, RECIPE)


def test_sources_and_validation(data: Path) -> None:
    recipe = replace(RECIPE, sources=(SET, SourceRecipe("made", 1)), validation=replace(SET, split=":2"))
    packs, validation = read_sources(recipe, data)
    assert [len(pack) for pack in packs] == [4, 1]
    assert validation is not None
    assert len(validation) == 2
    assert read_sources(RECIPE, data)[1] is None


def test_a_missing_source_is_one_clear_line(data: Path) -> None:
    with pytest.raises(BadInputError, match="no such data set"):
        read_source(replace(SET, path="elsewhere"), data, RECIPE)
    with pytest.raises(BadInputError, match="not a pack"):
        read_source(SourceRecipe("absent", 1), data, RECIPE)
