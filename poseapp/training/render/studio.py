"""The exercise room of the sample clip: parquet, wall bars, window, couch, ball; and soft shadows on its floor."""

from __future__ import annotations

from dataclasses import dataclass, replace

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.training.render.backdrop import noise
from poseapp.training.render.body import Vector
from poseapp.training.render.raycast import Camera, Cone, Light, render

Image = npt.NDArray[np.float32]
WALL_Z = -2.2
SHADOW_STEP = 0.02  # m per px of the floor's shadow map
FLOOR = (-4.5, 4.5, WALL_Z, 2.5)  # m: x from, to, z from, to
AXES = np.eye(3)
LIGHT = Light(
    np.array([0.35, 0.80, 0.48]) / np.linalg.norm([0.35, 0.80, 0.48]),
    np.array([0.68, 0.66, 0.62]),
    np.array([0.55, 0.56, 0.59]),
    np.array([0.40, 0.36, 0.31]),
    fade=0.42,
)


@dataclass(frozen=True)
class Studio:
    """The empty room: picture (H, W, 3) 0..1, and floor (H, W, 2) x and z of the floor seen, NaN elsewhere."""

    picture: Image
    floor: Image


def _rays(camera: Camera, samples: int) -> Image:
    u = (np.arange(camera.width * samples) + 0.5) / samples - 0.5 - camera.middle[0]
    v = (np.arange(camera.height * samples) + 0.5) / samples - 0.5 - camera.middle[1]
    rays = np.empty((len(v), len(u), 3))
    rays[..., 0], rays[..., 1], rays[..., 2] = u / camera.focal, -v[:, None] / camera.focal, -1
    return np.asarray(rays @ camera.axes.T, np.float32)


def _floor_seen(camera: Camera, samples: int) -> Image:
    rays = _rays(camera, samples)
    with np.errstate(divide="ignore", invalid="ignore"):
        t = np.where(rays[..., 1] < 0, -camera.position[1] / rays[..., 1], np.nan)
    at = camera.position[[0, 2]] + t[..., None] * rays[..., [0, 2]]
    return np.where(at[..., 1:] > WALL_Z, at, np.nan).astype(np.float32)


def _mix(below: Image, above: npt.ArrayLike, share: npt.NDArray[np.floating | np.bool_]) -> Image:
    share = np.clip(share.astype(np.float32), 0, 1)[..., None]
    return np.asarray(below * (1 - share) + np.asarray(above) * share, np.float32)


def _inside(x: Image, y: Image, box: tuple[float, float, float, float]) -> npt.NDArray[np.bool_]:
    left, right, low, high = box
    return (x > left) & (x < right) & (y > low) & (y < high)


def _parquet(at: Image, rng: np.random.Generator) -> Image:
    x, z = np.nan_to_num(at[..., 0]) + 10, np.nan_to_num(at[..., 1]) + 10
    row = np.floor(z / 0.145)
    along = x / 1.35 + (row * 0.37) % 1
    board = (row * 37 + np.floor(along) * 101).astype(int) % 256
    tone = rng.uniform(0.90, 1.06, 256)[board]
    grain = noise((1024, 64), 6, rng)
    fibre = grain[(x * 160).astype(int) % 1024, (z * 260).astype(int) % 64]
    fibre = fibre * np.exp(-np.abs(z - 12) / 3)
    wood = np.array([0.76, 0.61, 0.44]) * tone[..., None] * (1 + 0.022 * fibre)[..., None]
    seam = (z / 0.145 % 1 < 0.035) | (along % 1 < 0.004)
    light = (
        1.0
        + 0.10 * np.exp(-(((x - 11.4) / 1.6) ** 2) - ((z - 9.0) / 1.2) ** 2)
        - 0.10 * np.exp(-(z - 10 - WALL_Z) / 0.35)
    )
    return np.asarray(wood * light[..., None] * np.where(seam, 0.86, 1.0)[..., None], np.float32)


def _wall(x: Image, y: Image) -> Image:
    wall = np.broadcast_to(np.array([0.885, 0.875, 0.845]), (*x.shape, 3)).astype(np.float32)
    wall = _mix(wall, np.array([0.60, 0.70, 0.69]), (y < 1.02).astype(float))
    wall = _mix(wall, np.array([0.93, 0.92, 0.89]), ((y > 1.02) & (y < 1.07)) | (y < 0.11))
    glow = 0.93 + 0.09 * np.exp(-(((x - 1.9) / 2.2) ** 2) - ((y - 1.9) / 1.4) ** 2) - 0.07 * np.exp(-y / 0.25)
    wall = np.asarray(wall * glow[..., None], np.float32)
    wall = _window(wall, x, y)
    return _poster(wall, x, y)


def _window(wall: Image, x: Image, y: Image) -> Image:
    left, right, low, high = 1.05, 3.05, 1.22, 2.75
    wall = _mix(wall, np.array([0.97, 0.97, 0.95]), _inside(x, y, (left - 0.07, right + 0.07, low - 0.09, high + 0.07)))
    sky = np.clip((y - 1.55) / 0.9, 0, 1)[..., None]
    view = np.array([0.86, 0.92, 0.90]) * (1 - sky) + np.array([0.70, 0.84, 0.95]) * sky
    hedge = 1.50 + 0.07 * np.sin(5 * x) + 0.05 * np.sin(13 * x + 1)
    green = np.clip((hedge - y) / 0.10 + 0.5, 0, 1)[..., None]
    view = view * (1 - green) + np.array([0.60, 0.72, 0.53]) * green
    glass = _inside(x, y, (left, right, low, high)) & ~_inside(np.abs(x - (left + right) / 2), y, (-1, 0.03, low, high))
    return np.where(glass[..., None], view, wall).astype(np.float32)


def _poster(wall: Image, x: Image, y: Image) -> Image:
    wall = _mix(wall, np.array([0.97, 0.96, 0.93]), _inside(x, y, (-0.75, 0.05, 1.35, 2.38)))
    wall = _mix(wall, np.array([0.15, 0.38, 0.45]), _inside(x, y, (-0.69, -0.01, 1.41, 2.32)))
    for cx, cy, radius, tint in ((-0.35, 1.97, 0.17, (0.93, 0.72, 0.35)), (-0.35, 1.52, 0.30, (0.85, 0.88, 0.84))):
        disc = ((x - cx) ** 2 + (y - cy) ** 2 < radius**2) & _inside(x, y, (-0.69, -0.01, 1.41, 2.32))
        wall = _mix(wall, np.array(tint), disc.astype(float))
    return wall


def _cone(
    a: tuple[float, ...], b: tuple[float, ...], radii: tuple[float, float], colour: tuple[float, ...], **more: object
) -> Cone:
    stretch = more.pop("stretch", (1.0, 1.0, 1.0))
    return Cone(np.array(a), np.array(b), *radii, AXES, stretch, np.array(colour), **more)  # type: ignore[arg-type]


def furniture() -> list[Cone]:
    """Return the things in the room: wall bars, couch, ball, rolled mat, plant."""
    ball = _cone((3.0, 0.325, -1.55), (3.0, 0.3251, -1.55), (0.325, 0.325), (0.80, 0.38, 0.27), gloss=0.25)
    mat = _cone((-0.95, 0.085, -1.98), (-0.15, 0.085, -1.98), (0.085, 0.085), (0.35, 0.50, 0.42), rough=0.1)
    return [*_wall_bars(), *_couch(), ball, mat, *_plant()]


def _wall_bars() -> list[Cone]:
    wood, z = (0.72, 0.52, 0.33), WALL_Z + 0.13
    posts = [_cone((x, 0.0, z), (x, 2.55, z), (0.035, 0.035), wood) for x in (-3.05, -2.15, -1.25)]
    return posts + [
        _cone((-3.05, y, z + 0.03), (-1.25, y, z + 0.03), (0.019, 0.019), wood, gloss=0.08)
        for y in np.arange(0.18, 2.5, 0.15)
    ]


def _couch() -> list[Cone]:
    steel, blue, white = (0.55, 0.57, 0.60), (0.20, 0.30, 0.40), (0.92, 0.92, 0.90)
    head, foot = (0.55, 0.66, -1.72), (2.25, 0.66, -1.72)
    top = _cone(head, foot, (0.30, 0.30), blue, stretch=(1.0, 0.18, 1.0), gloss=0.06)
    legs = [
        _cone((x, 0.0, z), (x, 0.60, z), (0.025, 0.025), steel, gloss=0.2) for x in (0.5, 2.3) for z in (-1.95, -1.52)
    ]
    rails = [_cone((0.5, 0.56, z), (2.3, 0.56, z), (0.022, 0.022), steel, gloss=0.2) for z in (-1.95, -1.52)]
    ends = (0.50, 0.745, -1.72), (0.62, 0.745, -1.72)
    pillow = _cone(*ends, (0.17, 0.17), white, stretch=(1.0, 0.35, 1.2), rough=0.1)
    return [top, *legs, *rails, pillow]


def _plant() -> list[Cone]:
    things = [_cone((-3.65, 0.0, -1.75), (-3.65, 0.32, -1.75), (0.13, 0.17), (0.88, 0.86, 0.82))]
    for k in range(14):
        angle, high = k * 2.4, 0.75 + 0.42 * ((k * 7) % 5) / 4
        tip = (-3.65 + 0.36 * np.cos(angle), high, -1.75 + 0.25 * np.sin(angle))
        root = (-3.65 + 0.05 * np.cos(angle), 0.36, -1.75)
        green = (0.22 + 0.02 * (k % 3), 0.42 + 0.03 * (k % 4), 0.22)
        things.append(_cone(root, tip, (0.012, 0.045), green, stretch=(1, 1.25, 0.5)))
    return things


def build_studio(camera: Camera, *, samples: int = 2) -> Studio:
    """Return the room as a camera sees it."""
    rng = np.random.default_rng(7)
    at = _floor_seen(camera, samples)
    rays = _rays(camera, samples)
    t = (WALL_Z - camera.position[2]) / rays[..., 2]
    x, y = camera.position[0] + t * rays[..., 0], camera.position[1] + t * rays[..., 1]
    picture = np.where(np.isfinite(at[..., :1]), _parquet(at, rng), _wall(x, y))
    things = furniture()
    size = (camera.width, camera.height)
    picture = cv2.resize(picture.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    floor = _floor_seen(camera, 1)
    picture = picture * floor_shadow(things, floor)[..., None]
    drawn = render(things, camera, replace(LIGHT, fade=0.0), samples=samples + 1)
    picture = drawn.rgb + (1 - drawn.coverage[..., None]) * picture
    return Studio(np.clip(picture, 0, 1).astype(np.float32), floor)


def floor_shadow(cones: list[Cone], floor: Image, *, strength: float = 0.5) -> Image:
    """Return the light (H, W) left on the floor, 0..1, where floor (H, W, 2) holds its x and z: sharper and darker
    under what is low."""
    x0, x1, z0, z1 = FLOOR
    shape = (int((z1 - z0) / SHADOW_STEP), int((x1 - x0) / SHADOW_STEP))
    dark = np.zeros(shape, np.float32)
    lean = LIGHT.direction[[0, 2]] / LIGHT.direction[1] * 0.35  # many lamps: shorter shadows than one would cast
    for low, high, blur, share in ((-1.0, 0.22, 2.2, 1.0), (0.22, 1.0, 7.0, 0.75), (1.0, 3.0, 13.0, 0.55)):
        layer = np.zeros(shape, np.uint8)
        for cone in cones:
            if low <= (cone.a[1] + cone.b[1]) / 2 < high:
                _drop(layer, cone, lean)
        dark = np.maximum(dark, share * cv2.GaussianBlur(layer.astype(np.float32) / 255, (0, 0), blur))
    columns = np.nan_to_num((floor[..., 0] - x0) / SHADOW_STEP - 0.5, nan=-9).astype(np.float32)
    rows = np.nan_to_num((floor[..., 1] - z0) / SHADOW_STEP - 0.5, nan=-9).astype(np.float32)
    return np.asarray(1 - strength * cv2.remap(dark, columns, rows, cv2.INTER_LINEAR), np.float32)


def _drop(layer: npt.NDArray[np.uint8], cone: Cone, lean: Vector) -> None:
    ends = [
        tuple(round(v) for v in ((p[[0, 2]] - p[1] * lean - (FLOOR[0], FLOOR[2])) / SHADOW_STEP))
        for p in (cone.a, cone.b)
    ]
    width = max(1, int(2 * max(cone.ra, cone.rb) * max(cone.stretch[0], cone.stretch[2]) / SHADOW_STEP))
    cv2.line(layer, ends[0], ends[1], 255, width)
