"""What is known of the records of a corpus: years, venues, authors, sources."""
