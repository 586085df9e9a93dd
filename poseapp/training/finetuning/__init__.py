"""Networks made better on what a person corrected: few frames, minutes, proof."""
