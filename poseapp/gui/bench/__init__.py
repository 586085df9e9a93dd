"""What the window costs, measured in the window itself."""
