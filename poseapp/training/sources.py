"""The pictures that a recipe names, ready to train on."""

from __future__ import annotations

from pathlib import Path

from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_skeleton
from poseapp.training.pack import Pack, read_pack
from poseapp.training.packing import to_pack
from poseapp.training.readers import parse_split, read_labelled
from poseapp.training.recipe import Recipe, SourceRecipe

# Kept around a person, shares of the longer side: a crop of 1.3 times the box zoomed out to 0.75 reaches there.
MARGIN = 0.35


def read_sources(recipe: Recipe, data: Path) -> tuple[tuple[Pack, ...], Pack | None]:
    """Return the pack of every source and the one to validate on, from the folder `data`.

    Raises:
        BadInputError: One is missing, broken or empty.
    """
    packs = tuple(read_source(source, data, recipe) for source in recipe.sources)
    validation = None if recipe.validation is None else read_source(recipe.validation, data, recipe)
    return packs, validation


def read_source(source: SourceRecipe, data: Path, recipe: Recipe) -> Pack:
    """Return the people of one source in the keypoints of the recipe, no finer than its largest pictures can show.

    Raises:
        BadInputError: It is missing or broken, or nobody in it can be learnt from.
    """
    skeleton = load_skeleton(recipe.skeleton)
    if not source.format:
        return read_pack(data / f"{source.name}.npz").widened(skeleton.n_keypoints)
    labelled = read_labelled(data / (source.path or source.name), source.format).subset(*parse_split(source.split))
    largest = max(side for stage in recipe.stages for side in stage.size)
    finest = largest * recipe.augment.scale[1] / recipe.augment.crop_factor
    max_side = round(finest * (1 + 2 * MARGIN))
    pack = to_pack(labelled, skeleton, margin=MARGIN, max_side=max_side)
    if not len(pack):
        raise BadInputError("nobody to learn from", where=source.name, remedy="Look at the split")
    return pack
