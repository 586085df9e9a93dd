"""Pictures varied the way real clips vary; keypoints follow through the one affine map that moves the pixels."""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import cv2
import numpy as np
import numpy.typing as npt

from poseapp.core.geometry import Affine, Box, letterbox
from poseapp.core.schema import upper_keypoints
from poseapp.core.skeleton import Skeleton
from poseapp.core.types import Float32
from poseapp.training.labelled import Bool
from poseapp.training.pack import OUTSIDE, UInt8
from poseapp.training.recipe import AugmentRecipe

Points = npt.NDArray[np.floating]
Size = tuple[int, int]  # (height, width), px
# Half bodies after HRNet (leoxiaobin/deep-high-resolution-net.pytorch, lib/dataset/JointsDataset.py): of people with
# more than 8 known keypoints, by a half with more than 2, in a crop of 1.5 times its box.
WHOLE_BODY, HALF_BODY, HALF_CROP_FACTOR = 8, 2, 1.5
EMPTY_SIDE = (0.35, 0.75)  # of what stands for the box of a person where nobody is, shares of the shorter side


@dataclass(frozen=True)
class Placement:
    """How a picture gets into a network input: `to_input` maps picture px to input px; `flipped` swaps the sides."""

    to_input: Affine
    flipped: bool


def place(keypoints: Points, size: Size, *, crop_factor: float) -> Placement:
    """Return the plain crop: the keypoints' box, brought to the input's shape and grown, fitted into the input."""
    return Placement(letterbox(Box.around(keypoints).shaped(*size, crop_factor), *size), flipped=False)


def place_randomly(
    keypoints: Points, size: Size, recipe: AugmentRecipe, rng: np.random.Generator, *, upper: Bool | None = None
) -> Placement:
    """Return a random rotation, zoom, shift and flip about the plain crop as one map.

    With `upper` (K,), which keypoints are of the upper body, the crop is by chance of half a body.
    """
    half = None if upper is None or not recipe.half_body else choose_half(keypoints, upper, recipe.half_body, rng)
    if half is None:
        fit = place(keypoints, size, crop_factor=recipe.crop_factor).to_input
    else:
        fit = place(keypoints[half], size, crop_factor=HALF_CROP_FACTOR).to_input
    limit = 180.0 if rng.random() < recipe.full_turns else recipe.rotation
    angle = np.deg2rad(rng.uniform(-limit, limit))
    zoom = np.exp(rng.uniform(*np.log(recipe.scale)))
    flipped = bool(rng.random() < recipe.flip)
    height, width = size
    centre = np.array([(width - 1) / 2, (height - 1) / 2])
    linear = zoom * np.array([[np.cos(angle), -np.sin(angle)], [np.sin(angle), np.cos(angle)]])
    if flipped:
        linear = linear @ np.diag([-1.0, 1.0])
    shift = rng.normal(0, recipe.shift * max(size), 2)
    vary = Affine(np.column_stack([linear, centre + shift - linear @ centre]))
    return Placement(vary.after(fit), flipped)


def choose_half(keypoints: Points, upper: Bool, probability: float, rng: np.random.Generator) -> Bool | None:
    """Return the known keypoints (K,) of the upper or the lower body, either as likely; None to take the whole one."""
    known = np.isfinite(keypoints).all(axis=-1)
    if rng.random() >= probability or known.sum() <= WHOLE_BODY:
        return None
    halves = [half for half in (known & upper, known & ~upper) if half.sum() > HALF_BODY]
    return halves[int(rng.integers(len(halves)))]


def is_nobody(keypoints: Points) -> bool:
    """Return whether keypoints (K, 2) say that a picture has nobody in it: all are `OUTSIDE`."""
    return bool((keypoints == OUTSIDE).all())


def empty_place(shape: tuple[int, ...], rng: np.random.Generator) -> Points:
    """Return two opposite corners (2, 2), px, of a random square in a picture (height, width, ...) of nobody."""
    size = np.array(shape[1::-1])
    side = rng.uniform(*EMPTY_SIDE) * size.min()
    corner = rng.uniform(0, 1, 2) * (size - side)
    return np.stack([corner, corner + side])


def move_keypoints(keypoints: Points, placement: Placement, mirror: tuple[int, ...]) -> Float32:
    """Return keypoints (K, 2) in input px; a flip also swaps left and right. NaN stays NaN."""
    moved = placement.to_input(keypoints).astype(np.float32)
    return moved[list(mirror)] if placement.flipped else moved


def move_image(image: UInt8, placement: Placement, size: Size, fill: tuple[int, int, int] | None) -> UInt8:
    """Return the picture as (height, width, 3); outside of it `fill`, or its edge repeated when None."""
    border = cv2.BORDER_REPLICATE if fill is None else cv2.BORDER_CONSTANT
    shrinks = placement.to_input.scale < 0.7
    if shrinks:  # one blur before a strong reduction keeps the picture free of aliasing
        image = cv2.GaussianBlur(image, (0, 0), 0.4 / placement.to_input.scale)
    moved: UInt8 = cv2.warpAffine(
        image, placement.to_input.matrix, size[::-1], flags=cv2.INTER_LINEAR, borderMode=border, borderValue=fill or 0
    )
    return moved


def random_fill(rng: np.random.Generator) -> tuple[int, int, int] | None:
    """Return what lies outside the picture: mostly black, as at estimation, else a colour or the edge."""
    draw = rng.random()
    if draw < 0.6:
        return (0, 0, 0)
    return None if draw < 0.8 else tuple(int(v) for v in rng.integers(0, 256, 3))  # type: ignore[return-value]


def cut_off(image: UInt8, keypoints: Float32, rng: np.random.Generator) -> tuple[UInt8, Float32]:
    """Blacken one side as if the picture ended there; keypoints on it are `OUTSIDE`."""
    (height, width), share, edge = image.shape[:2], rng.uniform(0.05, 0.35), int(rng.integers(4))
    turned = np.rot90(image, edge).copy()
    line = int(share * len(turned))
    turned[:line] = 0
    distance = (keypoints[:, 1], width - 1 - keypoints[:, 0], height - 1 - keypoints[:, 1], keypoints[:, 0])[edge]
    with np.errstate(invalid="ignore"):
        outside = distance < line
    return np.ascontiguousarray(np.rot90(turned, -edge)), np.where(outside[:, None], np.float32(OUTSIDE), keypoints)


def occlude(image: UInt8, rng: np.random.Generator) -> UInt8:
    """Lay one or two opaque shapes over the picture; the keypoints under them stay to be guessed."""
    size = min(image.shape[:2])
    for _ in range(rng.integers(1, 3)):
        centre = tuple(int(v) for v in rng.integers(0, image.shape[1::-1]))
        axes = tuple(int(v) for v in rng.integers(size // 20, size // 6, 2))
        colour = tuple(int(v) for v in rng.integers(0, 256, 3))
        if rng.random() < 0.5:
            cv2.ellipse(image, centre, axes, float(rng.uniform(0, 180)), 0, 360, colour, -1)
        else:
            cv2.rectangle(image, centre, (centre[0] + axes[0], centre[1] + 2 * axes[1]), colour, -1)
    return image


def recolour(image: UInt8, recipe: AugmentRecipe, rng: np.random.Generator) -> UInt8:
    """Vary colour, contrast and light, blur, lose resolution, add noise."""
    size = image.shape[1::-1]
    if rng.random() < recipe.blur:
        if rng.random() < 0.5:
            share = rng.uniform(0.3, 0.8)
            small = (int(size[0] * share), int(size[1] * share))
            image = cv2.resize(cv2.resize(image, small, interpolation=cv2.INTER_AREA), size)
        else:
            image = cv2.GaussianBlur(image, (0, 0), rng.uniform(0.5, 1.8))
    values = image.astype(np.float32)
    values *= rng.uniform(0.8, 1.2, 3).astype(np.float32)
    mean = values.mean()
    values = (values - mean) * rng.uniform(0.7, 1.3) + mean * rng.uniform(0.75, 1.25)
    if rng.random() < 0.1:
        values[:] = values.mean(axis=2, keepdims=True)
    if rng.random() < recipe.dark:
        values *= rng.uniform(0.2, 0.6)
    if rng.random() < 0.3:
        values += rng.normal(0, rng.uniform(1, 9), values.shape).astype(np.float32)
    return np.asarray(np.clip(values, 0, 255), np.uint8)


def change_tones(image: UInt8, rng: np.random.Generator) -> UInt8:
    """Turn hues, lighten or darken, pale or saturate a picture (H, W, 3): skin and clothes of any colour."""
    hsv = cv2.cvtColor(image, cv2.COLOR_RGB2HSV).astype(np.float32)
    turn = rng.uniform(-90, 90) if rng.random() < 0.3 else rng.normal(0, 8)  # OpenCV counts hues by two degrees
    hsv[..., 0] = (hsv[..., 0] + turn) % 180
    hsv[..., 1] *= rng.uniform(0.2, 1.4)
    hsv[..., 2] = 255 * (hsv[..., 2] / 255) ** np.exp(rng.uniform(-0.8, 0.5))
    return np.asarray(cv2.cvtColor(np.clip(hsv, 0, 255).astype(np.uint8), cv2.COLOR_HSV2RGB), np.uint8)


def smear(image: UInt8, keypoints: Float32, rng: np.random.Generator) -> UInt8:
    """Blur along a line, as what moves fast is: the whole picture, or about one known keypoint (K, 2) px."""
    side = max(image.shape[:2])
    length = rng.uniform(0.015, 0.07) * side
    turn = rng.uniform(0, np.pi)
    reach = max(int(np.ceil(length / 2)), 1)
    kernel = np.zeros((2 * reach + 1, 2 * reach + 1), np.float32)
    along = np.array([np.cos(turn), np.sin(turn)]) * length / 2
    ends = [tuple(int(v) for v in np.rint((reach + sign * along) * 16)) for sign in (-1, 1)]
    cv2.line(kernel, ends[0], ends[1], 1.0, 1, cv2.LINE_AA, 4)
    kernel += kernel[::-1, ::-1]  # the line is drawn a little more to one side; nothing may move
    blurred = cv2.filter2D(image, -1, kernel / kernel.sum())
    with np.errstate(invalid="ignore"):
        inside = np.flatnonzero(((keypoints >= 0) & (keypoints < image.shape[1::-1])).all(axis=-1))
    if not len(inside) or rng.random() < 0.3:
        return np.asarray(blurred, np.uint8)
    x, y = keypoints[int(rng.choice(inside))]
    rows, columns = np.ogrid[: image.shape[0], : image.shape[1]]
    spread = rng.uniform(0.05, 0.15) * side
    near = np.exp(-((columns - x) ** 2 + (rows - y) ** 2) / (2 * spread**2))[..., None]
    return np.asarray(near * blurred + (1 - near) * image, np.uint8)


class Sample(NamedTuple):
    """A picture (H, W, 3), its keypoints (K, 2) px, and the points (J, 2) px that crops are placed about: the keypoints
    when None."""

    image: UInt8
    keypoints: Float32
    about: Float32 | None = None


class Varied(NamedTuple):
    """A varied (height, width, 3) picture, its keypoints (K, 2) px of it, and whether left and right changed places."""

    picture: UInt8
    keypoints: Float32
    flipped: bool


def augment(
    image: UInt8,
    keypoints: Float32,
    size: Size,
    skeleton: Skeleton,
    recipe: AugmentRecipe,
    rng: np.random.Generator,
) -> tuple[UInt8, Float32]:
    """Return what `vary` does, without saying whether it was mirrored."""
    varied = vary(Sample(image, keypoints), size, skeleton, recipe, rng)
    return varied.picture, varied.keypoints


def vary(sample: Sample, size: Size, skeleton: Skeleton, recipe: AugmentRecipe, rng: np.random.Generator) -> Varied:
    """Return a varied picture and its keypoints, input px.

    NaN stays NaN; a keypoint outside the crop keeps its coordinates, outside the picture, and one that is `OUTSIDE`
    stays so. Of a picture of nobody any part is taken, and the keypoints stay `OUTSIDE`.
    """
    keypoints = sample.keypoints
    absent = (keypoints == OUTSIDE).all(axis=-1)
    if absent.all():
        placement = place_randomly(empty_place(sample.image.shape, rng), size, recipe, rng)
    else:
        about = np.where(absent[:, None], np.float32(np.nan), keypoints) if sample.about is None else sample.about
        placement = place_randomly(about, size, recipe, rng, upper=np.array(upper_keypoints(skeleton)))
    picture = move_image(sample.image, placement, size, random_fill(rng))
    moved = move_keypoints(keypoints, placement, skeleton.mirror)
    moved[absent[list(skeleton.mirror)] if placement.flipped else absent] = OUTSIDE
    if rng.random() < recipe.occluder:
        picture = occlude(picture, rng)
    if recipe.tones and rng.random() < recipe.tones:
        picture = change_tones(picture, rng)
    if recipe.smear and rng.random() < recipe.smear:
        picture = smear(picture, moved, rng)
    picture = recolour(picture, recipe, rng)
    if rng.random() < recipe.cutoff:
        picture, moved = cut_off(picture, moved, rng)
    return Varied(picture, moved, placement.flipped)
