"""Two clips beside or over each other."""
