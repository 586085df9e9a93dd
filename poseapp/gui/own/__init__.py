"""What a project adds of its own: keypoints and angles."""
