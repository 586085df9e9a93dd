"""No folder, user or host name in any file, and no half file where writing fails."""

from __future__ import annotations

import os
import platform
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import h5py
import numpy as np
import pytest

from fixtures.project_files import SKELETON, make_chunk
from fixtures.tracks import make_tracks
from poseapp.core.edit_builders import build_move
from poseapp.core.edits import ItemsEdit
from poseapp.core.errors import BadInputError
from poseapp.core.history import JournalRow
from poseapp.core.items import ItemChange, PersonNote
from poseapp.core.store import PoseStore
from poseapp.core.types import ClipInfo, Key, ModelSpec
from poseapp.formats.registry import FORMATS
from poseapp.jobs.export import export_analysis, formats
from poseapp.jobs.measure import build_analysis

SECRETS = ("rosa", "secret", "clinic-7", "Ann Other")
PTS = np.arange(40) / 30 + 0.5


@pytest.fixture
def analysis(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    """A clip in a telling folder, on a machine with a telling name, of a person with a name."""
    monkeypatch.setenv("USER", "rosa")
    monkeypatch.setenv("LOGNAME", "rosa")
    monkeypatch.setattr(platform, "node", lambda: "clinic-7")
    monkeypatch.setattr(os, "getlogin", lambda: "rosa", raising=False)
    clip = ClipInfo("/home/rosa/secret/walk.mp4", "video", 640, 480, PTS, 30.0, problems=())
    model = ModelSpec("probe", "Probe", "x", SKELETON, (224, 224), (0.0, 0.0, 0.0), (1.0, 1.0, 1.0))
    store = PoseStore(SKELETON, 40)
    store.add_chunk(make_chunk(0, 40, persons=2))
    edits = [
        build_move(store, Key(3, 0, 2), (1.5, 2.5), author="rosa"),
        ItemsEdit((ItemChange(1, None, PersonNote(0, "Ann Other")),), "Name a person"),
    ]
    for edit in edits:
        store.apply(edit)
    journal = [JournalRow("do", edit, 100.0, "rosa") for edit in edits]
    return build_analysis(store, clip, model=model, journal=journal)


def contents(path: Path) -> Iterator[bytes]:
    """Yield everything in a file that could be read, compressed parts unpacked, and its name."""
    for file in sorted(path.rglob("*")) if path.is_dir() else [path]:
        yield file.name.encode()
        yield file.read_bytes()
        if zipfile.is_zipfile(file):
            with zipfile.ZipFile(file) as held:
                yield from (held.read(name) for name in held.namelist())
        if file.suffix in (".h5", ".hdf5", ".slp", ".nwb"):
            yield from _texts(file)


def _texts(path: Path) -> Iterator[bytes]:
    """Yield what compressed HDF5 datasets hold."""
    found: list[bytes] = []

    def take(_name: str, item: object) -> None:
        found.append(repr(dict(item.attrs)).encode())
        if isinstance(item, h5py.Dataset):
            values = item[()]
            found.append(values.tobytes() if hasattr(values, "tobytes") else repr(values).encode())
            found.append(repr(values).encode())

    with h5py.File(path) as file:
        file.visititems(take)
    yield from found


@pytest.mark.parametrize("name", list(formats()))
def test_no_folder_user_or_host_name_is_in_a_file(name: str, analysis, tmp_path: Path) -> None:
    folder = tmp_path / "secret"
    folder.mkdir()
    suffix = formats()[name].suffixes[0]
    written = export_analysis(analysis, name, folder / f"walk{suffix}")
    host = os.uname().nodename if hasattr(os, "uname") else ""
    words = {*SECRETS, str(tmp_path), *([host] if len(host) > 4 else [])}
    for path in written.paths:
        for data in contents(path):
            for word in words:
                for coded in (word.encode(), word.encode("utf-16-le")):
                    assert coded not in data, (name, word, path.name)


def test_the_search_finds_what_is_hidden_in_a_file(tmp_path: Path) -> None:
    with h5py.File(tmp_path / "a.h5", "w") as file:
        file.create_dataset("x", data=np.array([b"rosa"] * 999), compression="gzip")
    assert any(b"rosa" in data for data in contents(tmp_path / "a.h5"))
    with zipfile.ZipFile(tmp_path / "a.xlsx", "w", zipfile.ZIP_DEFLATED) as held:
        held.writestr("docProps/core.xml", "rosa" * 99)
    assert any(b"rosa" in data for data in contents(tmp_path / "a.xlsx"))


@pytest.mark.parametrize("name", [name for name, known in FORMATS.items() if known.writer])
def test_a_failing_writer_leaves_the_old_file_whole(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full when the file is complete and about to take its place."""
    known = FORMATS[name]
    path = tmp_path / f"old{known.suffixes[0]}"
    known.write(path, make_tracks(persons=1))
    before = {file.name: file.read_bytes() for file in ([path] if path.is_file() else path.iterdir())}

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "replace", full)
    monkeypatch.setattr(Path, "rename", full)
    other = make_tracks(persons=1)
    with pytest.raises(BadInputError, match="what was there before is unchanged"):
        known.write(path, replace(other, xy=other.xy + 1))
    monkeypatch.undo()
    assert [held.name for held in tmp_path.iterdir()] == [path.name]
    assert {file.name: file.read_bytes() for file in ([path] if path.is_file() else path.iterdir())} == before


def test_a_folder_with_other_things_is_not_replaced(tmp_path: Path) -> None:
    folder = tmp_path / "out"
    folder.mkdir()
    (folder / "thesis.txt").write_text("years of work")
    with pytest.raises(BadInputError, match="other things have this name"):
        FORMATS["openpose"].write(folder, make_tracks())
    assert (folder / "thesis.txt").read_text() == "years of work"


@pytest.mark.parametrize(
    ("name", "package"), [("c3d", "ezc3d"), ("nwb", "pynwb"), ("dlc", "tables"), ("xlsx", "xlsxwriter")]
)
def test_a_missing_library_is_one_line_with_the_command(
    name: str, package: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from poseapp.formats import needs

    real = needs.importlib.util.find_spec
    monkeypatch.setattr(needs.importlib.util, "find_spec", lambda name: None if name == package else real(name))
    with pytest.raises(BadInputError) as told:
        FORMATS[name].write(tmp_path / "a", make_tracks(persons=1))
    assert package in str(told.value)
    assert "pip install 'poseapp[formats]'" in str(told.value)
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("suffix", [".c3d", ".h5"])
def test_reading_without_a_library_is_one_line_too(
    suffix: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from poseapp.formats import needs

    path = tmp_path / f"a{suffix}"
    name = {".c3d": "c3d", ".h5": "dlc"}[suffix]
    FORMATS[name].write(path, make_tracks(persons=1))
    real = needs.importlib.import_module

    def missing(name: str) -> object:
        if name in ("ezc3d", "tables"):
            raise ImportError(name)
        return real(name)

    monkeypatch.setattr(needs.importlib, "import_module", missing)
    with pytest.raises(BadInputError, match=r"which is not installed. Run pip install 'poseapp\[formats\]'"):
        FORMATS[name].read(path)
