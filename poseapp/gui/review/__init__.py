"""What is to be looked at, in words."""
