"""The networks of the five papers, one file each, readable next to the paper."""
