"""Data, targets, losses, loops and export; runs in its own process."""
