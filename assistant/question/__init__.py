"""What is asked: of how many things, of which papers, in which words, leaning on what."""
