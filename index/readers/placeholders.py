"""What stands where an abstract should and is none: notes that there is none, notices of publishers, headings alone."""

import re

from index.filters import folded

# A note that there is no abstract speaks of nothing else, so that all its words are among these. Folded, without accents.
_ABSTRACT = """
    abstract abstracts summary graphical précis extract synopsis zusammenfassung kurzfassung kurzreferat résumé resumo
    resumen riassunto sommario samenvatting sammanfattning sammendrag streszczenie аннотация аннотации реферат
    """
_ABSENCE = """
    no not none null undefined nan na nil nothing unknown unavailable missing absent omitted elided withheld tba tbd tbc void empty
    available availability provided supplied given found exist exists included submitted required needed applicable assigned
    kein keine keinen nicht verfügbar vorhanden fehlt fehlend liegt vor ohne
    aucun aucune pas sans non disponible disponibles fourni indisponible manquant
    ningún ninguno sin hay disponíveis disponível não sem nessun nessuno disponibile geen beschikbaar brak нет отсутствует
    """
_PLACE = """
    article articles paper papers document content contents item record entry publication manuscript work chapter book
    letter editorial text full fulltext body pdf html page pages first image images figure size preview access bibtex link
    button website site web publisher publishers publisher's author authors owner copyright license licence terms version
    online print journal issue volume international national audience peer reviewed scientific information notice note click download
    artikel beitrag volltext text seite texte intégral intégrale texto completo artículo artigo testo articolo tekst
    artykuł
    """
_HEADINGS = """
    background introduction context objective objectives aim aims purpose hypothesis design setting settings participants
    patients material materials method methods methodology main outcome outcomes measure measures measurements intervention
    interventions finding findings result results discussion conclusion conclusions interpretation implications limitations
    significance funding registration originality value hintergrund ziel methoden ergebnisse schlussfolgerung contexte
    objectif méthodes résultats objetivo métodos resultados conclusiones keywords
    """
_BETWEEN = """
    a an the this that these it its there here is are was were be been being has have had does do did for of in on at by to
    from with and or as so but if which who what how when where please see view read go get use using refer
    consult contact visit increase decrease enlarge above below following subject due only may can will via through yet
    currently s t at our we you your
    der die das den dem dieser diese dieses diesen diesem ein eine für zu zum zur im in von es ist wird siehe steht und
    le la les l un une de du des ce cet cette n est ne a pour voir dans et en
    el los las este esta no tiene para ver y o um uma este neste para e veja il lo gli per questo questa di
    voor dit dla
    """
_SAID = frozenset(folded(f"{_ABSTRACT} {_ABSENCE} {_PLACE} {_HEADINGS}").split())
_WORDS = _SAID | frozenset(folded(_BETWEEN).split())
_DASHES = re.compile(r"\W{0,3}|([\W_])\1*")
_NOT_APPLICABLE = re.compile(r"\bn ?[/.] ?a\b")
# Words are not parted by spaces there.
_UNSPACED = re.compile("[暂暫本该該此文论論没沒有无無缺提供摘要抄録録要旨あなしりません이논문의초록없음。、 ]+")
_ADDRESS = re.compile(r"(?:https?://|www\.|doi:|10\.\d+/)\S+|[^\s@]{1,64}@\S+", re.IGNORECASE)
_WORD = re.compile(r"[^\W_]+")
# A sentence by which a copyright or a licence is told, from its beginning; and those that stand beside such a one.
_RIGHTS = re.compile(
    r"""\W*(?:©\s*(?:\d{4} | (?-i:[A-Z]) | the\ authors?\b | by\b | copyright) | \(c\)\s*(?:\d{4} | copyright) | (?:crown\ )?copyright(?:ed)?,?\s*(?:© | \(c\) | \d{4} | the\ authors?\b)
    | copyright\ (?:by|of|is\ held\ by|held\ by)\ the\b | copyright\ of\ .{1,80}\ is\ the\ property\ of
    | (?:all|some)\ rights\ (?:are\ )?reserved
    | alle\ rechte\ vorbehalten | tous\ droits\ réservés | todos\ los\ derechos\ reservados
    | (?:this\ (?:is\ an?|article\ is|paper\ is|work\ is)\ )?(?:open[\s-]access\ (?:article|paper)\ )?(?:licensed|distributed)\ under
    | this\ is\ an\ open[\s-]access\ (?:article|paper))""",
    re.VERBOSE | re.IGNORECASE,
)
_BESIDE_RIGHTS = re.compile(
    r"\W*(?:published (?:online )?(?:by|under|in)|on behalf of|licensee|no claim to|open access|creative commons|"
    r"the authors?|under (?:exclusive )?licen[cs]e|reproduced with|used with|for permissions)\b",
    re.IGNORECASE,
)
_SENTENCE_END = re.compile(r"(?<=[.!?])\s+|(?<=[.!?])(?=[A-Z])")
_MOST_WORDS_OF_A_RIGHT = 40
_LOWER_WORD = re.compile(r"\b[a-zß-öø-ÿ]{2,}")


def is_placeholder(text: str) -> bool:
    """Whether `text` says nothing of what a paper says, in any of nine languages.

    It does not where it is a dash or a few, or an address alone; where all of them are words with which one says that there is no abstract, or
    where to find it, or headings with nothing under them; and where every sentence tells a copyright or a licence and
    what is left of it are names and numbers. A single other word (`No abstract algebra is needed.`) or a number makes it a text.
    """
    bare = _ADDRESS.sub(" ", text)
    words = _WORD.findall(_NOT_APPLICABLE.sub("na", folded(bare)))
    names_absence = (not words and bare != text) or (_WORDS.issuperset(words) and not _SAID.isdisjoint(words))
    return (
        bool(_DASHES.fullmatch(text)) or names_absence or bool(_UNSPACED.fullmatch(text)) or _tells_rights_alone(bare)
    )


def _tells_rights_alone(text: str) -> bool:
    sentences = _SENTENCE_END.split(text)
    rights = [one for one in sentences if _RIGHTS.match(one) and len(one.split()) <= _MOST_WORDS_OF_A_RIGHT]
    others = (one for one in sentences if one not in rights and _LOWER_WORD.search(one))
    return bool(rights) and all(map(_BESIDE_RIGHTS.match, others))
