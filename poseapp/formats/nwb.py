"""NWB with the extension ndx-pose: written with pynwb, read with h5py.

A `PoseEstimation` for each person holds what is seen, with the true time of every frame; `PoseTraining` holds what a
person placed. Positions are px from the middle of the upper left pixel, y down.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

import numpy as np

from poseapp import __version__
from poseapp.core.atomic import atomic_path
from poseapp.core.types import Source
from poseapp.formats.needs import need
from poseapp.formats.tracks import Tracks

_ORIGIN = "(0, 0) is the middle of the upper left pixel of the video; x right, y down."
_CONFIDENCE = "0 to 1; of a calibrated network the share of such keypoints that are right; 1 where a person placed it."
_SESSION = "Keypoints of a video. When it was recorded is not known: the start time is a placeholder."


def write_nwb(path: Path, tracks: Tracks) -> None:
    """Write everyone in every frame of the clip.

    Raises:
        BadInputError: A library is missing, or nothing can be written there.
    """
    pynwb, pose = need("pynwb"), need("ndx_pose")
    start = datetime(1970, 1, 1, tzinfo=UTC)
    file = pynwb.NWBFile(session_description=_SESSION, identifier=str(uuid4()), session_start_time=start)
    behavior = file.create_processing_module(name="behavior", description="Poses estimated from video")
    bones = np.array(tracks.bones, np.uint8).reshape(-1, 2)
    skeleton = pose.Skeleton(name="skeleton", nodes=list(tracks.keypoints), edges=bones if len(bones) else None)
    behavior.add(pose.Skeletons(skeletons=[skeleton]))
    video = _video(pynwb, tracks)
    if video is not None:
        file.add_acquisition(video)
    for person, name in enumerate(tracks.persons):
        behavior.add(_estimation(pose, tracks, person, {"name": name, "skeleton": skeleton, "source_video": video}))
    frames = _training_frames(pose, tracks, skeleton)
    if frames:
        training = pose.TrainingFrames(training_frames=frames)
        behavior.add(pose.PoseTraining(training_frames=training))
    with atomic_path(path) as temporary, pynwb.NWBHDF5IO(str(temporary), mode="w") as io:
        io.write(file)


def _video(pynwb: Any, tracks: Tracks) -> Any:
    """Return the clip as a reference by its file name, None where it has none."""
    if not tracks.clip or not len(tracks.time):
        return None
    size = [value for value in tracks.size if value] or None
    return pynwb.image.ImageSeries(
        name="source_video",
        description="The video that was analysed, by its file name.",
        unit="n/a",
        format="external",
        external_file=[tracks.clip],
        starting_frame=[0],
        timestamps=np.asarray(tracks.time),
        dimension=size,
    )


def _estimation(pose: Any, tracks: Tracks, person: int, named: dict[str, Any]) -> Any:
    score = np.where(tracks.placed & tracks.seen, 1.0, tracks.score)
    series: list[Any] = []
    for k, keypoint in enumerate(tracks.keypoints):
        clock = series[0] if series else np.asarray(tracks.time)
        series.append(
            pose.PoseEstimationSeries(
                name=keypoint,
                description=f"Position of {keypoint.replace('_', ' ')}.",
                data=tracks.xy[:, person, k],
                unit="pixels",
                reference_frame=_ORIGIN,
                timestamps=clock,
                confidence=score[:, person, k],
                confidence_definition=_CONFIDENCE,
            )
        )
    return pose.PoseEstimation(
        pose_estimation_series=series,
        description="Predicted keypoints with corrections on top; NaN where nothing is seen.",
        scorer=tracks.tool or "poseapp",
        source_software="poseapp",
        source_software_version=__version__,
        **named,
    )


def _training_frames(pose: Any, tracks: Tracks, skeleton: Any) -> list[Any]:
    """Return the frames with keypoints that a person placed: a node is visible unless it was placed as occluded."""
    placed = tracks.placed & tracks.seen
    frames = []
    for row in np.flatnonzero(placed.any(axis=(1, 2))).tolist():
        instances = [
            pose.SkeletonInstance(
                name=tracks.persons[person],
                node_locations=np.where(placed[row, person, :, None], tracks.xy[row, person], np.nan),
                node_visibility=placed[row, person] & (tracks.source[row, person] != Source.OCCLUDED),
                skeleton=skeleton,
            )
            for person in np.flatnonzero(placed[row].any(axis=1)).tolist()
        ]
        frame = int(tracks.frame[row])
        frames.append(
            pose.TrainingFrame(
                name=f"frame_{frame}",
                annotator="not named",
                skeleton_instances=pose.SkeletonInstances(skeleton_instances=instances),
                source_video_frame_index=np.uint32(frame),
            )
        )
    return frames
