"""poseapp: estimate, correct, measure and teach human pose in video."""

__version__ = "0.1.0"
