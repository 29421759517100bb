"""The truth on the disk, who said what of each paper, and what is derived from it."""
