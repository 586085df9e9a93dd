"""What counts as suspicious: every threshold in one table, with where it comes from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass

from poseapp.core.moments import MomentKind

# Robust statistics: a value further than this many standard deviations from the median is an outlier; the deviation is
# estimated as 1.4826 median absolute deviations (Leys et al., J. Exp. Soc. Psychol. 49, 2013, who advise 2.5 to 3; more
# here, because fast motion has long tails and every false alarm costs a person's look).
OUTLIER = 8.0
MAD_TO_SIGMA = 1.4826

# Jumps. A keypoint may leave the line between its places before and after by so much of the trunk's length: pixel noise
# and the jitter of a network are below that ...
LEAST_JUMP = 0.1
# ... or by what this acceleration does in the time between frames, m/s^2: ten times gravity, more than wrists and feet
# reach in walking and running but for the impact itself. A blow or a kick may pass it, and is told once.
MOST_ACCELERATION = 98.1
TRUNK_METRES = 0.5  # 0.288 of a stature of 1.73 m (Winter 2009, fig. 4.1)

# Bones. A picture can only shorten a bone, so a bone longer than nearly ever is one with a misplaced end.
USUAL_LENGTH_QUANTILE = 0.9  # over both sides of the body, at the distance at which the person stands
TOO_LONG = 1.3  # times that
LENGTH_OUTLIER = 4.0  # deviations from the median, where lengths vary much

# Low scores. A calibrated score is the share of such keypoints that are right; the timeline
# hatches below the same value.
UNSURE_SCORE = 0.4

# Gaps. Longer ones are not interpolated when angles are measured (`MeasureSettings.max_gap_seconds`).
LONG_GAP_SECONDS = 0.25

# Two runs. So much of the trunk's length apart, and so many standard deviations where the networks give them.
DISAGREEMENT = 0.15
DISAGREEMENT_SIGMAS = 4.0

# Swaps. The share of the cost of a jump that an exchange of left and right must save when it begins and when it ends.
SWAP_GAIN = 0.35
SWAP_JUMP = 0.18  # trunk lengths off constant velocity that cost half as much as any jump; as in `inference.sides`
SWAP_DAMPING = 0.9
SWAP_APART = 0.1  # trunk lengths: a pair that is nearer together says nothing
SWAP_LONGEST_SECONDS = 10.0  # between the two ends of an exchange that is taken for one
# From one end alone to where the track begins or ends. The sides of a whole clip were settled before: of two longer
# ones found in real predictions (the sample, 3.0 and 1.3 s, and a dancer, 6.4 s), none was an exchange.
SWAP_OPEN_SECONDS = 0.75

# Joints. Ranges are held to only where the picture shows them: from the side, and both bones about as long as usual.
SIDE_VIEW_BREADTH = 0.35  # hips and shoulders apart, trunk lengths
LEAST_SHOWN = 0.7  # of the usual length
ANGLE_TOLERANCE = 10.0  # degrees: a good 2D measurement is 4 to 7 off (Stenum et al., PLoS Comput. Biol. 17, 2021)
ANGLE_SIGMAS = 2.0


@dataclass(frozen=True)
class AngleRange:
    """What a joint can do, degrees; `side_only`: the lower end means something only in a view from the side."""

    low: float
    high: float


# Active ranges of motion: American Academy of Orthopaedic Surgeons, Joint Motion (1965), as in Norkin & White,
# Measurement of Joint Motion, 5th ed. (2016), app. B; in the convention of `angles.toml` (0 upright, flexion positive).
# Where passive or trained bodies go further the wider figure stands: knee and hip in a deep squat (Hemmerich et al.,
# J. Orthop. Res. 24, 2006: knee 157, hip 95 to 120), the ankle of dancers. The upper arm turns about its own axis, so
# that a picture shows an elbow bent either way: only folded further than flesh allows is held against it.
ANGLE_RANGES: Mapping[str, AngleRange] = {
    "knee_flexion": AngleRange(-10.0, 160.0),
    "hip_flexion": AngleRange(-45.0, 140.0),
    "ankle_dorsiflexion": AngleRange(-70.0, 45.0),
    "elbow_flexion": AngleRange(-155.0, 155.0),
}


@dataclass(frozen=True)
class Rule:
    """How findings of a kind become moments.

    Attributes:
        least, most: Severity of a finding that just passes its limit, and of one far beyond it.
        scale: Excess at which it is half way between them.
        join_seconds: Findings no further apart are one moment.
    """

    least: float
    most: float
    scale: float
    join_seconds: float

    def severity(self, excess: float) -> float:
        """Return 0 to 1 for how far a limit is passed."""
        return self.least + (self.most - self.least) * (1 - math.pow(2.0, -max(excess, 0.0) / self.scale))


# Which findings come first is our choice: what spoils most frames with least doubt, then what spoils one frame.
# Excess is in the unit of each sign: value over limit less 1 (jump, length, disagreement), degrees (angle), seconds
# (missing), the share of the limit that a score is below it (unsure), the share saved (swap).
RULES: Mapping[MomentKind, Rule] = {
    MomentKind.SWAP: Rule(0.70, 1.00, 0.3, 0.0),
    MomentKind.MISSING: Rule(0.15, 0.70, 1.0, 0.1),
    MomentKind.JUMP: Rule(0.35, 0.95, 2.0, 0.1),
    MomentKind.LENGTH: Rule(0.30, 0.80, 0.5, 0.2),
    MomentKind.ANGLE: Rule(0.30, 0.85, 30.0, 0.2),
    MomentKind.DISAGREEMENT: Rule(0.25, 0.80, 2.0, 0.2),
    MomentKind.UNSURE: Rule(0.05, 0.60, 0.4, 0.2),
    MomentKind.SUGGESTED: Rule(0.0, 0.05, 1.0, 0.0),
}
