"""Labels from stronger networks, for training only."""
