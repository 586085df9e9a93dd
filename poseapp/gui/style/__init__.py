"""How everything looks: colours, icons, words for numbers."""
