"""The HDF5 analysis file: everything in it, readable by others, whole or not there."""

from __future__ import annotations

import re
import subprocess
import sys
from dataclasses import fields, is_dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import h5py
import numpy as np
import pytest

from fixtures.figure import track_of, walk
from poseapp.core.analysis import Analysis, FacingStretch, MeasureSettings
from poseapp.core.errors import BadInputError
from poseapp.core.filter_settings import FilterSettings
from poseapp.core.skeleton import load_skeleton
from poseapp.core.types import ClipInfo, ModelSpec, Source
from poseapp.kinematics.measure import measure_person
from poseapp.storage.analysis_file import read_analysis, write_analysis

BODY = load_skeleton("body18")
TIME = 5.0 + np.arange(90) / 29.97
KNEE, WRIST = BODY.index("right_knee"), BODY.index("left_wrist")
MODEL = ModelSpec(
    name="tiny",
    title="Tiny",
    architecture="tiny-1",
    skeleton=BODY,
    input_size=(256, 192),
    mean=(0.5, 0.5, 0.5),
    std=(0.2, 0.2, 0.2),
    sha256="ab" * 32,
)


def clip(path: str = "/home/rosa/Videos/walk é.mp4") -> ClipInfo:
    problem = f"{path} has no index; frames were counted"
    return ClipInfo(path, "video", 640, 480, TIME, 29.97, rotation=90, codec="h264", problems=(problem,))


def make_track(seed: int):
    """A track with every source, a long and a short gap, and an unsure prediction."""
    track = track_of(walk(BODY, TIME - 5) + np.random.default_rng(seed).normal(0, 1, (90, 18, 2)))
    xy, raw, score, cov, source = (getattr(track, n).copy() for n in ("xy", "raw", "score", "cov", "source"))
    for gap, keypoint in ((slice(10, 13), KNEE), (slice(30, 50), KNEE)):
        xy[gap, keypoint] = raw[gap, keypoint] = score[gap, keypoint] = cov[gap, keypoint] = np.nan
        source[gap, keypoint] = Source.MISSING
    score[60:62, KNEE] = 0.1  # interpolated over
    score[:3, WRIST] = 0.1  # left out
    for frame, kind in ((20, Source.CORRECTED), (21, Source.OCCLUDED), (22, Source.PROPAGATED), (23, Source.ABSENT)):
        xy[frame, WRIST], score[frame, WRIST], cov[frame, WRIST] = (300.5, 200.25), 1, 0
        source[frame, WRIST] = kind
    xy[23, WRIST] = score[23, WRIST] = cov[23, WRIST] = np.nan
    return replace(track, xy=xy, raw=raw, score=score, cov=cov, source=source)


@pytest.fixture
def analysis() -> Analysis:
    settings = MeasureSettings(filter=FilterSettings(cutoff_hz=5.0), max_gap_seconds=0.2)
    user = (FacingStretch(0, 40, -1, 1.0, by_user=True),)
    persons = tuple(
        measure_person(make_track(seed), TIME, BODY, settings=settings, user_facing=user[:seed]) for seed in (0, 1)
    )
    return Analysis(clip(), "cd" * 32, BODY, MODEL, persons, ('{"kind":"do"}', '{"label":"Größe"}'), settings)


@pytest.fixture
def file(analysis: Analysis, tmp_path: Path):
    write_analysis(tmp_path / "walk.h5", analysis, created=datetime(2026, 3, 1, 12, 30, tzinfo=UTC))
    with h5py.File(tmp_path / "walk.h5") as opened:
        yield opened


def assert_same(one: object, other: object) -> None:
    """Compare dataclasses field by field, arrays by value and type, NaN equal to NaN."""
    if is_dataclass(one):
        assert type(one) is type(other)
        for field in fields(one):
            assert_same(getattr(one, field.name), getattr(other, field.name))
    elif isinstance(one, tuple):
        assert len(one) == len(other)
        for a, b in zip(one, other, strict=True):
            assert_same(a, b)
    elif isinstance(one, np.ndarray):
        assert one.dtype == other.dtype
        np.testing.assert_array_equal(one, other)
    else:
        assert one == other or (one != one and other != other)


def datasets(file: h5py.File) -> list[h5py.Dataset]:
    found: list[h5py.Dataset] = []
    file.visititems(lambda _, item: found.append(item) if isinstance(item, h5py.Dataset) else None)
    return found


def test_round_trip_keeps_everything(analysis: Analysis, tmp_path: Path) -> None:
    write_analysis(tmp_path / "walk.h5", analysis)
    name = "walk é.mp4"
    expected = replace(analysis, clip=replace(clip(name), problems=(f"{name} has no index; frames were counted",)))
    assert_same(read_analysis(tmp_path / "walk.h5"), expected)


def test_round_trip_of_a_clip_with_nobody(tmp_path: Path) -> None:
    nobody = Analysis(clip("empty.mp4"), "", load_skeleton("mpii16"), None, ())
    write_analysis(tmp_path / "empty.h5", nobody)
    assert_same(read_analysis(tmp_path / "empty.h5"), nobody)


def test_round_trip_of_a_single_picture(tmp_path: Path) -> None:
    one = ClipInfo("p.png", "image", 640, 480, np.zeros(1), 0.0)
    person = measure_person(track_of(walk(BODY, np.zeros(1))), one.pts, BODY)
    picture = Analysis(one, "", BODY, None, (person,))
    write_analysis(tmp_path / "p.h5", picture)
    assert_same(read_analysis(tmp_path / "p.h5"), picture)


def test_root_says_what_it_is(file: h5py.File) -> None:
    attrs = dict(file.attrs)
    assert attrs["format"] == "poseapp-analysis"
    assert attrs["format_version"] == 1
    assert attrs["created"] == "2026-03-01T12:30:00+00:00"
    assert attrs["software"] == "poseapp"
    assert re.fullmatch(r"\d+\.\d+\.\d+.*", attrs["software_version"])
    assert attrs["source_video"] == "walk é.mp4"
    assert attrs["source_sha256"] == "cd" * 32
    assert attrs["fps_nominal"] == pytest.approx(29.97)
    assert file["time"][()] == pytest.approx(TIME)
    assert file["frame_index"][()].tolist() == list(range(90))


def test_every_dataset_has_units_a_meaning_and_scales(file: h5py.File) -> None:
    found = datasets(file)
    assert len(found) == 8 + 6 + 2 * (7 + 3 + 2 + 3 + 5 + 4)
    for dataset in found:
        assert dataset.attrs["units"] in {"s", "1", "px", "px^2", "deg", "deg/s", "%"}, dataset.name
        assert dataset.attrs["long_name"]
        if not dataset.is_scale:
            for dimension, length in zip(dataset.dims, dataset.shape, strict=True):
                assert len(dimension) == 1, dataset.name
                assert dimension[0].shape == (length,)


def test_attributes_have_one_axis_at_most_for_netcdf_readers(file: h5py.File) -> None:
    items: list[h5py.Group | h5py.Dataset] = [file]
    file.visititems(lambda _, item: items.append(item))
    ours = {(item.name, name): item.attrs[name] for item in items for name in item.attrs if name.islower()}
    assert len(ours) > 100
    assert max(np.ndim(value) for value in ours.values()) == 1
    assert list(file["skeleton"].attrs["bones"][:2]) == ["head_top neck", "neck right_shoulder"]


def test_scales_are_named(file: h5py.File) -> None:
    final = file["persons/1/keypoints/final"]
    assert [dimension[0].name for dimension in final.dims] == ["/time", "/keypoint", "/axis"]
    assert file["keypoint"].asstr()[()].tolist() == list(BODY.keypoints)
    assert file["angle"].asstr()[()].tolist() == [d.name for d in BODY.angles]
    assert file["axis"].asstr()[()].tolist() == ["x", "y"]
    assert list(file["persons/0/keypoints"].attrs["names"]) == list(BODY.keypoints)


def test_source_is_a_documented_enumeration(file: h5py.File, analysis: Analysis) -> None:
    source = file["persons/0/keypoints/source"]
    assert source.dtype == np.uint8
    meanings = dict(zip(source.attrs["flag_values"].tolist(), source.attrs["flag_meanings"].split(), strict=True))
    assert meanings == {
        0: "missing",
        1: "predicted",
        2: "corrected",
        3: "interpolated",
        4: "propagated",
        5: "occluded",
        6: "absent",
    }
    assert [meanings[value] for value in source[19:24, WRIST].tolist()] == [
        "predicted",
        "corrected",
        "occluded",
        "propagated",
        "absent",
    ]
    assert [meanings[value] for value in source[[10, 30, 60], KNEE].tolist()] == [
        "interpolated",
        "missing",
        "interpolated",
    ]


def test_values_are_where_a_reader_looks_for_them(file: h5py.File, analysis: Analysis) -> None:
    person, measures = file["persons/0"], analysis.persons[0]
    np.testing.assert_array_equal(person["keypoints/raw"][()], measures.track.raw)
    np.testing.assert_array_equal(person["keypoints/final"][()], measures.final)
    np.testing.assert_array_equal(person["keypoints/filtered"][()], measures.filtered)
    np.testing.assert_array_equal(person["angles/values"][()], measures.angles.values)
    np.testing.assert_array_equal(person["angular_velocity"][()], measures.angles.velocity)
    assert person["angles/values"].attrs["units"] == "deg"
    assert person["angular_velocity"].attrs["units"] == "deg/s"
    sigma = person["keypoints/sigma"]
    assert sigma[19:24, WRIST] == pytest.approx([1, 0, 0, 0, np.nan], nan_ok=True)
    assert np.isnan(sigma[[10, 30, 60], KNEE]).all()


def test_every_angle_is_defined(file: h5py.File) -> None:
    attrs = file["persons/0/angles"].attrs
    i = list(attrs["names"]).index("right_knee_flexion")
    assert attrs["definition"][i] == (
        "P0 = right_ankle, P1 = right_knee, P2 = right_hip; y down; u = P0 - P1, v = P2 - P1, "
        "theta = -atan2(ux vy - uy vx, u . v); value = (theta + -180) * 1, wrapped to [-180, 180)"
    )
    assert attrs["zero"][i] == "thigh and shank in line"
    assert attrs["positive"][i] == "flexion: the heel moves towards the buttock"
    assert "mirrored" in attrs["facing"]
    for name in ("definition", "zero", "positive", "title", "kind", "side", "points", "offset", "scale", "period"):
        assert len(attrs[name]) == len(BODY.angles)


def test_facing_summary_filter_model_and_edits(file: h5py.File, analysis: Analysis) -> None:
    facing = file["persons/1/facing"]
    assert facing["start"][()].tolist() == [0, 40]
    assert facing["stop"][()].tolist() == [40, 90]
    assert facing["direction"][()].tolist() == [-1, 1]
    assert facing["by_user"][()].tolist() == [1, 0]
    knee = analysis.persons[0].angles.column("left_knee_flexion")
    values = analysis.persons[0].angles.values[:, knee]
    summary = {name: file[f"persons/0/summary/{name}"][knee] for name in ("min", "max", "range")}
    assert summary == pytest.approx({"min": values.min(), "max": values.max(), "range": np.ptp(values)})
    for path in ("filter", "persons/1/filter"):
        attrs = file[path].attrs
        assert (attrs["kind"], attrs["order"], attrs["requested_cutoff_hz"]) == ("butterworth", 4, 5.0)
        assert attrs["effective_cutoff_hz"] == pytest.approx(5.0, abs=1e-3)
        assert attrs["rate_hz"] == pytest.approx(29.97, abs=1e-3)
    assert file["settings"].attrs["min_score"] == 0.3
    assert file["settings"].attrs["max_gap_seconds"] == 0.2
    model = file["model"].attrs
    assert (model["name"], model["sha256"], model["architecture"]) == ("tiny", "ab" * 32, "tiny-1")
    assert (model["input_height"], model["input_width"], model["decode"]) == (256, 192, "soft-argmax")
    assert file["edits"].asstr()[()].tolist() == ['{"kind":"do"}', '{"label":"Größe"}']


def test_no_folder_and_no_person_is_named(analysis: Analysis, tmp_path: Path) -> None:
    write_analysis(tmp_path / "walk.h5", analysis)
    content = (tmp_path / "walk.h5").read_bytes()
    for secret in (b"rosa", b"/home", str(tmp_path).encode()):
        assert secret not in content


def test_a_person_of_other_frames_is_a_mistake(analysis: Analysis, tmp_path: Path) -> None:
    short = replace(analysis, clip=replace(analysis.clip, pts=TIME[:-1]))
    with pytest.raises(ValueError, match="measured over"):
        write_analysis(tmp_path / "walk.h5", short)
    assert not list(tmp_path.iterdir())


def damage_text(path: Path) -> None:
    path.write_text("time,knee\n0,1\n")


def damage_cut(path: Path) -> None:
    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])


def damage_middle(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[100:4000] = b"\xff" * 3900
    path.write_bytes(content)


def damage_other_hdf5(path: Path) -> None:
    with h5py.File(path, "w") as file:
        file["x"] = 1


def damage_missing_dataset(path: Path) -> None:
    with h5py.File(path, "a") as file:
        del file["persons/0/keypoints/final"]


def damage_shape(path: Path) -> None:
    with h5py.File(path, "a") as file:
        del file["persons/0/keypoints/score"]
        file["persons/0/keypoints/score"] = np.zeros((3, 3))


def damage_type(path: Path) -> None:
    with h5py.File(path, "a") as file:
        file["skeleton"].attrs["json"] = 5


DAMAGES = [
    damage_text,
    damage_cut,
    damage_middle,
    damage_other_hdf5,
    damage_missing_dataset,
    damage_shape,
    damage_type,
    Path.unlink,
]


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda f: f.__name__)
def test_bad_files_are_told_in_one_line(damage, analysis: Analysis, tmp_path: Path) -> None:
    path = tmp_path / "walk.h5"
    write_analysis(path, analysis)
    damage(path)
    with pytest.raises(BadInputError) as caught:
        read_analysis(path)
    assert str(caught.value).startswith("walk.h5: ")
    assert "\n" not in str(caught.value)


def test_newer_version_is_told(analysis: Analysis, tmp_path: Path) -> None:
    path = tmp_path / "walk.h5"
    write_analysis(path, analysis)
    with h5py.File(path, "a") as file:
        file.attrs["format_version"] = 2
    with pytest.raises(BadInputError, match="newer poseapp"):
        read_analysis(path)


def test_folder_in_place_of_a_file_is_told(tmp_path: Path) -> None:
    with pytest.raises(BadInputError):
        read_analysis(tmp_path)


FULL_DISK = """
import resource, sys
from poseapp.core.errors import BadInputError
from poseapp.storage.analysis_file import read_analysis, write_analysis
analysis = read_analysis(sys.argv[1])
resource.setrlimit(resource.RLIMIT_FSIZE, (int(sys.argv[3]), int(sys.argv[3])))
try:
    write_analysis(sys.argv[2], analysis)
except BadInputError as error:
    sys.exit(f"told: {error}")
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a limit on the size of files")
@pytest.mark.parametrize("share", [0.001, 0.5, 0.99])
def test_full_disk_is_told_and_leaves_the_old_file_whole(share: float, analysis: Analysis, tmp_path: Path) -> None:
    source, target = tmp_path / "source.h5", tmp_path / "target.h5"
    write_analysis(source, analysis)
    target.write_bytes(b"the old file")
    limit = str(int(source.stat().st_size * share))
    command = [sys.executable, "-c", FULL_DISK, str(source), str(target), limit]
    result = subprocess.run(command, capture_output=True, text=True, check=False, cwd=Path(__file__).parents[3])
    assert result.returncode == 1
    assert result.stderr.startswith("told: ")
    assert "File too large" in result.stderr
    assert len(result.stderr.strip().splitlines()) == 1
    assert target.read_bytes() == b"the old file"
    assert sorted(p.name for p in tmp_path.iterdir()) == ["source.h5", "target.h5"]
