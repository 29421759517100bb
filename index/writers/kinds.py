"""What kind of publication a paper is, as far as its record tells."""

import re
from typing import Literal

from index.papers import Paper

Kind = Literal["article", "meeting", "other"]

# Some journals are called after those who meet: "Transactions of the ACL".
_JOURNAL = re.compile(r"\b(?:journal|transactions|letters|annals|trans\.|j\.)", re.IGNORECASE)
_MEETING = re.compile(
    r"\b(?:proc(?:eedings)?\b|conference|workshop|symposium|meeting|congress|ACL|EMNLP|NAACL|EACL|COLING|LREC|NeurIPS"
    r"|NIPS|ICML|ICLR|CVPR|ICCV|ECCV|AAAI|IJCAI|KDD|SIGIR|INTERSPEECH|ICASSP)",
    re.IGNORECASE,
)


def kind_of(paper: Paper) -> Kind:
    """Whether it appeared at a meeting or in a journal, told from the name of its venue; `other` without a venue."""
    if not paper.venue:
        return "other"
    return "meeting" if _MEETING.search(paper.venue) and not _JOURNAL.search(paper.venue) else "article"
