"""Every family learns: 32 crops of LSPET by heart."""

from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("torch")

from poseapp.core.geometry import Box
from poseapp.inference.estimate import estimate
from poseapp.inference.network import Network, load_network
from poseapp.training.measuring.metrics import LIMB_JOINTS, compute_pck, torso_length
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
    assert score_in_application(load_network(done.file), shared_data) >= 95


def score_in_application(network: Network, shared_data: Path) -> float:
    """Return PCK@0.2 of the limbs, percent, on the same pictures as the application reads them."""
    people, spec = read_labelled(shared_data / "lspet", "lspet").subset(0, 32), network.spec
    boxes = [Box.around(xy).shaped(*spec.input_size, spec.crop_factor) for xy in people.keypoints]
    found = [
        estimate(network, people.read_picture(int(picture)), [box]).xy[0]
        for picture, box in zip(people.picture, boxes, strict=True)
    ]
    pck = compute_pck(np.array(found), people.keypoints, torso_length(people.keypoints, people.skeleton))
    limbs = [k for k, name in enumerate(people.skeleton.keypoints) if name in LIMB_JOINTS]
    return 100 * float(np.nanmean(pck[limbs]))
