"""A network that reads people of dots."""

from __future__ import annotations

import pytest

from fixtures.tiny_networks import write_dots_network
from poseapp.inference.network import Network, load_network


@pytest.fixture(scope="session")
def dots_network(tmp_path_factory: pytest.TempPathFactory) -> Network:
    return load_network(write_dots_network(tmp_path_factory.mktemp("networks") / "dots.onnx"), threads=1)
