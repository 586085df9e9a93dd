"""The HDF5 analysis file, version 1: one measured clip that describes itself.

Every dataset has `units`, a `long_name` and dimension scales, so h5py, MATLAB, R and netCDF readers need nothing of
ours. No path and no name of a person is written: the clip is known by its file name and hash.
"""

from __future__ import annotations

import io
import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path, PurePath
from typing import Any

import h5py
import numpy as np

from poseapp import __version__
from poseapp.core.analysis import (
    Analysis,
    AngleSeries,
    FacingStretch,
    FilterReport,
    MeasureSettings,
    PersonMeasures,
    ViewStretch,
)
from poseapp.core.atomic import atomic_path
from poseapp.core.metadata import spec_to_json
from poseapp.core.settings_text import settings_to_json
from poseapp.core.skeleton import AngleDefinition
from poseapp.core.types import ClipInfo, Float32, ModelSpec, Source
from poseapp.storage.analysis_movement import write_movement
from poseapp.storage.analysis_reader import read_analysis
from poseapp.storage.analysis_schema import (
    ANGLE_DATASETS,
    AXES,
    COVARIANCE_TERMS,
    FACING_DATASETS,
    FLAG_MEANINGS,
    FLAG_VALUES,
    FORMAT,
    FORMAT_VERSION,
    KEYPOINT_DATASETS,
    NEUTRAL_MEANING,
    PLANE_MEANING,
    PLANE_MEANINGS,
    PLANE_VALUES,
    SCALES,
    SUMMARY_DATASETS,
    VIEW_DATASETS,
    texts,
)

__all__ = ["read_analysis", "write_analysis"]

_MIRRORED = (
    "x is mirrored about the person for angles of the sagittal plane where facing/direction is -1, and for angles of "
    "the frontal plane where view/direction is -1, so positive means the same whatever the camera sees"
)


def write_analysis(path: Path | str, analysis: Analysis, *, created: datetime | None = None) -> None:
    """Write an analysis file; an older one of that name stays whole until the new one is complete.

    Args:
        path: Ends in .h5 by custom.
        analysis: All persons over all frames of the clip.
        created: None for now.

    Raises:
        BadInputError: Nothing can be written there, or the disk is full.
        ValueError: A person was not measured over the whole clip.
    """
    _check_lengths(analysis)
    # Built in memory: the HDF5 library can crash the whole process when a write fails, as on a full disk.
    image = io.BytesIO()
    with h5py.File(image, "w") as file:
        _write_root(file, analysis, created or datetime.now(UTC))
        for number, measures in enumerate(analysis.persons):
            _write_person(file.create_group(f"persons/{number}"), measures, number)
        write_movement(file, analysis)
    with atomic_path(path) as temporary:
        temporary.write_bytes(image.getbuffer())


def _check_lengths(analysis: Analysis) -> None:
    expected = (analysis.clip.n_frames, analysis.skeleton.n_keypoints, 2)
    for number, measures in enumerate(analysis.persons):
        if measures.final.shape != expected:
            raise ValueError(f"person {number} was measured over {measures.final.shape}, the clip has {expected}")


def _write_root(file: h5py.File, analysis: Analysis, created: datetime) -> None:
    clip = analysis.clip
    file.attrs["format"] = FORMAT
    file.attrs["format_version"] = FORMAT_VERSION
    file.attrs["created"] = created.isoformat(timespec="seconds")
    file.attrs["software"] = "poseapp"
    file.attrs["software_version"] = __version__
    file.attrs["source_video"] = PurePath(clip.path).name
    file.attrs["source_sha256"] = analysis.source_sha256
    file.attrs["fps_nominal"] = float(clip.fps)
    _write_scales(file, analysis)
    _put(file, "frame_index", np.arange(clip.n_frames), ("time",), ("1", "index in presentation order, first is 0"))
    _write_clip(file.create_group("clip"), clip)
    _write_skeleton(file.create_group("skeleton"), analysis)
    file.create_group("persons")
    report = analysis.persons[0].filter if analysis.persons else FilterReport("none", 0, math.nan, math.nan, math.nan)
    _write_filter(file.create_group("filter"), report)
    _write_settings(file.create_group("settings"), analysis.settings)
    if analysis.model is not None:
        _write_model(file.create_group("model"), analysis.model)
    _put(file, "edits", texts(analysis.journal), ("edit",), ("1", "every edit, undo and redo, one JSON text each"))


def _write_scales(file: h5py.File, analysis: Analysis) -> None:
    values = {
        "time": np.asarray(analysis.clip.pts, dtype=np.float64),
        "keypoint": texts(analysis.skeleton.keypoints),
        "angle": texts([d.name for d in _definitions(analysis)]),
        "axis": texts(AXES),
        "covariance_term": texts(COVARIANCE_TERMS),
        "edit": np.arange(len(analysis.journal)),
    }
    for name, (units, meaning) in SCALES.items():
        scale = file.create_dataset(name, data=values[name])
        scale.make_scale(name)
        scale.attrs["units"] = units
        scale.attrs["long_name"] = meaning


def _definitions(analysis: Analysis) -> tuple[AngleDefinition, ...]:
    return analysis.persons[0].angles.definitions if analysis.persons else analysis.skeleton.angles


def _write_clip(group: h5py.Group, clip: ClipInfo) -> None:
    _set_attrs(
        group,
        {
            "kind": clip.kind,
            "width": clip.width,
            "height": clip.height,
            "variable_rate": clip.variable_rate,
            "rotation": clip.rotation,
            "sample_aspect": float(clip.sample_aspect),
            "codec": clip.codec,
            "problems": texts([_without_folder(problem, clip) for problem in clip.problems]),
        },
    )


def _without_folder(text: str, clip: ClipInfo) -> str:
    """Return a text with the clip named by its file name alone."""
    return text.replace(clip.path, PurePath(clip.path).name) if clip.path else text


def _write_skeleton(group: h5py.Group, analysis: Analysis) -> None:
    skeleton = analysis.skeleton
    group.attrs["name"] = skeleton.name
    group.attrs["title"] = skeleton.title
    group.attrs["source"] = skeleton.source
    group.attrs["json"] = skeleton.to_json()
    # Attributes have one axis at most: netCDF readers refuse others.
    names = skeleton.keypoints
    group.attrs["bones"] = texts([f"{names[a]} {names[b]}" for a, b in skeleton.bones])


def _write_model(group: h5py.Group, model: ModelSpec) -> None:
    height, width = model.input_size
    group.attrs["input_height"], group.attrs["input_width"] = height, width
    plain = ("name", "title", "architecture", "sha256", "file_sha256", "activation", "decode", "beta", "source")
    _set_attrs(group, {name: getattr(model, name) for name in (*plain, "licence")})
    if model.lineage is not None:
        _set_attrs(group, {"parent": model.lineage.parent, "parent_sha256": model.lineage.parent_sha256})
    group.attrs["json"] = spec_to_json(model)


def _write_settings(group: h5py.Group, settings: MeasureSettings) -> None:
    wanted = settings.filter
    group.attrs["filter_kind"], group.attrs["filter_order"] = wanted.kind, wanted.order
    group.attrs["cutoff_hz"], group.attrs["cutoff_rule"] = wanted.cutoff_hz, wanted.cutoff_rule
    group.attrs["max_gap_seconds"], group.attrs["min_score"] = settings.max_gap_seconds, settings.min_score
    group.attrs["view"] = settings.view
    group.attrs["json"] = settings_to_json(settings)


def _write_filter(group: h5py.Group, report: FilterReport) -> None:
    group.attrs["kind"] = report.kind
    group.attrs["order"] = report.order
    group.attrs["requested_cutoff_hz"] = report.requested_hz
    group.attrs["effective_cutoff_hz"] = report.effective_hz
    group.attrs["rate_hz"] = report.rate_hz
    group.attrs["detail"] = report.detail
    group.attrs["window_frames"], group.attrs["degree"] = report.window, report.degree
    group.attrs["note"] = report.note


def _write_person(group: h5py.Group, measures: PersonMeasures, number: int) -> None:
    group.attrs["index"] = number
    _write_keypoints(group.create_group("keypoints"), measures)
    _write_angles(group, measures)
    _write_stretches(group.create_group("facing"), measures.facing, FACING_DATASETS)
    _write_stretches(group.create_group("view"), measures.view, VIEW_DATASETS)
    _write_filter(group.create_group("filter"), measures.filter)


def _write_keypoints(group: h5py.Group, measures: PersonMeasures) -> None:
    track = measures.track
    group.attrs["names"] = group.file["keypoint"][()]
    data = {
        "raw": track.raw,
        "final": measures.final,
        "filtered": measures.filtered,
        "score": track.score,
        "sigma": _sigma(measures),
        "covariance": track.cov,
        "source": measures.source,
    }
    for name, (dimensions, units, meaning) in KEYPOINT_DATASETS.items():
        _put(group, name, data[name], dimensions, (units, meaning))
    group["source"].attrs["flag_values"] = FLAG_VALUES
    group["source"].attrs["flag_meanings"] = FLAG_MEANINGS


def _sigma(measures: PersonMeasures) -> Float32:
    """Return (T, K) px, NaN where the final keypoint is missing or interpolated."""
    sigma = np.sqrt((measures.track.cov[..., 0] + measures.track.cov[..., 2]) / 2)
    unknown = np.isnan(measures.final).any(axis=-1) | (measures.source == Source.INTERPOLATED)
    return np.where(unknown, np.float32(np.nan), sigma).astype(np.float32)


def _write_angles(person: h5py.Group, measures: PersonMeasures) -> None:
    angles = measures.angles
    group = person.create_group("angles")
    _describe_angles(group, angles.definitions)
    for name, meaning in ANGLE_DATASETS.items():
        _put(group, name, getattr(angles, name), ("time", "angle"), ("deg", meaning))
    _put(group, "plane", angles.plane, ("time", "angle"), ("1", PLANE_MEANING))
    group["plane"].attrs["flag_values"] = PLANE_VALUES
    group["plane"].attrs["flag_meanings"] = PLANE_MEANINGS
    _describe_neutral(group, angles)
    meaning = "time derivative of angles/values, from the real timestamps"
    _put(person, "angular_velocity", angles.velocity, ("time", "angle"), ("deg/s", meaning))
    summary = person.create_group("summary")
    summary.attrs["names"] = group.attrs["names"]
    for (name, meaning), values in zip(SUMMARY_DATASETS.items(), angles.extremes(), strict=True):
        _put(summary, name, values, ("angle",), ("deg", f"{meaning} of angles/values, unwrapped by whole turns"))


def _describe_angles(group: h5py.Group, definitions: tuple[AngleDefinition, ...]) -> None:
    group.attrs["names"] = texts([d.name for d in definitions])
    group.attrs["facing"] = _MIRRORED
    for field in ("title", "kind", "side", "plane", "zero", "positive"):
        group.attrs[field] = texts([getattr(d, field) for d in definitions])
    for field in ("offset", "scale", "period"):
        group.attrs[field] = np.array([getattr(d, field) for d in definitions], dtype=np.float64)
    group.attrs["unsigned"] = np.array([d.unsigned for d in definitions], dtype=np.int8)
    group.attrs["points"] = texts([" ".join(d.points) for d in definitions])
    group.attrs["definition"] = texts([_formula(d) for d in definitions])


def _describe_neutral(group: h5py.Group, angles: AngleSeries) -> None:
    """Say what was subtracted from `values`, an attribute for each angle; 0 where nothing was."""
    offsets = np.array(angles.neutral or np.zeros(len(angles.definitions)), dtype=np.float64)
    group.attrs["neutral_offset"] = offsets
    group.attrs["neutral_on"] = int(bool(angles.neutral))
    group.attrs["neutral_meaning"] = NEUTRAL_MEANING


def _formula(definition: AngleDefinition) -> str:
    theta = {
        2: "theta = atan2(y0 - y1, x0 - x1)",
        3: "u = P0 - P1, v = P2 - P1, theta = -atan2(ux vy - uy vx, u . v)",
        4: "u = P1 - P0, v = P3 - P2, theta = -atan2(ux vy - uy vx, u . v)",
    }[len(definition.points)]
    half = definition.period / 2
    points = ", ".join(f"P{i} = {name}" for i, name in enumerate(definition.points))
    value = f"(theta + {definition.offset:g}) * {definition.scale:g}"
    size = ", its size" if definition.unsigned else ""
    return f"{points}; y down; {theta}; value = {value}, wrapped to [-{half:g}, {half:g}){size}"


def _write_stretches(
    group: h5py.Group, stretches: Sequence[FacingStretch | ViewStretch], datasets: Mapping[str, str]
) -> None:
    for name, meaning in datasets.items():
        values = np.array([getattr(stretch, name) for stretch in stretches])
        data = values.astype(np.float64 if name == "support" else np.int64)
        _put(group, name, data, (), ("1", meaning))
        if name == "start":
            group["start"].make_scale("stretch")
        else:
            group[name].dims[0].attach_scale(group["start"])


def _put(group: h5py.Group, name: str, data: Any, dimensions: tuple[str, ...], words: tuple[str, str]) -> None:
    """Write a dataset with its scales, units and meaning."""
    dataset = group.create_dataset(name, data=data)
    dataset.attrs["units"], dataset.attrs["long_name"] = words
    for axis, dimension in enumerate(dimensions):
        dataset.dims[axis].attach_scale(group.file[dimension])


def _set_attrs(group: h5py.Group, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        group.attrs[name] = int(value) if isinstance(value, bool) else value
