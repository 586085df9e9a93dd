"""The table of architectures: our counts beside the figures of the papers.

Write the shipped table again after a change of a network: `python -m poseapp.training.measuring.table`.
"""

from __future__ import annotations

import json
from dataclasses import asdict
from pathlib import Path

from poseapp.core.architectures import TABLE_NAME, ArchitectureRow
from poseapp.core.locations import resources_folder
from poseapp.nets.count import count
from poseapp.nets.registry import Architecture, architectures


def list_architectures() -> tuple[ArchitectureRow, ...]:
    """Count every registered architecture; nothing is allocated."""
    return tuple(count_architecture(architecture) for architecture in architectures())


def count_architecture(architecture: Architecture) -> ArchitectureRow:
    """Return the row of one architecture."""
    convention = architecture.convention
    counts = count(architecture.build, architecture.input_size)
    params, cost = convention.params(counts), convention.cost(counts)
    notes = (convention.words, architecture.note)
    return ArchitectureRow(
        name=architecture.name,
        input=architecture.input_size,
        keypoints=architecture.n_keypoints,
        params=params,
        macs=counts.macs,
        cost=cost,
        paper_params=architecture.paper_params,
        paper_cost=architecture.paper_cost,
        giga=convention.giga,
        params_deviation=_deviation(params, architecture.paper_params),
        cost_deviation=_deviation(cost, architecture.paper_cost),
        note="; ".join(note for note in notes if note),
    )


def _deviation(ours: int, paper: float | None) -> float | None:
    return None if paper is None else ours / paper - 1.0


def write_table(path: Path) -> None:
    """Count everything and write the table that is shipped."""
    rows = [asdict(row) for row in list_architectures()]
    path.write_text(json.dumps(rows, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    write_table(resources_folder() / TABLE_NAME)
