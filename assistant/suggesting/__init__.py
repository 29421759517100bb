"""What may be asked next of a corpus, each question tried before it is suggested."""
