"""Measures without Rasa how well the examples of data/nlu tell the intents apart, language by language.

python benchmarks/intents.py                    # cross-validation and held-out macro-F1 per language
python benchmarks/intents.py --language fr --confusions --errors
"""

import argparse
from collections import Counter
from pathlib import Path
from typing import NamedTuple

import numpy as np
import yaml
from sklearn.feature_extraction.text import CountVectorizer
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold, cross_val_predict
from sklearn.pipeline import Pipeline, make_pipeline, make_union

ROOT = Path(__file__).resolve().parent.parent
LANGUAGES = ("en", "fr", "it")
FOLDS = 5
DECIDED_BY_RULES = "safety.yml"


class Said(NamedTuple):
    """One sentence a customer may say, and the intent it carries."""

    text: str
    intent: str


def training_examples(language: str) -> list[Said]:
    """All examples of data/nlu/<language> that a classifier has to learn, in the order of the files."""
    examples = []
    paths = sorted((ROOT / "data" / "nlu" / language).glob("*.yml"))
    for path in (path for path in paths if path.name != DECIDED_BY_RULES):
        for block in yaml.safe_load(path.read_text(encoding="utf-8"))["nlu"]:
            lines = (line.removeprefix("- ").strip() for line in block["examples"].splitlines())
            examples += [Said(line, block["intent"]) for line in lines if line]
    return examples


def held_out_examples(language: str) -> list[Said]:
    """All sentences of tests/nlu/<language>.yml, which training never sees."""
    path = ROOT / "tests" / "nlu" / f"{language}.yml"
    by_intent = yaml.safe_load(path.read_text(encoding="utf-8"))
    return [Said(text, intent) for intent, texts in by_intent.items() for text in texts]


def classifier() -> Pipeline:
    """Words and pieces of words, once as typed and once without accents, as many customers type."""
    words = {"analyzer": "word", "ngram_range": (1, 2), "token_pattern": r"\b\w+\b"}
    pieces = {"analyzer": "char_wb", "ngram_range": (2, 5)}
    pairs = [(view, accents) for view in (words, pieces) for accents in (None, "unicode")]
    views = [CountVectorizer(**view, strip_accents=accents) for view, accents in pairs]
    return make_pipeline(make_union(*views), LogisticRegression(C=10, max_iter=300))


def cross_validated(examples: list[Said]) -> np.ndarray:
    """The intent given to each example by a model that has not seen it."""
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=7)
    texts, intents = zip(*examples, strict=True)
    return cross_val_predict(classifier(), texts, intents, cv=folds)


def macro_f1(examples: list[Said], guesses: np.ndarray) -> float:
    """The mean of F1 over intents, so that rare intents count as much as frequent ones."""
    return f1_score([said.intent for said in examples], guesses, average="macro")


def misread(examples: list[Said], guesses: np.ndarray) -> list[tuple[Said, str]]:
    """Each sentence given another intent than its own, with that intent."""
    return [(said, guess) for said, guess in zip(examples, guesses, strict=True) if said.intent != guess]


def confusions(examples: list[Said], guesses: np.ndarray) -> Counter[tuple[str, str]]:
    """How often each (intent, mistaken for) pair occurs."""
    return Counter((said.intent, guess) for said, guess in misread(examples, guesses))


def report(title: str, examples: list[Said], guesses: np.ndarray, show: argparse.Namespace) -> None:
    wrong = misread(examples, guesses)
    accuracy = 1 - len(wrong) / len(examples)
    figures = f"macro-F1 {macro_f1(examples, guesses):.3f}  accuracy {accuracy:.3f}"
    print(f"  {title:<17} {figures}  ({len(examples)} sentences)")
    if show.confusions:
        for (intent, guess), times in confusions(examples, guesses).most_common(20):
            print(f"      {times:3} {intent} taken for {guess}")
    if show.errors:
        for said, guess in wrong:
            print(f"      {said.intent} taken for {guess}: {said.text}")


def measure(language: str, show: argparse.Namespace) -> None:
    training, held_out = training_examples(language), held_out_examples(language)
    print(language)
    report("cross-validation", training, cross_validated(training), show)
    texts, intents = zip(*training, strict=True)
    model = classifier().fit(texts, intents)
    report("held out", held_out, model.predict([said.text for said in held_out]), show)


def main() -> None:
    layout = argparse.RawDescriptionHelpFormatter
    options = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    options.add_argument("--language", choices=LANGUAGES, action="append", help="default: all")
    options.add_argument("--confusions", action="store_true", help="list the pairs most often mixed up")
    options.add_argument("--errors", action="store_true", help="list every sentence misread")
    show = options.parse_args()
    for language in show.language or LANGUAGES:
        measure(language, show)


if __name__ == "__main__":
    main()
