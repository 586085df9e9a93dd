"""The table of architectures, counted once and shipped, so that showing it needs no PyTorch and no time."""

from __future__ import annotations

import json
from dataclasses import dataclass

from poseapp.core.locations import resources_folder

TABLE_NAME = "architectures.json"


@dataclass(frozen=True)
class ArchitectureRow:
    """One architecture as `poseapp models` shows it.

    Attributes:
        name: Of the registry.
        input: (h, w) px.
        keypoints: K at which it is counted.
        params, cost: Counted by us in the paper's convention, plain numbers.
        macs: True multiply-accumulates of the convolutions and matrix products that run.
        paper_params, paper_cost: As printed; None where the paper is silent.
        giga: What the G of the printed cost means: 1e9 or 2^30.
        params_deviation, cost_deviation: Ours over the paper's, less 1; None where the paper is silent.
        note: The convention, and what is reconstructed.
    """

    name: str
    input: tuple[int, int]
    keypoints: int
    params: int
    macs: int
    cost: int
    paper_params: float | None
    paper_cost: float | None
    giga: float
    params_deviation: float | None
    cost_deviation: float | None
    note: str


def load_architectures() -> tuple[ArchitectureRow, ...]:
    """Return the shipped rows, in the order of the registry."""
    rows = json.loads((resources_folder() / TABLE_NAME).read_text(encoding="utf-8"))
    return tuple(ArchitectureRow(**(row | {"input": tuple(row["input"])})) for row in rows)
