"""The words of an answer, each tied to words of an abstract."""
