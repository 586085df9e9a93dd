"""What propagation saves on a real clip, with the errors that the built-in network really makes there.

`pytest -m slow tests/e2e/test_propagation_on_clips.py -s` prints it.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from poseapp.core.store import PoseStore
from poseapp.core.types import PoseChunk, Source
from poseapp.jobs.annotator import Annotator, Work, correct_clip, person_height
from poseapp.jobs.propagate import picture_flow
from poseapp.jobs.run import AnalyzeRequest, analyze_clip
from poseapp.training.measuring.report import read_pose2sim_reference
from poseapp.video import open_clip
from poseapp.video.flow import GreyFrames

pytestmark = [pytest.mark.data, pytest.mark.slow, pytest.mark.timeout(3600)]

SAMPLE_PX = 310.0  # height of the person of `bench propagation`; goal, hand and gaps are the same shares of the height


def test_fewer_drags_with_propagation_on_an_athlete(shared_data: Path) -> None:
    clips = shared_data / "clips"
    path = clips / "pose2sim_cam01.mp4"
    analysis = analyze_clip(AnalyzeRequest((str(path),))).analysis
    track = analysis.persons[0].track
    truth = read_pose2sim_reference(clips, analysis.skeleton).astype(float)[: len(track.raw)]
    score = np.where(track.source == Source.INTERPOLATED, -track.score, track.score)  # bridged, as chunks have it
    scale = person_height(truth) / SAMPLE_PX
    annotator = Annotator(goal=5.0 * scale, missing=75.0 * scale, hand=0.7 * scale)

    def correct(healing: bool) -> Work:
        store = PoseStore(analysis.skeleton, len(track.raw))
        store.add_chunk(PoseChunk(0, track.raw[:, None], score[:, None], track.cov[:, None]))
        flow = (lambda height: picture_flow(frames, height)) if healing else None
        return correct_clip(store, truth, analysis.clip.pts[: len(track.raw)], annotator, flow=flow)

    with open_clip(path) as clip:
        frames = GreyFrames(clip.frame_at, clip.info.n_frames)
        alone, healing = correct(healing=False), correct(healing=True)
    words = (
        f"{alone.errors[0]:.1f} px, goal {annotator.goal:.1f}: {alone.drags} drags alone, {healing.drags} with healing"
    )
    print(words)  # noqa: T201 - docs/correction.md quotes it
    assert healing.drags * 2 <= alone.drags
