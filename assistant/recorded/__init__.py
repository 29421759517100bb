"""What the record answers: who, when, where, how many."""
