"""What the abstracts say of it: the sentences that fit, whether they answer, how well they support."""
