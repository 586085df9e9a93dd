"""The pictures that a recipe names, ready to train on."""

from __future__ import annotations

from pathlib import Path

from poseapp.core.errors import BadInputError
from poseapp.core.skeleton import load_skeleton
from poseapp.training.pack import Pack, read_lspet, read_pack
from poseapp.training.recipe import Recipe, SourceRecipe


def read_sources(recipe: Recipe, data: Path) -> tuple[tuple[Pack, ...], Pack | None]:
    """Return the pack of every source and the one to validate on, from the folder `data`.

    Raises:
        BadInputError: One is missing, broken or empty.
    """
    packs = tuple(read_source(source, data, recipe.skeleton) for source in recipe.sources)
    validation = None if recipe.validation is None else read_source(recipe.validation, data, recipe.skeleton)
    return packs, validation


def read_source(source: SourceRecipe, data: Path, skeleton: str) -> Pack:
    """Return the people of one source in the keypoints of a shipped skeleton."""
    if not source.format:
        return read_pack(data / f"{source.name}.npz")
    pack = read_lspet(data / (source.path or source.name), load_skeleton(skeleton).n_keypoints)
    if source.split:
        first, end = (int(n) for n in source.split.split(":"))
        pack = pack.subset(first, end)
    if not len(pack):
        raise BadInputError("nobody to learn from", where=source.name, remedy="Look at the split")
    return pack
