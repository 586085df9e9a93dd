"""Curves of angles, velocities and keypoints."""
