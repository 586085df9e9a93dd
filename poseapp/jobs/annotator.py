"""A simulated annotator, who always drags the worst keypoint to the truth: how much work does a clip take?"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from poseapp.core.edit_builders import build_move
from poseapp.core.store import PoseStore
from poseapp.core.types import Float64, Key, Source
from poseapp.jobs.propagate import heal
from poseapp.jobs.propagation_order import order_propagation, propagation_edit
from poseapp.kinematics.propagation import Flow, PropagationSettings


@dataclass(frozen=True)
class Work:
    """What came of correcting.

    Attributes:
        errors: Mean error in px before, and after each drag.
        drags: How many there were.
        propagated: Keypoints that are shown as propagated at the end.
        right: Share of those within 0.2 torso lengths of the truth, what a score means; NaN without any.
    """

    errors: tuple[float, ...]
    drags: int
    propagated: int
    right: float


@dataclass(frozen=True)
class Annotator:
    """How somebody works.

    Attributes:
        goal: px, mean error at which the clip is good enough.
        missing: px that a keypoint counts that is not there.
        hand: px, standard deviation of either axis of where the hand lets go.
        most: Drags after which the annotator gives up.
        seed: Of the hand's randomness.
    """

    goal: float = 5.0
    missing: float = 75.0
    hand: float = 0.7
    most: int = 10_000
    seed: int = 0


def correct_clip(
    store: PoseStore,
    truth: Float64,
    time: Float64,
    annotator: Annotator,
    *,
    flow: Callable[[float], Flow] | None = None,
    settings: PropagationSettings | None = None,
) -> Work:
    """Correct the first person of a store until the mean error is below the goal.

    Args:
        truth: (T, K, 2) px, NaN where there is no keypoint to be placed.
        flow: See `propagate.heal`; None corrects one keypoint in one frame with each drag.
    """
    rng = np.random.default_rng(annotator.seed)
    errors = _errors(store, truth, annotator)
    means = [float(np.nanmean(errors))]
    while means[-1] >= annotator.goal and len(means) <= annotator.most:
        frame, keypoint = (int(i) for i in np.unravel_index(np.nanargmax(errors), errors.shape))
        key, at = Key(frame, 0, keypoint), truth[frame, keypoint] + annotator.hand * rng.standard_normal(2)
        store.apply(build_move(store, key, (float(at[0]), float(at[1]))))
        if flow is not None:
            marks = heal(order_propagation(store, time, (key,), settings=settings), flow)
            edit = propagation_edit(store, marks, follows=1)
            if edit is not None:
                store.apply(edit)
        errors = _errors(store, truth, annotator)
        means.append(float(np.nanmean(errors)))
    propagated = store.track(0).source == Source.PROPAGATED
    torso = 0.3 * person_height(truth)
    right = float((errors[propagated] < 0.2 * torso).mean()) if propagated.any() else float("nan")
    return Work(tuple(means), len(means) - 1, int(propagated.sum()), right)


def person_height(truth: Float64) -> float:
    """Return the median over frames of the longer side, px, of what is known of a person (T, K, 2)."""
    known = truth[:, np.isfinite(truth).all(axis=(0, 2))]
    return float(np.median(np.ptp(known, axis=1).max(axis=1)))


def _errors(store: PoseStore, truth: Float64, annotator: Annotator) -> Float64:
    """Return (T, K) px, NaN where the truth is."""
    track = store.track(0)
    errors = np.linalg.norm(track.xy - truth, axis=-1)
    errors = np.where(np.isfinite(errors), errors, annotator.missing)
    return np.where(np.isfinite(truth).all(axis=-1), errors, np.nan)
