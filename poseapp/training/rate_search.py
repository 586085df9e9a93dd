"""The highest learning rate at which a training does not diverge in its first cycle (EfficientPose, appendix B)."""

from __future__ import annotations

import copy
import logging
import math
from itertools import count

import numpy as np

from poseapp.core.errors import BadInputError
from poseapp.training.batches import Plan, build_batch
from poseapp.training.distributed import Group
from poseapp.training.schedules import learning_rate
from poseapp.training.state import Training, build_optimiser
from poseapp.training.steps import take_step, wrap

REMEDY = "Look at the labels, or give the recipe a learning rate of its own"
log = logging.getLogger(__name__)

LOWEST = 1e-5
COARSE, FINE = 10.0, 10**0.25  # the paper does not say how finely it looked
TOO_MUCH = 2.0  # times the first loss
_ENOUGH = 1e4


def find_highest_rate(run: Training, plan: Plan, group: Group, *, steps: int) -> float:
    """Return the highest rate, within a factor of 10^(1/4), whose first `steps` steps do not diverge.

    A trial starts from the weights of `run`, follows the recipe's schedule, and diverges when a loss is not finite or
    the last tenth of them is twice the first tenth; all trials see the same pictures. `run` stays as it is.

    Raises:
        BadInputError: Even the lowest rate diverges.
    """
    if diverges(run, plan, group, rate=LOWEST, steps=steps):
        raise BadInputError(
            f"the training diverges even at a learning rate of {LOWEST}", where=plan.recipe.name, remedy=REMEDY
        )
    found = LOWEST
    for factor in (COARSE, FINE):
        for _ in count():
            rate = found * factor
            if rate > _ENOUGH or diverges(run, plan, group, rate=rate, steps=steps):
                break
            found = rate
    log.info("the highest learning rate is %.2g", found)
    return found


def diverges(run: Training, plan: Plan, group: Group, *, rate: float, steps: int) -> bool:
    """Try the first steps at a highest rate."""
    network = copy.deepcopy(run.network)
    trial = Training(network, network, build_optimiser(network, plan.recipe.optimiser), highest=rate)
    wrapped, losses = wrap(network, group), []
    for step in range(steps):
        now = learning_rate(plan.recipe, step, rate)
        losses.append(float(group.mean(take_step(trial, wrapped, build_batch(plan, step), plan.recipe, rate=now))))
        if not math.isfinite(losses[-1]):
            return True
    tenth = max(1, steps // 10)
    return bool(np.mean(losses[-tenth:]) > TOO_MUCH * np.mean(losses[:tenth]))
