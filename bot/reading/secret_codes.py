"""Codes that open something: the three or four digits beside a card number, and codes that are good for one time."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from bot.reading.digits_said import numbers_said

Span = tuple[int, int]

# All words are `bare`: lower case, no accents.
_CARD_CODE = re.compile(
    r"(?<![a-z])(?:cvv|cvc|cvn|csc)2?(?![a-z\d])|\bcryptogramme(?: visuel)?\b"
    r"|\b(?:security code|code de securite|codice di sicurezza)\b"
)
# These may be codes of something else; beside a card they are not.
_CARD_CODE_PERHAPS = re.compile(
    r"\b(?:(?:security (?:number|digits)|verification (?:code|number|digits))|code (?:on|at) the (?:back|front)"
    r"|(?:three|3|four|4)[ -](?:digit (?:code|number)|(?:digits|numbers) (?:on|at|in) (?:the )?(?:back|front))"
    r"|code de verification|code (?:au (?:dos|verso)|en arriere|a l'(?:endos|arriere))"
    r"|(?:trois|3|quatre|4) (?:derniers )?chiffres (?:au (?:dos|verso)|en arriere|a l'(?:endos|arriere))"
    r"|codice di verifica|codice (?:sul retro|dietro)"
    r"|(?:tre|3|quattro|4) (?:ultime )?cifre (?:sul retro|dietro))\b"
)
_OF_THE_CARD = re.compile(
    r"\s(?:(?:of|on|for|de|sur|della|sulla|di|my|the|la|ma|mia) ){1,3}(?:credit |debit )?"
    r"(?:card|carte|carta|visa|mastercard|amex)\b"
)

_ONE_TIME_CODE = re.compile(
    r"\b(?:otp|(?:one[ -]time|single[ -]use|verification|authentication|two[ -]factor|2fa|login|log[ -]in|sign[ -]in|sms)"
    r" (?:pass)?(?:code|word|pin)|passcode"
    r"|code (?:(?:that|which) )?(?:you|they|i|we) (?:(?:have|just) )?(?:texted|sent|e-?mailed|gave|got|received)"
    r"(?: (?:me|us|by|via|on|my|to|text|sms|e-?mail|phone)){0,4}"
    r"|(?:code|mot de passe) (?:de (?:verification|validation|connexion|securite)|d'(?:authentification|acces)"
    r"|(?:a usage )?unique|temporaire)"
    r"|code (?:que )?(?:(?:vous|tu|on|ils|j'ai|je|m'avez|m'as|m'a|m'ont|viens de) ?){1,3} (?:envoyer?|recu|recevoir|texter?)"
    r"(?: par (?:texto|sms|courriel))?|code recu(?: par (?:texto|sms|courriel))?"
    r"|codice (?:di (?:verifica|accesso|sicurezza|autenticazione)|monouso|usa e getta|temporaneo|otp)"
    r"|codice (?:che )?(?:mi )?(?:avete|hanno|hai|ha|ho) (?:appena )?(?:mandato|inviato|ricevuto)"
    r"(?: (?:per|via) (?:sms|e-?mail|posta))?|codice ricevuto(?: (?:per|via) (?:sms|e-?mail|posta))?)(?![a-z])"
)

_CONNECTORS = re.compile(
    r"(?:[^\w$€£]{1,3}|(?:is|are|was|it's|its|here|number|code|no|est|sont|etait|c'est|voici|ce|le|la|e|era|sono|ecco"
    r"|numero|il)(?![a-z])){0,9}"
)
_DIGITS = {
    "card": re.compile(r"\d(?:[\s.-]?\d){2,3}(?![\d]|[ .,-]?\d)"),
    "code": re.compile(r"\d(?:[\s.-]?\d){3,7}(?![\d]|[ .,-]?\d)"),
}
_LENGTHS = {"card": range(3, 5), "code": range(4, 9)}
_COPULA = r"[ ,:]{1,3}(?:is|was|est|etait|c'est|e|era)? ?(?:(?:my|your|the|le|mon|votre|son|il|mio|suo|vostro) )?(?:\w+ )?"
_DIGITS_BEFORE = {
    "card": re.compile(rf"(?<![\d.,$-])(\d{{3,4}}){_COPULA}$"),
    "code": re.compile(rf"(?<![\d.,$])(\d{{4,8}}){_COPULA}$"),
}

_EXPIRY = r"(?:0?[1-9]|1[0-2])\s?[/-]\s?(?:20)?\d\d"
_SPACE = r"[\s,;:/|()-]{1,6}"
# "4111 1111 1111 1111 04/27 123": nothing is said, but there it stands, alone or beside the date.
_BESIDE_CARD = re.compile(
    rf"{_SPACE}(?P<date>(?:[a-z]{{3,9}}\.?\W{{0,3}})?{_EXPIRY}{_SPACE})?(?P<code>\d{{3,4}})(?={_SPACE}{_EXPIRY}|\s*(?:$|\n|[,;!?)(]|\.(?!\d)))"
)
_YEAR = re.compile(r"(?:19|20)\d\d")


def card_codes(text: str, cards: Sequence[Span]) -> Iterator[Span]:
    """Yield where the codes of cards stand in a `bare` text, given where the cards do."""
    for words in (_CARD_CODE, _CARD_CODE_PERHAPS):
        for match in words.finditer(text):
            of_the_card = _OF_THE_CARD.match(text, match.end())
            if cards or of_the_card or words is _CARD_CODE:
                yield from _around(text, match.start(), (of_the_card or match).end(), "card")
    for _, end in cards:
        beside = _BESIDE_CARD.match(text, end)
        if beside and (beside["date"] or not _YEAR.fullmatch(beside["code"])):
            yield beside.span("code")


def one_time_codes(text: str) -> Iterator[Span]:
    """Yield where codes that are good for one time stand in a `bare` text."""
    for match in _ONE_TIME_CODE.finditer(text):
        yield from _around(text, *match.span(), "code")


def _around(text: str, start: int, end: int, kind: str) -> Iterator[Span]:
    """Yield the code that is said right after these words, or else right before them."""
    connectors = _CONNECTORS.match(text, end)
    at = connectors.end() if connectors else end
    after = _DIGITS[kind].match(text, at)
    if after:
        yield after.span()
        return
    in_words = _in_words(text, at, _LENGTHS[kind])
    before = _DIGITS_BEFORE[kind].search(text[max(0, start - 40) : start])
    if in_words:
        yield in_words
    elif before:
        offset = max(0, start - 40)
        yield before.start(1) + offset, before.end(1) + offset


def _in_words(text: str, at: int, lengths: range) -> Span | None:
    for row in numbers_said(text[at : at + 120]):
        if row and row[0].start == 0 and len("".join(number.digits for number in row)) in lengths:
            return at, at + row[-1].end
    return None
