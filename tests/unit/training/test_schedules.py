"""Learning rates against values worked out by hand from the papers."""

import math

import pytest

from poseapp.training.recipe import LossRecipe, OptimiserRecipe, Recipe, ScheduleRecipe, SourceRecipe, StageRecipe
from poseapp.training.schedules import final_rate, learning_rate, starts_round, time_in_round


def recipe(length: int, schedule: ScheduleRecipe, *, sigma: tuple[tuple[float, float], ...] = ((0, 2.0),)) -> Recipe:
    return Recipe(
        "t", "lpn-50", "lsp14", 0, length, (SourceRecipe("a", 1),), (StageRecipe(length, (64, 64)),),
        loss=LossRecipe("mse", sigma=sigma), optimiser=OptimiserRecipe("adam", 1e-3), schedule=schedule,
    )  # fmt: skip


def test_cosine_warms_up_and_ends_at_nothing() -> None:
    plan = recipe(30, ScheduleRecipe("cosine", warmup=3))
    assert learning_rate(plan, 0) == pytest.approx(1e-3 / 3)
    assert learning_rate(plan, 3) == pytest.approx(1e-3)
    assert learning_rate(plan, 3 + 27 // 3) == pytest.approx(0.75e-3)  # cos 60 degrees
    assert learning_rate(plan, 29) < 1e-5


def test_repose_drops_at_one_and_one_point_three_million() -> None:
    plan = recipe(2_000_000, ScheduleRecipe("steps", drops=((1_000_000, 0.5), (1_300_000, 1e-3))))
    rates = [learning_rate(plan, step) for step in (0, 999_999, 1_000_000, 1_299_999, 1_300_000, 1_999_999)]
    assert rates == pytest.approx([1e-3, 1e-3, 5e-4, 5e-4, 1e-6, 1e-6])


def test_rounds_go_back_to_the_restart() -> None:
    # LPN with one step an epoch: 150, then 6 times 60 .. 150.
    plan = recipe(150, ScheduleRecipe("rounds", drops=((90, 0.1), (120, 0.01)), rounds=7, restart=60))
    assert plan.steps == 150 + 6 * 90
    begins = [step for step in range(plan.steps) if starts_round(plan, step)]
    assert begins == [150, 240, 330, 420, 510, 600]
    assert [time_in_round(plan, step) for step in (149, 150, 239, 240)] == [149, 60, 149, 60]
    rates = [learning_rate(plan, step) for step in (89, 90, 120, 149, 150, 179, 180, 210)]
    assert rates == pytest.approx([1e-3, 1e-4, 1e-5, 1e-5, 1e-3, 1e-3, 1e-4, 1e-5])


def test_only_rounds_start_rounds() -> None:
    assert not any(starts_round(recipe(10, ScheduleRecipe("cosine")), step) for step in range(10))


def test_cyclical_rate_narrows_to_equation_five() -> None:
    # sqrt(1e-2 * 1e-2 / 3000) * 2^(4 - 2)
    plan = recipe(90, ScheduleRecipe("cycles", cycle=3), sigma=((0, 4.0), (50, 2.0)))
    end = 1e-2 / math.sqrt(3000) * 4
    assert final_rate(plan, 1e-2) == pytest.approx(end)
    assert learning_rate(plan, 0, 1e-2) == pytest.approx(1e-2 / 3000)
    first = [learning_rate(plan, step, 1e-2) for step in range(3)]
    assert first[1] > 0.5e-2
    assert first[2] > 0.5e-2
    late = [learning_rate(plan, step, 1e-2) for step in range(87, 90)]
    assert max(late) / min(late) < 1.5
    assert late == pytest.approx([end] * 3, rel=0.35)


def test_the_final_rate_is_never_above_the_highest() -> None:
    plan = recipe(90, ScheduleRecipe("cycles", cycle=3), sigma=((0, 9.0), (50, 2.0)))
    assert final_rate(plan, 1e-2) == 1e-2
