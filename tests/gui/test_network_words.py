"""What the list of networks says, word for word."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.tiny_networks import dots_spec
from poseapp.core.library_entry import LibraryEntry
from poseapp.core.lineage import Lineage
from poseapp.gui.networks.network_words import (
    error_words,
    origin_words,
    parent_words,
    run_words,
    size_words,
)

LINEAGE = Lineage("poseapp-fast", "", "2026-03-01", clips=2, frames=1, marks=13, before_px=8.0, after_px=6.0)
ENTRY = LibraryEntry("runner", "Runner", Path("runner.onnx"), 1, "", shipped=False, default=False, lineage=LINEAGE)


@pytest.mark.parametrize(
    ("before", "after", "words", "short"),
    [
        (8.0, 6.0, "the median error fell from 8.0 to 6.0 px, 25 % less.", "8.0 → 6.0 px"),
        (8.0, 10.0, "the median error rose from 8.0 to 10.0 px, 25 % more.", "8.0 → 10.0 px"),
        (8.0, 8.01, "the median error stayed 8.0 px.", "8.0 → 8.0 px"),
        (0.0, 1.0, "the median error rose from 0.0 to 1.0 px.", "0.0 → 1.0 px"),
        (None, 6.0, "the median error is 6.0 px; nobody measured its parent there.", "6.0 px"),
        (8.0, None, "Nobody measured it on frames that it did not learn from.", ""),
    ],
)
def test_what_the_training_changed(before: float | None, after: float | None, words: str, short: str) -> None:
    entry = replace(ENTRY, lineage=replace(LINEAGE, before_px=before, after_px=after))
    assert origin_words(entry).endswith(words)
    assert error_words(entry.lineage) == short


def test_where_it_comes_from() -> None:
    assert origin_words(ENTRY).startswith(
        "Fine-tuned from poseapp-fast on 1 March 2026 with 13 marks in 1 frame of 2 clips. On frames"
    )
    many = replace(ENTRY, clips=("a.mp4", "b.mp4", "c.mp4", "d.mp4", "e.mp4"))
    assert "2 clips (a.mp4, b.mp4, c.mp4, d.mp4, …)." in origin_words(many)
    other = replace(ENTRY, lineage=None, added="2026-11-20")
    assert origin_words(other) == (
        "This network was not fine-tuned. It has been in your library since 20 November 2026."
    )
    broken = replace(ENTRY, problem="the file is cut off")
    assert origin_words(broken) == "This network cannot be used: the file is cut off."
    assert (parent_words(ENTRY), parent_words(replace(other, shipped=True)), parent_words(other)) == (
        "poseapp-fast",
        "built in",
        "",
    )
    assert (size_words(8_941_741), size_words(14_300)) == ("8.9 MB", "14 kB")


def test_which_network_predicted() -> None:
    spec = dots_spec(name="runner")
    assert run_words(None) == ""
    assert run_words(spec) == "Predicted by runner."
    exact = replace(spec, lineage=LINEAGE, file_sha256="ab" * 32)
    assert run_words(exact) == f"Predicted by runner, fine-tuned from poseapp-fast. File sha256 {'ab' * 32}."
