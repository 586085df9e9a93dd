"""What the HDF5 analysis file holds of events, cycles, the recording, and positions in metres."""

from __future__ import annotations

import json
import math
from typing import Any

import h5py
import numpy as np

from poseapp.core.analysis import Analysis
from poseapp.core.items import Event, item_from_data, item_to_data
from poseapp.core.movement import GAIT_MEASURES, SYMMETRY_FORMULA, CycleSet, GaitNumbers, Jump, PersonMovement
from poseapp.core.scene import Scene, rate_words, scale_words
from poseapp.storage.analysis_schema import texts

_EVENTS = {
    "frame": ("1", "frame of the event"),
    "time": ("s", "when it happened, as /time"),
    "name": ("1", "what happened"),
    "side": ("1", "side of the body: right, left, or empty"),
    "person": ("1", "person it is about, -1 nobody in particular"),
}
_AXES = "x to the right, y up, from the lower left corner of the picture; with a rectangle, along its width and depth"


def write_movement(file: h5py.File, analysis: Analysis) -> None:
    """Write /calibration, /events, /cycles, /gait, /jumps and, where metres are known, positions in /persons/<n>."""
    _write_scene(file.create_group("calibration"), analysis.scene)
    _write_events(file.create_group("events"), analysis)
    percent = file.create_dataset("percent", data=np.arange(101.0))
    percent.make_scale("percent")
    percent.attrs["units"], percent.attrs["long_name"] = "%", "share of a cycle's own duration"
    cycles, gait, jumps = (file.create_group(name) for name in ("cycles", "gait", "jumps"))
    gait.attrs["symmetry_index"] = SYMMETRY_FORMULA
    for person, movement in enumerate(analysis.movement):
        _write_cycles(cycles.create_group(str(person)), movement)
        if movement.gait is not None:
            _write_gait(gait.create_group(str(person)), movement.gait)
        _write_jumps(jumps.create_group(str(person)), movement.jumps)
        _write_metres(file[f"persons/{person}"], movement, analysis.scene)


def read_scene(file: h5py.File) -> Scene:
    """Return what the file says of the recording; a file from before this was written says nothing."""
    if "calibration" not in file:
        return Scene()
    scene = item_from_data(json.loads(file["calibration"].attrs["json"]))
    if not isinstance(scene, Scene):
        raise ValueError("the calibration is something else")
    return scene


def read_events(file: h5py.File) -> tuple[Event, ...]:
    """Return the events in the file."""
    if "events" not in file:
        return ()
    group = file["events"]
    columns = [group["frame"][()], group["name"].asstr()[()], group["person"][()], group["side"].asstr()[()]]
    return tuple(Event(int(f), str(n), int(p), str(s)) for f, n, p, s in zip(*columns, strict=True))


def _write_scene(group: h5py.Group, scene: Scene) -> None:
    group.attrs["json"] = json.dumps(item_to_data(scene), allow_nan=False)
    group.attrs["metres_per_px"] = scene.metres_per_px
    group.attrs["metres_per_px_sigma"] = scene.metres_per_px * scene.scale_sigma
    group.attrs["scale_by"] = scene.scale_by or "nothing"
    group.attrs["floor_degrees"] = scene.floor_degrees
    group.attrs["capture_fps"] = scene.capture_fps or math.nan
    group.attrs["playback_fps"] = scene.playback_fps or math.nan
    group.attrs["time_scale"] = scene.time_scale
    words = " ".join(words for words in (rate_words(scene), scale_words(scene)) if words)
    group.attrs["comment"] = words or "No scale is known: positions are in px. Times are those of the file."


def _write_events(group: h5py.Group, analysis: Analysis) -> None:
    events = [event for event in analysis.events if event.frame < analysis.clip.n_frames]
    frames = np.array([event.frame for event in events], dtype=np.int64)
    values: dict[str, Any] = {
        "frame": frames,
        "time": np.asarray(analysis.clip.pts, dtype=np.float64)[frames],
        "name": texts([event.name for event in events]),
        "side": texts([event.side for event in events]),
        "person": np.array([event.person for event in events], dtype=np.int64),
    }
    for name, words in _EVENTS.items():
        _put(group, name, values[name], words)
    group["frame"].make_scale("event")
    for name in _EVENTS:
        if name != "frame":
            group[name].dims[0].attach_scale(group["frame"])


def _write_cycles(group: h5py.Group, movement: PersonMovement) -> None:
    for cut in movement.cycles:
        part = group.create_group(f"{cut.event.replace('/', '-')} {cut.side}")
        part.attrs["event"], part.attrs["side"] = cut.event, cut.side
        _put_cycle(part, cut)


def _put_cycle(part: h5py.Group, cut: CycleSet) -> None:
    _put(part, "start", cut.spans[:, 0], ("1", "first frame of each cycle"))
    _put(part, "stop", cut.spans[:, 1], ("1", "last frame of each cycle, which begins the next"))
    part["start"].make_scale("cycle")
    part["stop"].dims[0].attach_scale(part["start"])
    for name, values, meaning in (("mean", cut.mean, "mean of the complete cycles"),
                                  ("sd", cut.sd, "their standard deviation (of a sample)")):  # fmt: skip
        _put(part, name, values, ("deg", meaning))
        part[name].dims[0].attach_scale(part.file["percent"])
        part[name].dims[1].attach_scale(part.file["angle"])
    _put(part, "n", cut.n, ("1", "complete cycles of each angle"))
    part["n"].dims[0].attach_scale(part.file["angle"])


def _write_gait(group: h5py.Group, gait: GaitNumbers) -> None:
    group.attrs["cadence_per_min"] = gait.cadence
    group.attrs["speed_m_per_s"] = gait.speed
    group.attrs["treadmill"] = int(gait.treadmill)
    group.attrs["time_sigma_s"] = gait.time_sigma
    for name, (title, unit, _) in GAIT_MEASURES.items():
        part = group.create_group(name)
        part.attrs["long_name"], part.attrs["units"] = title, unit
        for side, spread in (("right", gait.right[name]), ("left", gait.left[name])):
            part.attrs[f"{side}_mean"], part.attrs[f"{side}_sd"] = spread.mean, spread.sd
            part.attrs[f"{side}_n"] = spread.n
        part.attrs["symmetry_index_percent"] = gait.symmetry(name)


def _write_jumps(group: h5py.Group, jumps: tuple[Jump, ...]) -> None:
    columns = {
        "take_off": ("1", "first frame in the air"),
        "landing": ("1", "first frame on the floor"),
        "flight": ("s", "time in the air"),
        "height": ("m", "g t^2 / 8 with g = 9.81 m/s^2"),
        "sigma": ("m", "standard deviation of height, from the frame rate and the noise of keypoints"),
    }
    for name, words in columns.items():
        values = np.array([getattr(jump, name) for jump in jumps])
        _put(group, name, values.astype(np.int64 if words[0] == "1" else np.float64), words)


def _write_metres(person: h5py.Group, movement: PersonMovement, scene: Scene) -> None:
    if movement.position is None:
        return
    group = person.create_group("metres")
    group.attrs["axes"] = _AXES
    group.attrs["comment"] = scale_words(scene)
    data = {"position": (movement.position, "m", "keypoints/filtered in metres"),
            "velocity": (movement.velocity, "m/s", "time derivative of position")}  # fmt: skip
    for name, (values, unit, meaning) in data.items():
        if values is not None:
            _put(group, name, values, (unit, meaning))
            for axis, dimension in enumerate(("time", "keypoint", "axis")):
                group[name].dims[axis].attach_scale(group.file[dimension])


def _put(group: h5py.Group, name: str, data: Any, words: tuple[str, str]) -> None:
    dataset = group.create_dataset(name, data=data)
    dataset.attrs["units"], dataset.attrs["long_name"] = words
