"""How good and how fast networks are."""
