"""The project file keeps what it acknowledged, refuses what it cannot trust, and says why."""

from __future__ import annotations

import shutil
import signal
import sqlite3
import subprocess
import sys
import zlib
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest

from fixtures.project_files import (
    MODEL,
    SKELETON,
    make_chunk,
    make_clip,
    make_example,
    numbered_edit,
)
from poseapp.core.clip_files import fingerprint as sha256_of
from poseapp.core.edit_builders import build_move, build_swap_sides
from poseapp.core.edits import EditGroup, HideEdit, ItemsEdit, MarksEdit, SwapPersonsEdit, SwapSidesEdit, inverse
from poseapp.core.errors import BadInputError
from poseapp.core.items import PersonNote
from poseapp.core.store import PoseStore
from poseapp.core.types import Key, Mark, MarkState, PoseChunk, Source
from poseapp.storage import runs, schema
from poseapp.storage.blocks import Block, unpack_block
from poseapp.storage.project import ProjectFile, hand_over, leave_tidying, tidy_project

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    """A closed project of 40 frames without predictions."""
    target = tmp_path / "walk.poseapp"
    ProjectFile.create(target, make_clip(tmp_path), SKELETON).close()
    return target


def same_poses(one: PoseStore, other: PoseStore) -> None:
    assert one.n_persons == other.n_persons
    for person in range(one.n_persons):
        for name in ("xy", "raw", "score", "cov", "source"):
            np.testing.assert_array_equal(getattr(one.track(person), name), getattr(other.track(person), name))
        assert one.facing(person) == other.facing(person)


def test_a_new_project_is_one_recognisable_file(path: Path) -> None:
    assert sorted(file.name for file in path.parent.iterdir()) == ["walk.mp4", "walk.poseapp"]
    assert path.read_bytes()[68:72] == b"Pose"
    with ProjectFile.open(path) as project:
        loaded = project.load()
    assert (loaded.skeleton, loaded.runs, loaded.run_id) == (SKELETON, (), None)
    assert (loaded.store.n_frames, loaded.store.n_persons, loaded.history.can_undo) == (40, 0, False)
    clip = loaded.clip
    assert (clip.kind, clip.width, clip.rotation, clip.codec) == ("video", 640, 90, "h264")
    assert clip.problems == ("Made up.",)
    np.testing.assert_array_equal(clip.pts, np.arange(40) / 30 + 0.5)


def test_pragmas_hold_while_it_is_open(path: Path) -> None:
    with ProjectFile.open(path) as project:
        ask = lambda name: project._connection.execute(f"PRAGMA {name}").fetchone()[0]  # noqa: E731
        assert (ask("journal_mode"), ask("foreign_keys"), ask("synchronous")) == ("wal", 1, 2)
        assert (ask("application_id"), ask("user_version")) == (schema.APPLICATION_ID, schema.SCHEMA_VERSION)


def test_closing_leaves_one_file(path: Path) -> None:
    project = ProjectFile.open(path)
    project.set_setting("subject", "1")
    assert {"walk.poseapp-wal", "walk.poseapp-lock"} <= {file.name for file in path.parent.iterdir()}
    project.close()
    project.close()
    assert sorted(file.name for file in path.parent.iterdir()) == ["walk.mp4", "walk.poseapp"]


def test_an_existing_file_is_not_replaced_unasked(path: Path, tmp_path: Path) -> None:
    before = path.read_bytes()
    with pytest.raises(BadInputError, match="there is a file of this name already"):
        ProjectFile.create(path, make_clip(tmp_path), SKELETON)
    assert path.read_bytes() == before
    ProjectFile.create(path, make_clip(tmp_path, n_frames=7), SKELETON, overwrite=True).close()
    with ProjectFile.open(path) as project:
        assert project.media().n_frames == 7


def test_a_failed_creation_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    clip = make_clip(tmp_path)
    monkeypatch.setattr(schema, "TABLES", "nonsense")
    with pytest.raises(BadInputError):
        ProjectFile.create(tmp_path / "walk.poseapp", clip, SKELETON)
    assert [file.name for file in tmp_path.iterdir()] == ["walk.mp4"]


def test_a_project_without_its_clip_is_not_made(tmp_path: Path) -> None:
    clip = make_clip(tmp_path)
    Path(clip.path).unlink()
    with pytest.raises(BadInputError, match="there is no such clip"):
        ProjectFile.create(tmp_path / "walk.poseapp", clip, SKELETON, sha256="ab")


def test_edits_undo_and_redo_survive_reopening(path: Path) -> None:
    with ProjectFile.open(path) as project:
        loaded = project.load()
        store, history = loaded.store, loaded.history
        for number in range(6):
            edit = numbered_edit(store, number)
            store.apply(edit)
            project.record("do", edit, author="ann")
            history.perform(edit)
        for kind in ("undo", "undo", "redo"):
            edit = history.undo() if kind == "undo" else history.redo()
            store.apply(edit)
            project.record(kind, edit, author="ann")
    with ProjectFile.open(path) as project:
        again = project.load()
        rows = project.journal()
    same_poses(again.store, store)
    assert [row.kind for row in rows] == ["do"] * 6 + ["undo", "undo", "redo"]
    assert {row.author for row in rows} == {"ann"}
    assert again.history.undo_label == history.undo_label
    assert again.history.redo_label == history.redo_label
    while edit := again.history.undo():
        again.store.apply(edit)
    same_poses(again.store, PoseStore(SKELETON, 40))


def test_the_journal_only_grows(path: Path) -> None:
    with ProjectFile.open(path) as project:
        project.record("do", SwapPersonsEdit(0, 1, 0, 5, "Swap"))
        for sql in ("DELETE FROM journal", "UPDATE journal SET kind = 'undo'"):
            with pytest.raises(sqlite3.IntegrityError, match="only grows"):
                project._connection.execute(sql)


@pytest.mark.parametrize("delay", [0.0, 0.005, 0.013, 0.031, 0.07])
def test_every_acknowledged_edit_survives_a_kill(path: Path, delay: float) -> None:
    command = [sys.executable, str(FIXTURES / "project_files.py"), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        first = process.stdout.readline()
        with pytest.raises(subprocess.TimeoutExpired):
            process.wait(delay)
        process.send_signal(signal.SIGKILL)
        acknowledged = [first, *process.stdout.read().splitlines()]
    last, run = (int(word) for word in acknowledged[-1 if len(acknowledged[-1].split()) == 2 else -2].split())
    with ProjectFile.open(path) as project:
        assert not project.read_only, "the system has released the lock of the dead"
        loaded, rows = project.load(), project.journal()
    assert len(rows) >= last + 1
    store = PoseStore(SKELETON, 40)
    for number, row in enumerate(rows):
        assert row.edit == numbered_edit(store, number)
        store.apply(row.edit)
    assert loaded.runs[-1].state == "interrupted"
    assert loaded.run_id == run
    predicted = {frame for number in range(last + 1) for frame in range(number % 36, number % 36 + 4)}
    assert all(loaded.store.predicted(frame) for frame in predicted)
    while edit := loaded.history.undo():
        loaded.store.apply(edit)
    assert not len(loaded.store.marked_frames())
    assert sorted(file.name for file in path.parent.iterdir()) == ["walk.mp4", "walk.poseapp"]


def test_every_kind_of_edit_survives_a_kill(path: Path) -> None:
    command = [sys.executable, str(FIXTURES / "project_files.py"), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        acknowledged = [process.stdout.readline() for _ in range(24)]
        process.send_signal(signal.SIGKILL)
    with ProjectFile.open(path) as project:
        store, rows = project.load().store, project.journal()
    assert len(rows) >= len(acknowledged)
    assert {type(row.edit) for row in rows} == {MarksEdit, SwapSidesEdit, ItemsEdit, HideEdit, EditGroup}
    again = PoseStore(SKELETON, 40)
    for row in rows:
        again.apply(row.edit)
    assert store.items.of(PersonNote) == again.items.of(PersonNote) != ()
    assert [store.hidden.of(person) for person in range(3)] == [again.hidden.of(person) for person in range(3)]
    assert {key for key, _ in store._marks.between(0, 40)} == {key for key, _ in again._marks.between(0, 40)}


@pytest.mark.parametrize("leftover", ["-shm", ""])
def test_a_killed_project_can_be_read_without_repairing_it(path: Path, leftover: str) -> None:
    command = [sys.executable, str(FIXTURES / "project_files.py"), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        process.kill()
    if leftover:  # as after copying the project to another machine
        path.with_name(path.name + leftover).unlink()
    with ProjectFile.open(path, readonly=True) as project:
        assert len(project.journal()) >= 1
        assert project.load().store.predicted(0)


def test_chunks_come_back_bit_for_bit(tmp_path: Path) -> None:
    path = tmp_path / "long.poseapp"
    random = np.random.default_rng(0)
    with ProjectFile.create(path, make_clip(tmp_path, n_frames=700), SKELETON) as project:
        run, store = project.begin_run(MODEL), PoseStore(SKELETON, 700)
        for start, n, persons in ((0, 100, 1), (100, 180, 2), (280, 40, 1), (400, 256, 2), (90, 20, 2), (699, 1, 3)):
            xy = random.normal(300, 100, (n, persons, 16, 2)).astype(np.float32)
            xy[0, 0, 3] = np.nan
            score = random.random((n, persons, 16), dtype=np.float32)
            chunk = PoseChunk(start, xy, score, random.random((n, persons, 16, 3), dtype=np.float32))
            project.write_chunk(run, chunk)
            store.add_chunk(chunk)
        project.end_run(run)
    with ProjectFile.open(path) as project:
        loaded = project.load()
        spans = [(chunk.start, chunk.stop) for chunk in project.chunks(run)]
    same_poses(loaded.store, store)
    seen = [frame for frame in range(700) if loaded.store.predicted(frame)]
    assert seen == [*range(320), *range(400, 656), 699]
    assert spans == [(0, 256), (256, 320), (400, 512), (512, 656), (699, 700)]
    assert (loaded.runs[0].n_frames, loaded.runs[0].state, loaded.runs[0].model) == (320 + 256 + 1, "done", MODEL)


def test_a_chunk_may_continue_after_another_run_was_written(path: Path) -> None:
    with ProjectFile.open(path) as project:
        one, other = project.begin_run(MODEL), project.begin_run(MODEL)
        for start in (0, 8, 16):
            project.write_chunk(one, make_chunk(start, 8))
            project.write_chunk(other, make_chunk(start, 8, offset=0.5))
        project.end_run(other, "cancelled")
        loaded = project.load(one)
        assert loaded.store.view(20).xy[0, 1, 0] == 10.0
        assert project.load().store.view(3).xy[0, 1, 0] == 10.5
        assert [(run.state, run.n_frames) for run in project.runs()] == [("running", 24), ("cancelled", 24)]


def test_a_run_without_predictions_does_not_hide_the_one_before(path: Path) -> None:
    with ProjectFile.open(path) as project:
        first = project.begin_run(MODEL)
        project.write_chunk(first, make_chunk(0, 8))
        project.begin_run(MODEL)
        assert project.load().run_id == first


def test_predictions_of_a_run_that_is_not_there_are_refused(path: Path) -> None:
    with ProjectFile.open(path) as project, pytest.raises(sqlite3.IntegrityError):
        project.write_chunk(9, make_chunk(0, 8))


def test_blocks_tell_strange_bytes() -> None:
    block = Block.empty(1, 16)
    codec, data = block.pack()
    assert unpack_block(*block.compress(), 1, 16).present.sum() == 0
    assert unpack_block(codec, data, 1, 16).n_persons == 1
    for wrong in ((codec, data[:-1], 1), ("zlib", data, 1), (codec, data, 2), ("lzma", data, 1)):
        with pytest.raises(ValueError, match=r"bytes of|decompressing"):
            unpack_block(*wrong, 16)


def test_settings_come_back(path: Path) -> None:
    with ProjectFile.open(path) as project:
        project.set_setting("subject", "0")
        project.set_setting("subject", "1")
        project.set_setting("measure", '{"cutoff": 6}')
    with ProjectFile.open(path) as project:
        assert project.settings() == {"subject": "1", "measure": '{"cutoff": 6}'}


def test_a_second_instance_reads_and_says_why(path: Path, tmp_path: Path) -> None:
    with ProjectFile.open(path) as first, ProjectFile.open(path) as second:
        assert (first.read_only, first.reason) == (False, "")
        assert second.read_only
        assert "open in another window (process" in second.reason
        first.record("do", SwapPersonsEdit(0, 1, 0, 5, "Swap"))
        assert len(second.journal()) == 1, "a reader sees what the writer has written"
        with pytest.raises(BadInputError, match="read-only: it is open in another window"):
            second.record("do", SwapPersonsEdit(0, 1, 0, 5, "Swap"))
        with pytest.raises(BadInputError, match="open elsewhere"):
            ProjectFile.create(path, make_clip(tmp_path), SKELETON, overwrite=True)
    with ProjectFile.open(path) as third:
        assert not third.read_only
        assert len(third.journal()) == 1


def test_an_instance_in_another_process_holds_the_lock_until_it_dies(path: Path) -> None:
    command = [sys.executable, str(FIXTURES / "project_files.py"), str(path)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        process.stdout.readline()
        with ProjectFile.open(path) as project:
            assert project.reason == f"it is open in another window (process {process.pid})"
        process.kill()
        process.stdout.read()
        process.wait()
    with ProjectFile.open(path) as project:
        assert not project.read_only


def test_a_protected_file_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("os.access", lambda *_: False)
    with ProjectFile.open(path) as project:
        assert project.reason == "the file is write-protected"
        assert project.load().store.n_frames == 40


def test_asking_to_read_leaves_the_lock_to_others(path: Path) -> None:
    with ProjectFile.open(path, readonly=True) as reader, ProjectFile.open(path) as writer:
        assert reader.read_only
        assert not writer.read_only


def test_a_folder_without_room_for_a_lock_is_read(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(self: object) -> bool:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("poseapp.storage.lock.FileLock.acquire", refuse)
    with ProjectFile.open(path) as project:
        assert project.reason == "its folder cannot be written (Permission denied)"


def damage(path: Path, sql: str) -> None:
    with closing(sqlite3.connect(path)) as connection, connection:
        connection.execute(sql)


def test_a_project_of_a_newer_version_is_named(path: Path) -> None:
    damage(path, "PRAGMA user_version = 7")
    with pytest.raises(BadInputError, match=r"newer poseapp \(version 7 of the format\)\. Update poseapp") as caught:
        ProjectFile.open(path)
    assert caught.value.exit_code == 3
    with pytest.raises(BadInputError, match="newer"):
        ProjectFile.open(path, readonly=True)


@pytest.mark.parametrize("content", [b"", b"hello", b"PK\x03\x04" * 500, b"SQLite format 3\x00" + bytes(84)])
def test_a_file_that_is_not_a_project_is_refused(tmp_path: Path, content: bytes) -> None:
    target = tmp_path / "walk.poseapp"
    target.write_bytes(content)
    with pytest.raises(BadInputError, match=r"walk\.poseapp: this is not a poseapp project"):
        ProjectFile.open(target)
    assert target.read_bytes() == content
    assert list(tmp_path.iterdir()) == [target], "no lock is left behind"


def test_another_database_is_refused(tmp_path: Path) -> None:
    target = tmp_path / "walk.poseapp"
    damage(target, "CREATE TABLE tune (name TEXT)")
    with pytest.raises(BadInputError, match="not a poseapp project"):
        ProjectFile.open(target)


def test_a_file_that_is_not_there_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="there is no such project"):
        ProjectFile.open(tmp_path / "walk.poseapp")
    with pytest.raises(BadInputError, match="there is no such project"):
        ProjectFile.open(tmp_path)


@pytest.mark.parametrize("page", [1, 3, 5, 8])
def test_a_damaged_page_is_told_with_a_remedy(tmp_path: Path, page: int) -> None:
    path = make_example(tmp_path)
    data = bytearray(path.read_bytes())
    data[4096 * page : 4096 * page + 4096] = b"\xa5" * 4096
    path.write_bytes(data)
    with pytest.raises(BadInputError, match=r"the project is damaged .* Restore it from a backup or a saved copy"):
        ProjectFile.open(path)


def test_a_truncated_project_is_told(tmp_path: Path) -> None:
    path = make_example(tmp_path)
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    with pytest.raises(BadInputError, match="the project is damaged"):
        ProjectFile.open(path)


@pytest.mark.parametrize(
    ("sql", "message"),
    [
        ("INSERT INTO journal (kind, edit, time, author) VALUES ('undo', 'x', 0, '')", "an edit cannot be read"),
        ("DROP TABLE setting", "no such table: setting"),
        ("DELETE FROM info", "it has no skeleton"),
        ("DELETE FROM media", "it names no clip"),
        ("UPDATE chunk SET data = zeroblob(9)", "predictions of run 1"),
    ],
)
def test_contents_that_do_not_fit_are_told(tmp_path: Path, sql: str, message: str) -> None:
    path = make_example(tmp_path)
    damage(path, sql)

    def open_all() -> None:
        with ProjectFile.open(path) as project:
            project.settings()
            project.load()

    with pytest.raises(BadInputError, match=message):
        open_all()


def test_a_journal_that_does_not_fit_the_poses_is_told(path: Path) -> None:
    store = PoseStore(SKELETON, 40)
    edit = build_move(store, Key(0, 0, 0), (1, 1))
    with ProjectFile.open(path) as project:
        project.record("undo", inverse(edit))
        with pytest.raises(BadInputError, match="the journal does not fit: head_top of person 1"):
            project.load()


def test_a_full_disk_is_told_and_nothing_is_recorded(path: Path) -> None:
    with ProjectFile.open(path) as project:
        pages = project._connection.execute("PRAGMA page_count").fetchone()[0]
        project._connection.execute(f"PRAGMA max_page_count = {pages}")
        run = project.begin_run(MODEL)
        with pytest.raises(BadInputError, match=r"could not be saved \(database or disk is full\)"):
            project.write_chunk(run, make_chunk(0, 40, persons=3))
        project._connection.execute("PRAGMA max_page_count = 100000")
        project.write_chunk(run, make_chunk(8, 4))
        assert [(chunk.start, chunk.stop) for chunk in project.chunks(run)] == [(8, 12)]


def test_the_clip_is_found_where_it_was(path: Path) -> None:
    with ProjectFile.open(path) as project:
        assert project.find_media() == path.parent / "walk.mp4"
        ref = project.media()
    assert (ref.relative, ref.size, ref.sha256) == ("walk.mp4", 17, sha256_of(path.parent / "walk.mp4"))


def test_a_moved_folder_is_found_again(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    (old / "films").mkdir(parents=True)
    (old / "projects").mkdir()
    path = old / "projects" / "walk.poseapp"
    ProjectFile.create(path, make_clip(old / "films"), SKELETON).close()
    old.rename(new)
    with ProjectFile.open(new / "projects" / "walk.poseapp") as project:
        assert project.media().relative == "../films/walk.mp4"
        assert project.find_media() == new / "films" / "walk.mp4"
        assert project.media().absolute == str(new / "films" / "walk.mp4"), "the new place is remembered"


def test_a_clip_beside_the_project_is_found(tmp_path: Path) -> None:
    (tmp_path / "films").mkdir()
    path = tmp_path / "walk.poseapp"
    ProjectFile.create(path, make_clip(tmp_path / "films"), SKELETON).close()
    (tmp_path / "films" / "walk.mp4").rename(tmp_path / "walk.mp4")
    with ProjectFile.open(path) as project:
        assert project.find_media() == tmp_path / "walk.mp4"


def test_a_renamed_clip_is_asked_for_and_located(path: Path) -> None:
    clip, renamed = path.parent / "walk.mp4", path.parent / "gait.mp4"
    clip.rename(renamed)
    with ProjectFile.open(path) as project:
        with pytest.raises(BadInputError, match=r"moved, renamed or deleted\. Locate it"):
            project.find_media()
        assert project.locate(renamed).relative == "gait.mp4"
        assert project.find_media() == renamed
    with ProjectFile.open(path, readonly=True) as project:
        assert project.find_media() == renamed
        assert project.locate(renamed).relative == "gait.mp4"


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (b"short", "it has 5 bytes instead of 17"),
        (b"NOT really a film", r"its contents differ \(sha256 \w{12} instead"),
    ],
)
def test_another_clip_is_refused_with_the_reason(path: Path, content: bytes, reason: str) -> None:
    other = path.parent / "other.mp4"
    other.write_bytes(content)
    (path.parent / "walk.mp4").write_bytes(content)
    with ProjectFile.open(path) as project:
        before = project.media()
        with pytest.raises(BadInputError, match=f"other.mp4: this is not the clip of the project: {reason}"):
            project.locate(other)
        with pytest.raises(BadInputError, match=f"walk.mp4: this is not the clip of the project: {reason}"):
            project.find_media()
        with pytest.raises(BadInputError, match="there is no such clip"):
            project.locate(path.parent / "nothing.mp4")
        assert project.media().absolute == before.absolute


def test_a_folder_of_images_is_recognised(tmp_path: Path) -> None:
    images = tmp_path / "images"
    images.mkdir()
    for i in range(3):
        (images / f"{i}.png").write_bytes(bytes([i] * 9))
    clip = make_clip(tmp_path, n_frames=3)
    clip = type(clip)(str(images), "images", 8, 8, clip.pts, 1.0)
    with ProjectFile.create(tmp_path / "walk.poseapp", clip, SKELETON) as project:
        images.rename(tmp_path / "pictures")
        assert project.locate(tmp_path / "pictures").size == 27
        (tmp_path / "pictures" / "1.png").rename(tmp_path / "pictures" / "9.png")
        shutil.copytree(tmp_path / "pictures", tmp_path / "copy")
        with pytest.raises(BadInputError, match="its contents differ"):
            project.locate(tmp_path / "copy")


def test_a_copy_is_whole_and_the_original_stays(tmp_path: Path) -> None:
    path = make_example(tmp_path)
    (tmp_path / "elsewhere").mkdir()
    target = tmp_path / "elsewhere" / "copy.poseapp"
    target.write_bytes(b"old")
    target.with_name("copy.poseapp-wal").write_bytes(b"left by a killed instance")
    with ProjectFile.open(path) as project:
        project.record("do", build_swap_sides(project.load().store, 0, 0, 3))
        project.save_copy(target)
        original = project.load()
        for wrong in (path, tmp_path / "elsewhere" / ".." / path.name):
            with pytest.raises(BadInputError, match="a copy needs another name"):
                project.save_copy(wrong)
    assert [file.name for file in target.parent.iterdir()] == ["copy.poseapp"]
    with ProjectFile.open(target) as project:
        copy = project.load()
        assert project.media().relative == "../walk.mp4"
        assert len(project.journal()) == 6
    same_poses(copy.store, original.store)
    assert copy.history.undo_label == original.history.undo_label


def test_a_copy_can_be_saved_from_a_reading_instance(path: Path, tmp_path: Path) -> None:
    with ProjectFile.open(path) as writer, ProjectFile.open(path) as reader:
        writer.set_setting("subject", "1")
        reader.save_copy(tmp_path / "copy.poseapp")
        with pytest.raises(BadInputError, match="cannot be written"):
            reader.save_copy(tmp_path / "no" / "copy.poseapp")
    with ProjectFile.open(tmp_path / "copy.poseapp") as copy:
        assert copy.settings() == {"subject": "1"}


@pytest.mark.parametrize("name", ["v1.poseapp"])
def test_golden_projects_open_and_show_their_marks(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    shutil.copy(FIXTURES / "projects" / name, path)
    with ProjectFile.open(path) as project:
        loaded = project.load()
        assert project.settings() == {"subject": "0"}
        assert [row.author for row in project.journal()] == ["ann"] * 5
        with pytest.raises(BadInputError, match="moved, renamed or deleted"):
            project.find_media()
    store, knee, other = loaded.store, SKELETON.index("right_knee"), SKELETON.index("left_knee")
    assert store.marked_frames().tolist() == [3, 4, 5]
    assert store.mark(Key(3, 0, knee)) == Mark(1.5, 2.25, MarkState.VISIBLE, "ann", 100.0)
    assert store.mark(Key(4, 0, other)) == Mark(3.5, 4.25, MarkState.OCCLUDED, "ann", 101.0)
    assert store.mark(Key(5, 0, 0)) == Mark(0, 0, MarkState.ABSENT, "bob", 102.0)
    assert store.view(6).xy[0, knee].tolist() == [10.0 * other, 6.0]
    assert store.view(6).sigma[0, knee] == pytest.approx(10**0.5)
    assert (store.track(0, 30).source == Source.MISSING).all()
    assert [(s.start, s.stop, s.direction) for s in store.facing(0)] == [(0, 20, -1)]
    assert loaded.runs[0].model == MODEL
    assert loaded.history.undo_label == "Set facing to picture left"


def test_the_example_of_today_equals_the_golden_project(tmp_path: Path) -> None:
    shutil.copy(FIXTURES / "projects" / "v1.poseapp", tmp_path / "v1.poseapp")
    with ProjectFile.open(tmp_path / "v1.poseapp") as golden, ProjectFile.open(make_example(tmp_path)) as today:
        same_poses(golden.load().store, today.load().store)


def test_a_project_belongs_to_one_thread_until_it_is_handed_over(path: Path) -> None:
    project = ProjectFile.open(path)
    other = ThreadPoolExecutor(1)
    with pytest.raises(sqlite3.ProgrammingError, match="another thread"):
        other.submit(project.journal).result()
    hand_over(project)
    before = len(other.submit(project.journal).result())
    with pytest.raises(sqlite3.ProgrammingError, match="another thread"):
        project.set_setting("a", "b")
    other.submit(hand_over, project).result()
    project.set_setting("a", "b")
    assert len(project.journal()) == before
    project.close()
    other.shutdown()


def codecs(path: Path) -> list[str]:
    with closing(sqlite3.connect(path)) as connection:
        return [str(codec) for (codec,) in connection.execute("SELECT codec FROM chunk ORDER BY block")]


@pytest.fixture
def long_path(tmp_path: Path) -> Path:
    """A closed project of 600 frames without predictions."""
    target = tmp_path / "long.poseapp"
    ProjectFile.create(target, make_clip(tmp_path, n_frames=600), SKELETON).close()
    return target


def test_complete_blocks_are_compressed_at_once_unless_that_is_left_to_tidying(long_path: Path) -> None:
    with ProjectFile.open(long_path) as project:
        project.write_chunk(project.begin_run(MODEL), make_chunk(0, 300))
        assert codecs(long_path) == ["zlib", "planes"]
    with ProjectFile.open(long_path) as project:
        leave_tidying(project)
        run_id = project.begin_run(MODEL)
        project.write_chunk(run_id, make_chunk(0, 300))
        assert codecs(long_path)[2:] == ["planes", "planes"]
        before = [chunk.xy for chunk in project.chunks(run_id)]
        tidy_project(long_path)
        assert codecs(long_path)[2:] == ["zlib", "planes"]  # the second one goes on to grow
        project.write_chunk(run_id, make_chunk(300, 100))
        project.end_run(run_id)
        assert codecs(long_path)[2:] == ["zlib", "planes"]
        tidy_project(long_path)
        assert set(codecs(long_path)) == {"zlib"}
        after = [chunk.xy for chunk in project.chunks(run_id)]
    np.testing.assert_array_equal(np.concatenate(after)[:300], np.concatenate(before))
    assert len(np.concatenate(after)) == 400


def test_a_block_that_changes_while_it_is_compressed_is_left_as_it_is(
    long_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with ProjectFile.open(long_path) as project:
        leave_tidying(project)
        run_id = project.begin_run(MODEL)
        project.write_chunk(run_id, make_chunk(0, 256))
        compress = zlib.compress

        def slow(data: bytes, level: int) -> bytes:
            project.write_chunk(run_id, make_chunk(10, 1, offset=500.0))
            return compress(data, level)

        monkeypatch.setattr(runs.zlib, "compress", slow)
        tidy_project(long_path)
        monkeypatch.undo()
        assert codecs(long_path) == ["planes"]
        (chunk,) = project.chunks(run_id)
        np.testing.assert_array_equal(chunk.xy[10], make_chunk(10, 1, offset=500.0).xy[0])
