"""The classifier of intents: it reads one text as scikit-learn would, and is the same after it was stored."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from bot.pipeline.classifier import NO_IDEA, LinearModel, sights

EXAMPLES = {
    "thank": ["thank you so much", "merci beaucoup", "grazie mille", "thanks a lot", "merci bien", "grazie tante"],
    "greet": ["hello there", "bonjour à vous", "buongiorno a voi", "hello again", "bonjour encore", "buongiorno di nuovo"],
    "refuse": ["no way", "jamais de la vie", "neanche per sogno", "no no no way", "jamais jamais", "neanche morto"],
}  # fmt: skip
TEXTS = [text for texts in EXAMPLES.values() for text in texts]
UNSEEN = ["thank you again", "BONJOUR!!", "no no no", "grazie, ma neanche per sogno", "zzz", "ça 42 $"]


@pytest.fixture(scope="module")
def model() -> LinearModel:
    return LinearModel.trained(TEXTS, [intent for intent, texts in EXAMPLES.items() for _ in texts])


@pytest.mark.parametrize("text", [*TEXTS, *UNSEEN])
def test_a_text_is_seen_as_scikit_learn_sees_it(model: LinearModel, text: str) -> None:
    _, see = sights(TEXTS)
    expected = see([text]).toarray()[0] @ model.weights + model.thresholds
    assert model.distances(text) == pytest.approx(expected, abs=1e-5)


def test_it_is_the_same_after_it_was_stored(model: LinearModel, tmp_path: Path) -> None:
    model.save(tmp_path)
    again = LinearModel.saved(tmp_path)
    for text in UNSEEN:
        assert np.allclose(again.distances(text), model.distances(text), atol=1e-5)
        assert again.ranking(text)[0]["name"] == model.ranking(text)[0]["name"]


def test_it_has_no_idea_of_nothing_and_ranks_the_rest(model: LinearModel) -> None:
    assert model.ranking("  ") == NO_IDEA
    ranking = model.ranking("grazie di nuovo, grazie")
    assert ranking[0]["name"] == "thank"
    assert [one["confidence"] for one in ranking] == sorted(
        (one["confidence"] for one in ranking), reverse=True
    )
