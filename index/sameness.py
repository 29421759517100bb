"""When two records that share a title, and no identifier, tell of one paper."""

import re
import unicodedata
from functools import lru_cache

from index.filters import folded

# A title made of nothing else is the title of a part of any issue, or book.
_PARTS = """
    introduction introductions editorial editorials preface prefaces foreword forewords prologue epilogue afterword postscript
    correction corrections corrigendum corrigenda erratum errata addendum retraction withdrawal expression concern publisher
    publishers author authors obituary memoriam tribute book books review reviews reviewed reviewers received letter
    letters editor editors editorials reply replies response responses comment comments commentary discussion discussions
    conclusion conclusions concluding remarks closing opening remark index indexes contents content table front back matter
    cover inside masthead imprint news announcement announcements calendar events call notes note notice notices
    acknowledgement acknowledgements acknowledgment acknowledgments appendix appendices references bibliography abstract
    abstracts summary summaries overview background guest special section issue issues volume number part chapter session
    theme thematic welcome message chair chairs program programme committee committees organizers organisers editorial board
    about this from list instructions information untitled title titled none unknown perspective perspectives viewpoint
    spotlight highlights interview profile poster posters keynote panel tutorial workshop proceedings supplement supplementary
    einleitung einführung vorwort nachwort geleitwort nachruf berichtigung korrektur rezension rezensionen buchbesprechung
    buchbesprechungen inhalt inhaltsverzeichnis zusammenfassung schluss fazit impressum mitteilungen éditorial préface avant
    propos introducción prólogo prefacio presentación reseña reseñas índice conclusión conclusiones sommaire compte rendu
    comptes rendus nécrologie introdução prefazione introduzione editoriale premessa recensione recensioni inleiding voorwoord
    a an and the of to in for on by s der die das zum zur de la le les des du del al il no
    i ii iii iv v vi vii viii ix x xi xii
    """
_GENERIC = frozenset(folded(_PARTS).split())
_WORD = re.compile(r"[^\W_]+")
_FEWEST_SHARED, _FEWEST_WORDS, _RUN = 0.8, 12, 3
_SUFFIXES = frozenset({"jr", "sr", "ii", "iii", "iv", "phd", "md"})


@lru_cache(maxsize=1024)
def is_generic(title: str) -> bool:
    """Whether a title may be that of any paper: `Introduction`, `Editorial 3/2020`, `Letter to the Editor`, `Vorwort`."""
    return all(word in _GENERIC or word.isdecimal() for word in _name(title))


def authors_agree(one: tuple[str, ...], other: tuple[str, ...]) -> bool:
    """Whether at least half of the shorter list are in the other too, by their last names; not where a list is empty.

    Of a name whose order is not known, any word may be the last name of the other.
    """
    few, many = sorted((one, other), key=len)
    last_names, parts = {_last(name) for name in many}, {word for name in many for word in _name(name)}
    shared = sum(_last(name) in parts or not last_names.isdisjoint(_name(name)) for name in few)
    return bool(few) and 2 * shared >= len(few)


def abstracts_agree(one: str, other: str) -> bool:
    """Whether two abstracts are one text, cut off or marked up in one of them perhaps.

    They are where their words are the same, or where four fifths of the runs of three words of the shorter, if it has
    twelve words or more, stand in the other too.
    """
    few, many = sorted((_words(one), _words(other)), key=len)
    if few == many or len(few) < _FEWEST_WORDS:
        return few == many
    runs, others = _runs(few), _runs(many)
    return len(runs & others) >= _FEWEST_SHARED * len(runs)


def _last(name: str) -> str:
    spoken = [word for word in _name(name) if word not in _SUFFIXES] or [""]
    return next((word for word in reversed(spoken) if len(word) > 1), spoken[-1])


def _name(name: str) -> list[str]:
    return _WORD.findall(folded(name))


def _words(text: str) -> list[str]:
    return _WORD.findall(unicodedata.normalize("NFKC", text).casefold())


def _runs(text: list[str]) -> set[tuple[str, ...]]:
    return {tuple(text[begin : begin + _RUN]) for begin in range(len(text) - _RUN + 1)}
