"""What a fine-tuning is made of; the values were chosen by the experiments in docs/finetuning.md."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from poseapp.core.types import ModelSpec
from poseapp.training.recipe import (
    AugmentRecipe,
    LossKind,
    LossRecipe,
    OptimiserRecipe,
    Recipe,
    ScheduleRecipe,
    SourceRecipe,
    StageRecipe,
    find_recipe,
    read_recipe,
)

_LEAST_SIGMA = 1.0  # px of the map: a narrower target lies between its pixels and teaches nothing
_FAMILIES = {"fasterpose-slim": "builtin"}  # recipe of an architecture, where it is not that of its first word

# Turning most pictures by any angle matters more than anything else: a network that is shown
# upright people alone forgets all others within a hundred steps.
STRONG = AugmentRecipe(
    crop_factor=1.25, scale=(0.7, 1.35), shift=0.06, rotation=40.0, full_turns=0.6, flip=0.5, blur=0.25, dark=0.15,
    cutoff=0.12, occluder=0.3,
)  # fmt: skip


@dataclass(frozen=True)
class TuneSettings:
    """How a network is taught by few pictures.

    Attributes:
        learning_rate: The highest, of AdamW. warmup: Share of the steps in which it rises.
        marked: Pictures with marks in a step.
        replay: Rendered people in a step, of whom the network should say what it said before.
        distil: Weight of that part of the loss.
        frozen: Share of the layers, from the picture on, that stay as they are.
        anchor: How strongly weights are pulled back to where they began, a second optimiser's decay (L2-SP, Li et al.,
            ICML 2018, decoupled from the gradient as AdamW's decay is).
        horizon: Steps over which weights are averaged, share of all.
        most_steps: Even where there is time for more.
        measurements: How often the held-out frames are looked at. patience: So many looks without gain end it.
        keep: How much what layers are given on generic pictures counts against what they are given on marked ones,
            when old and new weights are merged; 0 takes the new ones as they are.
        keep_beside_new: The same, in a network that learns new keypoints: what they need, nothing old answers.
        share: Of the new weights, in layers that cannot be merged so.
        seed: Of everything random.
        replay_people: How many different ones are rendered.
    """

    learning_rate: float = 3e-4
    warmup: float = 0.1
    marked: int = 16
    replay: int = 16
    distil: float = 1.0
    frozen: float = 0.5
    anchor: float = 0.0
    horizon: float = 0.1
    most_steps: int = 200
    measurements: int = 10
    patience: int = 4
    keep: float = 1.5
    keep_beside_new: float = 0.05
    share: float = 0.5
    seed: int = 7
    replay_people: int = 160
    augment: AugmentRecipe = field(default_factory=lambda: STRONG)


def build_recipe(spec: ModelSpec, settings: TuneSettings, *, steps: int, bfloat16: bool) -> Recipe:
    """Return the recipe that the engine trains by: the loss of the network's family, the rest by the settings."""
    sources = [SourceRecipe("marked", settings.marked)]
    if settings.replay:
        sources.append(SourceRecipe("replay", settings.replay))
    return Recipe(
        name=spec.name,
        network=spec.architecture,
        skeleton=spec.skeleton.name,
        seed=settings.seed,
        length=steps,
        sources=tuple(sources),
        stages=(StageRecipe(steps, spec.input_size),),
        augment=replace(settings.augment, crop_factor=spec.crop_factor),
        loss=family_loss(spec),
        optimiser=OptimiserRecipe("adamw", settings.learning_rate, weight_decay=0.0, clip=5.0),
        schedule=ScheduleRecipe("cosine", warmup=max(1, round(settings.warmup * steps))),
        ema=1 - 1 / max(2.0, settings.horizon * steps),
        bfloat16=bfloat16,
        frozen_norm=True,
        evaluate_every=max(1, steps // settings.measurements),
        save_every=steps,
    )


def family_loss(spec: ModelSpec) -> LossRecipe:
    """Return the loss that networks of a kind were trained with, at the end of their training.

    Of keypoints that nobody marked nothing is known, so that the mean is over the others.
    """
    name = _FAMILIES.get(spec.architecture, spec.architecture.partition("-")[0])
    recipe = read_recipe(find_recipe(name))
    scale = max(spec.input_size) / max(recipe.stages[-1].size)
    sigma = max(_LEAST_SIGMA, recipe.loss.sigma[-1][1] * scale)
    kind: LossKind = "rce" if spec.activation == "sigmoid" else "partial-mse"
    return replace(recipe.loss, kind=kind, sigma=((0, sigma),))
