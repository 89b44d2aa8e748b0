"""The trained component for natures and services: what it learns, how it is kept, and that it leaves chat alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.intents import training_examples
from bot.cases.complaint import CATEGORIES, SERVICES
from bot.languages import LANGUAGES, pack
from bot.pipeline import without_tensorflow
from bot.pipeline.leanings import NO_SERVICE, Example, LeaningsModel, complaints, examples_of, sayings
from bot.reading.nature import Leanings, read_natures, read_services

ROOT = Path(__file__).parents[2]
FEWEST_PER_ISSUE = 6
FEWEST_PER_SERVICE = 5


# --- the examples -------------------------------------------------------------------------------------------


def told(language: str) -> Iterator[tuple[str, str, str]]:
    """Yield the issue, the service and the text of every complaint with one nature."""
    for category, issues in pack(language, "nature_examples")["complaints"].items():
        for issue, services in issues.items():
            for service, texts in services.items():
                yield from ((f"{category}.{issue}", service, text) for text in texts)


def texts_of(language: str) -> list[str]:
    words = pack(language, "nature_examples")
    several = [row["text"] for row in words["several"]]
    return [*(text for *_, text in told(language)), *several, *words["no_complaint"], *words["background"]]


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_issue_has_examples_in_every_language(language: str) -> None:
    known = {
        f"{category}.{issue}"
        for category, issues in pack(language, "natures")["natures"].items()
        for issue in issues
    }
    counted = Counter(issue for issue, *_ in told(language))

    assert set(counted) == known
    assert [issue for issue, count in counted.items() if count < FEWEST_PER_ISSUE] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_service_has_examples_in_every_language(language: str) -> None:
    counted = Counter(service for _, service, _ in told(language))

    assert set(counted) == {*SERVICES, NO_SERVICE}
    assert [service for service, count in counted.items() if count < FEWEST_PER_SERVICE] == []


@pytest.mark.parametrize("language", LANGUAGES)
def test_complaints_of_several_troubles_name_those_that_exist(language: str) -> None:
    words = pack(language, "nature_examples")
    issues = {issue for issue, *_ in told(language)}

    assert words["several"]
    for row in words["several"]:
        assert len(row["natures"]) > 1 and set(row["natures"]) <= issues
        assert row["service"] in {*SERVICES, NO_SERVICE}


def test_no_example_stands_twice_or_is_also_measured_with() -> None:
    everywhere = [_plain(text) for language in LANGUAGES for text in texts_of(language)]
    measured = {_plain(text) for text in _measured()}

    assert [text for text, count in Counter(everywhere).items() if count > 1] == []
    assert measured and set(everywhere) & measured == set()


def _plain(text: str) -> str:
    return " ".join(text.casefold().replace("’", "'").split()).rstrip(".!?")


def _measured() -> Iterator[str]:
    for line in (ROOT / "benchmarks/italian/complaints_it.jsonl").read_text(encoding="utf-8").splitlines():
        yield yaml.safe_load(line)["text"]
    for language in LANGUAGES:
        held_out = yaml.safe_load((ROOT / f"tests/nlu/{language}.yml").read_text(encoding="utf-8"))
        yield from (text for texts in held_out.values() for text in texts)


def test_a_complaint_is_also_told_amid_the_background_and_stays_what_it_is() -> None:
    words: dict[str, Any] = {
        "complaints": {"billing": {"late_fee": {"wireless": ["a late fee on my cell"]}}},
        "several": [{"natures": ["billing.late_fee", "other.conduct"], "service": "none", "text": "both"}],
        "no_complaint": ["hello there"],
        "background": ["I waited.", "I called.", "I wrote.", "I asked."],
    }

    examples = examples_of(words)
    amid = [row for row in examples if "late fee" in row.text and row.text != "a late fee on my cell"]

    assert (
        Example("a late fee on my cell", True, ("billing",), ("billing.late_fee",), ("wireless",)) in examples
    )
    assert Example("both", True, ("billing", "other"), ("billing.late_fee", "other.conduct"), ()) in examples
    assert Example("hello there", False) in examples
    assert amid and all("I " in row.text and row.issues == ("billing.late_fee",) for row in amid)


def test_what_answers_or_asks_is_chat_and_what_tells_of_trouble_is_not() -> None:
    said = [
        *([("on Monday", "inform")] * 6),
        ("my line is dead", "fault_report"),
        ("you!", "abuse"),
        ("x", None),
    ]

    assert sayings(said) == [Example("my line is dead", True), Example("on Monday", False)]


# --- a model of a handful of texts --------------------------------------------------------------------------

HANDFUL = [
    *(
        Example(text, True, ("billing",), ("billing.late_fee",), ("wireless",))
        for text in (
            "a late fee on my cell phone",
            "another late fee for the cell phone",
            "you add a late fee to my cell phone",
            "a fee for being late on my cell phone",
        )
    ),
    *(
        Example(text, True, ("service_delivery",), ("service_delivery.outage",), ("internet",))
        for text in (
            "the internet is down again",
            "our internet is down since Monday",
            "internet down in the whole street",
            "down again, no internet at all",
        )
    ),
    *(
        Example(text, False)
        for text in ("hello how are you", "how are you today", "hello you", "how are you, hello")
    ),
]


def test_a_handful_of_texts_teaches_unseen_ones() -> None:
    model = LeaningsModel.trained(HANDFUL)

    fee, outage, chatter = (
        model.leanings(text)
        for text in ("why a late fee on the cell phone", "internet is down here", "hello, how are you")
    )

    assert _best(fee.categories) == "billing" and _best(fee.issues) == "billing.late_fee"
    assert _best(fee.services) == "wireless"
    assert _best(outage.categories) == "service_delivery" and _best(outage.services) == "internet"
    assert min(fee.trouble, outage.trouble) > 0 > chatter.trouble


def test_a_kept_model_says_what_it_said_before(tmp_path: Path) -> None:
    model = LeaningsModel.trained(HANDFUL)
    model.save(tmp_path)

    before, after = (one.leanings("a late fee, again!") for one in (model, LeaningsModel.saved(tmp_path)))

    assert after.categories == pytest.approx(before.categories, abs=0.01)
    assert after.trouble == pytest.approx(before.trouble, abs=0.01)


def test_no_word_at_all_leans_to_the_thresholds_alone() -> None:
    model = LeaningsModel.trained(HANDFUL)

    assert model.leanings("") == model.leanings("… — …")


class Shelf:
    """Stands in for the engine's storage: one folder for all that is trained."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    @contextmanager
    def write_to(self, resource: object) -> Iterator[Path]:
        yield self._folder

    read_from = write_to


def test_the_component_learns_is_loaded_again_and_leans_messages(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    without_tensorflow.install()
    from rasa.shared.nlu.training_data.message import Message
    from rasa.shared.nlu.training_data.training_data import TrainingData

    from bot.pipeline import natures

    monkeypatch.setattr(natures, "complaints", lambda: [row for row in HANDFUL if row.tells])
    said = [Message.build(row.text, "greet") for row in HANDFUL if not row.tells] * 6
    shelf: Any = Shelf(tmp_path)
    nowhere: Any = None

    natures.NatureReader.create({}, shelf, nowhere, nowhere).train(TrainingData(said))
    loaded = natures.NatureReader.load({}, shelf, nowhere, nowhere)
    told, greeted = loaded.process([Message({"text": "internet down"}), Message({"text": "hello you"})])

    assert _best(told.get(natures.LEANINGS).categories) == "service_delivery"
    assert told.get(natures.LEANINGS).trouble > 0 > greeted.get(natures.LEANINGS).trouble
    assert natures.LEANINGS not in told.as_dict(only_output_properties=True)


def test_another_example_changes_what_the_engine_may_reuse(monkeypatch: pytest.MonkeyPatch) -> None:
    without_tensorflow.install()
    from bot.pipeline import natures

    before, again = (natures.NatureReader.fingerprint_addon({}) for _ in range(2))
    monkeypatch.setattr(natures, "pack", lambda language, name: {"complaints": language})

    assert before == again != natures.NatureReader.fingerprint_addon({})


def _best(sides: Any) -> str:
    return max(sides, key=sides.__getitem__)


# --- the model of the packs ---------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def model() -> LeaningsModel:
    said = [(row.text, row.intent) for language in LANGUAGES for row in training_examples(language)]
    return LeaningsModel.trained([*complaints(), *sayings(said)])


UNSEEN = [
    (
        "en",
        "On my June statement I see an amount that I never agreed to, and the girl who answered could not tell me "
        "what I am charged for. Please put the bill right.",
        "billing",
    ),
    (
        "en",
        "Somebody from sales told my sister that the rate would stay as it is for three years. It has not, and now "
        "nobody wants to have said it.",
        "contract",
    ),
    (
        "en",
        "We pay for the fast one and every page takes forever to load, the kids cannot do their homework, and in the "
        "evening the whole thing drops.",
        "service_delivery",
    ),
    (
        "fr",
        "Sur mon relevé de juin il y a un montant que je n’ai jamais accepté, et la fille qui a répondu n’a pas pu me "
        "dire ce qu’on me facture. Veuillez corriger la facture.",
        "billing",
    ),
    (
        "fr",
        "Un gars des ventes a dit à ma sœur que le tarif ne bougerait pas pendant trois ans. Il a bougé, et plus "
        "personne n’a rien dit.",
        "contract",
    ),
    (
        "fr",
        "On paye pour le plus rapide et chaque page prend une éternité à charger, les enfants ne peuvent pas faire "
        "leurs devoirs, pis le soir tout coupe.",
        "service_delivery",
    ),
    (
        "it",
        "Nella bolletta di giugno c’è un importo che non ho mai accettato, e la ragazza che ha risposto non ha saputo "
        "dirmi che cosa mi addebitate. Correggetela per favore.",
        "billing",
    ),
    (
        "it",
        "Uno delle vendite ha detto a mia sorella che la tariffa non cambiava per tre anni. È cambiata, e ora "
        "nessuno l’ha detto.",
        "contract",
    ),
    (
        "it",
        "Paghiamo per la più veloce e ogni pagina ci mette un’eternità a caricarsi, i ragazzi non riescono a fare i "
        "compiti, e la sera cade la connessione.",
        "service_delivery",
    ),
]


@pytest.mark.parametrize(("language", "text", "category"), UNSEEN)
def test_complaints_in_words_of_ones_own_are_read(
    model: LeaningsModel, language: str, text: str, category: str
) -> None:
    natures = read_natures(text, pack(language, "natures"), model.leanings(text))

    assert [nature.category for nature in natures][:1] == [category]


SERVED = [
    (
        "en",
        "Since the storm the lights on the little box are red, I cannot work from home and my video meetings are "
        "all cancelled, nobody comes.",
        "internet",
    ),
    (
        "fr",
        "Depuis l’orage les lumières de la petite boîte sont rouges, je ne peux plus faire de télétravail, mes "
        "réunions vidéo sont annulées et personne ne vient.",
        "internet",
    ),
    (
        "it",
        "Dal temporale le spie della scatoletta sono rosse, non posso lavorare da casa, le riunioni video sono "
        "saltate e non viene nessuno.",
        "internet",
    ),
]


@pytest.mark.parametrize(("language", "text", "service"), SERVED)
def test_a_service_that_only_the_context_tells_is_read(
    model: LeaningsModel, language: str, text: str, service: str
) -> None:
    assert read_services(text, pack(language, "natures"), model.leanings(text)) == [service]


NO_COMPLAINTS = {
    "en": [
        "Beat the eggs with the sugar, fold in the flour, pour it into a tin and leave it in the oven for half an hour.",
        "Good evening, how late are you open on Sundays and do I need to bring anything along when I come by?",
        "Could you tell me what the fibre plan costs in a month and whether I may bring along a router of my own?",
    ],
    "fr": [
        "Battre les œufs avec le sucre, incorporer la farine, verser dans un moule et laisser au four une demi-heure.",
        "Bonsoir, vous êtes ouverts jusqu’à quelle heure le dimanche, et est-ce que je dois apporter quelque chose?",
        "J’aimerais savoir combien coûte la fibre par mois et si un routeur vient avec ou s’il faut en acheter un.",
    ],
    "it": [
        "Sbattere le uova con lo zucchero, unire la farina, versare in uno stampo e lasciare in forno mezz’ora.",
        "Buonasera, fino a che ora siete aperti la domenica, e devo portare qualcosa quando passo da voi?",
        "Vorrei sapere quanto costa la fibra al mese e se il router è compreso o se bisogna comprarne uno.",
    ],
}


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_model_turns_no_chat_into_a_complaint(model: LeaningsModel, language: str) -> None:
    words = pack(language, "natures")
    read = {text: read_natures(text, words, model.leanings(text)) for text in NO_COMPLAINTS[language]}

    assert {text: natures for text, natures in read.items() if natures} == {}


# --- cues and leanings together -----------------------------------------------------------------------------

ISSUES = [
    f"{category}.{issue}" for category, issues in pack("en", "natures")["natures"].items() for issue in issues
]


def leaning(trouble: float = -1.0, **sides: float) -> Leanings:
    """Return leanings to these categories, issues (with `__` for the dot) and services; none to any other."""
    named = {name.replace("__", "."): side for name, side in sides.items()}
    return Leanings(
        trouble,
        {name: named.get(name, -1.0) for name in CATEGORIES},
        {name: named.get(name, -1.0) for name in ISSUES},
        {name: named.get(name, -1.0) for name in SERVICES},
    )


BOTH = "I have been on hold for hours and hours today, and my bill is confusing, and the picture freezes too"


def natures(text: str, leanings: Leanings | None) -> list[str]:
    return [mention.category for mention in read_natures(text, pack("en", "natures"), leanings)]


def test_leanings_decide_between_troubles_that_the_cues_name() -> None:
    by_cues = natures(BOTH, None)[0]
    other = next(name for name in ("billing", "service_delivery") if name != by_cues)

    assert natures(BOTH, leaning(**{other: 3.0}))[0] == other


def test_what_the_cues_are_clear_about_stays_named_beside_it() -> None:
    text = "You overcharged me in May, and my internet is down, that is what I am writing to you about today"

    assert set(natures(text, leaning(billing=0.2))) == {"billing", "service_delivery"}
    assert natures(text, leaning(billing=5.0, billing__incorrect_charge=5.0)) == ["billing"]


def test_without_a_cue_only_sure_leanings_speak_and_never_in_a_few_words() -> None:
    story = (
        "the gentleman with the ladder went home before lunch and the little lights stay as they have been"
    )
    sure = leaning(1.5, service_delivery=0.5, service_delivery__installation=0.4)
    mention = read_natures(story, pack("en", "natures"), sure)[0]

    assert natures(story, None) == []
    assert (mention.category, mention.issue) == ("service_delivery", "installation")
    assert natures(story, leaning(0.1, service_delivery=0.5)) == []
    assert natures(story, leaning(1.5, service_delivery=-0.2)) == []
    assert natures("the gentleman went home before lunch", sure) == []


def test_a_mere_topic_in_chat_is_no_complaint() -> None:
    text = "does a router come with it or not"

    assert natures(text, None) == natures(text, leaning(0.5)) == ["service_delivery"]
    assert natures(text, leaning(-0.5)) == []


def test_a_sure_cue_in_a_few_words_needs_no_model() -> None:
    assert natures("you overcharged me", leaning(2.0, contract=3.0)) == ["billing"]


def test_a_named_service_is_never_overruled_and_a_guess_needs_a_story() -> None:
    words = pack("en", "natures")
    story = (
        "nothing has worked since they were here with their van and I cannot do my job without it any more"
    )
    towards = leaning(wireless=1.0)

    assert read_services(f"my internet is gone, {story}", words, towards) == ["internet"]
    assert read_services(story, words, towards) == ["wireless"]
    assert read_services("nothing has worked since", words, towards) == []
    assert read_services(story, words, leaning(wireless=-0.5)) == []


def test_leanings_put_services_named_equally_often_in_order() -> None:
    text = "the internet and the tv are gone"

    assert read_services(text, pack("en", "natures"), leaning(tv=0.5)) == ["tv", "internet"]
    assert read_services(text, pack("en", "natures"), leaning(internet=0.5)) == ["internet", "tv"]
