"""The index: papers read in, cut into passages, stored, embedded and searched."""
