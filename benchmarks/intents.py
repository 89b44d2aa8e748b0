"""Compares classifiers of intents on the sentences held out in tests/nlu: how often they are right, and at what cost.

Every classifier sees the same words and pieces of words (bot/pipeline/classifier.py) and learns from the examples of
data/nlu in all languages together, as the product's one does. For each language it is told how many sentences it
reads rightly and its macro-F1, the mean over intents, so that rare intents count as much as frequent ones; besides,
the seconds of training, the size of its numbers, and the milliseconds for one message.

The product's classifier is also asked how far it may be trusted: of its guesses from SURE on, and of those below it
that are still acted on, how many are right. The bars are 98 and 65 of 100.

Rasa's own DIET is not among them: on this data one epoch takes minutes, and it needs a hundred.

python -m benchmarks.intents                                # the comparison
python -m benchmarks.intents --language fr --confusions --errors    # the product's classifier in detail
"""

from __future__ import annotations

import argparse
import time
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple

import yaml

from bot.pipeline import without_tensorflow

without_tensorflow.install()

from sklearn.calibration import CalibratedClassifierCV  # noqa: E402
from sklearn.decomposition import TruncatedSVD  # noqa: E402
from sklearn.linear_model import LogisticRegression, SGDClassifier  # noqa: E402
from sklearn.metrics import f1_score  # noqa: E402
from sklearn.naive_bayes import ComplementNB  # noqa: E402
from sklearn.pipeline import make_pipeline  # noqa: E402
from sklearn.svm import LinearSVC  # noqa: E402

from benchmarks.scores import Bar, Line, Share  # noqa: E402
from bot.languages import LANGUAGES  # noqa: E402
from bot.pipeline.classifier import LinearModel, sights  # noqa: E402
from bot.pipeline.guard import SURE, UNSURE_BELOW  # noqa: E402

ROOT = Path(__file__).resolve().parent.parent
DECIDED_BY_RULES = "safety.yml"
RIGHT_WHEN_SURE, RIGHT_WHEN_UNSURE = 0.98, 0.65
TIMED = 200
MEBIBYTE = 2**20


class Said(NamedTuple):
    """One sentence a customer may say, and the intent it carries."""

    text: str
    intent: str


@dataclass(frozen=True)
class Outcome:
    """What came of one classifier: the intent given to each held-out sentence, by language, and what it took."""

    guesses: dict[str, list[str]]
    seconds: float
    mebibytes: float
    milliseconds: float

    @property
    def cost(self) -> str:
        """What it took, in a few words."""
        return f"{self.seconds:.0f} s, {self.mebibytes:.1f} MiB, {self.milliseconds:.2f} ms"


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


def measure(folder: Path | None = None, model: Path | None = None) -> Iterator[Line]:
    """Yield a line per classifier and language, and how far the product's own may be trusted.

    Both arguments are there for the sake of the other measurements: everything is learnt and measured here.
    """
    examples = [said for language in LANGUAGES for said in training_examples(language)]
    held_out = {language: held_out_examples(language) for language in LANGUAGES}
    product, outcome = _of_the_product(examples, held_out)
    yield from _lines("product", outcome, held_out)
    yield from _trust(product, held_out)
    for name, classifier in OTHERS.items():
        yield from _lines(name, _of_another(classifier(), examples, held_out), held_out)


OTHERS: dict[str, Callable[[], object]] = {
    "logistic regression": lambda: LogisticRegression(C=10, max_iter=60, tol=1e-3, n_jobs=1),
    "logistic, one against the rest": lambda: SGDClassifier(
        loss="log_loss", alpha=3e-6, max_iter=15, class_weight="balanced", random_state=7
    ),
    "complement naive Bayes": lambda: ComplementNB(alpha=0.1),
    "support vectors, calibrated by class": lambda: CalibratedClassifierCV(
        LinearSVC(C=0.5, class_weight="balanced", random_state=7), cv=3
    ),
    "averaged embeddings of our own": lambda: make_pipeline(
        TruncatedSVD(n_components=200, random_state=7), LogisticRegression(C=10, max_iter=60)
    ),
}


def _of_the_product(examples: list[Said], held_out: dict[str, list[Said]]) -> tuple[LinearModel, Outcome]:
    start = time.monotonic()
    model = LinearModel.trained([said.text for said in examples], [said.intent for said in examples])
    seconds = time.monotonic() - start
    guesses = {
        language: [model.ranking(said.text)[0]["name"] for said in rows]
        for language, rows in held_out.items()
    }
    size = model.weights.nbytes / MEBIBYTE
    return model, Outcome(guesses, seconds, size, _milliseconds(model.ranking, held_out))


def _of_another(classifier: object, examples: list[Said], held_out: dict[str, list[Said]]) -> Outcome:
    seen, see = sights([said.text for said in examples])
    start = time.monotonic()
    classifier.fit(seen, [said.intent for said in examples])  # type: ignore[attr-defined]
    seconds = time.monotonic() - start

    def guess(text: str) -> str:
        return str(classifier.predict(see([text]))[0])  # type: ignore[attr-defined]

    guesses = {
        language: [str(name) for name in classifier.predict(see([said.text for said in rows]))]  # type: ignore[attr-defined]
        for language, rows in held_out.items()
    }
    return Outcome(guesses, seconds, _size(classifier), _milliseconds(guess, held_out))


def _size(classifier: object) -> float:
    """Return the size in MiB of the numbers a classifier would have to keep, in 32 bits each."""
    parts = [step for _, step in classifier.steps] if hasattr(classifier, "steps") else [classifier]
    parts += [single.estimator for part in parts for single in getattr(part, "calibrated_classifiers_", [])]
    numbers = (
        getattr(part, name).size
        for part in parts
        for name in ("coef_", "components_", "feature_log_prob_")
        if hasattr(part, name)
    )
    return sum(numbers) * 4 / MEBIBYTE


def _milliseconds(guess: Callable[[str], object], held_out: dict[str, list[Said]]) -> float:
    texts = [said.text for rows in held_out.values() for said in rows[: TIMED // len(held_out)]]
    start = time.process_time()
    for text in texts:
        guess(text)
    return (time.process_time() - start) / len(texts) * 1000


def _lines(name: str, outcome: Outcome, held_out: dict[str, list[Said]]) -> Iterator[Line]:
    for language, rows in held_out.items():
        guesses = outcome.guesses[language]
        wrong = misread(rows, guesses)
        title = f"{name}: macro-F1 {macro_f1(rows, guesses):.3f}, {outcome.cost}"
        errors = tuple(f"{said.intent} taken for {guess}: {said.text}" for said, guess in wrong)
        share = Share(len(rows) - len(wrong), len(rows))
        yield Line(language, title, share, errors=errors)


def _trust(model: LinearModel, held_out: dict[str, list[Said]]) -> Iterator[Line]:
    for language, rows in held_out.items():
        guesses = [(said, model.ranking(said.text)[0]) for said in rows]
        sure = [(said, guess) for said, guess in guesses if guess["confidence"] >= SURE]
        unsure = [(said, guess) for said, guess in guesses if UNSURE_BELOW <= guess["confidence"] < SURE]
        for title, some, share in (
            ("right when sure", sure, RIGHT_WHEN_SURE),
            ("right when unsure", unsure, RIGHT_WHEN_UNSURE),
        ):
            wrong = [(said, guess) for said, guess in some if said.intent != guess["name"]]
            errors = tuple(
                f"{said.intent} taken for {guess['name']} ({guess['confidence']:.2f}): {said.text}"
                for said, guess in wrong
            )
            yield Line(language, title, Share(len(some) - len(wrong), len(some)), Bar(at_least=share), errors)


def macro_f1(examples: list[Said], guesses: list[str]) -> float:
    """Return the mean of F1 over intents, so that rare intents count as much as frequent ones."""
    return float(f1_score([said.intent for said in examples], guesses, average="macro"))


def misread(examples: list[Said], guesses: list[str]) -> list[tuple[Said, str]]:
    """Return each sentence given another intent than its own, with that intent."""
    return [(said, guess) for said, guess in zip(examples, guesses, strict=True) if said.intent != guess]


def confusions(examples: list[Said], guesses: list[str]) -> Counter[tuple[str, str]]:
    """Count how often each (intent, mistaken for) pair occurs."""
    return Counter((said.intent, guess) for said, guess in misread(examples, guesses))


def _in_detail(languages: list[str], show: argparse.Namespace) -> None:
    examples = [said for language in LANGUAGES for said in training_examples(language)]
    held_out = {language: held_out_examples(language) for language in languages}
    _, outcome = _of_the_product(examples, held_out)
    for line in _lines("product", outcome, held_out):
        print(f"{line.language} {line.share}  {line.title}")
        guesses = outcome.guesses[line.language]
        if show.confusions:
            for (intent, guess), times in confusions(held_out[line.language], guesses).most_common(20):
                print(f"      {times:3} {intent} taken for {guess}")
        if show.errors:
            print("".join(f"      {error}\n" for error in line.errors), end="")


def main() -> None:
    """Print the comparison, or the product's classifier in detail."""
    layout = argparse.RawDescriptionHelpFormatter
    options = argparse.ArgumentParser(description=__doc__, formatter_class=layout)
    options.add_argument("--language", choices=LANGUAGES, action="append", help="default: all")
    options.add_argument("--confusions", action="store_true", help="list the pairs most often mixed up")
    options.add_argument("--errors", action="store_true", help="list every sentence misread")
    show = options.parse_args()
    if show.confusions or show.errors or show.language:
        _in_detail(show.language or list(LANGUAGES), show)
        return
    for line in measure():
        verdict = f"{line.bar} {line.bar.verdict(line.share)}" if line.bar else ""
        print(f"{line.language} {line.title:90} {line.share}  {verdict}")


if __name__ == "__main__":
    main()
