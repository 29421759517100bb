"""The words of drafted questions: what a sentence says of a named work in a number or a name, and what abstracts leave open."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from assistant.question.asked import content_words, words
from assistant.suggesting.names import Named
from assistant.suggesting.proposing import COMPARED
from index.papers import Paper


@dataclass(frozen=True, slots=True)
class Asked:
    """The words of a question, and the short answers to it."""

    text: str
    short_answers: tuple[str, ...] = ()


# What a paper's own work is called where its name is not: of one without a name, by its title.
_OWN = re.compile(
    r"\b(?:our (?:proposed |best |final )?(?:method|model|approach|framework|system|technique|algorithm|network)"
    r"|the proposed (?:method|model|approach|framework|system|technique|algorithm|network))\b|^It\b",
    re.IGNORECASE,
)
_WORDED = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_ABOUT = r"(?:over |more than |about |around |roughly |nearly |almost |approximately |up to |at least |a total of )?"
_COUNT = rf"(?P<number>\d[\d,]*(?:\.\d+)?(?: ?[kKMB])?\+?(?: (?:thousand|million|billion))?|{'|'.join(_WORDED)})"
_SHARE = r"(?P<number>\d+(?:\.\d+)?(?: ?%|x|×| times| percentage points| percent| points| [A-Z][\w-]*(?: points?| scores?)?)?)"
_WHAT = r"(?:diverse |different |distinct )?(?P<what>(?:[A-Za-z][\w-]+ ){0,3}[a-z][a-z-]+s)(?=[ ,.;)])"
_HOLDS = re.compile(
    r"\b(?:contain(?:s|ing)|compris(?:es|ing)|consist(?:s|ing) of|includ(?:es|ing)|cover(?:s|ing)|spans|spanning|"
    rf"(?:dataset|corpus|benchmark|collection|treebank) (?:of|with)) {_ABOUT}{_COUNT} {_WHAT}"
)
_TRIED = re.compile(
    rf"\b(?:[Ee]xperiment(?:s|al results)|[Ee]valuat\w+|[Rr]esults|tested) (?:on|over|across) {_COUNT} {_WHAT}"
)
_DONE = re.compile(
    rf"\b[Ww]e (?P<verb>evaluate|analy[sz]e|compare|study|collect|annotate|test|examine|survey|investigate) {_ABOUT}{_COUNT} {_WHAT}"
)
_GAINS = re.compile(
    r"\b(?P<verb>outperform|surpass|exceed|improve)(?:s|ed|ing)? (?:upon |on |over )?(?P<what>[^,;:()\d]{4,70}?)"
    rf" by {_ABOUT}(?:an? (?:average|mean) (?:of )?)?{_SHARE}(?=[ ,.;)])"
)
_REACHES = re.compile(
    r"\b(?:achiev|reach|attain|obtain|scor)(?:es|ed|ing|s)? (?:an? |the )?"
    rf"(?:{_SHARE} (?P<metric>(?:[\w-]+ ){{0,2}}(?:accuracy|F1|BLEU|ROUGE|WER|AUC|mIoU|mAP|perplexity|FID)(?: scores?)?)"
    r"|(?P<of>(?:[\w-]+ ){0,2}(?:accuracy|F1|BLEU|score|WER|AUC|perplexity|FID)(?: scores?)?) of (?P<value>\d+(?:\.\d+)?%?))"
    r" on (?:the )?(?P<data>[A-Z][\w.-]*\w(?: [A-Z][\w.-]*\w)?)(?=[ ,.;)])"
)
# Words that lean on others, which a question does not hold.
_LEANING = re.compile(
    r"\b(?:our|its|their|his|her|it|them|they|we|this|these|those|that|such|both|other|others|respectively|different|various)\b",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"(?:It|The (?:final |resulting |full )?(?:dataset|corpus|benchmark|resource|collection|treebank))\b"
)
_INTRODUCES = r"\b(?:propose|introduce|present|release|develop|construct|create|build|describe|provide)(?:s|d)? "
_DESCRIBED = r"(?P<article>an?|the first|the largest) (?P<what>(?:[^,;:()]|,(?=\d))+?)"
# Behind these a description goes into what a work holds or does in passing.
_ASIDE = re.compile(r" (?:containing|comprising|consisting|which|whose|where|annotated|based on) .*")
_FEWEST_TELLING, _MOST_WORDS = 5, 22
_IDLE = words(
    "new novel simple effective efficient very high-quality first large-scale large comprehensive elite general powerful"
)
_COMPARES = re.compile(
    r"\b(?:than|(?:improv\w+|gains?|advantages?|superior(?:ity)?|better|speed-?ups?) over|outperform\w*|surpass\w*|exceed(?:s|ed|ing)?|beats|versus|vs\.?|compared (?:to|with)) (?:the )?"
    r"(?P<other>[A-Za-z][^,;:()]{1,60}?)(?= (?:by|in|on|with|for|while|when|at|across|under|and|using|via|as|from|to|of|is|are|or|that) |[,;:()]|\.$)"
)
_ANY_WORK = words(
    """
    state-of-the-art existing previous prior strong baseline baselines method methods model models approach approaches best current
    competing sota performance results art state recent competitive several many most counterparts competitors systems system work works
    alternatives networks frameworks algorithms techniques published all alternative main first two three simple metrics conventional traditional standard vanilla
    """
)
_NETS = re.compile(r"(?:Net|BERT|BART|T5|GPT|LM|former|Former)(?:-?\w{1,3})?$")
_IS = r"(?:,| is|:)? (?:an?|the)\b[^.;,]{0,60}\b"
_A_NET = rf"{_IS}(?:model|network|transformer|architecture|encoder|detector)\b"
_A_RESOURCE = rf"{_IS}(?:dataset|corpus|benchmark|treebank|collection|suite|framework|toolkit)\b"
# What is asked of a method or of data, and what an abstract says that answers it.
_OPEN = (
    ("How many parameters does {} have?", r"parameter|\d ?[BM]\b", "method"),
    ("How many annotators worked on {}?", r"annotator|crowd|worker|expert|human", "resource"),
    ("Which GPUs was {} trained on?", r"\bGPU|hardware|\bTPU|A100|V100|H100", "method"),
    ("Under which licence is {} released?", r"licen[cs]e|\bCC\b|Creative Commons", "resource"),
    ("With which learning rate was {} trained?", r"learning rate", "method"),
    ("How long did it take to collect {}?", r"\b(?:days?|weeks?|months?|years?|hours?)\b", "resource"),
)


def numbers_asked(sentence: str, work: str, named: Named | None) -> Iterator[Asked]:
    """Yield what a sentence answers with a number on a `work`, its name or title: how much it holds, gains, reaches or was tried on."""
    if named and named.sort == "resource":
        about = _named(named.name, sentence) or _SUBJECT.match(sentence)
        for found in _HOLDS.finditer(sentence, about.end()) if about else ():
            yield from _counted("How many {what} does {work} contain?", found, work)
        return
    for found in _TRIED.finditer(sentence):
        yield from _counted("On how many {what} was {work} evaluated?", found, work)
    for found in _DONE.finditer(sentence) if not named else ():
        yield from _counted("How many {what} did the authors of {work} {verb}?", found, work)
    if about := (_named(named.name, sentence) if named else None) or _OWN.search(sentence):
        subject = work if named else f"the approach of {work}"
        for found in _GAINS.finditer(sentence, about.end()):
            if _follows(sentence[about.end() : found.start()], found["what"]):
                yield Asked(f"By how much does {subject} {found['verb']} {found['what']}?", (found["number"],))
        for found in _REACHES.finditer(sentence, about.end()):
            metric, value = found["metric"] or found["of"], found["number"] or found["value"]
            yield Asked(f"What {metric} does {subject} reach on {found['data']}?", (value,))


def _counted(asking: str, found: re.Match[str], work: str) -> Iterator[Asked]:
    number = found["number"]
    if not _LEANING.search(found["what"]) and not found["what"].startswith(("of ", "times")):
        verb = found.groupdict().get("verb", "")
        digits = rf"|{_WORDED.index(number) + 2}" if number in _WORDED else ""
        short = rf"re:\b(?:{number}{digits})\b" if digits else number
        yield Asked(asking.format(what=found["what"], work=work, verb=verb), (short,))


def name_asked(sentence: str, named: Named) -> Iterator[Asked]:
    """Yield what a sentence answers with the name that it gives to something it describes."""
    name = re.escape(named.name)
    for pattern in (
        rf"{_INTRODUCES}(?:the |our )?{name}(?: \([^)]*\))?, {_DESCRIBED}(?=, |[;:(]|\.?$)",
        rf"{_INTRODUCES}{_DESCRIBED},? (?:called|named|dubbed|termed|which we call|that we call) {name}(?![\w-])",
        rf"(?:^|, ){name}(?: \([^)]*\))? is {_DESCRIBED}(?=, |[;:(]|\.?$)",
    ):
        for found in re.finditer(pattern, sentence):
            whole = found["what"].strip()
            short = _ASIDE.sub("", whole)
            what = short if _tells(short) else whole
            if _tells(what) and not _gives_away(what, named.name) and not _LEANING.search(what.replace(" that ", " ")):
                article = found["article"] if found["article"].startswith("the") else "the"
                yield Asked(f"What is the name of {article} {what}?", (named.name,))


def _gives_away(what: str, name: str) -> bool:
    """Whether a description holds the name, or its capitals spell it: a CHinese Evidence-based Fact-checking dataset."""
    own, spelt = (re.sub("[^A-Z]", "", text) for text in (name, what))
    return name.lower() in what.lower() or (len(own) > 1 and spelt.startswith(own[:3]))


def _tells(what: str) -> bool:
    """Whether a description tells one work from others."""
    return len({*content_words(what.lower())} - _IDLE) >= _FEWEST_TELLING and len(what.split()) <= _MOST_WORDS


def comparisons_asked(sentence: str, work: str, named: Named | None) -> Iterator[Asked]:
    """Yield what a sentence that says how a `work` compares with something answers."""
    about = (_named(named.name, sentence) if named else None) or _OWN.search(sentence)
    for found in _COMPARES.finditer(sentence, about.end()) if about else ():
        other = found["other"].strip()
        telling = {*content_words(other.lower())} - _ANY_WORK
        # Cut off within a list of adjectives, it says nothing.
        is_whole = (
            other[0].isalpha() and not other.split()[0].endswith("ly") and not re.search(r"\b[a-z]+-[a-z]+$", other)
        )
        if len(telling) >= (1 if named else 2) and is_whole and not _LEANING.search(other):
            subject = work if named else f"the approach of {work}"
            yield Asked(COMPARED.format(subject, other))


def unstated(named: Named, papers: Sequence[Paper], turn: int) -> Iterator[Asked]:
    """Yield what may be asked of a named work and none of `papers` says; another first at each `turn`."""
    fitting = [
        (text, answer) for text, answer, sort in _OPEN if sort == ("resource" if named.sort == "resource" else "method")
    ]
    about = "\n".join(f"{paper.title}\n{paper.abstract}" for paper in papers)
    is_net = _NETS.search(named.name) or _named(named.name, about, _A_NET)
    if named.sort != "resource" and (not is_net or _named(named.name, about, _A_RESOURCE)):
        return
    for place in range(len(fitting)):
        text, answer = fitting[(turn + place) % len(fitting)]
        if not any(re.search(answer, paper.abstract, re.I) for paper in papers):
            yield Asked(text.format(named.name))


def mentions(paper: Paper, name: str) -> bool:
    """Whether the title or the abstract of a paper holds a name."""
    return bool(_named(name, f"{paper.title}\n{paper.abstract}"))


def _named(name: str, text: str, behind: str = "") -> re.Match[str] | None:
    return re.search(rf"(?<![\w-]){re.escape(name)}(?!\w){behind}", text)


def _follows(between: str, what: str) -> bool:
    """Whether a verb with the object `what` may be that of what stands before `between`."""
    return not re.search(r"[;:]| by | than | of ", between) and len(between) < 60 and not _LEANING.search(what)
