"""From a measured clip to what other tools' files hold of it, and back from our own analysis file."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path, PurePath

import numpy as np

from poseapp.core.analysis import Analysis, PersonMeasures
from poseapp.core.types import Float64, Source
from poseapp.formats.tracks import Angles, Tracks, person_names

_SURE = (Source.CORRECTED, Source.OCCLUDED, Source.ABSENT, Source.PROPAGATED)


def tracks_of(analysis: Analysis, *, smoothed: bool = False, pictures: Sequence[str] = ()) -> Tracks:
    """Return everyone in every frame of a clip.

    Args:
        smoothed: The positions that the angles were measured from: unsure predictions left out, short gaps
            interpolated, filtered. Else what the window shows: predictions with corrections on top, gaps left open.
        pictures: File names of the clip's pictures, where it is made of such.
    """
    clip = analysis.clip
    persons = analysis.persons
    T, P, K = clip.n_frames, len(persons), analysis.skeleton.n_keypoints
    tool = analysis.model.name if analysis.model is not None else "poseapp"
    start = float(clip.pts[0]) if T else 0.0
    tracks = Tracks(
        keypoints=analysis.skeleton.keypoints,
        frame=np.arange(T),
        xy=_stacked([_positions(one, smoothed=smoothed) for one in persons], (T, P, K, 2)),
        score=_stacked(
            [np.where(_is_there(one, smoothed=smoothed), one.track.score, np.nan) for one in persons], (T, P, K)
        ),
        source=_stacked([_sources(one, smoothed=smoothed) for one in persons], (T, P, K)).astype(np.uint8),
        persons=person_names(P),
        time=np.asarray(clip.pts - start),
        start=start,
        fps=clip.fps,
        size=(clip.width, clip.height),
        bones=analysis.skeleton.bones,
        pictures=tuple(pictures) if len(pictures) == T else (),
        clip=PurePath(clip.path.replace("\\", "/")).name,
        tool=tool,
        angles=_angles(persons, T) if persons else None,
    )
    return replace(tracks, metres=_metres(tracks, analysis))


def _metres(tracks: Tracks, analysis: Analysis) -> Float64 | None:
    """Return positions in m, y up, where somebody gave a scale."""
    from poseapp.kinematics.scene_scale import to_metres

    return to_metres(tracks.xy, analysis.skeleton, analysis.scene, analysis.clip.height)


def without_unsure(tracks: Tracks, min_score: float) -> Tracks:
    """Return the same without predictions of a lower score: for formats that cannot say how sure a keypoint is."""
    with np.errstate(invalid="ignore"):
        unsure = (tracks.score < min_score) & ~np.isin(tracks.source, (*_SURE, Source.INTERPOLATED))
    return tracks.without(unsure)


def read_own_analysis(path: Path, _clip: str = "") -> Tracks:
    """Read our HDF5 file: predictions with corrections on top, interpolated keypoints left out.

    Raises:
        BadInputError: It is not such a file.
    """
    from poseapp.storage.analysis_reader import read_analysis

    return tracks_of(read_analysis(path))


def _stacked(parts: list[Float64], shape: tuple[int, ...]) -> Float64:
    stacked: Float64 = np.stack(parts, axis=1).astype(np.float64) if parts else np.zeros(shape)
    return stacked


def _positions(one: PersonMeasures, *, smoothed: bool) -> Float64:
    xy = (one.filtered if smoothed else one.track.xy).astype(np.float64)
    return np.where(_is_there(one, smoothed=smoothed)[..., None], xy, np.nan)


def _is_there(one: PersonMeasures, *, smoothed: bool) -> np.ndarray[tuple[int, ...], np.dtype[np.bool_]]:
    return np.asarray(np.isfinite(one.filtered if smoothed else one.track.xy).all(axis=-1))


def _sources(one: PersonMeasures, *, smoothed: bool) -> Float64:
    source = one.source if smoothed else one.track.source
    gone = ~_is_there(one, smoothed=smoothed) & (source != Source.ABSENT)
    return np.where(gone, Source.MISSING, source).astype(np.float64)


def _angles(persons: Sequence[PersonMeasures], T: int) -> Angles:
    definitions = persons[0].angles.definitions
    shape = (T, len(persons), len(definitions))
    values = _stacked([one.angles.values for one in persons], shape)
    return Angles(definitions, values, _stacked([one.angles.sigma for one in persons], shape))
