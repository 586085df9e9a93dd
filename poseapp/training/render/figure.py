"""The body dressed: which round cones, in which colours, make a person."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np

from poseapp.training.render.body import SIDE_SIGN, Body, Proportions, Segment, Vector
from poseapp.training.render.raycast import Cone

Point = tuple[float, float, float]
SKINS = ((0.96, 0.80, 0.69), (0.90, 0.70, 0.56), (0.78, 0.57, 0.42), (0.55, 0.38, 0.26), (0.36, 0.24, 0.17))
HAIRS = ((0.10, 0.08, 0.07), (0.24, 0.15, 0.09), (0.45, 0.30, 0.15), (0.75, 0.58, 0.32), (0.55, 0.54, 0.53))


@dataclass(frozen=True)
class Look:
    """How a person is dressed.

    Attributes:
        skin, hair, top, second, bottom, shoe, sole, sock: Colours (3,) 0..1 RGB; `second` stripes the top.
        sleeve: How far the sleeves reach down the arm, 0 (none) .. 1 (wrist).
        legs: How far the trousers reach down the leg, 0 .. 1 (ankle).
        loose: Room between body and cloth, share of stature.
        hair_style: "short", "long", "bun", "tail", "bald" or "cap".
        stripes: Of the top, 0 for none.
        barefoot: Feet without shoes.
    """

    skin: Vector
    hair: Vector
    top: Vector
    second: Vector
    bottom: Vector
    shoe: Vector
    sole: Vector
    sock: Vector
    sleeve: float = 0.5
    legs: float = 0.5
    loose: float = 0.006
    hair_style: str = "short"
    stripes: float = 0.0
    barefoot: bool = False


class _Tailor:
    """Collects cones given in shares of stature, in the frame of a segment."""

    def __init__(self, size: Proportions) -> None:
        self.cones: list[Cone] = []
        self._h, self._girth = size.stature, size.girth

    def add(
        self,
        segment: Segment,
        ends: tuple[Point, Point],
        radii: tuple[float, float],
        paint: Cone,
        *,
        thick: bool = True,
    ) -> None:
        h, factor = self._h, self._h * (self._girth if thick else 1.0)
        a, b = (segment.at(*(np.array(end) * h)) for end in ends)
        placed = replace(paint, a=a, b=b, ra=radii[0] * factor, rb=radii[1] * factor, axes=segment.axes)
        self.cones.append(placed)


def _paint(
    colour: Vector, stretch: Point = (1, 1, 1), *, cloth: bool = False, gloss: float = 0.0, stripes: float = 0.0,
    second: Vector | None = None,
) -> Cone:  # fmt: skip
    zero = np.zeros(3)
    rough = 0.35 if cloth else 0.05
    return Cone(zero, zero, 0, 0, np.eye(3), stretch, colour, rough, stripes, second, gloss)


def dress(body: Body, size: Proportions, look: Look) -> list[Cone]:
    """Return the cones of a person."""
    tailor = _Tailor(size)
    _trunk(tailor, body, look)
    _head(tailor, body, look)
    for side, name in enumerate(("right", "left")):
        _arm(tailor, body, look, name, SIDE_SIGN[side])
        _leg(tailor, body, look, name, SIDE_SIGN[side])
    return tailor.cones


def _trunk(tailor: _Tailor, body: Body, look: Look) -> None:
    pelvis, chest, loose = body["pelvis"], body["chest"], look.loose
    bottom = _paint(look.bottom, (0.95, 1, 1.42), cloth=True)
    top = _paint(look.top, (0.92, 1, 1.36), cloth=True, stripes=look.stripes, second=look.second)
    tailor.add(pelvis, ((0, -0.004, 0), (0, 0.06, 0)), (0.060, 0.058), bottom)
    for z in (-0.040, 0.040):
        tailor.add(pelvis, ((-0.020, -0.012, z), (-0.014, 0.02, z)), (0.047, 0.044), replace(bottom, stretch=(1, 1, 1)))
    tailor.add(pelvis, ((0, 0.045, 0), (0, 0.115, 0)), (0.059 + loose, 0.055 + loose / 2), top)
    tailor.add(pelvis, ((0, 0.10, 0), (0.002, 0.15, 0)), (0.055 + loose / 2, 0.056 + loose / 2), top)
    tailor.add(chest, ((0.002, 0.0, 0), (0.004, 0.095, 0)), (0.055 + loose / 2, 0.064 + loose / 3), top)
    upper = replace(top, stretch=(0.9, 1, 1.5), stripes=0.0)
    tailor.add(chest, ((0.002, 0.09, 0), (-0.004, 0.142, 0)), (0.064 + loose / 3, 0.044), upper)
    for z in (-1, 1):
        yoke = replace(upper, stretch=(1, 1, 1))
        tailor.add(chest, ((-0.010, 0.180, 0), (-0.005, 0.158, z * 0.090)), (0.030, 0.0235 + loose / 4), yoke)
        tailor.add(chest, ((0.004, 0.110, z * 0.030), (0.000, 0.146, z * 0.082)), (0.052, 0.032 + loose / 4), yoke)


def _head(tailor: _Tailor, body: Body, look: Look) -> None:
    neck, head = body["neck"], body["head"]
    skin = _paint(look.skin, gloss=0.05)
    add = tailor.add
    add(neck, ((0.002, -0.015, 0), (0.003, 0.055, 0)), (0.030, 0.030), skin)
    add(
        head,
        ((-0.005, 0.078, 0), (-0.005, 0.081, 0)),
        (0.050, 0.050),
        replace(skin, stretch=(1.10, 1.0, 0.9)),
        thick=False,
    )
    add(head, ((0.016, 0.050, 0), (0.026, 0.016, 0)), (0.034, 0.022), replace(skin, stretch=(1, 1, 1.02)), thick=False)
    add(head, ((0.051, 0.062, 0), (0.058, 0.047, 0)), (0.006, 0.008), skin, thick=False)
    dark, lip = _paint(look.hair * 0.5), _paint(look.skin * (0.85, 0.6, 0.6))
    add(head, ((0.045, 0.026, -0.009), (0.045, 0.026, 0.009)), (0.0045, 0.0045), lip, thick=False)
    for z in (-1.0, 1.0):
        add(
            head,
            ((-0.004, 0.058, z * 0.046), (-0.006, 0.072, z * 0.047)),
            (0.009, 0.011),
            replace(skin, stretch=(1, 1, 0.5)),
            thick=False,
        )
        add(head, ((0.0455, 0.067, z * 0.017), (0.0455, 0.067, z * 0.020)), (0.0048, 0.0048), dark, thick=False)
        add(head, ((0.046, 0.077, z * 0.012), (0.043, 0.077, z * 0.026)), (0.0035, 0.003), dark, thick=False)
    if look.hair_style != "bald":
        _hair(tailor, head, look)


def _hair(tailor: _Tailor, head: Segment, look: Look) -> None:
    add, hair = tailor.add, _paint(look.hair, (1.10, 1.0, 0.94), gloss=0.04)
    add(head, ((-0.013, 0.082, 0), (-0.010, 0.087, 0)), (0.052, 0.051), hair, thick=False)
    if look.hair_style == "cap":
        add(head, ((0.03, 0.095, 0), (0.075, 0.092, 0)), (0.030, 0.028), _paint(look.hair, (1, 0.2, 1)), thick=False)
    if look.hair_style == "long":
        add(
            head,
            ((-0.026, 0.075, 0), (-0.040, -0.030, 0)),
            (0.046, 0.030),
            replace(hair, stretch=(0.8, 1, 1.1)),
            thick=False,
        )
    if look.hair_style == "bun":
        add(head, ((-0.062, 0.105, 0), (-0.066, 0.105, 0)), (0.022, 0.022), hair, thick=False)
    if look.hair_style == "tail":
        add(head, ((-0.062, 0.098, 0), (-0.088, 0.02, 0)), (0.017, 0.010), hair, thick=False)


def _arm(tailor: _Tailor, body: Body, look: Look, name: str, sign: float) -> None:
    upper, fore, hand = (body[f"{name}_{part}"] for part in ("upper_arm", "forearm", "hand"))
    skin, cloth = _paint(look.skin, gloss=0.05), _paint(look.top, cloth=True)
    add, loose = tailor.add, look.loose
    add(upper, ((0, -0.002, 0), (0.002, -0.09, 0)), (0.0280, 0.0270), skin)
    add(upper, ((0.002, -0.09, 0), (0, -0.18, 0)), (0.0275, 0.0215), skin)
    add(fore, ((0, 0, 0), (0.001, -0.045, 0)), (0.0225, 0.0245), skin)
    add(fore, ((0.001, -0.045, 0), (0, -0.146, 0)), (0.0245, 0.0150), replace(skin, stretch=(1.05, 1, 0.95)))
    flat = replace(skin, stretch=(1.2, 1, 0.62))
    add(hand, ((0, -0.004, 0), (0.003, -0.048, 0)), (0.0165, 0.0200), flat, thick=False)
    add(hand, ((0.003, -0.050, 0), (0.010, -0.092, -sign * 0.006)), (0.0170, 0.0095), flat, thick=False)
    add(hand, ((0.014, -0.018, 0), (0.026, -0.056, -sign * 0.006)), (0.0090, 0.0070), skin, thick=False)
    if look.sleeve <= 0:
        return
    end = -0.18 * min(1.0, look.sleeve / 0.55)
    add(upper, ((0, -0.002, 0), (0, end, 0)), (0.0285 + loose / 4, 0.0290 + loose), cloth)
    if look.sleeve > 0.55:
        end = -0.146 * (look.sleeve - 0.55) / 0.45
        add(fore, ((0, 0, 0), (0, end, 0)), (0.0255 + loose, 0.0175 + loose), cloth)


def _leg(tailor: _Tailor, body: Body, look: Look, name: str, sign: float) -> None:
    thigh, shank = body[f"{name}_thigh"], body[f"{name}_shank"]
    skin, cloth = _paint(look.skin, gloss=0.05), _paint(look.bottom, cloth=True)
    add, loose = tailor.add, look.loose
    add(thigh, ((0, 0, 0), (0.004, -0.11, 0)), (0.053, 0.048), skin)
    add(thigh, ((0.004, -0.11, 0), (0, -0.245, 0)), (0.048, 0.034), skin)
    add(shank, ((0.002, 0, 0), (-0.007, -0.07, 0)), (0.033, 0.0345), skin)
    add(shank, ((-0.007, -0.07, 0), (-0.002, -0.195, 0)), (0.0345, 0.0215), skin)
    add(shank, ((-0.002, -0.195, 0), (0, -0.246, 0)), (0.0215, 0.0205), skin)
    add(thigh, ((0, 0.004, 0), (0.003, -0.10 * min(1.0, look.legs * 4), 0)), (0.055, 0.050 + loose), cloth)
    upper = min(1.0, look.legs / 0.5)
    if upper > 0.4:
        add(thigh, ((0.003, -0.09, 0), (0.0, -0.245 * upper, 0)), (0.049 + loose, 0.050 - 0.014 * upper + loose), cloth)
    if look.legs > 0.5:
        lower = (look.legs - 0.5) / 0.5
        add(shank, ((0.001, 0, 0), (-0.006, -0.07, 0)), (0.035 + loose, 0.0355 + loose), cloth)
        add(shank, ((-0.006, -0.07, 0), (-0.002, -0.24 * lower, 0)), (0.0355 + loose, 0.024 + loose), cloth)
    _shoe(tailor, body, look, name, sign)


def _shoe(tailor: _Tailor, body: Body, look: Look, name: str, sign: float) -> None:
    foot, toes, shank = body[f"{name}_foot"], body[f"{name}_toes"], body[f"{name}_shank"]
    colour = look.skin if look.barefoot else look.shoe
    shoe = _paint(colour, gloss=0.0 if look.barefoot else 0.06)
    add = tailor.add
    add(
        foot,
        ((-0.029, -0.018, 0), (0.066, -0.024, 0)),
        (0.020, 0.0155),
        replace(shoe, stretch=(1, 1, 1.1)),
        thick=False,
    )
    add(foot, ((-0.002, -0.004, 0), (0.058, -0.021, 0)), (0.0235, 0.0160), shoe, thick=False)
    add(
        toes,
        ((-0.004, 0.005, 0), (0.027, 0.001, -sign * 0.003)),
        (0.0170, 0.0125),
        replace(shoe, stretch=(1, 0.9, 1.35)),
        thick=False,
    )
    if look.barefoot:
        return
    sole = _paint(look.sole)
    add(
        foot,
        ((-0.029, -0.0325, 0), (0.070, -0.0325, 0)),
        (0.0215, 0.0195),
        replace(sole, stretch=(1, 0.33, 1.1)),
        thick=False,
    )
    add(
        toes,
        ((0, -0.0035, 0), (0.028, -0.0035, -sign * 0.003)),
        (0.0195, 0.0150),
        replace(sole, stretch=(1, 0.33, 1.2)),
        thick=False,
    )
    if look.legs < 1:
        add(shank, ((0, -0.215, 0), (0, -0.246, 0)), (0.0235, 0.0230), _paint(look.sock, cloth=True))


def random_look(rng: np.random.Generator, *, bare: float = 0.08) -> Look:
    """Return random skin, hair and clothes; by the chance `bare` none above the waist."""
    skin = np.array(SKINS[rng.integers(len(SKINS))]) * rng.uniform(0.9, 1.05)
    hair = np.array(HAIRS[rng.integers(len(HAIRS))]) * rng.uniform(0.7, 1.1)

    def cloth() -> Vector:
        grey = rng.uniform(0.05, 0.95)
        return np.clip(grey + rng.normal(0, 0.25, 3) * (rng.random() < 0.6), 0.02, 0.98)

    bare_top, tight = rng.random() < bare, rng.random() < 0.4
    top = skin if bare_top else cloth()
    bottom = top if rng.random() < 0.15 and not bare_top else cloth()
    return Look(
        skin=skin, hair=hair, top=top, second=cloth(), bottom=bottom, shoe=cloth(), sock=cloth(),
        sole=np.full(3, rng.uniform(0.1, 0.95)),
        sleeve=0.0 if bare_top else float(rng.choice([0.0, 0.2, 0.4, 0.5, 0.8, 1.0])),
        legs=float(rng.choice([0.05, 0.2, 0.3, 0.45, 0.75, 1.0, 1.0])),
        loose=float(rng.uniform(0.001, 0.003) if tight else rng.uniform(0.004, 0.014)),
        hair_style=str(rng.choice(["short", "short", "long", "bun", "tail", "bald", "cap"])),
        stripes=0.0 if bare_top or rng.random() < 0.8 else float(rng.integers(2, 6)),
        barefoot=bool(rng.random() < 0.25),
    )  # fmt: skip


def random_proportions(rng: np.random.Generator) -> Proportions:
    """Return a random adult body: stature 1.5 to 1.95 m, slim to heavy, each length +- 4 %."""
    plain = Proportions()
    vary = {
        name: getattr(plain, name) * float(rng.normal(1, 0.035))
        for name in ("hip", "shoulder", "trunk", "thigh", "shank", "upper_arm", "forearm", "foot", "neck")
    }
    return Proportions(stature=float(rng.uniform(1.5, 1.95)), girth=float(rng.uniform(0.86, 1.25)), **vary)
