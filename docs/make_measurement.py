"""Draws the figures of docs/measurement.md with the code that measures: `python docs/make_measurement.py`.

Every stick figure shows the posture at zero in grey and a positive one in ink, with the value that the program gives.
"""

from __future__ import annotations

import json
import textwrap
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import matplotlib as mpl
import numpy as np
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch

from poseapp.core.filter_settings import FilterSettings
from poseapp.core.skeleton import Skeleton, load_skeleton
from poseapp.kinematics.angles import compute_angles
from poseapp.kinematics.filters import effective_cutoff, smooth_evenly
from poseapp.kinematics.one_euro import smooth_one_euro
from poseapp.kinematics.smoothing import Keypoints, smooth_keypoints

OUT = Path(__file__).parent / "measurement"
INK, GREY, ACCENT = "#16324f", "#7b8894", "#c2410c"
SMALL = (
    "ankle_dorsiflexion",
    "foot_segment",
    "hand_segment",
    "wrist_flexion",
    "foot_progression",
    "head_tilt",
    "neck_flexion",
)
Points = dict[str, tuple[float, float]]

MIDDLE = {"head_top": (0.0, 20.0), "neck": (0.0, 60.0), "nose": (14.0, 42.0)}
SIDED = {
    "shoulder": (0.0, 70.0), "elbow": (0.0, 120.0), "wrist": (0.0, 160.0), "index": (0.0, 180.0),
    "hip": (0.0, 200.0), "knee": (0.0, 280.0), "ankle": (0.0, 360.0), "heel": (-10.0, 370.0),
    "big_toe": (20.0, 370.0), "ear": (0.0, 42.0),
}  # fmt: skip
FOOT = ("heel", "big_toe")
SHANK = ("ankle", *FOOT)
LEG = ("knee", *SHANK)
ARM = ("elbow", "wrist", "index")
UPPER = ("shoulder", *ARM, "neck", "head_top", "nose", "ear")
LINES = (
    ("neck", "mid_hip"), ("neck", "{}_shoulder"), ("{}_shoulder", "{}_elbow"),
    ("{}_elbow", "{}_wrist"), ("{}_wrist", "{}_index"), ("mid_hip", "{}_hip"), ("{}_hip", "{}_knee"),
    ("{}_knee", "{}_ankle"), ("{}_ankle", "{}_heel"), ("{}_heel", "{}_big_toe"),
)  # fmt: skip


@dataclass(frozen=True)
class Tile:
    """One angle: the posture that shows it, and the segment whose turn is drawn, from where it is at zero."""

    angle: str
    posture: Points
    vertex: str
    end: str
    zero: Points
    lines: tuple[tuple[str, str], ...] = ()


def figure_skeleton() -> Skeleton:
    """Return the body with a finger on each hand, so that one figure shows every angle."""
    data = json.loads(load_skeleton("body21").to_json())
    data["keypoints"] += [{"name": f"{side}_index", "sigma": 0.06} for side in ("right", "left")]
    data["order"] += ["right_index", "left_index"]
    return Skeleton.from_json(json.dumps(data))


BODY = figure_skeleton()


def side_view() -> Points:
    """Return the standing figure seen from its right side, facing right."""
    return MIDDLE | {f"{side}_{part}": xy for side in ("right", "left") for part, xy in SIDED.items()}


def front_view() -> Points:
    """Return the standing figure seen from the front: its right is on the left."""
    apart = {"hip": 20.0, "knee": 20.0, "ankle": 20.0, "heel": 20.0, "big_toe": 20.0, "ear": 12.0}
    points: Points = {"head_top": (0.0, 20.0), "neck": (0.0, 60.0), "nose": (0.0, 45.0)}
    for side, sign in (("right", -1), ("left", 1)):
        for part, (_, y) in SIDED.items():
            far = apart.get(part, 40.0 if part == "shoulder" else 50.0)
            points[f"{side}_{part}"] = (sign * far, y + (14 if part == "big_toe" else 0))
    return points


def turn(points: Points, around: str, parts: tuple[str, ...], degrees: float, sides: tuple[str, ...]) -> Points:
    """Turn parts about a joint, forward (picture right) for what hangs down."""
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    turned = dict(points)
    for side in sides:
        cx, cy = points[f"{side}_{around}"] if f"{side}_{around}" in points else points[around]
        for part in parts:
            name = part if part in points else f"{side}_{part}"
            if name == part and side == sides[-1] and len(sides) > 1:
                continue
            x, y = points[name][0] - cx, points[name][1] - cy
            turned[name] = (cx + c * x + s * y, cy - s * x + c * y)
    return turned


def measured(points: Points, name: str) -> float:
    """Return what the program measures, degrees."""
    xy = np.array([points.get(k, (np.nan, np.nan)) for k in BODY.keypoints])
    names = [angle.name for angle in BODY.angles]
    return float(compute_angles(xy[None], BODY, np.array([1]), np.array([1]))[0, names.index(name)])


def with_middles(points: Points) -> Points:
    """Return the points with the middles of hips and shoulders."""
    middles = {
        f"mid_{part}": tuple(np.mean([points[f"{side}_{part}"] for side in ("right", "left")], axis=0))
        for part in ("hip", "shoulder")
    }
    return middles | points


def joint_tiles() -> list[Tile]:
    """Return the joint angles of the sagittal plane."""
    up, right = side_view(), ("right",)

    def one(angle: str, around: str, parts: tuple[str, ...], degrees: float, end: str) -> Tile:
        return Tile(f"right_{angle}", turn(up, around, parts, degrees, right), f"right_{around}", end, up)

    return [
        one("knee_flexion", "knee", SHANK, -60, "right_ankle"),
        one("hip_flexion", "hip", LEG, 40, "right_knee"),
        one("ankle_dorsiflexion", "ankle", FOOT, 15, "right_big_toe"),
        one("shoulder_flexion", "shoulder", ARM, 90, "right_elbow"),
        one("elbow_flexion", "elbow", ("wrist", "index"), 80, "right_wrist"),
        one("wrist_flexion", "wrist", ("index",), 40, "right_index"),
        Tile("neck_flexion", turn(up, "neck", ("head_top", "nose"), -30, right), "neck", "head_top", up),
    ]


def segment_tiles() -> list[Tile]:
    """Return the segment angles of the sagittal plane: against the horizontal, so zero is a lying segment."""
    up = side_view()
    tiles = []
    for angle, vertex, end, posture in (
        ("trunk_segment", "mid_hip", "mid_shoulder", turn(up, "hip", UPPER, -20, ("right", "left"))),
        ("head_segment", "neck", "head_top", turn(up, "neck", ("head_top", "nose"), -20, ("right",))),
        ("right_thigh_segment", "right_hip", "right_knee", turn(up, "hip", LEG, 40, ("right",))),
        ("right_shank_segment", "right_knee", "right_ankle", turn(up, "knee", SHANK, -30, ("right",))),
        ("right_foot_segment", "right_heel", "right_big_toe", turn(up, "ankle", FOOT, 20, ("right",))),
        ("right_arm_segment", "right_shoulder", "right_elbow", turn(up, "shoulder", ARM, 50, ("right",))),
        ("right_forearm_segment", "right_elbow", "right_wrist", turn(up, "elbow", ("wrist", "index"), 60, ("right",))),
        ("right_hand_segment", "right_wrist", "right_index", turn(up, "wrist", ("index",), 60, ("right",))),
    ):
        here = with_middles(posture)
        (x, y), (ex, ey) = here[vertex], here[end]
        level = posture | {end: (x + float(np.hypot(ex - x, ey - y)), y)}
        tiles.append(Tile(angle, posture, vertex, end, level, ((vertex, end),)))
    return tiles


def frontal_tiles() -> list[Tile]:
    """Return the angles of the frontal plane, seen from the front."""
    up = front_view()
    tilted = up | {"left_hip": (20.0, 190.0), "right_hip": (-20.0, 206.0)}
    shoulders = up | {"left_shoulder": (40.0, 62.0), "right_shoulder": (-40.0, 80.0)}
    ears = up | {"left_ear": (12.0, 36.0), "right_ear": (-12.0, 47.0), "head_top": (-8.0, 21.0)}
    lean = {name: (x - 35.0, y) if y < 190 else (x, y) for name, (x, y) in up.items()}
    valgus = up | {"right_knee": (-4.0, 280.0)}
    toes = up | {"right_big_toe": (-32.0, 384.0)}
    return [
        Tile("pelvis_obliquity", tilted, "right_hip", "left_hip", up, (("right_hip", "left_hip"),)),
        Tile("shoulder_obliquity", shoulders, "right_shoulder", "left_shoulder", up,
             (("right_shoulder", "left_shoulder"),)),
        Tile("head_tilt", ears, "right_ear", "left_ear", up, (("right_ear", "left_ear"),)),
        Tile("trunk_lateral_lean", lean, "mid_hip", "mid_shoulder", up, (("mid_hip", "mid_shoulder"),)),
        Tile("right_knee_valgus", valgus, "right_knee", "right_ankle",
             valgus | {"right_ankle": tuple(2 * np.array(valgus["right_knee"]) - valgus["right_hip"])}),
        Tile("right_hip_knee_ankle", valgus, "right_knee", "right_ankle",
             valgus | {"right_ankle": valgus["right_hip"]}),
        Tile("right_foot_progression", toes, "right_heel", "right_big_toe", up, (("right_heel", "right_big_toe"),)),
    ]  # fmt: skip


def draw_body(ax: Axes, points: Points, ink: str, width: float) -> None:
    """Draw the lines of a figure; the left thinner."""
    here = with_middles(points)
    top, neck, nose = (np.array(here[name]) for name in ("head_top", "neck", "nose"))
    centre, reach = neck + 0.6 * (top - neck), 0.42 * float(np.hypot(*(top - neck)))
    ax.add_patch(Circle(tuple(centre), reach, fill=False, ec=ink, lw=0.7 * width, zorder=2))
    off = nose - centre
    if abs(float(np.cross(np.append(top - neck, 0), np.append(off, 0))[2])) > 300:  # not from the front
        tip = centre + off / np.hypot(*off) * (reach + 5)
        ax.plot(*zip(centre + off / np.hypot(*off) * reach, tip, strict=True), color=ink, lw=width, zorder=2)
    for side in ("left", "right"):
        for a, b in LINES:
            ends = [here[name.format(side)] for name in (a, b)]
            ax.plot(*zip(*ends, strict=True), color=ink, lw=width * (0.5 if side == "left" else 1), zorder=2,
                    solid_capstyle="round")  # fmt: skip


def draw_tile(ax: Axes, tile: Tile) -> None:
    """Draw one angle: zero in grey, the posture in ink, an arrow from the one to the other, and the words."""
    definition = next(angle for angle in BODY.angles if angle.name == tile.angle)
    draw_body(ax, tile.posture, INK, 3.0)
    zero, here = with_middles(tile.zero), with_middles(tile.posture)
    vertex = np.array(here[tile.vertex])
    goes, lay = np.array(here[tile.end]) - vertex, np.array(zero[tile.end]) - np.array(zero[tile.vertex])
    reach = max(44.0, 0.9 * float(np.hypot(*goes)))
    for direction, ink, style in ((lay, GREY, "--"), (goes, ACCENT, "-")):
        tip = vertex + reach * direction / np.hypot(*direction)
        ax.plot(*zip(vertex, tip, strict=True), color="white", lw=4.5, zorder=3)
        ax.plot(*zip(vertex, tip, strict=True), color=ink, lw=2.2, ls=style, zorder=3)
    for a, b in tile.lines:
        ax.plot(*zip(here[a], here[b], strict=True), color=ACCENT, lw=3.4, zorder=4, solid_capstyle="round")
    draw_arc(ax, vertex, lay, goes, 0.75 * reach)
    value = measured(tile.posture, tile.angle)
    title = definition.title.removesuffix(" R")
    ax.set_title(f"{title}\n{value:+.0f}°", fontsize=10, color=INK, fontweight="bold")
    words = f"0° = {definition.zero}\n+ = {definition.positive}"
    text = "\n".join("\n".join(textwrap.wrap(line, 34)) for line in words.split("\n"))
    ax.text(0.5, -0.02, text, transform=ax.transAxes, ha="center", va="top", fontsize=7, color="#33414d")
    if tile.angle.removeprefix("right_") in SMALL:  # as large as its part of the body
        ax.set_xlim(vertex[0] - 50, vertex[0] + 50)
        ax.set_ylim(vertex[1] + 80, vertex[1] - 100)
    else:
        ax.set_xlim(-105, 105)
        ax.set_ylim(395, 0)
    ax.set_aspect("equal")
    ax.axis("off")


def draw_arc(ax: Axes, vertex: np.ndarray, start: np.ndarray, stop: np.ndarray, radius: float) -> None:
    """Draw an arrow round a vertex, the shorter way."""
    first, last = (np.arctan2(v[1], v[0]) for v in (start, stop))
    span = (last - first + np.pi) % (2 * np.pi) - np.pi
    way = first + np.linspace(0, span, 40)
    x, y = vertex[0] + radius * np.cos(way), vertex[1] + radius * np.sin(way)
    ax.plot(x[:-3], y[:-3], color=ACCENT, lw=1.3, zorder=5)
    ax.add_patch(FancyArrowPatch((x[-6], y[-6]), (x[-1], y[-1]), arrowstyle="-|>", mutation_scale=11, color=ACCENT,
                                 lw=0, zorder=5, shrinkA=0, shrinkB=0))  # fmt: skip


def draw_angles(tiles: list[Tile], path: Path, columns: int = 4) -> None:
    """Write a sheet of angles."""
    rows = -(-len(tiles) // columns)
    figure = Figure(figsize=(2.45 * columns, 4.3 * rows))
    for number, tile in enumerate(tiles):
        draw_tile(figure.add_subplot(rows, columns, number + 1), tile)
    figure.subplots_adjust(left=0.01, right=0.99, top=0.93, bottom=0.11 if rows == 1 else 0.09, hspace=0.42)
    figure.savefig(path, dpi=110)


def draw_responses(path: Path) -> None:
    """Write what each filter lets through of a sine, from the filters themselves."""
    rate, hz = 60.0, np.arange(0.5, 20.1, 0.5)
    time = np.arange(600) / rate
    figure = Figure(figsize=(7.2, 5.0))
    ax = figure.add_subplot()
    for settings, style in (
        (FilterSettings(), "-"),
        (FilterSettings("savitzky-golay"), "--"),
        (FilterSettings("kalman"), "-."),
        (FilterSettings("kalman", motion="acceleration"), (0, (6, 2, 1, 2, 1, 2))),
    ):
        gains, words = [], ""
        for f in hz:
            wave = np.sin(2 * np.pi * f * time)
            xy = np.repeat(wave[:, None, None], 2, axis=2)
            cov = np.tile(np.array([4.0, 0.0, 4.0]), (600, 1, 1))
            smooth, report = smooth_keypoints(Keypoints(xy, time, cov, np.ones((600, 1), bool)), settings)
            gains.append(amplitude(smooth[:, 0, 0], time, f))
            words = report.describe()
        ax.plot(hz, gains, ls=style, lw=1.8, label=words)
    uncorrected = [amplitude(once_too_often(np.sin(2 * np.pi * f * time), rate), time, f) for f in hz]
    ax.plot(hz, uncorrected, ":", color="k", lw=1.2, label="Butterworth at 6 Hz, run twice without correction")
    ax.axhline(np.sqrt(0.5), color=GREY, lw=1)
    ax.text(20, np.sqrt(0.5) + 0.02, "−3 dB", ha="right", fontsize=8, color="#5b6770")
    ax.set_xlabel("Frequency (Hz)")
    ax.set_ylabel("Share let through")
    ax.set_title(f"60 frames/s; effective cut-off of the first {effective_cutoff(6.0, 4, rate):.1f} Hz", fontsize=9)
    ax.legend(fontsize=7, frameon=False, loc="upper left", bbox_to_anchor=(0, -0.16))
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def once_too_often(values: np.ndarray, rate: float) -> np.ndarray:
    """Return what a Butterworth filter of order 2 at 6 Hz makes when it is run forward and backward as it is."""
    from scipy.signal import butter, filtfilt

    return np.asarray(filtfilt(*butter(2, 6.0, fs=rate), values))


def amplitude(values: np.ndarray, time: np.ndarray, hz: float) -> float:
    """Return how much of a frequency is in the middle half of a series."""
    part = slice(len(time) // 4, -len(time) // 4)
    waves = np.stack([np.sin(2 * np.pi * hz * time), np.cos(2 * np.pi * hz * time)], axis=1)[part]
    return float(np.hypot(*np.linalg.lstsq(waves, values[part], rcond=None)[0]))


def draw_smoothed(path: Path) -> None:
    """Write one noisy signal with an outlier, and what the filters make of it."""
    rng, rate = np.random.default_rng(4), 60.0
    time = np.arange(150) / rate
    truth = 60 * np.sin(2 * np.pi * time) + 14 * np.sin(2 * np.pi * 3 * time + 1)
    noisy = truth + rng.normal(0, 3, 150)
    noisy[80] += 45
    figure = Figure(figsize=(7.2, 6.4))
    shown: tuple[tuple[str, Callable[[], np.ndarray]], ...] = (
        ("Butterworth 6 Hz", lambda: smooth_evenly(noisy[:, None], rate, 6.0)[:, 0]),
        ("Butterworth 6 Hz, outliers replaced first", lambda: through(noisy, time, FilterSettings(despike=True))),
        ("Kalman smoother 6 Hz; the outlier's frame is unsure", lambda: through_unsure(noisy, time)),
        ("One-Euro: causal, so it lags", lambda: smooth_one_euro(noisy[:, None], time, 1.5, 0.01)[:, 0]),
    )
    for row, (words, make) in enumerate(shown):
        ax = figure.add_subplot(len(shown), 1, row + 1)
        ax.plot(time, noisy, ".", color=GREY, ms=3)
        ax.plot(time, truth, color="k", lw=0.8, ls="--")
        ax.plot(time, make(), color=ACCENT, lw=1.6)
        ax.set_title(words, fontsize=9, loc="left")
        ax.set_ylabel("px", fontsize=8)
        ax.tick_params(labelsize=7)
    ax.set_xlabel("Time (s). Points: given; dashed: truth", fontsize=8)
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def through(
    values: np.ndarray, time: np.ndarray, settings: FilterSettings, variance: np.ndarray | None = None
) -> np.ndarray:
    """Return a series through the filter that the settings name."""
    xy = np.repeat(values[:, None, None], 2, axis=2)
    cov = np.tile(np.array([9.0, 0.0, 9.0]), (len(values), 1, 1))
    if variance is not None:
        cov[:, 0, 0] = cov[:, 0, 2] = variance
    return smooth_keypoints(Keypoints(xy, time, cov, np.ones((len(values), 1), bool)), settings)[0][:, 0, 0]


def through_unsure(values: np.ndarray, time: np.ndarray) -> np.ndarray:
    """Return a series through the Kalman smoother with one frame that is unsure."""
    variance = np.full(len(values), 9.0)
    variance[80] = 40.0**2
    return through(values, time, FilterSettings("kalman"), variance)


def draw_plane(path: Path) -> None:
    """Write what an angle reads when its plane is turned away from that of the picture."""
    turned = np.linspace(0, 60, 121)
    figure = Figure(figsize=(6.0, 3.4))
    ax = figure.add_subplot()
    for degrees, style in ((10, "-"), (30, "--"), (60, "-.")):
        seen = np.degrees(np.arctan(np.tan(np.radians(degrees)) * np.cos(np.radians(turned))))
        ax.plot(turned, seen - degrees, ls=style, lw=1.8, label=f"a true angle of {degrees}°")
    flagged = float(np.degrees(np.arccos(0.8)))
    ax.axvline(flagged, color=ACCENT, ls="--", lw=1.2)
    ax.text(flagged - 1, -8, "flagged from here:\n0.8 of the length", fontsize=8, color=ACCENT, va="top", ha="right")
    ax.set_xlabel("The segment points out of the plane by (°)")
    ax.set_ylabel("Read less true (°)")
    ax.legend(fontsize=8, frameon=False, loc="lower left")
    figure.tight_layout()
    figure.savefig(path, dpi=120)


def main() -> None:
    """Draw everything."""
    mpl.rcParams["font.family"] = "DejaVu Sans"
    OUT.mkdir(exist_ok=True)
    draw_angles(joint_tiles(), OUT / "angles-joints.png")
    draw_angles(segment_tiles(), OUT / "angles-segments.png")
    draw_angles(frontal_tiles(), OUT / "angles-frontal.png")
    draw_responses(OUT / "filters-response.png")
    draw_smoothed(OUT / "filters-example.png")
    draw_plane(OUT / "out-of-plane.png")


if __name__ == "__main__":
    main()
