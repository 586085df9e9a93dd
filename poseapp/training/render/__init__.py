"""People drawn by computation, so that the truth about every keypoint and angle is known."""
