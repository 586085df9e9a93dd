"""From a measured clip to the page that somebody signs."""
