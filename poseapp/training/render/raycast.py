"""A small ray caster: round cones in perspective, with a depth buffer, soft normals and supersampling."""

from __future__ import annotations

from dataclasses import dataclass

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.training.render.body import Matrix, Vector

Image = npt.NDArray[np.float32]
FADE_FROM, FADE_DEPTH = 0.09, 0.12  # m behind the middle of what is seen: where fading begins, over how far
# Shadows: the lamp's distance, m; side of its depth map, px; depth that does not count yet, m; softness of edges, m.
LAMP_DISTANCE, LAMP_SIDE, LAMP_BIAS, PENUMBRA = 8.0, 200, 0.035, 0.012
BLEND = 0.012  # m of depth over which the normals of neighbouring parts melt into each other


@dataclass(frozen=True)
class Camera:
    """A pinhole camera.

    Attributes:
        position: (3,) m. axes: (3, 3) columns right, up, backwards.
        focal: px. width, height: px; the optical axis goes through the middle.
    """

    position: Vector
    axes: Matrix
    focal: float
    width: int
    height: int

    @property
    def middle(self) -> Vector:
        """Where the optical axis meets the picture, px."""
        return np.array([(self.width - 1) / 2, (self.height - 1) / 2])

    def to_camera(self, points: Vector) -> Vector:
        """Return world points (..., 3) as (right, up, backwards), m."""
        seen: Vector = (points - self.position) @ self.axes
        return seen

    def project(self, points: Vector) -> Vector:
        """Return world points (..., 3) as px (..., 2)."""
        p = self.to_camera(points)
        xy: Vector = self.focal * p[..., :2] * (1, -1) / -p[..., 2:] + self.middle
        return xy


def look_at(position: Vector, target: Vector, *, focal: float, width: int, height: int) -> Camera:
    """Return an upright camera at a position that looks at a target."""
    back = (position - target) / np.linalg.norm(position - target)
    right = np.cross(np.array([0.0, 1.0, 0.0]), back)
    right /= np.linalg.norm(right)
    return Camera(position, np.column_stack([right, np.cross(back, right), back]), focal, width, height)


@dataclass(frozen=True)
class Cone:
    """A cone with round ends between two points, stretched along its own axes.

    Attributes:
        a, b: (3,) ends, m. ra, rb: Radii there, m.
        axes, stretch: Columns and factors (3,) of the stretching.
        colour: (3,) 0..1 RGB.
        rough: Strength of the folds of cloth, 0 for skin.
        stripes: Number along the axis (0 none) in `second` colour.
    """

    a: Vector
    b: Vector
    ra: float
    rb: float
    axes: Matrix
    stretch: tuple[float, float, float]
    colour: Vector
    rough: float = 0.0
    stripes: float = 0.0
    second: Vector | None = None
    gloss: float = 0.0


@dataclass(frozen=True)
class Light:
    """A lamp and the sky.

    Attributes:
        direction: (3,) towards the lamp.
        key, sky, floor: (3,) brightness from the lamp, from above and from below.
        fade: How much of the light the nearer half of a body takes from the farther one, 0..1.
        shadow: How dark the shadows are that parts cast on others, 0..1; 0 casts none.
    """

    direction: Vector
    key: Vector
    sky: Vector
    floor: Vector
    fade: float = 0.0
    shadow: float = 0.0


@dataclass(frozen=True)
class Rendered:
    """rgb (H, W, 3) 0..1 times coverage, coverage (H, W) 0..1, depth (H, W) m (inf = nothing), as seen."""

    rgb: Image
    coverage: Image
    depth: Image


@dataclass(frozen=True)
class _Hit:
    rows: slice
    columns: slice
    depth: Image
    normal: Image
    along: Image
    around: Image


def _intersect(cone: Cone, camera: Camera, samples: int) -> _Hit | None:
    window = _window(cone, camera, samples)
    if window is None:
        return None
    rows, columns = window
    cx, cy = camera.middle
    u = (np.arange(columns.start, columns.stop, dtype=np.float32) + 0.5) / samples - 0.5 - cx
    v = (np.arange(rows.start, rows.stop, dtype=np.float32) + 0.5) / samples - 0.5 - cy
    rays = np.empty((len(v), len(u), 3), np.float32)
    rays[..., 0], rays[..., 1], rays[..., 2] = u / camera.focal, -v[:, None] / camera.focal, -1
    into = (np.diag(1 / np.array(cone.stretch)) @ cone.axes.T @ camera.axes).astype(np.float32)
    rd = rays @ into.T
    length = np.linalg.norm(rd, axis=-1)
    rd /= length[..., None]
    scale = np.diag(1 / np.array(cone.stretch)) @ cone.axes.T
    oa, ob = scale @ (camera.position - cone.a), scale @ (camera.position - cone.b)
    t, normal, along = _round_cone(rd, oa, ob, cone.ra, cone.rb)
    depth = np.where(np.isfinite(t), t / length, np.inf).astype(np.float32)  # z of the ray is 1
    world = normal @ scale.astype(np.float32)  # normals map by the transposed inverse
    world /= np.linalg.norm(world, axis=-1, keepdims=True) + 1e-9
    return _Hit(rows, columns, depth, world, along, np.arctan2(normal[..., 0], normal[..., 2]))


def _window(cone: Cone, camera: Camera, samples: int) -> tuple[slice, slice] | None:
    ends = camera.to_camera(np.stack([cone.a, cone.b]))
    if ends[:, 2].max() > -0.2:
        return None
    radius = max(cone.ra, cone.rb) * max(cone.stretch) * camera.focal / -ends[:, 2].max() * 1.08 + 1
    xy = camera.project(np.stack([cone.a, cone.b]))
    low = np.floor((xy.min(axis=0) - radius) * samples).astype(int)
    high = np.ceil((xy.max(axis=0) + radius) * samples).astype(int)
    low = np.maximum(low, 0)
    high = np.minimum(high, np.array([camera.width, camera.height]) * samples)
    if (high <= low).any():
        return None
    return slice(low[1], high[1]), slice(low[0], high[0])


def _round_cone(rd: Image, oa: Vector, ob: Vector, ra: float, rb: float) -> tuple[Image, Image, Image]:
    """Return distance (inf = missed), normal and place along the axis (0..1) of unit rays (h, w, 3) from one point.

    The quadratic forms of the tangent cone and of the two end spheres, the nearest valid one.
    """
    ba, rr = oa - ob, ra - rb
    m0, m1, m5, m7 = float(ba @ ba), float(ba @ oa), float(oa @ oa), float(ob @ ob)
    m2, m3, m6 = rd @ ba.astype(np.float32), rd @ oa.astype(np.float32), rd @ ob.astype(np.float32)
    d2 = m0 - rr * rr
    oa32, ob32 = oa.astype(np.float32), ob.astype(np.float32)
    with np.errstate(invalid="ignore", divide="ignore"):
        t1, t2 = -m3 - np.sqrt(m3 * m3 - m5 + ra * ra), -m6 - np.sqrt(m6 * m6 - m7 + rb * rb)
        t1, t2 = np.nan_to_num(t1, nan=np.inf), np.nan_to_num(t2, nan=np.inf)
        near_b = t2 < t1
        t = np.where(near_b, t2, t1)
        finite = np.where(np.isfinite(t), t, 0)[..., None]
        normal = np.where(near_b[..., None], (ob32 + finite * rd) / rb, (oa32 + finite * rd) / ra)
        along = near_b.astype(np.float32)
        if d2 > 1e-9:
            k2 = d2 - m2 * m2
            k1 = d2 * m3 - m1 * m2 + m2 * rr * ra
            k0 = d2 * m5 - m1 * m1 + m1 * rr * ra * 2 - m0 * ra * ra
            side = (-np.sqrt(k1 * k1 - k0 * k2) - k1) / k2
            y = m1 - ra * rr + side * m2
            on_side = (y > 0) & (y < d2) & (side > 0)
            hull = d2 * (oa32 + np.where(on_side, side, 0)[..., None] * rd) - ba.astype(np.float32) * y[..., None]
            hull /= np.linalg.norm(hull, axis=-1, keepdims=True) + 1e-12
            t = np.where(on_side, side, t)
            normal = np.where(on_side[..., None], hull, normal)
            along = np.where(on_side, y / d2, along)
    return t.astype(np.float32), normal.astype(np.float32), along.astype(np.float32)


def _folds(size: int = 256) -> Image:
    noise = np.random.default_rng(11).normal(size=(size, size)).astype(np.float32)
    wide = np.tile(noise, (3, 3))
    blurred = sum(
        cv2.GaussianBlur(wide, (0, 0), s * 1.6, sigmaY=s)[size : 2 * size, size : 2 * size] * s for s in (3, 7)
    )
    return np.asarray(blurred / np.abs(blurred).max(), np.float32)


FOLDS = _folds()


def _surface(cone: Cone, hit: _Hit) -> Image:
    colour = np.broadcast_to(cone.colour.astype(np.float32), (*hit.depth.shape, 3))
    if cone.stripes and cone.second is not None:
        band = (np.floor(hit.along * cone.stripes * 2) % 2).astype(bool)
        colour = np.where(band[..., None], cone.second.astype(np.float32), colour)
    if cone.rough:
        length = float(np.linalg.norm(cone.a - cone.b)) + cone.ra
        rows = (hit.along * length * 420).astype(int) % len(FOLDS)
        columns = (hit.around * (128 / np.pi)).astype(int) % len(FOLDS)
        colour = colour * (1 + cone.rough * FOLDS[rows, columns])[..., None]
    return colour.astype(np.float32)


def render(cones: list[Cone], camera: Camera, light: Light, *, samples: int = 2) -> Rendered:
    """Draw cones by depth. Coverage is antialiased by `samples` x `samples` rays a pixel."""
    shape = (camera.height * samples, camera.width * samples)
    depth = np.full(shape, np.inf, np.float32)
    colour, normal = np.zeros((*shape, 3), np.float32), np.zeros((*shape, 3), np.float32)
    gloss = np.zeros(shape, np.float32)
    hits = [(cone, hit) for cone in cones if (hit := _intersect(cone, camera, samples)) is not None]
    for cone, hit in hits:
        window = depth[hit.rows, hit.columns]
        nearer = hit.depth < window
        window[nearer] = hit.depth[nearer]
        colour[hit.rows, hit.columns][nearer] = _surface(cone, hit)[nearer]
        gloss[hit.rows, hit.columns][nearer] = cone.gloss
    for _, hit in hits:
        with np.errstate(invalid="ignore"):
            behind = hit.depth - depth[hit.rows, hit.columns]
            weight = np.where(behind < 4 * BLEND, np.exp(-behind / BLEND), 0)
        normal[hit.rows, hit.columns] += np.nan_to_num(weight)[..., None] * hit.normal
    normal /= np.linalg.norm(normal, axis=-1, keepdims=True) + 1e-9
    covered = np.isfinite(depth)
    shadow = _crevices(depth, camera, samples) * _far_side(depth, light.fade) * covered
    lit = lamplight(depth, cones, camera, light) if light.shadow and covered.any() else None
    rgb = _shade(colour, normal, gloss, camera, light, lit=lit) * shadow[..., None]
    size = (camera.width, camera.height)
    return Rendered(
        cv2.resize(rgb, size, interpolation=cv2.INTER_AREA),
        cv2.resize(covered.astype(np.float32), size, interpolation=cv2.INTER_AREA),
        depth[samples // 2 :: samples, samples // 2 :: samples],
    )


def lamplight(depth: Image, cones: list[Cone], camera: Camera, light: Light) -> Image:
    """Return how much of the lamp (h, w) reaches what is seen, 0..1, past the other cones (a shadow map).

    Args:
        depth: (h, w) m, any number of samples a pixel; inf = nothing.
    """
    covered = np.isfinite(depth)
    samples = depth.shape[1] / camera.width
    u, v = ((np.arange(n, dtype=np.float32) + 0.5) / samples - 0.5 for n in depth.shape[::-1])
    z = np.where(covered, depth, 0)
    (cx, cy), forward = camera.middle, np.empty((*depth.shape, 3), np.float32)
    forward[..., 0], forward[..., 1], forward[..., 2] = (
        (u - cx) / camera.focal * z,
        -(v[:, None] - cy) / camera.focal * z,
        -z,
    )
    points = forward[covered] @ camera.axes.T.astype(np.float32) + camera.position.astype(np.float32)
    low, high = points.min(axis=0), points.max(axis=0)
    middle, extent = (low + high) / 2, float(np.linalg.norm(high - low)) + 0.2
    focal = LAMP_DISTANCE * LAMP_SIDE / extent
    lamp = look_at(middle + LAMP_DISTANCE * light.direction, middle, focal=focal, width=LAMP_SIDE, height=LAMP_SIDE)
    reached = _first_depth(cones, lamp)
    column, row = np.rint(lamp.project(points)).astype(int).clip(0, LAMP_SIDE - 1).T
    behind = -lamp.to_camera(points)[:, 2] - reached[row, column]
    dark = np.zeros(depth.shape, np.float32)
    dark[covered] = behind > LAMP_BIAS
    sigma = PENUMBRA * camera.focal * samples / float(z[covered].mean())
    soft = cv2.GaussianBlur(dark, (0, 0), sigma) / np.maximum(
        cv2.GaussianBlur(covered.astype(np.float32), (0, 0), sigma), 1e-3
    )
    return np.asarray(1 - light.shadow * np.clip(soft, 0, 1), np.float32)


def _first_depth(cones: list[Cone], camera: Camera) -> Image:
    depth = np.full((camera.height, camera.width), np.inf, np.float32)
    for cone in cones:
        if (hit := _intersect(cone, camera, 1)) is not None:
            window = depth[hit.rows, hit.columns]
            np.minimum(window, hit.depth, out=window)
    return depth


def _shade(
    colour: Image, normal: Image, gloss: Image, camera: Camera, light: Light, *, lit: Image | None = None
) -> Image:
    facing = normal @ light.direction.astype(np.float32)
    lamp = np.clip((facing + 0.25) / 1.25, 0, 1) ** 1.3  # a wide lamp wraps around
    if lit is not None:
        lamp = lamp * lit
    up = 0.5 + 0.5 * normal[..., 1]
    ambient = up[..., None] * light.sky.astype(np.float32) + (1 - up)[..., None] * light.floor.astype(np.float32)
    half = light.direction + camera.axes[:, 2]
    shine = np.clip(normal @ (half / np.linalg.norm(half)).astype(np.float32), 0, 1) ** 24
    seen = colour * (lamp[..., None] * light.key.astype(np.float32) + ambient)
    return np.asarray(np.clip(seen + (gloss * shine)[..., None], 0, 1), np.float32)


def _far_side(depth: Image, fade: float) -> Image:
    """Darken what lies behind the middle of the figure: light from the viewer's side reaches it less."""
    covered = np.isfinite(depth)
    if not fade or not covered.any():
        return np.ones_like(depth)
    behind = np.where(covered, depth, 0) - np.median(depth[covered])
    return np.asarray(1 - fade * np.clip((behind - FADE_FROM) / FADE_DEPTH, 0, 1), np.float32)


def _crevices(depth: Image, camera: Camera, samples: int) -> Image:
    """Darken what lies behind its neighbourhood, the cheap ambient occlusion of the depth buffer."""
    covered = np.isfinite(depth)
    if not covered.any():
        return np.ones_like(depth)
    z = np.where(covered, depth, 0)
    sigma = 0.03 * camera.focal * samples / float(depth[covered].mean())
    small = max(1, int(sigma / 3))
    size = (max(1, z.shape[1] // small), max(1, z.shape[0] // small))
    mask = cv2.resize(covered.astype(np.float32), size, interpolation=cv2.INTER_AREA)
    mean = cv2.resize(z, size, interpolation=cv2.INTER_AREA)
    mask, mean = cv2.GaussianBlur(mask, (0, 0), sigma / small), cv2.GaussianBlur(mean, (0, 0), sigma / small)
    around = cv2.resize(mean / np.maximum(mask, 1e-3), z.shape[::-1])
    return np.asarray(1 - 0.38 * np.clip((z - around) / 0.14, 0, 1) * covered, np.float32)
