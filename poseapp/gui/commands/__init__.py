"""What can be done in the window: tables, shortcuts, handlers."""
