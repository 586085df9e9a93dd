"""Who is in the clip."""
