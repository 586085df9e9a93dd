"""Speeds are measured in shared rounds, and written as a table."""

from pathlib import Path

import pytest

pytest.importorskip("torch")

from poseapp.inference.network import Network
from poseapp.training.measuring.comparison import RUNS, Result, build_recipe
from poseapp.training.measuring.comparison_table import table
from poseapp.training.measuring.speed import REFERENCE, Speed, export_fresh, measure_speed


def test_the_reference_is_as_fast_as_itself_and_a_larger_network_slower(tmp_path: Path) -> None:
    networks = {name: Network(export_fresh(name, tmp_path), 1) for name in (REFERENCE, "efficientpose-i")}
    reference, larger = measure_speed(networks, rounds=3)
    assert reference.ratio == 1
    assert reference.milliseconds > 0
    assert larger.ratio > 1.2  # 1.9 times the cost


def test_every_run_is_a_recipe_of_its_network() -> None:
    for run in RUNS:
        recipe = build_recipe(run, 4)
        assert recipe.loss.kind == run.loss
        assert recipe.validation is not None
        assert recipe.validation.split == "8000:8500"
        assert recipe.sources[0].split == "0:8000"
        assert [sigma for _, sigma in recipe.loss.sigma] == pytest.approx([2.5, 1.6, 1.0])


def test_a_row_says_what_came_out() -> None:
    result = Result("lpn-50", "lpn-50", "mse", 12.34, 10.0, 15.0, 31000, 7.5)
    speed = Speed("lpn-50", (256, 192), 20.0, 1.5)
    row = table({"lpn-50": result}, {"lpn-50": speed}).splitlines()[-1]
    assert row == "| lpn-50 | mse | 12.3 [10.0, 15.0] | 31,000 | 7.5 | 2.91 M | 1.07 G | 1.50 | 50 |"
