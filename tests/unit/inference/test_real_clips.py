"""Search and tracking on real clips with the published networks."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from fixtures.upstream import upstream_network
from poseapp.inference.network import Network
from poseapp.inference.tracker import Tracker
from poseapp.video import open_clip

pytestmark = pytest.mark.data

JOINTS = {
    "right_shoulder": "RShoulder",
    "right_elbow": "RElbow",
    "right_wrist": "RWrist",
    "left_shoulder": "LShoulder",
    "left_elbow": "LElbow",
    "left_wrist": "LWrist",
    "right_hip": "RHip",
    "right_knee": "RKnee",
    "right_ankle": "RAnkle",
    "left_hip": "LHip",
    "left_knee": "LKnee",
    "left_ankle": "LAnkle",
}


@pytest.fixture(scope="session")
def networks(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that published networks are converted into."""
    return tmp_path_factory.mktemp("networks")


def follow(network: Network, clip: Path, persons: int) -> np.ndarray:
    """Return xy (T, P, K, 2) from whole frames."""
    tracker = Tracker(network, persons)
    with open_clip(clip) as opened:
        neighbour = opened.frame_at(3).rgb
        return np.stack([tracker.step(frame.rgb, neighbour=neighbour).xy for frame in opened.frames()])


@pytest.mark.parametrize(
    ("name", "at_02", "at_01"), [("efficientpose-rt", 0.87, 0.56), ("efficientpose-i", 0.92, 0.66)]
)
def test_athlete_against_the_multi_view_reference(
    shared_data: Path, networks: Path, name: str, at_02: float, at_01: float
) -> None:
    """PCK of 12 limb joints from the whole frame is that of given crops (RT 89.7 / 62.3, I 92.7 / 72.3) or better."""
    network = upstream_network(name, shared_data, networks)
    xy = follow(network, shared_data / "clips" / "pose2sim_cam01.mp4", 1)[:, 0]
    with np.load(shared_data / "clips" / "pose2sim_reference.npz") as data:
        names, truth = list(data["names"]), data["cam01"]
    torso = np.linalg.norm(truth[:, names.index("LShoulder")] - truth[:, names.index("RHip")], axis=-1)
    errors = [
        np.linalg.norm(xy[:, network.spec.skeleton.index(ours)] - truth[:, names.index(theirs)], axis=-1) / torso
        for ours, theirs in JOINTS.items()
    ]
    assert np.isfinite(xy).all()
    assert np.mean(np.array(errors) <= 0.2) > at_02
    assert np.mean(np.array(errors) <= 0.1) > at_01


@pytest.mark.slow
def test_two_persons_in_the_park(shared_data: Path, networks: Path) -> None:
    """The man on the roof is there at once; the walker from frame 39, where she leaves the tree, to 199 at the edge."""
    network = upstream_network("efficientpose-i", shared_data, networks)
    xy = follow(network, shared_data / "clips" / "sports2d_demo.mp4", 2)
    seen = np.isfinite(xy[..., 0]).any(axis=-1)
    assert seen[:160, 0].mean() > 0.97
    assert seen[45:195, 1].mean() > 0.97
    assert not seen[:30, 1].sum() > 3
    middle = np.nanmedian(xy[45:195, 1, :, 0], axis=-1)
    assert (np.diff(middle) < 12).all()  # she walks left, never jumps to somebody else
    assert middle[0] > 1300
    assert middle[-1] < 150


@pytest.mark.slow
def test_dancer_is_never_lost(shared_data: Path, networks: Path) -> None:
    """The chest stays on her; in the first frames she stands so near that hands and knees are one heap."""
    network = upstream_network("efficientpose-rt", shared_data, networks)
    xy = follow(network, shared_data / "clips" / "dance.mp4", 1)[:, 0]
    assert np.isfinite(xy[..., 0]).any(axis=-1).all()
    chest = xy[:, network.spec.skeleton.index("thorax")]
    assert ((chest[:, 0] > 120) & (chest[:, 0] < 280)).all()
    assert np.linalg.norm(np.diff(chest[20:], axis=0), axis=1).max() < 30
