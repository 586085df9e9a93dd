"""Read an analysis file back into what was measured."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import h5py
import numpy as np

from poseapp.core.analysis import (
    Analysis,
    AngleSeries,
    FacingStretch,
    FilterReport,
    MeasureSettings,
    PersonMeasures,
    ViewStretch,
)
from poseapp.core.errors import BadInputError
from poseapp.core.filter_settings import FilterSettings
from poseapp.core.metadata import spec_from_json
from poseapp.core.settings_text import settings_from_json
from poseapp.core.skeleton import AngleDefinition, Skeleton, side_of
from poseapp.core.types import Array, ClipInfo, Source, Track
from poseapp.storage.analysis_movement import read_events, read_scene
from poseapp.storage.analysis_schema import FACING_DATASETS, FORMAT, FORMAT_VERSION, VIEW_DATASETS

_KEPT = (Source.PREDICTED, Source.CORRECTED, Source.PROPAGATED, Source.OCCLUDED)


def read_analysis(path: Path | str) -> Analysis:
    """Read what `write_analysis` wrote, array for array; the clip's path is its file name.

    Raises:
        BadInputError: Not there, not an analysis file, a damaged one, or one of a newer version.
    """
    path = Path(path)
    try:
        with h5py.File(path, "r") as file:
            _check_format(file)
            return _read_root(file)
    except BadInputError as error:
        raise BadInputError(error.what, where=path.name, remedy=error.remedy) from error
    except FileNotFoundError as error:
        raise BadInputError("there is no such file", where=path.name) from error
    except (OSError, KeyError, ValueError, TypeError, IndexError, RuntimeError, AttributeError) as error:
        what = "this is not an analysis file, or it is damaged"
        raise BadInputError(
            what, where=path.name, remedy="Choose an .h5 file that poseapp wrote, or export it again"
        ) from error


def _check_format(file: h5py.File) -> None:
    if file.attrs.get("format") != FORMAT:
        raise ValueError("another format")
    if int(file.attrs["format_version"]) > FORMAT_VERSION:
        raise BadInputError("the file was written by a newer poseapp", remedy="Update poseapp")


def _read_root(file: h5py.File) -> Analysis:
    skeleton = Skeleton.from_json(file["skeleton"].attrs["json"])
    clip = _read_clip(file)
    persons = tuple(_read_person(file[f"persons/{i}"], skeleton, clip.n_frames) for i in range(len(file["persons"])))
    return Analysis(
        clip=clip,
        source_sha256=str(file.attrs["source_sha256"]),
        skeleton=skeleton,
        model=spec_from_json(file["model"].attrs["json"]) if "model" in file else None,
        persons=persons,
        journal=tuple(file["edits"].asstr()[()]),
        settings=_read_settings(file["settings"]),
        scene=read_scene(file),
        events=read_events(file),
    )


def _read_clip(file: h5py.File) -> ClipInfo:
    attrs = file["clip"].attrs
    return ClipInfo(
        path=str(file.attrs["source_video"]),
        kind=str(attrs["kind"]),
        width=int(attrs["width"]),
        height=int(attrs["height"]),
        pts=np.asarray(file["time"][()], dtype=np.float64),
        fps=float(file.attrs["fps_nominal"]),
        variable_rate=bool(attrs["variable_rate"]),
        rotation=int(attrs["rotation"]),
        sample_aspect=float(attrs["sample_aspect"]),
        codec=str(attrs["codec"]),
        problems=tuple(attrs["problems"]),
    )


def _read_settings(group: h5py.Group) -> MeasureSettings:
    attrs = group.attrs
    if "json" in attrs:
        return settings_from_json(str(attrs["json"]))
    return MeasureSettings(
        filter=FilterSettings(str(attrs["filter_kind"]), float(attrs["cutoff_hz"]), order=int(attrs["order"])),
        max_gap_seconds=float(attrs["max_gap_seconds"]),
        min_score=float(attrs["min_score"]),
    )


def _read_person(group: h5py.Group, skeleton: Skeleton, T: int) -> PersonMeasures:
    keypoints = group["keypoints"]
    K = skeleton.n_keypoints
    final = _array(keypoints["final"], (T, K, 2))
    source = _array(keypoints["source"], (T, K))
    return PersonMeasures(
        track=_read_track(keypoints, final, source),
        final=final,
        filtered=_array(keypoints["filtered"], (T, K, 2)),
        source=source,
        facing=_read_facing(group["facing"]),
        angles=_read_angles(group, T),
        filter=_read_filter(group["filter"]),
        view=_read_view(group["view"]) if "view" in group else (),
    )


def _read_track(keypoints: h5py.Group, final: Array, source: Array) -> Track:
    """Return the track that was measured: what was not kept in `final` was a prediction or nothing."""
    T, K = source.shape
    raw = _array(keypoints["raw"], (T, K, 2))
    absent, kept = source == Source.ABSENT, np.isin(source, _KEPT)
    xy = np.where(absent[..., None], np.float32(np.nan), np.where(kept[..., None], final, raw))
    predicted = np.where(np.isfinite(raw[..., 0]), np.uint8(Source.PREDICTED), np.uint8(Source.MISSING))
    predicted[(source == Source.INTERPOLATED) & (raw == final).all(axis=-1)] = Source.INTERPOLATED  # bridged
    return Track(
        start=0,
        xy=xy.astype(np.float32),
        raw=raw,
        score=_array(keypoints["score"], (T, K)),
        cov=_array(keypoints["covariance"], (T, K, 3)),
        source=np.where(absent | kept, source, predicted).astype(np.uint8),
    )


def _read_angles(person: h5py.Group, T: int) -> AngleSeries:
    group = person["angles"]
    definitions = _read_definitions(group)
    shape = (T, len(definitions))
    return AngleSeries(
        definitions=definitions,
        values=_array(group["values"], shape),
        raw=_array(group["raw"], shape),
        sigma=_array(group["sigma"], shape),
        velocity=_array(person["angular_velocity"], shape),
        plane=_array(group["plane"], shape) if "plane" in group else np.zeros(shape, np.uint8),
        neutral=tuple(group.attrs["neutral_offset"].tolist()) if group.attrs.get("neutral_on") else (),
    )


def _read_definitions(group: h5py.Group) -> tuple[AngleDefinition, ...]:
    attrs = group.attrs
    return tuple(
        AngleDefinition(
            name=str(name),
            title=str(attrs["title"][i]),
            kind=str(attrs["kind"][i]),
            side=side_of(str(name)),
            points=tuple(str(attrs["points"][i]).split()),
            offset=float(attrs["offset"][i]),
            scale=float(attrs["scale"][i]),
            period=float(attrs["period"][i]),
            zero=str(attrs["zero"][i]),
            positive=str(attrs["positive"][i]),
            plane=str(attrs["plane"][i]) if "plane" in attrs else "sagittal",
            unsigned=bool(attrs["unsigned"][i]) if "unsigned" in attrs else False,
        )
        for i, name in enumerate(attrs["names"])
    )


def _read_facing(group: h5py.Group) -> tuple[FacingStretch, ...]:
    cast: dict[str, Callable[[Any], Any]] = {"support": float, "by_user": bool}
    columns = [[cast.get(name, int)(value) for value in group[name][()]] for name in FACING_DATASETS]
    return tuple(FacingStretch(*row) for row in zip(*columns, strict=True))


def _read_view(group: h5py.Group) -> tuple[ViewStretch, ...]:
    columns = [group[name][()].tolist() for name in VIEW_DATASETS]
    return tuple(ViewStretch(int(a), int(b), int(way), float(sure)) for a, b, way, sure in zip(*columns, strict=True))


def _read_filter(group: h5py.Group) -> FilterReport:
    attrs = group.attrs
    return FilterReport(
        kind=str(attrs["kind"]),
        order=int(attrs["order"]),
        requested_hz=float(attrs["requested_cutoff_hz"]),
        effective_hz=float(attrs["effective_cutoff_hz"]),
        rate_hz=float(attrs["rate_hz"]),
        note=str(attrs["note"]),
        detail=str(attrs.get("detail", "")),
        window=int(attrs.get("window_frames", 0)),
        degree=int(attrs.get("degree", 0)),
    )


def _array(dataset: h5py.Dataset, shape: tuple[int, ...]) -> Array:
    """Return an array of the shape it must have. Raises ValueError for another."""
    if dataset.shape != shape:
        raise ValueError(f"{dataset.name} has shape {dataset.shape} instead of {shape}")
    return np.asarray(dataset[()])
