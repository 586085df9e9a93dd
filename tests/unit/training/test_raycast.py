"""The ray caster against spheres and cones whose pictures can be worked out."""

from dataclasses import replace

import numpy as np
import pytest

from poseapp.training.render.raycast import Camera, Cone, Light, look_at, render

CAMERA = Camera(np.array([0.0, 0.0, 5.0]), np.eye(3), 200.0, 81, 61)
LIGHT = Light(np.array([0.0, 0.0, 1.0]), np.ones(3) * 0.6, np.ones(3) * 0.4, np.ones(3) * 0.4)


def ball(at: tuple[float, float, float], radius: float, colour: tuple[float, float, float]) -> Cone:
    point = np.array(at)
    return Cone(point, point + np.array([0, 1e-6, 0]), radius, radius, np.eye(3), (1, 1, 1), np.array(colour))


def test_projection_puts_the_axis_on_the_middle_and_y_down() -> None:
    xy = CAMERA.project(np.array([[0, 0, 0], [0.5, 0.25, 0], [0.5, 0.25, 2.5]]))
    assert np.allclose(xy, [(40, 30), (60, 20), (80, 10)])


def test_a_ball_covers_its_disc_about_its_centre() -> None:
    drawn = render([ball((0.2, 0.1, 0), 0.3, (1, 0, 0))], CAMERA, LIGHT, samples=3)
    rows, columns = np.mgrid[0:61, 0:81]
    weight = drawn.coverage.sum()
    centre = (columns * drawn.coverage).sum() / weight, (rows * drawn.coverage).sum() / weight
    # Seen from 5 m the outline has tan = r / sqrt(d^2 - r^2): nearly the disc of 12 px.
    assert weight == pytest.approx(np.pi * 12**2, rel=0.02)
    assert np.allclose(centre, (48, 26), atol=0.1)
    assert drawn.depth[26, 48] == pytest.approx(4.7, abs=0.01)


def test_what_is_nearer_hides_what_is_behind() -> None:
    red, blue = ball((0, 0, 0.5), 0.2, (1, 0, 0)), ball((0, 0, -0.5), 0.2, (0, 0, 1))
    for order in ([red, blue], [blue, red]):
        rgb = render(order, CAMERA, LIGHT).rgb[30, 40]
        assert rgb[0] > 0.3
        assert rgb[2] == 0


def test_a_cone_is_as_wide_as_its_ends() -> None:
    cone = Cone(np.array([-0.6, 0, 0]), np.array([0.6, 0, 0]), 0.30, 0.10, np.eye(3), (1, 1, 1), np.ones(3))
    coverage = render([cone], CAMERA, LIGHT, samples=4).coverage
    wide = [coverage[:, column].sum() for column in (16, 40, 64)]
    # Half widths in m times 40 px/m; the flank's cut at a point is a little more than its radius there.
    assert np.allclose(wide, [24.3, 16.2, 8.2], atol=0.6)


def test_stretch_widens_along_one_axis_only() -> None:
    plain = ball((0, 0, 0), 0.2, (1, 1, 1))
    flat = Cone(plain.a, plain.b, 0.2, 0.2, np.eye(3), (2.0, 1.0, 1.0), np.ones(3))
    coverage = render([flat], CAMERA, LIGHT, samples=3).coverage
    assert coverage[30].sum() == pytest.approx(32, abs=0.7)
    assert coverage[:, 40].sum() == pytest.approx(16, abs=0.5)


def test_looking_at_a_point_puts_it_in_the_middle() -> None:
    camera = look_at(np.array([2.0, 1.0, 4.0]), np.array([0.3, 0.9, 0.0]), focal=300, width=50, height=40)
    assert np.allclose(camera.project(np.array([0.3, 0.9, 0.0])), (24.5, 19.5))
    assert camera.project(np.array([0.3, 1.0, 0.0]))[1] < 19.5


def test_fading_darkens_only_what_lies_well_behind_the_middle() -> None:
    near, far = ball((-0.4, 0, 0.1), 0.2, (1, 1, 1)), ball((0.4, 0, -0.4), 0.15, (1, 1, 1))
    plain = render([near, far], CAMERA, LIGHT).rgb
    faded = render([near, far], CAMERA, replace(LIGHT, fade=0.5)).rgb
    columns = [round(CAMERA.project(cone.a)[0]) for cone in (near, far)]
    assert faded[30, columns[0]] == pytest.approx(plain[30, columns[0]])
    assert faded[30, columns[1]] == pytest.approx(0.5 * plain[30, columns[1]], rel=0.01)


def plate(at: tuple[float, float, float], radius: float, colour: tuple[float, float, float]) -> Cone:
    """Return a thin disc that faces the camera."""
    return replace(ball(at, radius, colour), stretch=(1.0, 1.0, 0.1))


def test_what_stands_before_the_lamp_casts_its_shadow() -> None:
    wall, screen = plate((0, 0, 0), 0.7, (1, 1, 1)), plate((0.6, 0, 0.5), 0.2, (1, 1, 1))
    # The lamp stands to the right at 45 degrees: the shadow falls 0.5 m to the left of the screen, at x = 0.1.
    slanted = replace(LIGHT, direction=np.array([1.0, 0.0, 1.0]) / np.sqrt(2))
    plain = render([wall, screen], CAMERA, slanted).rgb
    shadowed = render([wall, screen], CAMERA, replace(slanted, shadow=1.0)).rgb
    x, y = np.rint(CAMERA.project(np.array([0.1, 0, 0]))).astype(int)
    assert shadowed[y, x, 0] < 0.75 * plain[y, x, 0]
    x, y = np.rint(CAMERA.project(np.array([-0.4, 0, 0]))).astype(int)
    assert shadowed[y, x, 0] == pytest.approx(plain[y, x, 0], abs=1e-3)


def test_a_lamp_at_the_camera_casts_no_shadow_that_can_be_seen() -> None:
    wall, screen = plate((0, 0, 0), 0.7, (1, 1, 1)), plate((0, 0, 0.5), 0.2, (1, 1, 1))
    plain = render([wall, screen], CAMERA, LIGHT).rgb
    shadowed = render([wall, screen], CAMERA, replace(LIGHT, shadow=1.0)).rgb
    # The screen's outline lies 0.2 m * 200 / 4.5 = 9 px from the middle; the penumbra blurs a pixel of it.
    for column in (*range(14, 29), *range(33, 48), *range(52, 67)):
        assert shadowed[30, column, 0] == pytest.approx(plain[30, column, 0], abs=0.02)
