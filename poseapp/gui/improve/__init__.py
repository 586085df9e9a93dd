"""Fine-tuning a network to what a person corrected: set up, watched, judged."""
