"""RePose from `RePose: Learning Deep Kinematic Priors for Fast Human Pose Estimation`, Isack et al., 2020,
https://arxiv.org/abs/2002.03933.

.. note::
    The tables of the paper force 14 keypoints (those of Leeds Sports Pose, for both data sets) and FLOPs = 2 x
    multiply-accumulates; connectivity and order come from the skeleton otherwise. *Reconstructed*, because the text
    names about 0.8 M parameters fewer than it prints: four blocks in each set after the split, four blocks f on the
    concatenated sets, f on the decoder's side only, what a later stage reads from the one before, and the bones
    (Figure 3 is not in the text).
    Heatmaps come from a plain convolution: the paper's has a ReLU, under which a dead output could not learn.
    The mixing weights lambda start at 1 and the convolutions to heatmaps from a Gaussian of 0.001; the paper is silent.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, NamedTuple, cast

import torch
from torch import Tensor, nn
from torch.nn import functional

from poseapp.core.skeleton import Skeleton
from poseapp.nets.count import TWICE_MACS
from poseapp.nets.heads import Heads, empty_output
from poseapp.nets.registry import Builder, register

Strategy = Literal["trainable", "add", "replace", "none"]

WIDTH, SET_WIDTH = 64, 32
BLOCKS = 4  # in a row, everywhere but in the update steps
INITIAL_LAMBDA = 1.0


@dataclass(frozen=True)
class ReposeConfig:
    """One row of Tables 3 to 7.

    Attributes:
        levels: Halvings from the image to the coarsest map (Table 3).
        update_blocks: Convolutional blocks g in an update step (Table 4).
        strategy: What an update does with the old features: mix by a learned weight (equation 2), add the new ones,
            replace them (Table 5), or no update at all.
        stages: Networks in a row (Table 6).
        joint: Predict the post-update heatmaps from all sets together.
    """

    levels: int = 3
    update_blocks: int = BLOCKS
    strategy: Strategy = "trainable"
    stages: int = 1
    joint: bool = False


def blocks(
    inputs: int, outputs: int, count: int, *, kernel: int = 3, stride: int = 1, groups: int = 1
) -> nn.Sequential:
    """Return the paper's (kernel, stride, outputs)^count: convolution with bias, ReLU, batch norm."""
    layers: list[nn.Module] = []
    for _ in range(count):
        convolution = nn.Conv2d(inputs, outputs, kernel, stride, kernel // 2, groups=groups)
        layers += [convolution, nn.ReLU(), nn.BatchNorm2d(outputs)]
        inputs = outputs
    return nn.Sequential(*layers)


def resize(x: Tensor, size: Iterable[int]) -> Tensor:
    """Return x (N, C, h, w) at another (h, w), bilinearly."""
    return functional.interpolate(x, size=[int(n) for n in size], mode="bilinear", align_corners=False)


def double(x: Tensor) -> Tensor:
    """Return x (N, C, h, w) at (2 h, 2 w), bilinearly."""
    return functional.interpolate(x, scale_factor=2.0, mode="bilinear", align_corners=False)


def neighbours(skeleton: Skeleton) -> tuple[tuple[int, ...], ...]:
    """Return for each keypoint those that a bone joins it to, by index."""
    return tuple(
        tuple(sorted({b if a == k else a for a, b in skeleton.bones if k in (a, b)}))
        for k in range(skeleton.n_keypoints)
    )


class KinematicPass(nn.Module):
    """Updates the set of one keypoint after the other from its neighbours' (equations 1 and 2).

    Args:
        order: Keypoints, first to be updated first.
        joined: The neighbours of each keypoint.
    """

    def __init__(
        self, order: tuple[int, ...], joined: tuple[tuple[int, ...], ...], *, n_blocks: int, strategy: Strategy
    ) -> None:
        super().__init__()
        self.order, self.joined, self.replaces = order, joined, strategy == "replace"
        self.mixing = nn.Parameter(torch.full((len(order),), INITIAL_LAMBDA)) if strategy == "trainable" else None
        self.steps = nn.ModuleList(
            nn.Sequential(
                *blocks((1 + len(joined[k])) * SET_WIDTH, SET_WIDTH, 1, kernel=1),  # h
                *blocks(SET_WIDTH, SET_WIDTH, n_blocks),  # g
            )
            for k in order
        )

    def forward(self, sets: list[Tensor]) -> list[Tensor]:
        """Map K sets (N, 32, h, w) to K sets; a step reads what earlier steps wrote."""
        sets = list(sets)
        for k, step in zip(self.order, self.steps, strict=True):
            new = step(torch.cat([sets[k], *(sets[j] for j in self.joined[k])], 1))
            if self.mixing is not None:
                new = self.mixing[k] * new
            sets[k] = new if self.replaces else sets[k] + new
        return sets

    @torch.no_grad()
    def fold(self) -> None:
        """Move the mixing weights into the last batch norm of their steps."""
        if self.mixing is None:
            return
        for k, step in zip(self.order, self.steps, strict=True):
            norm = cast(nn.BatchNorm2d, cast(nn.Sequential, step)[-1])
            norm.weight.mul_(self.mixing[k])
            norm.bias.mul_(self.mixing[k])
        self.mixing = None


class Kinematics(nn.Module):
    """The coarsest map: K sets of features, heatmaps of each before and after the kinematic updates (Figure 2).

    Layers of all keypoints that do not look at each other run as one convolution in K groups.

    Args:
        inputs: Channels of the coarsest map.
    """

    def __init__(self, inputs: int, config: ReposeConfig, skeleton: Skeleton) -> None:
        super().__init__()
        K = skeleton.n_keypoints
        wide = K * SET_WIDTH
        self.n_keypoints = K
        self.split = nn.Sequential(
            *blocks(inputs, wide, 1, kernel=1),  # v
            *blocks(wide, wide, BLOCKS, groups=K),
        )
        self.before = nn.Sequential(*blocks(wide, wide, BLOCKS, groups=K), empty_output(wide, K, 3, groups=K))
        orders = () if config.strategy == "none" else (skeleton.order, skeleton.order[::-1])
        self.passes = nn.ModuleList(
            KinematicPass(order, neighbours(skeleton), n_blocks=config.update_blocks, strategy=config.strategy)
            for order in orders
        )
        self.after = None if config.joint else blocks(wide, wide, BLOCKS, groups=K)
        self.after_output = None if config.joint else empty_output(wide, K, 3, groups=K)

    def forward(self, x: Tensor) -> tuple[Tensor, list[Tensor]]:
        """Return features (N, 32 K, h, w) and the heatmaps (N, K, h, w) before and, unless joint, after."""
        together = self.split(x)
        heatmaps = [self.before(together)]
        sets = list(torch.split(together, SET_WIDTH, 1))
        for update in self.passes:
            sets = update(sets)
        together = torch.cat(sets, 1)
        if self.after is not None and self.after_output is not None:
            together = self.after(together)
            heatmaps.append(self.after_output(together))
        return together, heatmaps


class ConvolvedThenDoubled(nn.Module):
    """A 1 x 1 convolution of a doubled map beside another: the first half runs before doubling, at a quarter.

    It may, because it exchanges places with bilinear weights, which sum to one.
    """

    def __init__(self, whole: nn.Conv2d) -> None:
        super().__init__()
        self.coarse, self.fine = nn.Conv2d(WIDTH, WIDTH, 1, bias=False), nn.Conv2d(WIDTH, WIDTH, 1)
        first, second = torch.split(whole.weight.detach(), WIDTH, 1)
        self.coarse.weight, self.fine.weight, self.fine.bias = nn.Parameter(first), nn.Parameter(second), whole.bias

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:
        """Map (N, 64, h / 2, w / 2) and (N, 64, h, w) to (N, 64, h, w)."""
        added: Tensor = self.fine(fine)
        return double(self.coarse(coarse)) + added


class Projection(nn.Sequential):
    """(1, 1, 64) on the decoder's map, doubled, and the encoder's."""

    def __init__(self) -> None:
        super().__init__(*blocks(2 * WIDTH, WIDTH, 1, kernel=1))

    def fold(self) -> None:
        """Convolve the decoder's map before it is doubled."""
        if isinstance(self[0], nn.Conv2d):
            self[0] = ConvolvedThenDoubled(self[0])

    def forward(self, coarse: Tensor, fine: Tensor) -> Tensor:  # type: ignore[override]  # two maps
        """Map (N, 64, h / 2, w / 2) and (N, 64, h, w) to (N, 64, h, w)."""
        first, relu, norm = self
        pair = (coarse, fine) if isinstance(first, ConvolvedThenDoubled) else (torch.cat([double(coarse), fine], 1),)
        projected: Tensor = norm(relu(first(*pair)))
        return projected


class Passed(NamedTuple):
    """What a stage hands on: stem and last features at full size, the sets at the coarsest map."""

    stem: Tensor
    last: Tensor
    sets: Tensor


class Stage(nn.Module):
    """Encoder, kinematics at the coarsest map, decoder (Figure 2).

    Args:
        first: Whether it sees the image; a later stage sees what the one before passed on.
    """

    def __init__(self, config: ReposeConfig, skeleton: Skeleton, *, first: bool) -> None:
        super().__init__()
        self.config, self.first = config, first
        levels = range(config.levels)
        self.stem = blocks(3 if first else 2 * WIDTH, WIDTH, BLOCKS)
        self.down = nn.ModuleList(blocks(WIDTH, WIDTH, 1, kernel=5, stride=2) for _ in levels)  # d
        self.project = nn.ModuleList(Projection() for _ in levels)
        self.refine = nn.ModuleList(blocks(WIDTH, WIDTH, BLOCKS) for _ in levels)  # f
        self.coarse = blocks(skeleton.n_keypoints * SET_WIDTH, WIDTH, BLOCKS)
        self.set_skeleton(skeleton)

    def set_skeleton(self, skeleton: Skeleton) -> None:
        """Make whatever depends on the keypoints anew."""
        K = skeleton.n_keypoints
        inputs = WIDTH if self.first else WIDTH + K * SET_WIDTH
        self.kinematics = Kinematics(inputs, self.config, skeleton)
        self.coarse[0] = nn.Conv2d(K * SET_WIDTH, WIDTH, 3, 1, 1)
        n_outputs = self.config.levels + self.config.joint
        self.outputs = nn.ModuleList(empty_output(WIDTH, K, 3) for _ in range(n_outputs))  # p

    def forward(self, x: Tensor, passed: Passed | None) -> tuple[list[Tensor], Passed]:
        """Return the heatmaps, coarse to fine and each at its own size, and what the next stage reads."""
        x = self.stem(x if passed is None else torch.cat([passed.last, passed.stem], 1))
        skips = [x]
        for down in self.down:
            skips.append(down(skips[-1]))
        coarsest = skips.pop() if passed is None else torch.cat([skips.pop(), passed.sets], 1)
        sets, heatmaps = self.kinematics(coarsest)
        y = self.coarse(sets)
        outputs = iter(self.outputs)
        if self.config.joint:
            heatmaps.append(next(outputs)(y))
        for project, refine, output in zip(self.project, self.refine, outputs, strict=True):
            y = refine(project(y, skips.pop()))
            heatmaps.append(output(y))
        return heatmaps, Passed(x, y, sets)


class RePose(nn.Module):
    """One stage or several; heatmaps at the size of the image."""

    def __init__(self, config: ReposeConfig, skeleton: Skeleton) -> None:
        super().__init__()
        self.stages = nn.ModuleList(Stage(config, skeleton, first=i == 0) for i in range(config.stages))

    def heads(self, image: Tensor) -> Heads:
        """Return every supervised output of (N, 3, H, W), all (N, K, H, W); H and W divide by 2^levels."""
        every: list[Tensor] = []
        passed: Passed | None = None
        for stage in self.stages:
            heatmaps, passed = stage(image, passed)
            every += heatmaps
        return Heads(tuple(x if x.shape[-2:] == image.shape[-2:] else resize(x, image.shape[-2:]) for x in every))

    def forward(self, image: Tensor) -> Tensor:
        """Return the heatmaps at the finest resolution of the last stage."""
        return self.heads(image).heatmaps[-1]

    def reset_head(self, skeleton: Skeleton) -> None:
        """Replace the kinematics and the outputs by fresh ones for another skeleton."""
        device = next(self.parameters()).device
        for stage in self.stages:
            if isinstance(stage, Stage):
                stage.set_skeleton(skeleton)
        self.to(device)


def _builder(config: ReposeConfig) -> Builder:
    return lambda skeleton: RePose(config, skeleton)


# suffix: configuration, input side px, printed parameters in M and cost in G (Tables 3 to 7)
_TABLE: dict[str, tuple[ReposeConfig, int, tuple[float | None, float | None]]] = {
    "": (ReposeConfig(), 128, (4.0, 13.5)),
    "-2stack": (ReposeConfig(stages=2), 128, (8.4, 29.4)),
    "-4stack": (ReposeConfig(stages=4), 128, (17.3, 61.4)),
    "-256": (ReposeConfig(levels=4), 256, (4.3, 49.5)),
    "-c8": (ReposeConfig(levels=4), 128, (4.3, 12.4)),
    "-c32": (ReposeConfig(levels=2), 128, (3.8, 17.8)),
    "-b1": (ReposeConfig(update_blocks=1), 128, (3.3, 13.1)),
    "-b2": (ReposeConfig(update_blocks=2), 128, (3.5, 13.2)),
    "-b3": (ReposeConfig(update_blocks=3), 128, (3.8, 13.3)),
    "-b4": (ReposeConfig(update_blocks=4), 128, (4.0, 13.5)),
    "-b5": (ReposeConfig(update_blocks=5), 128, (4.3, 13.6)),
    "-joint": (ReposeConfig(joint=True), 128, (3.5, None)),
    "-add": (ReposeConfig(strategy="add"), 128, (None, None)),
    "-replace": (ReposeConfig(strategy="replace"), 128, (None, None)),
    "-noupdate": (ReposeConfig(strategy="none"), 128, (None, None)),
}

for _suffix, (_config, _side, _paper) in _TABLE.items():
    register(
        f"repose{_suffix}",
        input_size=(_side, _side),
        skeleton="lsp14",
        paper=_paper,
        convention=TWICE_MACS,
        note="layers at the coarsest map and bones reconstructed"
        + ("; inputs of later stages reconstructed" if _config.stages > 1 else ""),
    )(_builder(_config))
