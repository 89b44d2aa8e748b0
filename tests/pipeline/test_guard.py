"""Which intent is acted on: what is said in so many words wins, a story is not swallowed by a wish within it."""

from typing import Any

import pytest

from bot.pipeline.guard import SURE, UNSURE_BELOW, guarded_intent

CERTAIN, LIKELY, HARDLY = 0.9, (SURE + UNSURE_BELOW) / 2, UNSURE_BELOW / 2

LONG_STORY = (
    "My internet has been down since Monday and the technician who was to come on Tuesday never came and when I asked "
    "them about it nobody knew a thing so I am still waiting"
)


def facts(*kinds: str) -> list[dict[str, Any]]:
    return [{"entity": kind, "value": kind} for kind in kinds]


def test_danger_comes_before_everything() -> None:
    assert (
        guarded_intent("get me a person, there is a fire", "request_person", CERTAIN, facts("danger"))
        == "danger"
    )


def test_a_command_for_the_engine_is_nobodys_wish() -> None:
    assert guarded_intent("∕affirm", "affirm", CERTAIN, []) == "nlu_fallback"


def test_a_wish_for_a_language_wins() -> None:
    assert guarded_intent("english please", "greet", CERTAIN, facts("asked_language")) == "change_language"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I want to speak to a human", "request_person"),
        ("my bill is wrong. Can I talk to somebody about it?", "request_person"),
        ("No, that did not help me at all, just let me talk to a real person", "request_person"),
        ("the line is dead since Monday, get me your supervisor", "escalate"),
        ("I want to speak to the person in charge", "escalate"),
        ("please escalate my complaint", "escalate"),
        ("ma facture est fausse, je veux parler à quelqu’un", "request_person"),
        ("passez-moi votre gérant", "escalate"),
        ("la bolletta è sbagliata, vorrei parlare con un operatore", "request_person"),
        ("mi faccia parlare con il suo capo", "escalate"),
    ],
)
@pytest.mark.parametrize("guess", ["complain", "deny", None])
def test_an_explicit_wish_for_somebody_wins_over_any_guess(text: str, intent: str, guess: str | None) -> None:
    assert guarded_intent(text, guess, CERTAIN if guess else 0.0, facts("nature")) == intent


@pytest.mark.parametrize(
    "wish", ["I want to talk to a person.", "Get me your supervisor.", "What is the status of my complaint?"]
)
@pytest.mark.parametrize("guess", ["request_person", "escalate", "check_status", "ask_time"])
@pytest.mark.parametrize("confidence", [CERTAIN, LIKELY, HARDLY])
def test_a_long_story_is_not_swallowed_by_a_wish_within_it(wish: str, guess: str, confidence: float) -> None:
    assert guarded_intent(f"{LONG_STORY}. {wish}", guess, confidence, facts("nature")) == "complain"


@pytest.mark.parametrize("guess", ["withdraw", "reopen", "check_status", "add_to_case", "new_complaint"])
def test_a_wish_that_tells_its_reason_is_a_wish_when_the_guess_is_sure(guess: str) -> None:
    text = (
        "please do that with my complaint about the internet because since the technician came the line works"
    )
    assert guarded_intent(text, guess, CERTAIN, facts("nature")) == guess
    assert guarded_intent(text, guess, LIKELY, facts("nature")) == "complain"


@pytest.mark.parametrize("guess", ["complain", "ask_contact", "escalate", "dont_know"])
def test_whoever_names_the_ombudsman_in_few_words_is_told_of_it(guess: str) -> None:
    assert guarded_intent("I'm going to the CCTS", guess, CERTAIN, facts("ombudsman")) == "ask_ombudsman"
    assert (
        guarded_intent(f"{LONG_STORY}, CCTS", "complain", CERTAIN, facts("ombudsman", "nature")) == "complain"
    )


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("do I qualify for the CCTS", "ask_rights"),
        ("is the ombudsman free", "ask_cost"),
        ("no need for the CCTS, just investigate", "leave_it"),
    ],
)
def test_a_question_about_the_ombudsman_is_answered_when_it_is_sure(text: str, guess: str) -> None:
    assert guarded_intent(text, guess, CERTAIN, facts("ombudsman")) == guess
    assert guarded_intent(text, guess, LIKELY, facts("ombudsman")) == "ask_ombudsman"


@pytest.mark.parametrize(
    "text",
    ["no, I meant March 5", "j'ai dit le 5 mars, pas le 15", "anzi era il 5 marzo"],
)
def test_a_fact_put_right_in_so_many_words_is_a_correction(text: str) -> None:
    assert guarded_intent(text, "inform", CERTAIN, facts("date")) == "correct"
    assert guarded_intent(text, "inform", CERTAIN, []) == "inform"


@pytest.mark.parametrize(
    ("kinds", "intent"),
    [
        (("date",), "inform"),
        (("nature",), "complain"),
        (("nature", "amount"), "inform"),
        ((), "nlu_fallback"),
    ],
)
@pytest.mark.parametrize("guess", ["goodbye", "ask_time", None])
def test_what_resembles_nothing_is_what_was_read_from_it(
    kinds: tuple[str, ...], intent: str, guess: str | None
) -> None:
    assert guarded_intent("blue over there", guess, HARDLY, facts(*kinds)) == intent


@pytest.mark.parametrize("guess", ["routine_request", "out_of_scope", "withdraw", "start_over"])
def test_trouble_that_may_only_be_a_request_is_heard_as_trouble(guess: str) -> None:
    text = "I need my phone to work"
    assert guarded_intent(text, guess, LIKELY, facts("nature")) == "complain"
    assert guarded_intent(text, guess, CERTAIN, facts("nature")) == guess
    assert guarded_intent(text, guess, LIKELY, []) == guess


@pytest.mark.parametrize("guess", ["request_person", "escalate"])
@pytest.mark.parametrize(
    "text",
    [
        "I spoke to a manager on Monday",
        "j'ai parlé à un agent lundi",
        "ho parlato con un responsabile lunedì",
    ],
)
def test_whoever_tells_of_somebody_they_spoke_with_asks_for_nobody(guess: str, text: str) -> None:
    assert guarded_intent(text, guess, CERTAIN, facts("prior_contact")) == "inform"


def test_a_greeting_with_trouble_in_it_is_about_the_trouble() -> None:
    assert guarded_intent("hello my line is dead", "greet", CERTAIN, facts("nature")) == "complain"


def test_danger_that_no_rule_can_name_is_not_acted_on() -> None:
    assert guarded_intent("it burns", "danger", CERTAIN, []) == "nlu_fallback"
    assert guarded_intent("it burns", "danger", CERTAIN, facts("nature")) == "complain"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("yup boss", "affirm"),
        ("👍", "affirm"),
        ("ben oui", "affirm"),
        ("si grazie", "affirm"),
        ("nah mate", "deny"),
        ("👎", "deny"),
        ("ben non", "deny"),
        ("macché", "deny"),
    ],
)
def test_a_plain_yes_or_no_is_an_answer_whatever_it_resembles(text: str, intent: str) -> None:
    assert guarded_intent(text, "goodbye", HARDLY, []) == intent
    assert guarded_intent(text, "correct", LIKELY, []) == intent
    assert guarded_intent(text, "goodbye", CERTAIN, []) == "goodbye"


@pytest.mark.parametrize("kinds", [("nature",), ("date",)])
def test_a_yes_beside_what_was_read_is_no_mere_yes(kinds: tuple[str, ...]) -> None:
    assert guarded_intent("ok it died", None, 0.0, facts(*kinds)) != "affirm"


def test_a_yes_in_a_longer_message_that_resembles_nothing_is_no_mere_yes() -> None:
    assert guarded_intent("ok so then they came back", "later", HARDLY, []) == "nlu_fallback"


@pytest.mark.parametrize(
    ("text", "guess"),
    [
        ("no, nothing to add", "nothing_more"),
        ("not Monday, Tuesday", "correct"),
        ("no, I meant the other one", "correct"),
        ("non lunedì, martedì", "correct"),
    ],
)
def test_a_no_that_says_more_is_no_mere_no(text: str, guess: str) -> None:
    assert guarded_intent(text, guess, LIKELY, []) == guess


@pytest.mark.parametrize("guess", ["ask_cost", "ask_process", "ask_time", "leave_it"])
def test_a_sure_question_about_a_manager_is_no_wish_for_one(guess: str) -> None:
    text = "what happens when I escalate"
    assert guarded_intent(text, guess, CERTAIN, []) == guess
    assert guarded_intent(text, guess, LIKELY, []) == "escalate"


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("oh never mind", "withdraw"),
        ("bah laissez faire", "withdraw"),
        ("vabbè, lasci perdere", "withdraw"),
        ("I have to go", "later"),
        ("faut que j’y aille", "later"),
        ("devo proprio andare", "later"),
        ("can we step back", "go_back"),
        ("revenons en arrière", "go_back"),
        ("torniamo indietro", "go_back"),
    ],
)
def test_an_aside_is_heard_unless_the_guess_is_sure_of_something_else(text: str, intent: str) -> None:
    assert guarded_intent(text, "dont_know", LIKELY, []) == intent
    assert guarded_intent(text, "leave_it", CERTAIN, []) == "leave_it"
    assert guarded_intent(text, "inform", LIKELY, facts("date")) == "inform"


@pytest.mark.parametrize(
    ("language", "text", "intent"),
    [
        ("en", "agreed, no, wait, it is not right", "deny"),
        ("fr", "non, attends, oui", "affirm"),
        ("it", "no aspetti, sì", "affirm"),
        ("it", "figurati", "deny"),
        ("en", "sounds fair 👍🏽", "affirm"),
    ],
)
def test_the_last_word_of_an_unsure_yes_or_no_counts(language: str, text: str, intent: str) -> None:
    other = "deny" if intent == "affirm" else "affirm"
    written = [{"entity": "language", "value": language}]
    assert guarded_intent(text, other, LIKELY, written) == intent


@pytest.mark.parametrize("text", ["all well with you?", "tout va bien chez vous?", "tutto a posto da voi?"])
def test_what_is_asked_back_is_no_answer(text: str) -> None:
    assert guarded_intent(text, "affirm", LIKELY, []) == "nlu_fallback"


@pytest.mark.parametrize(
    "text",
    [
        "no need to get me an agent",
        "pas besoin de me passer un agent",
        "non serve parlare con un operatore",
    ],
)
@pytest.mark.parametrize("confidence", [CERTAIN, LIKELY])
def test_nobody_is_called_for_who_wants_nobody(text: str, confidence: float) -> None:
    assert guarded_intent(text, "request_person", confidence, []) != "request_person"


@pytest.mark.parametrize(
    "text",
    [
        "is it higher than before",
        "est-ce que ça monte encore",
        "sale ancora",
    ],
)
@pytest.mark.parametrize("guess", ["request_person", "escalate"])
def test_a_guess_at_a_wish_for_somebody_needs_a_word_for_somebody(text: str, guess: str) -> None:
    assert guarded_intent(text, guess, LIKELY, []) == "nlu_fallback"
    assert guarded_intent(text, guess, CERTAIN, []) == guess


@pytest.mark.parametrize(
    "text",
    [
        "My mother wants a human, she cannot type all this",
        "Ma mère veut un humain, elle peut pas écrire tout ça",
        "Mia madre ha bisogno di un umano, non riesce a scrivere",
    ],
)
def test_a_person_may_be_wished_for_somebody_else(text: str) -> None:
    assert guarded_intent(text, "complain", LIKELY, facts("nature")) == "request_person"


@pytest.mark.parametrize("text", ["what is due on May 5", "can you book me in for May 5"])
def test_a_date_in_what_is_asked_is_no_information(text: str) -> None:
    assert guarded_intent(text, None, 0.0, facts("date")) == "nlu_fallback"
    assert guarded_intent(text, None, 0.0, facts("date", "account")) == "inform"
    assert guarded_intent("it was on May 5", None, 0.0, facts("date")) == "inform"


@pytest.mark.parametrize(
    "text",
    [
        "Potete chiamarmi al 416-555-0123, sono Jo Martin",
        "appelez-moi au 416-555-0123",
        "please call me at 416-555-0123",
    ],
)
def test_how_to_reach_somebody_is_no_wish_where_it_was_asked(text: str) -> None:
    assert guarded_intent(text, "inform", LIKELY, facts("phone"), asked="contact") == "inform"
    assert (
        guarded_intent(text, "request_person", CERTAIN, facts("phone"), asked="contact") == "request_person"
    )


def test_trouble_told_in_anger_is_trouble_where_the_anger_is_only_a_guess() -> None:
    assert (
        guarded_intent("my box is broken and you all stink", "abuse", LIKELY, facts("nature")) == "complain"
    )
    assert guarded_intent("you all stink", "abuse", LIKELY, facts()) == "abuse"


def test_whoever_calls_through_a_relay_operator_asks_for_nobody() -> None:
    text = "relay operator here with a call from a deaf customer"
    assert guarded_intent(text, "request_person", LIKELY, facts()) != "request_person"
