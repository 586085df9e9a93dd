"""What a stopped training left is taken up by the same order, and let go of by another."""

from __future__ import annotations

from pathlib import Path

import pytest

pytest.importorskip("torch")

from poseapp.core.errors import BadInputError
from poseapp.training.finetuning.folder import WorkingFolder
from poseapp.training.finetuning.proof import REPORT


def test_the_same_order_keeps_the_checkpoint_and_another_does_not(tmp_path: Path) -> None:
    folder = WorkingFolder.beside(tmp_path / "walk.poseapp")
    assert folder.path == tmp_path / "walk.training"
    folder.prepare("one", fresh=False)
    folder.checkpoint.write_bytes(b"weights")
    (folder.path / ".checkpoint-0a1b2c3d.pt").write_bytes(b"half of it")
    (folder.path / REPORT).write_text("{}")
    folder.prepare("one", fresh=False)
    assert sorted(path.name for path in folder.path.iterdir()) == ["checkpoint.pt", "order.json"]
    folder.prepare("two", fresh=False)
    assert not folder.checkpoint.exists()
    folder.checkpoint.write_bytes(b"weights")
    folder.prepare("two", fresh=True)
    assert not folder.checkpoint.exists()


def test_a_checkpoint_that_is_none_is_let_go_of(tmp_path: Path) -> None:
    folder = WorkingFolder.beside(tmp_path / "walk.poseapp")
    assert folder.recipe() is None
    folder.checkpoint.write_bytes(b"cos\nsystem\n(S'touch pwned'\ntR.")  # a pickle that would run a command
    assert folder.recipe() is None
    assert not folder.checkpoint.exists()
    assert not Path("pwned").exists()


def test_a_folder_that_cannot_be_made_is_said_so(tmp_path: Path) -> None:
    (tmp_path / "walk.training").write_text("in the way")
    with pytest.raises(BadInputError, match="the working folder cannot be made"):
        WorkingFolder.beside(tmp_path / "walk.poseapp")
