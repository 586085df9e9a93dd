"""Every family learns: 32 crops of LSPET by heart."""

from pathlib import Path

import pytest

pytest.importorskip("torch")

from poseapp.inference.network import load_network
from poseapp.jobs.evaluate import EvaluationRequest, evaluate_network
from poseapp.training.readers import read_labelled
from poseapp.training.run import Order, carry_out

FAMILIES = ("repose", "softgated", "lpn", "efficientpose", "fasterpose")


@pytest.mark.slow
@pytest.mark.data
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("family", FAMILIES)
def test_a_family_learns_thirty_two_crops(family: str, shared_data: Path, tmp_path: Path) -> None:
    done = carry_out(Order(f"smoke-{family}", shared_data, tmp_path, threads=2))
    assert done is not None
    assert done.pck is not None
    assert done.pck >= 95
    # The exported file knows them too, in crops that are not quite those of the training.
    labelled = read_labelled(shared_data / "lspet", "lspet")
    found = evaluate_network(load_network(done.file), labelled, EvaluationRequest(split=(0, 32)))
    assert found.pck["pck@0.2"].mean12 > 30
