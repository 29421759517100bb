"""The words of a corpus and of languages: BM25, spelling, letters."""
