"""Put a trained network where the application finds it: the ONNX file at half size, and the list of what ships.

python -m poseapp.training.ship CHECKPOINT --models models
"""

from __future__ import annotations

import argparse
import hashlib
import json
import tempfile
from dataclasses import fields
from pathlib import Path
from typing import Any

import torch
from torch import nn

from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import ModelSpec
from poseapp.nets.registry import find_architecture
from poseapp.training.evaluate import BETA, MEAN, STD
from poseapp.training.export import export_onnx
from poseapp.training.halve import halve_weights
from poseapp.training.recipe import AugmentRecipe, Recipe, SourceRecipe, StageRecipe

TITLES = {"poseapp-fast": "Built-in, fast"}


def load_trained(checkpoint: Path) -> tuple[nn.Module, Recipe, int]:
    """Return the averaged network of a checkpoint, its recipe, and how many steps it was trained."""
    state = torch.load(checkpoint, weights_only=True)
    recipe = recipe_from_json(state["recipe"])
    network = find_architecture(recipe.network).build(load_skeleton(recipe.skeleton))
    network.load_state_dict(state["average"])
    return network.eval(), recipe, int(state["step"])


def recipe_from_json(text: str) -> Recipe:
    """Read the recipe that a checkpoint carries."""
    data: dict[str, Any] = json.loads(text)
    data["sources"] = tuple(SourceRecipe(**source) for source in data["sources"])
    data["stages"] = tuple(StageRecipe(**stage) for stage in data["stages"])
    data["augment"] = AugmentRecipe(**(data["augment"] | {"scale": tuple(data["augment"]["scale"])}))
    return Recipe(**{field.name: data[field.name] for field in fields(Recipe) if field.name in data})


def describe(recipe: Recipe, size: int, digest: str) -> ModelSpec:
    """Return the description that travels in the ONNX file."""
    return ModelSpec(
        name=recipe.name,
        title=TITLES.get(recipe.name, recipe.name),
        architecture=recipe.network,
        skeleton=load_skeleton(recipe.skeleton),
        input_size=(size, size),
        mean=MEAN,
        std=STD,
        activation="sigmoid",
        beta=BETA,
        crop_factor=recipe.augment.crop_factor,
        source="Trained from random weights by poseapp.training; see models/CARD-poseapp-fast.md",
        licence="Apache-2.0; trained on Leeds Sports Pose Extended (research use), see the card",
        sha256=digest,
    )


def ship(checkpoint: Path, models: Path, *, size: int | None = None) -> Path:
    """Write <name>.onnx into the folder `models` and enter it in the manifest as the default.

    Args:
        size: Input side, px; the last stage's when None.

    Raises:
        PoseappError: The exported network answers otherwise than the trained one.
    """
    network, recipe, _ = load_trained(checkpoint)
    log = checkpoint.with_name("log.jsonl")
    digest = hashlib.sha256(log.read_bytes()).hexdigest() if log.exists() else ""
    spec = describe(recipe, size or recipe.stages[-1].size, digest)
    target = models / f"{recipe.name}.onnx"
    models.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=models) as folder:
        whole = export_onnx(network, spec, Path(folder) / "whole.onnx")
        halve_weights(whole, Path(folder) / target.name).replace(target)
    enter_in_manifest(models / "manifest.json", recipe.name, target)
    return target


def enter_in_manifest(manifest: Path, name: str, file: Path) -> None:
    """Enter a network as the default one; others stay listed."""
    entries = json.loads(manifest.read_text(encoding="utf-8")) if manifest.exists() else []
    entries = [entry | {"default": False} for entry in entries if entry["name"] != name]
    digest = hashlib.sha256(file.read_bytes()).hexdigest()
    entries.insert(0, {"name": name, "file": file.name, "sha256": digest, "default": True})
    manifest.write_text(json.dumps(entries, indent=2) + "\n", encoding="utf-8")


def main() -> None:
    """Ship a checkpoint."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("checkpoint", type=Path)
    parser.add_argument("--models", type=Path, required=True)
    parser.add_argument("--size", type=int)
    args = parser.parse_args()
    ship(args.checkpoint, args.models, size=args.size)


if __name__ == "__main__":
    main()
