"""Names are unique and found."""

from __future__ import annotations

import pytest

pytest.importorskip("torch")

from poseapp.nets.count import TWICE_MACS
from poseapp.nets.registry import architectures, find_architecture, register


def test_a_taken_name_is_refused() -> None:
    architectures()
    with pytest.raises(ValueError, match="registered twice"):
        register("efficientpose-rt", input_size=(1, 1), skeleton="mpii16")


def test_a_name_is_found_with_its_printed_figures() -> None:
    found = find_architecture("efficientpose-iv")
    assert found.input_size == (600, 600)
    assert (found.paper_params, found.paper_cost) == (6.56e6, 72.89e9)


def test_an_unknown_name_lists_what_there_is() -> None:
    with pytest.raises(KeyError, match="efficientpose-rt"):
        find_architecture("openpose")


def test_conventions_say_what_they_do() -> None:
    assert "2 x" in TWICE_MACS.words
