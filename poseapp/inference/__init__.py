"""Image to keypoints without torch: crop, session, decode, find the person, track."""
