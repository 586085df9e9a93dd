"""Answers of every network with made-up weights, so that no change of a layer goes unnoticed.

Record anew after a change that is meant:
`POSEAPP_ACCEPT=1 pytest tests/unit/nets/test_golden.py -m 'slow or not slow'`.
"""

from __future__ import annotations

import json
import os
from pathlib import Path

import pytest

torch = pytest.importorskip("torch")

from poseapp.nets.registry import Architecture, architectures  # noqa: E402

GOLDEN = Path(__file__).with_name("golden.json")
QUICK = {"efficientpose-rt", "fasterpose-slim", "fasterpose-litehrnet18", "lpn-50", "repose-c8", "softgated-1"}
EVERY = [pytest.param(a, id=a.name, marks=[] if a.name in QUICK else [pytest.mark.slow]) for a in architectures()]
TOLERANCE = 2e-3  # of the standard deviation


def _hashed(shape: tuple[int, ...], seed: int) -> object:
    """Return numbers in -1..1 that look random and are the same on every machine."""
    count = torch.arange(1, torch.Size(shape).numel() + 1, dtype=torch.float64)
    return (torch.sin(count * 12.9898 + seed * 78.233) * 4375.8545).frac().reshape(shape).float()


def _answer(architecture: Architecture) -> list[float]:
    network = architecture.build().eval()
    with torch.no_grad():
        for seed, (name, parameter) in enumerate(network.named_parameters()):
            if parameter.dim() == 4 or name.endswith("bias"):  # norms and gates stay as they begin
                scale = (2.0 / parameter[0].numel()) ** 0.5 if parameter.dim() == 4 else 0.1
                parameter.copy_(_hashed(parameter.shape, seed) * scale)
        maps = network(_hashed((1, 3, 64, 128), 1000))
    middle = maps[0, :3, maps.shape[2] // 2, maps.shape[3] // 2]
    return [float(value) for value in (maps.mean(), maps.std(), *middle)]


@pytest.mark.parametrize("architecture", EVERY)
def test_the_answer_is_the_recorded_one(architecture: Architecture) -> None:
    recorded = json.loads(GOLDEN.read_text(encoding="utf-8")) if GOLDEN.exists() else {}
    answer = _answer(architecture)
    assert all(abs(value) < 1e30 for value in answer)
    assert answer[1] > 0
    if os.environ.get("POSEAPP_ACCEPT"):
        recorded[architecture.name] = [float(f"{value:.6g}") for value in answer]
        lines = ",\n".join(f" {json.dumps(name)}: {recorded[name]}" for name in sorted(recorded))
        GOLDEN.write_text(f"{{\n{lines}\n}}\n", encoding="utf-8")
        return
    assert answer == pytest.approx(recorded[architecture.name], rel=0, abs=TOLERANCE * answer[1])


def test_nothing_is_recorded_that_does_not_exist() -> None:
    recorded = json.loads(GOLDEN.read_text(encoding="utf-8"))
    assert set(recorded) == {architecture.name for architecture in architectures()}
