"""The rows of `poseapp models --json`."""

from __future__ import annotations

import json
from dataclasses import asdict

import pytest

pytest.importorskip("torch")

from poseapp.core.architectures import load_architectures
from poseapp.nets.registry import architectures, find_architecture
from poseapp.training.measuring.table import count_architecture, list_architectures

_REMEDY = "run: python -m poseapp.training.measuring.table"


def test_a_row_holds_the_published_and_the_counted_figures() -> None:
    row = json.loads(json.dumps(asdict(count_architecture(find_architecture("efficientpose-i")))))
    assert set(row) == {
        *("name", "input", "keypoints", "params", "macs", "cost", "paper_params", "paper_cost", "giga"),
        *("params_deviation", "cost_deviation", "note"),
    }
    assert row["input"] == [256, 256]
    assert row["params"] == 726_116  # what the published file holds, all arrays
    assert row["paper_params"] == 0.72e6
    assert row["params_deviation"] == pytest.approx(726_116 / 0.72e6 - 1)
    assert row["macs"] < row["cost"] / 2
    assert "batch-norm" in row["note"]


def test_the_shipped_table_names_every_architecture() -> None:
    assert [row.name for row in load_architectures()] == [a.name for a in architectures()], _REMEDY


@pytest.mark.parametrize("name", ["efficientpose-rt", "lpn-50", "softgated-1", "repose"])
def test_a_shipped_row_is_what_counting_gives(name: str) -> None:
    shipped = {row.name: row for row in load_architectures()}
    assert shipped[name] == count_architecture(find_architecture(name)), _REMEDY


@pytest.mark.slow
def test_the_shipped_table_is_what_counting_gives() -> None:
    assert load_architectures() == list_architectures(), _REMEDY


@pytest.mark.slow
def test_every_architecture_has_a_row() -> None:
    assert [row.name for row in list_architectures()] == [a.name for a in architectures()]
