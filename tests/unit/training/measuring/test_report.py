"""The card's figures on a network that is always right, and the reference clip's keypoints."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")

from poseapp.core.skeleton import load_skeleton  # noqa: E402
from poseapp.training.measuring.report import measure, read_pose2sim  # noqa: E402
from poseapp.training.pack import Pack  # noqa: E402


def test_a_network_that_points_at_the_middle_is_measured_as_such() -> None:
    class Middle(torch.nn.Module):
        def forward(self, image):
            maps = torch.full((len(image), 18, 16, 16), -9.0)
            maps[:, :, 7:9, 7:9] = 9.0
            return maps

    points = np.full((3, 18, 2), 50.0, np.float32)
    points[:, 9], points[:, 2] = (50, 20), (50, 80)  # torso 60 px, box 60 px about (50, 50)
    pack = Pack(tuple(np.zeros((100, 100, 3), np.uint8) for _ in range(3)), points)
    found = measure(Middle(), pack, (64, 64), crop_factor=1.25)
    assert found["limbs@0.2"] == pytest.approx(100 * 10 / 12, abs=0.1)  # all but these two are in the middle
    assert found["median_px"] == pytest.approx(0, abs=0.3)


@pytest.mark.data
def test_the_reference_lies_on_the_athlete(shared_data: Path) -> None:
    skeleton = load_skeleton("body18")
    pack = read_pose2sim(shared_data / "clips", skeleton)
    assert len(pack) == 100
    assert pack.images[0].shape == (1920, 1080, 3)
    head, hip, toe = (pack.keypoints[:, skeleton.index(name), 1] for name in ("head_top", "right_hip", "right_big_toe"))
    assert (head < hip).all()
    assert (hip < toe).all()
