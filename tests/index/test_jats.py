"""Abstracts in JATS and HTML markup."""

import time
from xml.sax.saxutils import escape

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index.readers.jats import text_of


@pytest.mark.parametrize(
    ("jats", "text"),
    [
        ("<jats:p>One.</jats:p><jats:p>Two.</jats:p>", "One. Two."),
        ("<p>H<sub>2</sub>O and <jats:italic>E. coli</jats:italic>s</p>", "H2O and E. colis"),
        ("one<br>two<br/>three", "one two three"),
        ("<ul><li>one</li><li>two</li></ul>", "one two"),
        ("<jats:p>\n  One\n  line.\n</jats:p>", "One line."),
        ('<jats:ext-link xlink:href="https://x.org" ext-link-type="uri">a link</jats:ext-link>.', "a link."),
        ("no markup at all", "no markup at all"),
        ("", ""),
    ],
)
def test_blocks_are_kept_apart_and_inline_elements_are_not(jats: str, text: str) -> None:
    assert text_of(jats) == text


@pytest.mark.parametrize(
    "title", ["<jats:title>Abstract</jats:title>", "<title>ABSTRACT</title>", "<h2> Abstract: </h2>"]
)
def test_a_first_title_that_only_says_abstract_is_left_out(title: str) -> None:
    assert text_of(f"\n{title}<jats:p>We did.</jats:p>") == "We did."


def test_the_titles_of_sections_are_read_before_them() -> None:
    sections = "".join(
        f"<jats:sec><jats:title>{title}</jats:title><jats:p>We did.</jats:p></jats:sec>"
        for title in ("Abstract", "Methods", "<jats:bold>Results:</jats:bold>", "Why?", "")
    )
    assert text_of(sections) == "We did. Methods: We did. Results: We did. Why? We did. We did."


def test_an_abstract_title_that_is_not_the_first_is_kept() -> None:
    assert text_of("<p>One.</p><title>Abstract</title><p>Two.</p>") == "One. Abstract: Two."


@pytest.mark.parametrize(
    ("jats", "text"),
    [
        ("<p>p &lt; 0.05 &amp; q &#62; 1</p>", "p < 0.05 & q > 1"),
        ("<p>&amp;lt;p&amp;gt; &amp;amp;</p>", "&lt;p&gt; &amp;"),
        ("&lt;b&gt;", "<b>"),
        ("a&nbsp;b &alpha;&#x3b2;", "a b αβ"),
        ("AT&T, R&D; &unheard; &", "AT&T, R&D; &unheard; &"),
        ("<![CDATA[x &lt; <b>]]> y", "x &lt; <b> y"),
    ],
)
def test_entities_are_decoded_once(jats: str, text: str) -> None:
    assert text_of(jats) == text


@pytest.mark.parametrize(
    "text",
    [
        "p < 0.05 and a<b and c>d",
        "the <unk> and <eos> tokens of a vector<T>",
        "unclosed <!-- comment",
        "unclosed <![CDATA[ section",
        "a <? b",
        "<",
        "x <p 0.05",
    ],
)
def test_what_is_no_tag_is_text(text: str) -> None:
    assert text_of(text) == text


@pytest.mark.parametrize(
    ("jats", "text"),
    [("<p>One <i>two</p> three", "One two three"), ("</p>One<title>Two", "One Two"), ("<script>One", "One")],
)
def test_tags_that_do_not_match_lose_nothing(jats: str, text: str) -> None:
    assert text_of(jats) == text


def test_comments_and_instructions_and_scripts_are_left_out() -> None:
    assert text_of("a<!-- <p>no</p> --><?pi no?><script>no</script><style>no</style>b") == "ab"


MATHML = "<mml:math><mml:msup><mml:mi>x</mml:mi><mml:mn>2</mml:mn></mml:msup></mml:math>"
TEX = r"<jats:tex-math>\documentclass[12pt]{minimal} \begin{document}$$x^2$$\end{document}</jats:tex-math>"


@pytest.mark.parametrize("both", [TEX + MATHML, MATHML + TEX])
def test_a_formula_that_stands_twice_is_read_once_and_without_its_preamble(both: str) -> None:
    formula = f"<jats:inline-formula><jats:alternatives>{both}</jats:alternatives></jats:inline-formula>"
    assert text_of(f"so {formula} and {formula}.") == "so $$x^2$$ and $$x^2$$."


def test_a_formula_in_mathml_alone_is_read() -> None:
    annotated = MATHML.replace("</mml:math>", "<mml:annotation>x^2</mml:annotation></mml:math>")
    assert text_of(f"so <alternatives>{annotated}</alternatives>.") == "so x2."


@given(st.text())
def test_text_comes_back_as_it_was_written(text: str) -> None:
    assert text_of(f"<jats:p>{escape(text)}</jats:p>") == " ".join(text.split())


@given(st.lists(st.sampled_from(["<p>", "</p>", "<title>", "</title>", "<alternatives>", "</alternatives>", "<tex-math>",
    "</tex-math>", "<math>", "</math>", "<!--", "-->", "<![CDATA[", "]]>", "&lt;", "word", " ", "<script>", "<br/>"])))  # fmt: skip
def test_no_heap_of_tags_raises_or_adds_words(pieces: list[str]) -> None:
    assert text_of("".join(pieces)).count("word") <= pieces.count("word")


@pytest.mark.parametrize(
    "piece",
    [
        "<",
        "<a ",
        "<!--",
        "<?",
        "<script>",
        "<![CDATA[",
        "<title>a",
        "<title>a</title>",
        "<a b='",
        "<alternatives>",
        "&#",
        "&a",
    ],
)
def test_no_heap_of_open_ends_takes_long(piece: str) -> None:
    began = time.monotonic()
    text_of(piece * (200_000 // len(piece)))
    assert time.monotonic() - began < 5
