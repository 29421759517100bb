"""What a line of a text without labels is: a title, an abstract, the names of people, or neither."""

import re

_SENTENCE_END = re.compile(r"""[.!?]["')\]]*(?:\s|$)""")
# The beginning of a sentence's second half; titles in lower case have a digit, a hyphen or a capital in the first word.
_MIDDLE = re.compile(r"[a-z]+[ ,;.)]")
_LONGEST = 300
# A heading, a list's number or bullet, a tag, a command, an address: none of them begins a title.
_MARKED = re.compile(
    r"#|>|!\[|[*`]|\$[\s(]|[%\\@|]|[-*+•▪◦·]\s|[(\[]?\d{1,4}[.)\]]\s|[(\[]\d{1,4}[)\]]|https?://|www\.|doi\b|arxiv:",
    re.I,
)
_VENUE = re.compile(
    r"\b(?:vol|no|pp|eds?|proc)\.|\d{4};|\d+\s?\(\d+\)|\d+:\d+[-–]\d+|\barxiv preprint\b|^(?:published|accepted|appeared) (?:in|at|by)\b"
    r"|\bproceedings of\b|[(,] ?(?:19|20)\d\d\)?\.?$",
    re.I,
)
_SECTION = re.compile(
    r"(?:\d+(?:\.\d+)*\.?\s+)?(?:abstract|introduction|background|related work|methods?|materials and methods|methodology|results?|"
    r"discussion|conclusions?|references|bibliography|acknowledge?ments?|contents|table of contents|chapter \w+|keywords|appendix)\W*",
    re.I,
)
_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)\.?"
)
_COUNT = re.compile(
    r"[+~]?\d[\d.,]*\s?k?(?:\s(?:authors?|others?|more|comments?|upvotes?|stars?|citations?|likes?|views?|days?|hours?|minutes?)(?:\sago)?)?"
    rf"|et al\.?|{_MONTH}\s\d{{1,2}}(?:,?\s\d{{4}})?|\d{{1,2}}\s{_MONTH}(?:,?\s\d{{4}})?|{_MONTH}\s\d{{4}}|(?:19|20)\d\d",
    re.I,
)
_NAME = re.compile(
    r"(?:[^\W\d_a-z][\w.’'-]{0,30}|(?:de|da|di|du|del|dos|la|le|van|von|der|den|bin|al|el|y)\b)"
    r"(?:\s(?:[^\W\d_a-z][\w.’'-]{0,30}|(?:de|da|di|du|del|dos|la|le|van|von|der|den|bin|al|el|y)\b)){0,4}"
)
_MAIL = re.compile(r"\w@\w+\.\w")
_INITIAL = re.compile(r"(?:^|\s)[^\W\d_a-z]\.?(?=\s|$|[^\W\d_a-z]\.?(?:\s|$))")
_MARKS_OF_NAMES = re.compile(r"[*†‡§¶∗]|\(\d{1,2}(?:,\d{1,2})*\)|(?<=[^\W\d_])\d(?:,\d)*\b|[¹²³⁴-⁹]")
_YEAR_BEHIND = re.compile(r"\s*[(,]\s?((?:19|20)\d\d)\)?\.?\s*\Z")
_ET_AL = re.compile(r",? et al\.?\Z")
_PARTS = re.compile(r"\s*[,;·•∙|]\s*(?:and\s|&\s)?|\s+(?:and|&)\s+")
_BODY = re.compile(
    r"\b(?:universit|institut|college|school|laborator|labs?\b|research|department|dept|hospital|cent(?:er|re)\b|academy|inc\b|ltd\b|corp\b|AI\b)",
    re.I,
)


def is_abstract(text: str) -> bool:
    """Whether a line reads as an abstract rather than a title: two of length, words, sentences and a closing stop."""
    words = len(text.split())
    signs = (
        words >= 40,
        len(text) >= 250,
        len(_SENTENCE_END.findall(text)) >= 2,
        words > 12 and text.endswith((".", "!")),
    )
    return sum(signs) >= 2


def is_section(text: str) -> bool:
    """Whether a line is the heading of a part that papers have."""
    return bool(_SECTION.fullmatch(text))


def can_be_title(text: str) -> bool:
    """Whether nothing in a line itself forbids that it is a title: a mark before it, a venue, a date, names, no word."""
    return not (
        len(text) > _LONGEST
        or _MARKED.match(text)
        or _MIDDLE.match(text)
        or _VENUE.search(text)
        or is_section(text)
        or _COUNT.fullmatch(text)
        or text.endswith((",", ";", ":"))
        or _MAIL.search(text)
        or not re.search(r"[^\W\d_]{2}", text)
        or is_byline(text)
    )


def reads_as_title(text: str) -> bool:
    """Whether a line is a title by its words alone: four or more, and no list of what may be names."""
    return len(text.split()) >= 4 and can_be_title(text) and not may_be_names(text)


def is_byline(text: str) -> bool:
    """Whether a line tells who wrote something, or how many, or when: names beside a year, a count or initials."""
    if len(text) > _LONGEST:
        return False
    plain = _MARKS_OF_NAMES.sub("", text).strip()
    bare = _ET_AL.sub("", _YEAR_BEHIND.sub("", plain))
    parts = [part for part in _PARTS.split(bare) if part]
    counted = sum(bool(_COUNT.fullmatch(part)) for part in parts)
    if not parts or not all(_NAME.fullmatch(part) or _COUNT.fullmatch(part) for part in parts):
        return False
    return bool(
        bare != plain
        or (counted and len(parts) > 1)
        or plain != text.strip()
        or _INITIAL.search(bare)
        or ("·" in text and len(parts) > 1)
        or (len(parts) > 2 and all(2 <= len(part.split()) <= 4 for part in parts))
    )


def may_be_names(text: str) -> bool:
    """Whether a line can be the names of two people or more: words with capitals, between commas, each a few."""
    parts = [part for part in _PARTS.split(_MARKS_OF_NAMES.sub("", text[: _LONGEST + 1]).strip()) if part]
    return (
        len(text) <= _LONGEST
        and len(parts) > 1
        and all(_NAME.fullmatch(part) and len(part.split()) > 1 for part in parts)
    )


def names_body(text: str) -> bool:
    """Whether a line names an institution, as a title seldom does."""
    return bool(_BODY.search(text))


def names_in(text: str) -> tuple[str, ...]:
    """The names in a line of names, where none of them is that of an institution; else nothing."""
    bare = _ET_AL.sub("", _YEAR_BEHIND.sub("", _MARKS_OF_NAMES.sub("", text)).strip())
    parts = [part for part in _PARTS.split(bare) if part and not _COUNT.fullmatch(part)]
    people = [part for part in parts if _NAME.fullmatch(part) and len(part.split()) > 1]
    return tuple(people) if len(people) == len(parts) and not names_body(bare) else ()


def year_in(text: str) -> str | None:
    """The year that stands behind names."""
    found = _YEAR_BEHIND.search(text[-_LONGEST:])
    return found[1] if found else None
