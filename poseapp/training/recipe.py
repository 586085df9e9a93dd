"""What a training is made of: one frozen description read from a TOML file.

Times (lengths, drops, cycles) are counted in epochs or in steps, as `unit` says; `Recipe.in_steps` makes them steps,
and the rest of the engine knows steps only.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass, field, replace
from importlib import resources
from pathlib import Path
from typing import Any, Literal

from poseapp.core.errors import BadInputError

LossKind = Literal["rce", "mse", "partial-mse"]
OptimiserKind = Literal["adamw", "adam", "rmsprop", "sgd"]
ScheduleKind = Literal["cosine", "steps", "rounds", "cycles"]
_LOSSES: tuple[LossKind, ...] = ("rce", "mse", "partial-mse")
_OPTIMISERS: tuple[OptimiserKind, ...] = ("adamw", "adam", "rmsprop", "sgd")
_SCHEDULES: tuple[ScheduleKind, ...] = ("cosine", "steps", "rounds", "cycles")
_UNITS = ("steps", "epochs")


@dataclass(frozen=True)
class SourceRecipe:
    """Where pictures come from.

    Attributes:
        name: Of the pack `<name>.npz` in the data folder, or of the data set when there is a format.
        share: Pictures in every batch.
        format: Of the data set at `<data>/<path>`: lsp, lspet, mpii, coco, project; "" reads the pack.
        path: Folder or file under the data folder; the name when "".
        split: "first:end" of the data set's pictures; all when "".
    """

    name: str
    share: int = 0
    format: str = ""
    path: str = ""
    split: str = ""


@dataclass(frozen=True)
class StageRecipe:
    """Pictures of one size. Attributes: until (time it ends at), size (input height and width, px)."""

    until: float
    size: tuple[int, int]


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
        half_body: Probability of a crop around the upper or the lower body alone, where enough of it is known.
        tones: Probability of quite other colours.
        smear: Probability of motion blur, of the whole picture or about a keypoint.
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
    half_body: float = 0.0
    tones: float = 0.0
    smear: float = 0.0


@dataclass(frozen=True)
class LossRecipe:
    """What is asked of every output.

    Attributes:
        kind: "rce" (FasterPose eq. 3, logits), "mse" (mean over pixels and keypoints), "partial-mse" (RePose eq. 3).
        alpha, gamma: Of RCE.
        sigma: (from, sigma) of the Gaussian targets, px of the final heatmaps; each holds until the next begins. Maps
            of another size take it in proportion.
        link_width: Of part affinity fields, px of their own map; used by networks that predict them.
    """

    kind: LossKind = "rce"
    alpha: float = 0.7
    gamma: float = 1.0
    sigma: tuple[tuple[float, float], ...] = ((0, 1.5),)
    link_width: float = 1.0


@dataclass(frozen=True)
class OptimiserRecipe:
    """How weights move.

    Attributes:
        kind: "adamw", "adam", "rmsprop" or "sgd".
        learning_rate: The highest; 0 searches the highest that does not diverge (EfficientPose, appendix B).
        weight_decay, momentum: Of the optimiser; momentum is SGD's.
        clip: Largest norm of the gradient; 0 leaves it.
    """

    kind: OptimiserKind = "adamw"
    learning_rate: float = 2e-3
    weight_decay: float = 0.0
    momentum: float = 0.9
    clip: float = 0.0


@dataclass(frozen=True)
class ScheduleRecipe:
    """How the learning rate changes.

    Attributes:
        kind: "cosine" to 0; "steps", a new rate at each drop; "rounds", steps repeated from the best weights so far
            (LPN section 3.3); "cycles", a triangle that narrows (EfficientPose eq. 5).
        warmup: Time of a linear rise at the start.
        drops: (from, share of the highest rate), in order.
        rounds: How often the steps are gone through. restart: Time at which later rounds begin.
        cycle: Time of one triangle. lowest: Of the first triangle, share of the highest rate.
    """

    kind: ScheduleKind = "cosine"
    warmup: float = 0
    drops: tuple[tuple[float, float], ...] = ()
    rounds: int = 1
    restart: float = 0
    cycle: float = 0
    lowest: float = 1 / 3000


@dataclass(frozen=True)
class Recipe:
    """A training.

    Attributes:
        name: Of the network made.
        network: Of the registry.
        skeleton: Keypoints.
        seed: Of everything random: weights, order, augmentation.
        length: Time of one round; unit: "steps" or "epochs" (every picture once on average).
        sources: Where pictures come from; each gives its share of every batch.
        validation: Never trained on; a training without it keeps no best weights.
        stages: Sizes of the pictures, in order.
        accumulate: A batch goes through the network in so many parts.
        ema: Decay of the averaged weights, which are the ones exported; 0 exports the weights themselves.
        bfloat16: Run convolutions in bfloat16 (weights stay float32).
        frozen_norm: Batch norms keep the statistics they have, as fine-tuning on a few pictures needs.
        evaluate_every, save_every: Steps.
    """

    name: str
    network: str
    skeleton: str
    seed: int
    length: float
    sources: tuple[SourceRecipe, ...]
    stages: tuple[StageRecipe, ...]
    unit: Literal["steps", "epochs"] = "steps"
    validation: SourceRecipe | None = None
    augment: AugmentRecipe = field(default_factory=AugmentRecipe)
    loss: LossRecipe = field(default_factory=LossRecipe)
    optimiser: OptimiserRecipe = field(default_factory=OptimiserRecipe)
    schedule: ScheduleRecipe = field(default_factory=ScheduleRecipe)
    accumulate: int = 1
    ema: float = 0.999
    bfloat16: bool = False
    frozen_norm: bool = False
    evaluate_every: int = 500
    save_every: int = 250

    def size_at(self, step: float) -> tuple[int, int]:
        """Return the input size (height, width) of a time, px."""
        return next((stage.size for stage in self.stages if step < stage.until), self.stages[-1].size)

    def sigma_at(self, step: float) -> float:
        """Return the sigma of the targets at a time, px of the final heatmaps."""
        return [sigma for begin, sigma in self.loss.sigma if begin <= step][-1]

    @property
    def steps(self) -> int:
        """Of the optimiser, all rounds together. Only of a recipe in steps."""
        again = max(0, self.schedule.rounds - 1) * (self.length - self.schedule.restart)
        return round(self.length + again)

    @property
    def batch(self) -> int:
        """Pictures a step."""
        return sum(source.share for source in self.sources)

    @property
    def activation(self) -> str:
        """What makes a probability of the network's answer: "sigmoid" after RCE, "none" after MSE."""
        return "sigmoid" if self.loss.kind == "rce" else "none"

    def in_steps(self, n_pictures: int) -> Recipe:
        """Return the recipe with every time in steps, an epoch being `n_pictures` / batch of them."""
        if self.unit == "steps":
            return self
        per = max(1.0, n_pictures / self.batch)
        times = self.schedule
        schedule = replace(
            times,
            warmup=times.warmup * per,
            drops=tuple((at * per, rate) for at, rate in times.drops),
            restart=times.restart * per,
            cycle=times.cycle * per,
        )
        return replace(
            self,
            unit="steps",
            length=round(self.length * per),
            stages=tuple(StageRecipe(stage.until * per, stage.size) for stage in self.stages),
            loss=replace(self.loss, sigma=tuple((begin * per, sigma) for begin, sigma in self.loss.sigma)),
            schedule=schedule,
        )


def find_recipe(name: str) -> Path:
    """Return the path of a recipe: a file, or the name of a shipped one. Raises BadInputError when there is none."""
    if Path(name).suffix == ".toml":
        return Path(name)
    folder = Path(str(resources.files("poseapp.training") / "recipes"))
    known = {path.stem: path for path in sorted(folder.glob("*.toml"))}
    if name not in known:
        raise BadInputError("there is no such recipe", where=name, remedy=f"Name a file, or one of {', '.join(known)}")
    return known[name]


def read_recipe(path: Path) -> Recipe:
    """Read a recipe. Raises BadInputError for a missing file, an unknown or a missing setting."""
    try:
        return recipe_from_data(tomllib.loads(path.read_text(encoding="utf-8")))
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise BadInputError(f"the recipe cannot be read ({error})", where=str(path)) from error


def recipe_from_data(data: dict[str, Any]) -> Recipe:
    """Return the recipe of a parsed TOML file or of `dataclasses.asdict`; every unknown name is an error.

    Raises:
        TypeError, ValueError, KeyError: Something is missing, unknown or out of range.
    """
    data = {"sources": data.pop("source", ()), "stages": data.pop("stage", ())} | data
    parts: dict[str, Any] = {
        "sources": tuple(SourceRecipe(**source) for source in data["sources"]),
        "stages": tuple(StageRecipe(stage["until"], _size(stage["size"])) for stage in data["stages"]),
        "validation": SourceRecipe(**data["validation"]) if data.get("validation") else None,
    }
    for name, kind in _PARTS.items():
        if name in data:
            parts[name] = kind(**{key: _tuples(value) for key, value in data[name].items()})
    recipe = Recipe(**(data | parts))
    _check(recipe)
    return recipe


_PARTS: dict[str, Any] = {
    "augment": AugmentRecipe,
    "loss": LossRecipe,
    "optimiser": OptimiserRecipe,
    "schedule": ScheduleRecipe,
}


def _check(recipe: Recipe) -> None:
    allowed = (
        (recipe.loss.kind, _LOSSES),
        (recipe.optimiser.kind, _OPTIMISERS),
        (recipe.schedule.kind, _SCHEDULES),
        (recipe.unit, _UNITS),
    )
    for value, known in allowed:
        if value not in known:
            raise ValueError(f"{value!r} is none of {', '.join(known)}")
    if not recipe.stages or not recipe.sources or recipe.batch < 1:
        raise ValueError("a recipe needs stages and sources, and a source a share of the batch")
    if not recipe.loss.sigma or recipe.loss.sigma[0][0] != 0:
        raise ValueError("the first sigma begins at 0")
    if recipe.batch % recipe.accumulate:
        raise ValueError(f"a batch of {recipe.batch} has no {recipe.accumulate} equal parts")


def _size(value: int | list[int] | tuple[int, int]) -> tuple[int, int]:
    if isinstance(value, int):
        return value, value
    height, width = value
    return int(height), int(width)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(item) for item in value) if isinstance(value, list | tuple) else value
