"""The user's library of networks: what comes in stays what it is, and the default can always be taken back."""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from fixtures.tiny_networks import dots_spec, write_dots_network
from poseapp.core.errors import BadInputError
from poseapp.core.lineage import Lineage
from poseapp.inference import catalog, library
from poseapp.inference.catalog import find_model, installed_models
from poseapp.inference.network import load_network

LINEAGE = Lineage("poseapp-fast", "ab" * 32, "2026-11-20", clips=2, frames=20, marks=120, before_px=6.5, after_px=3.25)


@pytest.fixture
def own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The user's folder of networks, not made yet, beside a shipped network called "built-in"."""
    shipped = tmp_path / "shipped"
    shipped.mkdir()
    data = write_dots_network(shipped / "built-in.onnx", spec=dots_spec(name="built-in")).read_bytes()
    entry = {"name": "built-in", "file": "built-in.onnx", "default": True, "sha256": hashlib.sha256(data).hexdigest()}
    (shipped / "manifest.json").write_text(json.dumps([entry]), encoding="utf-8")
    monkeypatch.setattr(catalog, "models_folder", lambda: shipped)
    monkeypatch.setenv(catalog.FOLDER_VARIABLE, str(tmp_path / "own"))
    return tmp_path / "own"


@pytest.fixture
def made(tmp_path: Path) -> Iterator[Path]:
    """A fine-tuned network that is not in the library yet."""
    return network(tmp_path / "made.onnx", "runner")


def network(path: Path, name: str, beta: float = 10.0) -> Path:
    return write_dots_network(path, spec=replace(dots_spec(name=name, beta=beta), lineage=LINEAGE))


def names() -> list[str]:
    return [entry.name for entry in library.entries()]


def test_a_network_that_is_added_says_where_it_comes_from(own: Path, made: Path) -> None:
    entry = library.add_model(made, adopt=False, clips=["/home/mia/secret/run.mp4"], note="left knee")
    assert names() == ["built-in", "runner"]
    assert entry == library.find_entry("RUNNER")
    assert (entry.name, entry.lineage, entry.shipped, entry.default) == ("runner", LINEAGE, False, False)
    assert (entry.skeleton, entry.keypoints, entry.size) == ("dots", 6, made.stat().st_size)
    assert entry.sha256 == hashlib.sha256(made.read_bytes()).hexdigest()
    assert (entry.clips, entry.note) == (("run.mp4",), "left knee")
    assert library.default_name() == "built-in"


def test_the_clips_names_stay_out_of_the_network(own: Path, made: Path, tmp_path: Path) -> None:
    library.add_model(made, adopt=False, clips=["run.mp4"])
    out = library.export_model("runner", tmp_path / "out.onnx")
    assert b"run.mp4" not in out.read_bytes()
    assert json.loads((own / "runner.json").read_text())["clips"] == ["run.mp4"]


def test_an_adopted_network_is_the_default_until_it_is_taken_back(own: Path, made: Path, tmp_path: Path) -> None:
    assert library.previous_default() == ""
    library.add_model(made, adopt=True)
    assert find_model("default") == own / "runner.onnx"
    assert [m.name for m in installed_models() if m.default] == ["runner"]
    assert load_network(find_model()).spec.lineage == LINEAGE
    library.add_model(network(tmp_path / "b.onnx", "second", 11.0), adopt=True)
    assert (library.default_name(), library.previous_default()) == ("second", "runner")
    assert library.go_back() == "runner"
    assert library.go_back() == "built-in"
    assert find_model("default") == tmp_path / "shipped" / "built-in.onnx"
    with pytest.raises(BadInputError, match="no default before this one"):
        library.go_back()


def test_back_to_the_built_in_network_is_one_call(own: Path, made: Path) -> None:
    library.add_model(made, adopt=True)
    assert library.set_default("built-in") == "built-in"
    assert (library.default_name(), library.previous_default()) == ("built-in", "runner")
    assert library.set_default("built-in") == "built-in"
    assert library.previous_default() == "runner"  # choosing the same again is no step


def test_a_default_that_vanished_is_the_built_in_one(own: Path, made: Path, tmp_path: Path) -> None:
    library.add_model(made, adopt=True)
    (own / "runner.onnx").unlink()
    assert find_model("default") == tmp_path / "shipped" / "built-in.onnx"
    assert (library.default_name(), library.previous_default()) == ("built-in", "")


def test_a_note_of_defaults_that_cannot_be_read_is_the_built_in_one(own: Path, made: Path) -> None:
    library.add_model(made, adopt=True)
    for text in ("", "nonsense", "[1]", '{"default": 3, "before": "x"}', "[" * 100_000, '{"default": "../../x"}'):
        (own / "library.json").write_text(text, encoding="utf-8")
        assert library.default_name() == "built-in"
        assert find_model("default").name == "built-in.onnx"
        library.entries()


def test_renaming_keeps_the_bytes_the_note_and_the_default(own: Path, made: Path, tmp_path: Path) -> None:
    before = library.add_model(made, adopt=True, clips=["run.mp4"])
    after = library.rename("runner", "Mia läuft")
    assert (after.sha256, after.clips, after.default) == (before.sha256, ("run.mp4",), True)
    assert names() == ["built-in", "Mia läuft"]
    assert load_network(find_model("Mia läuft")).spec.name == "Mia läuft"  # what a run says is what it is called
    assert not (own / "runner.json").exists()
    assert library.rename("Mia läuft", "MIA läuft").name == "MIA läuft"


def test_a_deleted_default_falls_back_and_can_be_restored(own: Path, made: Path, tmp_path: Path) -> None:
    library.add_model(made, adopt=True, clips=["run.mp4"])
    library.add_model(network(tmp_path / "b.onnx", "second", 11.0), adopt=True)
    assert library.delete("second") == "runner"
    assert library.delete("runner") == "built-in"
    assert names() == ["built-in"]
    assert library.restore("runner").clips == ("run.mp4",)
    assert library.default_name() == "built-in"
    with pytest.raises(BadInputError, match="no network of this name was deleted"):
        library.restore("runner")


def test_the_trash_is_emptied_after_a_month(own: Path, made: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    library.add_model(made, adopt=False)
    library.delete("runner")
    library.add_model(made, adopt=False, name="again")
    later = time.time() + 31 * 86_400
    monkeypatch.setattr(library.time, "time", lambda: later)
    library.delete("again")
    with pytest.raises(BadInputError, match="was deleted lately"):
        library.restore("runner")


def test_the_shipped_network_stays(own: Path) -> None:
    with pytest.raises(BadInputError, match="came with the application and cannot be deleted"):
        library.delete("built-in")
    with pytest.raises(BadInputError, match="came with the application and cannot be renamed"):
        library.rename("built-in", "mine")


@pytest.mark.parametrize(
    "name",
    [
        "", ".", "..", "../up", "a/b", "a\\b", "C:x", "a\0b", "a\nb", "-flag", ".hidden", "end.", "end ", "x" * 61,
        "con", "NUL", "com1", "LPT9.txt", "aux.x", "default", "Default", "x.onnx", "a*b", 'a"b', "a|b", "a<b", "a?b",
    ],
)  # fmt: skip
def test_unsafe_names_are_refused(own: Path, made: Path, name: str) -> None:
    with pytest.raises(BadInputError) as caught:
        library.add_model(made, adopt=False, name=name)
    assert "\n" not in str(caught.value)
    assert "\0" not in str(caught.value)
    assert not own.exists()


def test_names_that_collide_are_refused(own: Path, made: Path, tmp_path: Path) -> None:
    library.add_model(made, adopt=False)
    other = network(tmp_path / "b.onnx", "second", 11.0)
    for name in ("runner", "RUNNER", "built-in"):
        with pytest.raises(BadInputError, match="of this name is there already"):
            library.add_model(other, adopt=False, name=name)
    library.add_model(other, adopt=False)
    with pytest.raises(BadInputError, match="of this name is there already"):
        library.rename("second", "Runner")
    assert library.free_name("runner", library.taken_names()) == "runner-2"


def test_the_same_network_comes_in_once(own: Path, made: Path) -> None:
    library.add_model(made, adopt=False)
    with pytest.raises(BadInputError, match="this very network is there already, as runner"):
        library.add_model(made, adopt=False, name="other")


def test_export_and_import_give_the_same_network(own: Path, made: Path, tmp_path: Path) -> None:
    entry = library.add_model(made, adopt=False, clips=["run.mp4"])
    out = library.export_model("runner", tmp_path / "Mia (1)")
    assert out == tmp_path / "Mia (1).onnx"
    assert out.read_bytes() == made.read_bytes()
    library.delete("runner")
    back = library.import_model(out)
    assert (back.name, back.sha256, back.lineage) == ("Mia (1)", entry.sha256, LINEAGE)
    assert back.clips == ()  # nothing private went along
    with pytest.raises(BadInputError, match="library's own folder"):
        library.export_model("Mia (1)", own / "copy.onnx")


def test_an_imported_network_is_tried_in_a_process_of_its_own(own: Path, tmp_path: Path) -> None:
    broken = write_dots_network(tmp_path / "x.onnx", k=5)
    with pytest.raises(BadInputError, match=r"x\.onnx: the network gives .* has 6 keypoints"):
        library.import_model(broken)
    assert names() == ["built-in"]


def test_a_broken_network_in_the_folder_is_listed_with_its_problem(own: Path, made: Path) -> None:
    library.add_model(made, adopt=False)
    (own / "bad.onnx").write_bytes(b"PK\x03\x04 a pickle within")
    (bad,) = [entry for entry in library.entries() if entry.name == "bad"]
    assert "ZIP archive" in bad.problem
    with pytest.raises(BadInputError, match="ZIP archive"):
        library.set_default("bad")
    assert library.delete("bad") == "built-in"


def test_fifty_networks_are_listed_from_what_is_known(own: Path, made: Path) -> None:
    library.add_model(made, adopt=False)
    for number in range(50):
        shutil.copyfile(own / "runner.onnx", own / f"n{number}.onnx")
    assert len(library.entries()) == 52
    with (own / "n7.onnx").open("ab") as file:
        file.write(b"\x00")
    before = time.perf_counter()
    listed = {entry.name: entry for entry in library.entries()}
    assert time.perf_counter() - before < 1.0
    assert "without a number" in listed["n7"].problem  # what changed is looked at again
    assert listed["n8"].problem == ""


def test_a_folder_that_cannot_be_made_is_told(own: Path, made: Path) -> None:
    own.write_text("a file in the way")
    with pytest.raises(BadInputError, match="folder of networks cannot be made"):
        library.add_model(made, adopt=True)
