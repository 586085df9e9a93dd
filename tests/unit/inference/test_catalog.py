"""A network is found by name or path, and a damaged one is not used."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path

import pytest

from poseapp.core.errors import BadInputError
from poseapp.inference import catalog


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "models"
    folder.mkdir()
    entries = []
    for name, default in (("small", True), ("large", False)):
        (folder / f"{name}.onnx").write_bytes(name.encode())
        entries.append(
            {
                "name": name,
                "file": f"{name}.onnx",
                "sha256": hashlib.sha256(name.encode()).hexdigest(),
                "default": default,
            }
        )
    (folder / "manifest.json").write_text(json.dumps(entries), encoding="utf-8")
    monkeypatch.setattr(catalog, "models_folder", lambda: folder)
    monkeypatch.setenv(catalog.FOLDER_VARIABLE, str(tmp_path / "own"))
    return folder


def test_by_name_default_and_path(shipped: Path) -> None:
    assert catalog.find_model("large") == shipped / "large.onnx"
    assert catalog.find_model() == catalog.find_model("default") == shipped / "small.onnx"
    assert catalog.find_model(str(shipped / "large.onnx")) == shipped / "large.onnx"
    assert catalog.find_model(shipped / "large.onnx") == shipped / "large.onnx"


def test_users_network_is_listed_and_hides_a_shipped_one(shipped: Path) -> None:
    own = catalog.user_models_folder()
    own.mkdir()
    for name in ("mine", "large"):
        (own / f"{name}.onnx").write_bytes(b"own")
    assert catalog.find_model("mine") == own / "mine.onnx"
    assert catalog.find_model("large") == own / "large.onnx"
    listed = {model.name: (model.shipped, model.default) for model in catalog.installed_models()}
    assert listed == {"small": (True, True), "large": (False, False), "mine": (False, False)}
    assert next(m for m in catalog.installed_models() if m.name == "mine").sha256 == hashlib.sha256(b"own").hexdigest()


def test_unknown_name_says_how_to_install_it(shipped: Path) -> None:
    with pytest.raises(BadInputError, match=r"poseapp models install efficientpose-ii"):
        catalog.find_model("efficientpose-ii")
    with pytest.raises(BadInputError, match="no such network file"):
        catalog.find_model("absent.onnx")


def test_damaged_shipped_network_is_refused(shipped: Path) -> None:
    (shipped / "small.onnx").write_bytes(b"bent")
    with pytest.raises(BadInputError, match="damaged"):
        catalog.find_model("small")
    (shipped / "small.onnx").unlink()
    with pytest.raises(BadInputError, match="missing"):
        catalog.find_model("small")


def test_unreadable_list_is_refused_and_a_missing_one_is_empty(shipped: Path) -> None:
    (shipped / "manifest.json").write_text('[{"name": "x"}]', encoding="utf-8")
    with pytest.raises(BadInputError, match="cannot be read"):
        catalog.installed_models()
    (shipped / "manifest.json").unlink()
    assert catalog.installed_models() == ()
    with pytest.raises(BadInputError, match="Install poseapp again"):
        catalog.find_model()


def test_users_folder_without_the_variable(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(catalog.FOLDER_VARIABLE, raising=False)
    assert catalog.user_models_folder().name == "models"
    assert "poseapp" in catalog.user_models_folder().parts
