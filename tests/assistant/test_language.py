"""Whether a question is asked in English."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.opening import open_assistant
from assistant.settings import read_settings
from assistant.types import Question
from assistant.writing.telling import remark
from eval.questions import SETS, read_questions
from index.words.language import is_english

FOREIGN = """
Warum wird die Aufmerksamkeit verdünnt?
Verbessert Schlaf das Gedächtnis?
Und Tee?
WELCHE MODELLE SIND BESSER?
wie wirkt licht auf schlaf
Welche Arbeiten verwenden keine Transformer?
Qu'est-ce que BERT ?
Le thé améliore-t-il la mémoire ?
effet de la lumière sur le sommeil
Pourquoi ?
¿El té mejora la memoria?
¿Cuántos artículos hay?
efecto de la luz en el sueno
Il tè migliora la memoria?
Quali modelli sono migliori?
O chá melhora a memória?
Quantos artigos existem?
Verbetert thee het geheugen?
Wat is BERT?
Czy herbata poprawia pamięć?
Zlepšuje čaj paměť?
Förbättrar te minnet?
Hvor mye bedre er modellen?
Parantaako tee muistia?
Javítja a tea a memóriát?
Ce este BERT?
Çay hafızayı güçlendirir mi?
Apakah teh meningkatkan ingatan?
Trà có cải thiện trí nhớ không?
Что такое BERT?
Чай улучшает память?
お茶は記憶を改善しますか
BERTとは何ですか
茶能改善记忆吗？
차는 기억력을 향상시키나요?
هل يحسن الشاي الذاكرة؟
क्या चाय याददाश्त सुधारती है?
האם תה משפר זיכרון?
Βελτιώνει το τσάι τη μνήμη;
""".strip().splitlines()

ENGLISH = """
E. coli
E. coli lac operon
in vitro
de novo assembly
Pseudomonas aeruginosa biofilms
Plasmodium falciparum artemisinin
Saccharomyces cerevisiae
El Niño and rainfall
La Niña droughts
ozone in Los Angeles
van der Waals forces
papers by van den Berg
papers by de la Cruz and García Muñoz
Müller et al. 2020
α-synuclein and β-amyloid
What does 深度学习 mean?
What does “Les oiseaux de la ville” say?
dupilumab omalizumab mepolizumab
LoRA vs QLoRA
BERT
seagrass
Why?
And tea?
hi
no
""".strip().splitlines()


@pytest.mark.parametrize("query", FOREIGN)
def test_a_question_in_another_language_is_told_from_english(query: str) -> None:
    assert not is_english(query)


@pytest.mark.parametrize("query", ENGLISH)
def test_names_and_terms_from_other_languages_are_english(query: str) -> None:
    assert is_english(query)


@pytest.mark.parametrize("name", ["sample-dev", "acl-dev", "acl-premises"])
def test_no_english_question_is_taken_for_foreign(name: str) -> None:
    questions = [q for q in read_questions(SETS / f"{name}.jsonl") if q.slice not in _LANGUAGES]
    assert not [q.question for q in questions if not is_english(q.question)]


def test_every_translated_question_is_foreign() -> None:
    questions = read_questions(SETS / "acl-dev-translated.jsonl")
    assert not [q.question for q in questions if is_english(q.question)]


@pytest.mark.parametrize("text", ["", "???", "12 %", "“”", "E" * 10_000, "ü" * 10_000])
def test_any_text_has_a_language(text: str) -> None:
    assert remark(text) in {"", remark("Was ist das?")}


@given(st.text(max_size=100))
def test_the_language_of_any_text_can_be_asked(text: str) -> None:
    is_english(text)


@pytest.mark.parametrize(
    "question",
    [
        "Welche Methode verbessert die Normalisierung der Schichten?",
        "Wie pflanzt man Tomaten?",
        "Welche Paper gibt es?",
    ],
)
def test_an_answer_and_a_refusal_say_that_other_languages_are_understood_in_part(
    sample_index: Path, question: str
) -> None:
    answer = open_assistant(read_settings(index=str(sample_index))).ask(Question(question))
    assert remark(question) in answer.text
    assert "English" in remark(question)


_LANGUAGES = {"german", "french", "spanish", "chinese", "japanese"}
