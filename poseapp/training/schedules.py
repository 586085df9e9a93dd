"""The learning rate of every step, as a pure function of the recipe (in steps) and the step."""

from __future__ import annotations

import math

from poseapp.training.recipe import Recipe


def learning_rate(recipe: Recipe, step: int, highest: float | None = None) -> float:
    """Return the learning rate of a step.

    Args:
        recipe: In steps (`Recipe.in_steps`).
        highest: The highest rate, where it was searched; the recipe's otherwise.
    """
    schedule = recipe.schedule
    rate = recipe.optimiser.learning_rate if highest is None else highest
    time = time_in_round(recipe, step)
    if step < schedule.warmup:
        return rate * (step + 1) / schedule.warmup
    if schedule.kind == "cosine":
        progress = (time - schedule.warmup) / max(1, recipe.length - schedule.warmup)
        return rate * 0.5 * (1 + math.cos(math.pi * min(1.0, progress)))
    if schedule.kind == "cycles":
        return _cycle_rate(recipe, step, rate)
    return rate * next((share for at, share in reversed(schedule.drops) if time >= at), 1.0)


def time_in_round(recipe: Recipe, step: int) -> float:
    """Return where in its round a step is: later rounds begin at `restart` (LPN section 3.3, Figure 3)."""
    if step < recipe.length:
        return step
    restart = recipe.schedule.restart
    return restart + (step - recipe.length) % (recipe.length - restart)


def starts_round(recipe: Recipe, step: int) -> bool:
    """Tell whether a step is the first of a later round, which begins from the best weights so far."""
    if recipe.schedule.kind != "rounds" or not recipe.length <= step < recipe.steps:
        return False
    return time_in_round(recipe, step) < time_in_round(recipe, step - 1)


def final_rate(recipe: Recipe, highest: float) -> float:
    """Return lambda_infinity, which the cyclical rate narrows to (EfficientPose, equation 5).

    10^((log lambda_max + log lambda_min) / 2) 2^(sigma_0 - sigma_infinity), lambda_min = `lowest` lambda_max; never
    above lambda_max.
    """
    sigmas = [sigma for _, sigma in recipe.loss.sigma]
    middle = highest * math.sqrt(recipe.schedule.lowest)
    return min(highest, float(middle * 2 ** (sigmas[0] - sigmas[-1])))


def _cycle_rate(recipe: Recipe, step: int, highest: float) -> float:
    """Triangle between two bounds that approach lambda_infinity geometrically over the training.

    The paper says that the rate decays, cycles in triangles and converges to lambda_infinity, not how the bounds move
    (*reconstructed*).
    """
    end = final_rate(recipe, highest)
    progress = min(1.0, step / max(1.0, recipe.length))
    low, high = (
        math.exp((1 - progress) * math.log(bound) + progress * math.log(end))
        for bound in (highest * recipe.schedule.lowest, highest)
    )
    phase = (step / max(1.0, recipe.schedule.cycle)) % 1.0
    return low + (high - low) * (1 - abs(2 * phase - 1))
