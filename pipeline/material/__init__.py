"""What is known of labelled rows before a model sees them: corrections, repeats, sides, counts, faults. Pure."""
