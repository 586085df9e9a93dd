"""What a training is made of: one frozen description read from a TOML file."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field
from pathlib import Path

from poseapp.core.errors import BadInputError


@dataclass(frozen=True)
class SourceRecipe:
    """One pack of pictures. Attributes: name (pack `<name>.npz`), share (pictures in every batch)."""

    name: str
    share: int


@dataclass(frozen=True)
class StageRecipe:
    """Pictures of one size. Attributes: until (step it ends at), size (input side, px)."""

    until: int
    size: int


@dataclass(frozen=True)
class AugmentRecipe:
    """How pictures are varied; every spatial change goes into one affine map.

    Attributes:
        crop_factor: Side of the square crop over the longer side of the keypoints' box, at scale 1.
        scale: Range of the zoom.
        shift: Standard deviation of the crop's centre, in crop sides.
        rotation: Degrees, uniform within +-.
        full_turns: Probability of a rotation within +-180 instead.
        flip, blur, dark, cutoff, occluder: Probabilities.
    """

    crop_factor: float = 1.3
    scale: tuple[float, float] = (0.75, 1.3)
    shift: float = 0.04
    rotation: float = 40.0
    full_turns: float = 0.15
    flip: float = 0.5
    blur: float = 0.2
    dark: float = 0.15
    cutoff: float = 0.1
    occluder: float = 0.25


@dataclass(frozen=True)
class Recipe:
    """A training.

    Attributes:
        name: Of the network made.
        network: Of the registry.
        skeleton: Keypoints.
        seed: Of everything random: weights, order, augmentation.
        steps: Of the optimiser; the learning rate falls to 0 along a half cosine after `warmup` steps.
        sigma: Of the Gaussian targets, heatmap px.
        weight_decay: Of AdamW. ema: Decay of the averaged weights, which are the ones exported.
        bfloat16: Run convolutions in bfloat16 (weights stay float32).
        evaluate_every, save_every: Steps.
    """

    name: str
    network: str
    skeleton: str
    seed: int
    steps: int
    sources: tuple[SourceRecipe, ...]
    stages: tuple[StageRecipe, ...]
    augment: AugmentRecipe = field(default_factory=AugmentRecipe)
    learning_rate: float = 2e-3
    warmup: int = 200
    weight_decay: float = 0.05
    ema: float = 0.999
    sigma: float = 1.5
    bfloat16: bool = True
    evaluate_every: int = 500
    save_every: int = 250

    def size_at(self, step: int) -> int:
        """Return the input side of a step, px."""
        return next((stage.size for stage in self.stages if step < stage.until), self.stages[-1].size)

    @property
    def batch(self) -> int:
        """Pictures a step."""
        return sum(source.share for source in self.sources)


def read_recipe(path: Path) -> Recipe:
    """Read a recipe. Raises BadInputError for a missing file, an unknown or a missing setting."""
    try:
        data = tomllib.loads(path.read_text(encoding="utf-8"))
        augment = data.pop("augment", {})
        if "scale" in augment:
            augment["scale"] = tuple(augment["scale"])
        return Recipe(
            sources=tuple(SourceRecipe(**source) for source in data.pop("source")),
            stages=tuple(StageRecipe(**stage) for stage in data.pop("stage")),
            augment=AugmentRecipe(**augment),
            **data,
        )
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise BadInputError(f"the recipe cannot be read ({error})", where=str(path)) from error
