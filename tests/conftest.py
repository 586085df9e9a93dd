"""Fixtures for every test."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
if "PYTEST_XDIST_WORKER" in os.environ:  # one process for each processor: one thread of sums in each
    os.environ.setdefault("OMP_NUM_THREADS", "1")

SHARED_DATA = Path(__file__).resolve().parents[2] / "shared" / "data"


@pytest.fixture(scope="session")
def shared_data() -> Path:
    """The folder of clips, labels and upstream weights that lies beside the checkout."""
    if not SHARED_DATA.is_dir():
        pytest.skip(f"needs the shared data beside the checkout ({SHARED_DATA.name} is absent)")
    return SHARED_DATA
