"""What a text message costs, and that whatever is said fits into one."""

from __future__ import annotations

import random

import pytest

from bot.notices.segments import FEW_SEGMENTS, MOST_CHARACTERS, as_sms, fits, is_gsm7, plainly, segments

GSM7_ONE_PLACE = (
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?"
    "¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
GSM7_TWO_PLACES = "\f^{}\\[~]|€"


def test_the_alphabet_is_the_one_of_the_standard() -> None:
    # 128 codes, of which one is the escape; the extension has ten characters
    assert len(set(GSM7_ONE_PLACE)) == 127
    assert is_gsm7(GSM7_ONE_PLACE + GSM7_TWO_PLACES)
    assert all(
        segments(character * 160) == 1 and segments(character * 161) == 2 for character in GSM7_ONE_PLACE
    )
    assert all(
        segments(character * 80) == 1 and segments(character * 81) == 2 for character in GSM7_TWO_PLACES
    )
    assert [character for character in "çÇâÂêÊîôûëïœŒÀÈÌÒÙ`’«»–…•\t\u00a0" if is_gsm7(character)] == ["Ç"]


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("", 0),
        ("a" * 160, 1),
        ("a" * 161, 2),
        ("a" * 306, 2),
        ("a" * 307, 3),
        ("a" * 158 + "€", 1),
        ("a" * 159 + "€", 2),
        # an escaped character does not begin in one segment and end in the next
        ("a" * 152 + "€" + "a" * 151, 2),
        ("a" * 152 + "€" + "a" * 152, 3),
        ("é" * 160, 1),
        ("ê" * 70, 1),
        ("ê" * 71, 2),
        ("ê" * 134, 2),
        ("ê" * 135, 3),
        ("a" * 69 + "ç", 1),
        ("a" * 70 + "ç", 2),
        # a sign beyond the basic plane takes two places and is not cut in two either
        ("😀" * 35, 1),
        ("😀" * 36, 2),
        ("😀" * 66, 2),
        ("😀" * 67, 3),
    ],
)
def test_segments_are_counted_as_they_are_sent(text: str, count: int) -> None:
    assert segments(text) == count


@pytest.mark.parametrize(
    ("text", "sent"),
    [
        ("I’m “sure” – it’s 3 × $5…", "I'm \"sure\" - it's 3 x $5..."),
        ("• 9\u202fh\u00a030 : déjà payé", "- 9 h 30 : déjà payé"),
        ("« Oui »", '"Oui"'),
        ("e\u0301", "é"),
        # where an accent needs UCS-2 all the same, nothing is gained by plain signs
        ("l’été, ça gêne…", "l’été, ça gêne…"),
        ("Sœur – « où »", "Sœur – « où »"),
        ("È già l’ora", "È già l’ora"),
        ("Più tardi: sì, perché no?", "Più tardi: sì, perché no?"),
    ],
)
def test_typographic_signs_are_plain_where_that_spares_segments_and_accents_stay(
    text: str, sent: str
) -> None:
    assert plainly(text) == sent


def test_a_message_holds_the_text_and_its_numbered_choices() -> None:
    assert as_sms("Shall I file it?\n\n  See https://www.goto.com/x now.", ["Yes", "Change something"]) == (
        "Shall I file it?\nSee www.goto.com/x now.\n1 Yes\n2 Change something"
    )


LONG = "and then they told me something else again " * 60


@pytest.mark.parametrize(
    ("text", "kept", "shortened"),
    [
        (
            f"Shall I file it like this?\nAbout: a bill\nWhat happened:\n• March 5, 2026 – {LONG}\n• April 2 – no answer",
            [
                "Shall I file it like this?",
                "About: a bill",
                "• March 5, 2026 – and then",
                "• April 2 – no answer",
            ],
            ["• March 5, 2026"],
        ),
        (
            f"I’ve put down that this is for “{LONG}”. Your case is 1234-5678-9012. {LONG} What would put this right?",
            ["Your case is 1234-5678-9012.", "What would put this right?"],
            [],
        ),
        (f"{LONG}\nCall 866-671-0111 now.\nIs there anything else?", ["Call 866-671-0111 now."], []),
        (f"{LONG} your number 1234-5678-9012 {LONG}", ["1234-5678-9012"], []),
    ],
)
def test_what_is_too_long_is_shortened_where_it_hurts_least(
    text: str, kept: list[str], shortened: list[str]
) -> None:
    accented = text.replace("something", "quelque chose de gênant")
    for told in (text, accented, accented.replace("again", "ça 😀")):
        sent = as_sms(told, ["Yes", "Change something"])
        assert fits(sent)
        assert sent.endswith("\n1 Yes\n2 Change something")
        for words in kept:
            assert plainly(words) in sent or words in sent
        for words in shortened:
            line = next(line for line in sent.splitlines() if words.lstrip("•- ") in line)
            assert line.endswith(("…", "..."))


def test_what_we_have_to_say_is_shortened_only_where_the_carrier_would_refuse_it() -> None:
    ours = "Vous pourriez être aidé sans frais par un organisme indépendant. " * 15
    story = f"• 5 mars 2026 – {'et puis rien ne changeait ' * 12}"
    sent = as_sms(f"{ours}\n{story}\nÇa vous convient?")
    assert segments(sent) > FEW_SEGMENTS
    assert ours.strip() in sent and story.strip() in sent
    sent = as_sms(f"{ours[:390]}\n{story}\nÇa vous convient?")
    assert segments(sent) <= FEW_SEGMENTS
    assert ours[:380].strip() in sent and story.strip() not in sent


def test_whatever_is_said_fits() -> None:
    chance = random.Random(5)
    signs = "ab cde. fgh? éç “q” «r» • – 1234-5678-9012 9-1-1 😀 \n€"
    for size in (10, 700, 1700, 6000):
        for _ in range(2):
            text = "".join(chance.choice(signs) for _ in range(size))
            choices = ["x" * chance.randrange(1, 900) for _ in range(chance.randrange(4))]
            sent = as_sms(text, choices)
            assert len(sent) <= MOST_CHARACTERS
