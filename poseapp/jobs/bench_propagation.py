"""How many drags a wrong clip takes until it is right enough, with and without propagation, against a known truth."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from poseapp.core.locations import resources_folder
from poseapp.core.skeleton import load_skeleton
from poseapp.core.store import PoseStore
from poseapp.core.types import Float64
from poseapp.jobs.annotator import Annotator, Work, correct_clip
from poseapp.jobs.damage import DamageSettings, damage
from poseapp.jobs.propagate import picture_flow
from poseapp.kinematics.propagation import Flow
from poseapp.video import open_clip
from poseapp.video.flow import GreyFrames

SKELETON = "body18"  # of the sample's truth
GOAL_PX = Annotator().goal

SCENARIOS = {
    "everything": DamageSettings(),
    "swaps": DamageSettings(jumps=0.0, drop_outs=0.0, swaps=60.0),
    "jumps": DamageSettings(swaps=0.0, drop_outs=0.0, jumps=30.0),
    "drop-outs": DamageSettings(swaps=0.0, jumps=0.0, drop_outs=30.0),
}


@dataclass(frozen=True)
class Comparison:
    """One clip, damaged in one way, corrected twice.

    Attributes:
        scenario: What was wrong. seed: Of the damage.
        error: Mean error in px before anything was corrected.
        alone: Drags without propagation. healing: Drags with it.
        propagated: Keypoints that were propagated in the end. right: Share of them within 0.2 torso lengths.
    """

    scenario: str
    seed: int
    error: float
    alone: int
    healing: int
    propagated: int
    right: float

    @property
    def ratio(self) -> float:
        """How many times fewer drags propagation takes; NaN where none was needed."""
        return self.alone / self.healing if self.healing else float("nan")


def bench_propagation(
    scenarios: tuple[str, ...] = tuple(SCENARIOS), seeds: int = 3, *, cancel: Callable[[], bool] = lambda: False
) -> Iterator[Comparison]:
    """Correct the built-in sample with simulated damage, and yield what it took.

    Raises:
        BadInputError: The sample cannot be read.
    """
    sample = resources_folder() / "sample"
    with np.load(sample / "walk_truth.npz") as data:
        truth, time = data["keypoints"].astype(float), data["pts"].astype(float)
    with open_clip(sample / "walk.mp4") as clip:
        frames = GreyFrames(clip.frame_at, clip.info.n_frames)
        for scenario in scenarios:
            for seed in range(seeds):
                if cancel():
                    return
                yield _compare(truth, time, (scenario, seed), lambda height: picture_flow(frames, height))


def _compare(truth: Float64, time: Float64, which: tuple[str, int], flow: Callable[[float], Flow]) -> Comparison:
    scenario, seed = which
    alone, healing = (_correct(truth, time, which, flow=one) for one in (None, flow))
    return Comparison(scenario, seed, alone.errors[0], alone.drags, healing.drags, healing.propagated, healing.right)


def _correct(truth: Float64, time: Float64, which: tuple[str, int], *, flow: Callable[[float], Flow] | None) -> Work:
    scenario, seed = which
    skeleton = load_skeleton(SKELETON)
    store = PoseStore(skeleton, len(time))
    store.add_chunk(damage(truth, time, skeleton, np.random.default_rng(seed), SCENARIOS[scenario]))
    return correct_clip(store, truth, time, Annotator(seed=seed), flow=flow)
