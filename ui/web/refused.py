"""`Refused`: a request that is not answered."""


class Refused(Exception):
    """A request is not answered; `sentence` says why, in no word of what was sent."""

    def __init__(self, status: int, sentence: str) -> None:
        super().__init__(sentence)
        self.status = status
        self.sentence = sentence
