"""Random surroundings for rendered people: rooms, open air, clutter, or a given photograph."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

Image = npt.NDArray[np.float32]


def noise(shape: tuple[int, int], scale: float, rng: np.random.Generator) -> Image:
    """Return smooth noise (H, W), zero mean, unit spread, with features of about `scale` px."""
    small = (max(2, int(shape[1] / scale) + 2), max(2, int(shape[0] / scale) + 2))
    field = rng.normal(size=small[::-1]).astype(np.float32)
    field = cv2.resize(field, shape[::-1], interpolation=cv2.INTER_CUBIC)
    return np.asarray((field - field.mean()) / (field.std() + 1e-6), np.float32)


def colour(rng: np.random.Generator) -> Image:
    """Return a random colour (3,), mostly muted."""
    value = rng.uniform(0.08, 0.95) + rng.normal(0, 0.13, 3)
    return np.clip(value, 0.02, 1).astype(np.float32)


def _rectangles(image: Image, top: int, bottom: int, rng: np.random.Generator) -> None:
    h, w = image.shape[:2]
    for _ in range(rng.integers(0, 7)):
        x, y = int(rng.integers(-w // 4, w)), int(rng.integers(top, max(bottom, top + 1)))
        size = (int(rng.uniform(0.03, 0.4) * w), int(rng.uniform(0.05, 0.5) * h))
        tint = colour(rng).tolist()
        cv2.rectangle(image, (x, y), (x + size[0], min(y + size[1], h)), tint, -1, cv2.LINE_AA)
        if rng.random() < 0.5:
            cv2.rectangle(
                image, (x, y), (x + size[0], y + size[1]), colour(rng).tolist(), int(rng.integers(1, 4)), cv2.LINE_AA
            )


def room(shape: tuple[int, int], rng: np.random.Generator) -> Image:
    """Wall, floor, and things on the wall; lines on the floor run to a vanishing point."""
    h, w = shape
    line = int(h * rng.uniform(0.45, 0.95))
    image = np.empty((h, w, 3), np.float32)
    image[:line], image[line:] = colour(rng), colour(rng)
    image *= (1 + 0.15 * noise(shape, h / 2, rng))[..., None]
    _rectangles(image, 0, line, rng)
    if rng.random() < 0.5 and line < h - 4:
        tint, vanish = (colour(rng)).tolist(), (int(rng.uniform(0, w)), line - h // 3)
        for x in np.linspace(-w, 2 * w, int(rng.integers(6, 20))):
            floor = np.ascontiguousarray(image[line:])
            cv2.line(floor, (vanish[0], vanish[1] - line), (int(x), h - line), tint, 1, cv2.LINE_AA)
            image[line:] = floor
    for _ in range(rng.integers(0, 5)):
        ends = rng.uniform(-0.2, 1.2, (2, 2)) * (w, h)
        start, end = (tuple(int(v) for v in point) for point in ends)
        cv2.line(image, start, end, colour(rng).tolist(), int(rng.integers(1, 6)), cv2.LINE_AA)
    return image


def open_air(shape: tuple[int, int], rng: np.random.Generator) -> Image:
    """Sky, ground and rough bushes."""
    h, w = shape
    line = int(h * rng.uniform(0.3, 0.85))
    image = np.empty((h, w, 3), np.float32)
    ramp = np.linspace(0, 1, h, dtype=np.float32)[:, None, None]
    image[:] = (1 - ramp) * np.array([0.55, 0.7, 0.9]) * rng.uniform(0.5, 1.1) + ramp * 0.85
    ground = np.array([[0.3, 0.42, 0.16], [0.55, 0.45, 0.33], [0.45, 0.45, 0.46], [0.62, 0.32, 0.25]])[rng.integers(4)]
    image[line:] = ground * rng.uniform(0.5, 1.3)
    height = line - h * 0.12 * (1 + noise((1, w), w / 12, rng)[0]) * rng.uniform(0, 2)
    trees = (np.arange(h)[:, None] > height[None]) & (np.arange(h)[:, None] < line)
    image[trees] = np.array([0.16, 0.25, 0.10]) * rng.uniform(0.5, 1.6)
    for scale in (h / 6, h / 24, h / 80):
        image *= (1 + rng.uniform(0.03, 0.16) * noise(shape, scale, rng))[..., None]
    return image


def clutter(shape: tuple[int, int], rng: np.random.Generator) -> Image:
    """Coloured noise at several scales with hard shapes on it."""
    layers = [
        np.stack([noise(shape, scale, rng) for _ in range(3)], axis=-1) * weight
        for scale, weight in ((shape[0] / 2, 0.2), (shape[0] / 8, 0.13), (shape[0] / 30, 0.08))
    ]
    image = colour(rng) + sum(layers)
    image = np.ascontiguousarray(image, np.float32)
    _rectangles(image, 0, shape[0], rng)
    return image


def of_photograph(photo: npt.NDArray[np.uint8], shape: tuple[int, int], rng: np.random.Generator) -> Image:
    """Return a random part of a photograph stretched over the picture."""
    h, w = photo.shape[:2]
    part = rng.uniform(0.4, 0.9)
    y, x = int(rng.uniform(0, 1 - part) * h), int(rng.uniform(0, 1 - part) * w)
    window = photo[y : y + max(8, int(part * h)), x : x + max(8, int(part * w))]
    window = window[:, ::-1] if rng.random() < 0.5 else window
    stretched = cv2.resize(np.ascontiguousarray(window), shape[::-1])
    return np.asarray(stretched / np.float32(255), np.float32)


def random_backdrop(
    shape: tuple[int, int], rng: np.random.Generator, photos: tuple[npt.NDArray[np.uint8], ...] = ()
) -> Image:
    """Return a background (H, W, 3), RGB 0..1; some of them from `photos` where some are given."""
    if photos and rng.random() < 0.35:
        image = of_photograph(photos[rng.integers(len(photos))], shape, rng)
    else:
        image = (room, room, open_air, clutter)[rng.integers(4)](shape, rng)
    if rng.random() < 0.5:
        image = np.asarray(cv2.GaussianBlur(image, (0, 0), rng.uniform(0.5, 3)), np.float32)
    return np.asarray(np.clip(image, 0, 1), np.float32)
