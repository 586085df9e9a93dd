"""The table of architectures: our counts beside the figures of the papers."""

from __future__ import annotations

from dataclasses import dataclass

from poseapp.nets.count import count
from poseapp.nets.registry import Architecture, architectures


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
    params_deviation: float | None
    cost_deviation: float | None
    note: str


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
        params_deviation=_deviation(params, architecture.paper_params),
        cost_deviation=_deviation(cost, architecture.paper_cost),
        note="; ".join(note for note in notes if note),
    )


def _deviation(ours: int, paper: float | None) -> float | None:
    return None if paper is None else ours / paper - 1.0
