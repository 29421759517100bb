"""Markers in a sentence of a draft, however they are written, to the numbers of the sentences that they point at."""

import re
import unicodedata
from collections.abc import Iterator, Sequence

from index.passages import Passage

# A range of more sentences points at nothing in particular.
_WIDEST = 20

_OPEN, _CLOSE = r"[\[［【〔]", r"[\]］】〕]"
_RAISED = "⁰¹²³⁴⁵⁶⁷⁸⁹"
_NUMBER = rf"(?:\d{{1,6}}|[{_RAISED}]{{1,6}}|[①-⑳])"
_ONE = rf"(?:(?:see\s+)?(?:sentences?|sources?|refs?\.?|nos?\.?|s|#|\^)\s*)?[-+]?{_NUMBER}"
_MANY = rf"\s*{_ONE}(?:(?:\s*(?:,|;|/|&|\band\b|\bto\b|[-–—−:‑])){{1,2}}\s*{_ONE})*\s*(?:†[^\]］】〕\n]{{0,80}})?"
_SQUARE = re.compile(rf"{_OPEN}{{1,4}}{_MANY}{_CLOSE}{{1,4}}", re.IGNORECASE)
_ROUND = re.compile(rf"[(（]{_MANY}[)）]", re.IGNORECASE)
# Round brackets hold years and list numbers too: they cite at the end of a sentence alone.
_TAIL = rf"(?:\s*(?:{_SQUARE.pattern}|{_ROUND.pattern}|[{_RAISED}]))*\s*$"
_AT_END = re.compile(rf"(?:\s*{_ROUND.pattern})+(?=\s*(?:{_SQUARE.pattern}\s*)*[.!?…。]*[\"'”’]*\s*$)", re.IGNORECASE)
MARKERS_LAST = re.compile(_TAIL, re.IGNORECASE)
LED = re.compile(rf"\s*(?:[-*•]\s+)?(?:{_SQUARE.pattern}\s*)+", re.IGNORECASE)
_HALF = re.compile(rf"{_OPEN}{{1,4}}\s*s?\d[\d\s,;–-]*(?=$|[^\d\s,;–\]］】〕-])", re.IGNORECASE)
# A number above the line cites behind a word or a stop; behind an abbreviation it is a power.
_ABOVE = re.compile(
    rf"(?:(?<=[^\W\d_]{{4}})|(?<=[.,;:!?%)\]”\"’']))\s?[{_RAISED}]{{1,3}}(?:[,;˒⁻–-]?\s?[{_RAISED}]{{1,3}}){{0,9}}(?!\w)"
)
# What looks like a marker and is none that is known.
_ODD = re.compile(rf"\s?{_OPEN}[^\s,;\[\]［］【】〔〕]{{0,6}}\d[^\s,;\[\]［］【】〔〕]{{0,6}}{_CLOSE}")
# Sentences that are named in words: "According to sentence 2, …", "[2] says that …", "…, as stated in sentences 2 and 3."
_NAMED = (
    rf"(?:(?:the\s)?(?:sentences?|sources?|passages?)\s(?:numbers?\s|nos?\.?\s)?{_OPEN}?\d{{1,4}}"
    rf"(?:(?:,?\s?(?:and|or|to|&|[-–,])\s?){_OPEN}?\d{{1,4}}|{_CLOSE}){{0,9}}|{_SQUARE.pattern})"
)
_SAYS = (
    r"(?:say|state|show|report|note|mention|indicate|explain|describe|suggest|reveal|confirm|find|tell)s?(?:\sus)?"
    r"(?:\sthat)?[,:]?"
)
_VIA = (
    r"(?:according to|based on|per|see|cf\.?|in|from|"
    r"as(?:\s(?:stated|noted|shown|reported|described|mentioned|indicated|explained|seen|given))?(?:\s(?:in|by))?)\s"
)
_NAMED_FIRST = re.compile(
    rf"^\W{{0,3}}(?:{_VIA}{_NAMED}(?:\s{_SAYS})?,|{_NAMED}(?:\s(?:[a-z]{{1,12}}ly\s)?{_SAYS}|:))\s", re.IGNORECASE
)
_NAMED_LAST = re.compile(rf",?\s?[(]?{_VIA}{_NAMED}[)]?(?=\W{{0,4}}$)", re.IGNORECASE)
_PART = re.compile(r"(?:\s*(?:,|;|/|&|\band\b))+\s*", re.IGNORECASE)
_LINKED = re.compile(r"!?\[([^\[\]]{0,300})\]\([^()\s]*[^()]{0,300}\)")


def without_markers(text: str, offered: Sequence[Passage]) -> tuple[str, tuple[int, ...], int]:
    """Return a sentence without its markers, the numbers of `offered` in them, in order, and how many others there were."""
    numbers: dict[int, None] = {}
    forged = 0

    def taken(found: re.Match[str]) -> str:
        nonlocal forged
        for number in _numbers(found.group()):
            if 1 <= number <= len(offered):
                numbers[number] = None
            else:
                forged += 1
        return " "

    def taken_if_offered(found: re.Match[str]) -> str:
        known = all(1 <= number <= len(offered) for number in _numbers(found.group()))
        return taken(found) if known else found.group()

    def taken_if_no_power(found: re.Match[str]) -> str:
        with_unit = found.string[max(0, found.start() - 4) : found.end()]
        return found.group() if stands(with_unit, offered) else taken_if_offered(found)

    def taken_for_none(found: re.Match[str]) -> str:
        nonlocal forged
        if stands(found.group().strip(), offered):
            return found.group()
        forged += 1
        return " "

    def without_target(found: re.Match[str]) -> str:
        label = found.group(1)
        return f"[{label}]" if re.fullmatch(_MANY, label, re.IGNORECASE) else label

    text = _LINKED.sub(without_target, text)
    bare = _NAMED_FIRST.sub(taken_if_offered, text).lstrip()
    text = _NAMED_LAST.sub(taken_if_offered, text if bare == text.lstrip() else bare[:1].upper() + bare[1:])
    text = _SQUARE.sub(taken, _AT_END.sub(taken_if_offered, text))
    text = _ABOVE.sub(taken_if_no_power, _HALF.sub(taken, _ODD.sub(taken_for_none, text)))
    return text, tuple(numbers), forged


def _numbers(marker: str) -> Iterator[int]:
    for part in _PART.split(unicodedata.normalize("NFKC", marker)):
        digits = [int(number) for number in re.findall(r"\d+", part)]
        low, high = digits[0] if digits else 0, digits[-1] if digits else 0
        if re.search(r"(?<!\d)-\s*\d", part.lstrip("[［【〔(（ ")[:2]):
            yield -high
        elif len(digits) > 1 and 0 < high - low < _WIDEST and "†" not in part:
            yield from range(low, high + 1)
        else:
            yield from digits[:1] if "†" in part else digits


def stands(words: str, offered: Sequence[Passage]) -> bool:
    """Return whether one of `offered` says `words`, but for the stop behind them."""
    return any(words.rstrip(".,;:!?") in one.text for one in offered)
