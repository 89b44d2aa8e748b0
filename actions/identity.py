"""The identity phase: proof by a one-time code to a contact of record; failing it never blocks the complaint."""

from __future__ import annotations

import hashlib
import hmac
import re
import secrets
from dataclasses import replace

from actions.base import Turn
from actions.naming import name_beside
from actions.reaching import at_own_number
from bot.cases.conversation import Code, Notice, Proof
from bot.cases.identity import (
    CODES_PER_DAY,
    COOL_DOWN,
    FAILURES_BEFORE_COOL_DOWN,
    TRIES_PER_CODE,
    Destination,
    code_destination,
    code_expired,
)
from bot.cases.records import Customer, RecordsUnavailable
from bot.languages import pack
from bot.languages.wording import form

LIKE_A_NUMBER = 5
"""With so many digits or more an answer is meant to be an account number."""

WITHOUT = frozenset({"refuse", "deny", "dont_know", "unverified", "nothing_more", "later", "leave_it"})


def account(turn: Turn) -> bool:
    """Hear an account number and send a code; without one the complaint goes on unverified."""
    complaint = turn.complaint
    if turn.value("account"):
        complaint.account_number = turn.value("account")
        name_beside(turn)
        if complaint.represented:
            complaint.settled.add("code")
        else:
            _have_it_proved(turn)
        return True
    if at_own_number(turn):
        complaint.settled |= {"account", "code"}
        name_beside(turn)
        return True
    if turn.found("phone") or turn.found("email"):
        # the question offers it: name and contact instead of the account
        complaint.settled |= {"account", "code"}
        name_beside(turn)
        return True
    if turn.found("remedy") and turn.intent not in WITHOUT and not turn.conversation.misunderstood:
        # what is wanted, said a little late, is no word about the account
        complaint.remedy = turn.text
        turn.say("added")
        return True
    if "account_helped" not in complaint.settled and _helps_with_the_number(turn):
        # once: whoever does not find it then goes on without
        complaint.settled.add("account_helped")
        turn.asked = True
        return True
    without_number = not any(sign.isdigit() for sign in turn.text) and turn.intent != "affirm"
    if turn.chose("skip") or turn.intent in WITHOUT or without_number or turn.conversation.misunderstood:
        # asked twice is enough: what was typed stays in the transcript for the person who takes the case
        complaint.settled |= {"account", "code"}
        if turn.found("name_given") or (turn.text.istitle() and turn.intent not in WITHOUT):
            name_beside(turn)
        turn.say("unverified_fine")
        return True
    return False


def _helps_with_the_number(turn: Turn) -> bool:
    """Help whoever asks where the account number stands, or gives one that is too short or too long."""
    if turn.says("where_account"):
        turn.say("account_where")
    elif sum(map(str.isdigit, turn.text)) >= LIKE_A_NUMBER:
        turn.say("account_misshapen")
    else:
        return False
    return True


def _have_it_proved(turn: Turn) -> None:
    """Send a code for the account that is claimed, unless it was proved here within the hour or none is wanted."""
    proof = turn.unit.proofs.of(turn.conversation.id)
    if proof and turn.verified:
        # whoever starts over has proved this account already
        _recognise(turn, proof)
    elif "code" not in turn.complaint.settled:
        send_code(turn)


def account_after_all(turn: Turn) -> bool:
    """Hear an account number given where a contact was asked for; tells whether it may still be proved."""
    known = turn.complaint.represented or turn.verified or turn.unit.codes.latest(turn.conversation.id)
    if known:
        return False
    turn.complaint.account_number = turn.value("account")
    turn.complaint.settled.discard("code")
    name_beside(turn)
    return True


def may_send_code(turn: Turn) -> bool:
    """Tell whether an account number is known for which no code has been sent or declined yet."""
    return (
        turn.complaint.account_number is not None
        and "code" not in turn.complaint.settled
        and not turn.complaint.represented
        and not code_is_out(turn)
        and turn.verified is None
    )


def code_is_out(turn: Turn) -> bool:
    """Tell whether a code for the account that is claimed waits for its answer in this conversation."""
    latest = turn.unit.codes.latest(turn.conversation.id)
    return latest is not None and latest.account_number == turn.complaint.account_number


def send_code(turn: Turn, by_email: bool = False) -> None:
    """Send a one-time code to the contact of record and say the same words whether the account exists or not.

    When the provider's systems do not answer nobody can be looked up: that is said, and the complaint goes on.
    """
    account_number = turn.complaint.account_number
    assert account_number is not None
    try:
        destination = _destination(turn, account_number, by_email)
    except RecordsUnavailable:
        turn.complaint.settled |= {"account", "code"}
        turn.say("account_unreachable", phone=turn.house.profile.phone)
        return
    digits = f"{secrets.randbelow(10**6):06d}"
    code_id = secrets.token_hex(8)
    code = Code(
        id=code_id,
        conversation_id=turn.conversation.id,
        account_number=account_number,
        hashed=_hashed(code_id, digits),
        sent_at=turn.now,
        weaker=destination.weaker if destination else False,
        decoy=destination is None,
    )
    turn.unit.codes.add(code)
    _post(turn, code_id, digits, destination)
    turn.say("code_sent_by_email" if by_email else "code_sent")


def _post(turn: Turn, code_id: str, digits: str, destination: Destination | None) -> None:
    """Put the code up for sending; where nothing can be sent, do as much work, so that time tells nothing either."""
    language = turn.conversation.language
    words = form(pack(language, "notices")["code"], turn.conversation.channel)
    text = words.format(code=digits, provider=turn.house.profile.name)
    if destination is None:
        turn.unit.attempts.add(_key(code_id), turn.now)
        return
    turn.unit.outbox.add(
        Notice(
            key=f"code:{code_id}",
            kind=destination.kind,
            to=destination.address,
            language=language,
            text=text,
            at=turn.now,
        )
    )


def _destination(turn: Turn, account_number: str, by_email: bool) -> Destination | None:
    """Return where a code may go; None also while the account cools down, so that nobody can tell the difference."""
    account = turn.outside.account(account_number)
    # whoever asks for a code or tries one waits here for the others, so that no two of them count the same tries
    turn.unit.instructions.hold_account(_key(account_number))
    too_many = turn.unit.codes.sent_since(account_number, turn.now - COOL_DOWN) >= CODES_PER_DAY
    cools_down = _cools_down(turn, account_number)
    destination = _reachable(turn, account.customer if account else None, by_email)
    return None if account is None or cools_down or too_many else destination


def _reachable(turn: Turn, customer: Customer | None, by_email: bool) -> Destination | None:
    """Return where a code can arrive: a phone whose owner wants no texts gets none while there is another way."""
    usual = code_destination(customer, by_email) if customer else None
    # looked up where there is nobody as well, so that no account costs another number of statements
    no_texts = turn.unit.texters.wants_no_texts(usual.address if usual else "")
    if customer and usual and usual.kind == "sms" and no_texts:
        return code_destination(customer, by_email=True) or usual
    return usual


def _cools_down(turn: Turn, account_number: str) -> bool:
    """Tell whether the account has seen too many wrong codes lately, in whichever conversation and channel."""
    failures = turn.unit.attempts.since(_key(account_number), turn.now - COOL_DOWN)
    return failures >= FAILURES_BEFORE_COOL_DOWN


def code(turn: Turn) -> bool:
    """Hear the code; a wrong one may be tried again, three wrong ones end the check and the complaint goes on."""
    latest = turn.unit.codes.latest(turn.conversation.id)
    if latest is None or turn.complaint.represented:
        # none could be sent, or the customer has just said that the account is somebody else's
        turn.complaint.settled.add("code")
        return True
    if turn.found("phone") or turn.found("email"):
        # a contact given here is one to write to; a code goes to nobody but the contact on file
        turn.say("code_only_to_contact_on_file", phone=turn.house.profile.phone)
        return True
    digits = turn.value("code") or re.sub(r"\D", "", turn.text)
    if len(digits) == 6:
        # "the code is …" sounds like the wish for another one
        _check(turn, latest, digits)
        return True
    if turn.chose("by_email") or turn.intent == "email_code":
        send_code(turn, by_email=True)
        return True
    if turn.says("not_my_contact"):
        turn.say("code_only_to_contact_on_file", phone=turn.house.profile.phone)
        return True
    if turn.chose("send_again") or turn.intent == "resend_code" or turn.says("again"):
        send_code(turn)
        return True
    if turn.chose("skip") or turn.intent in WITHOUT:
        turn.complaint.settled.add("code")
        turn.say("unverified_fine")
        return True
    if turn.value("account"):
        _instead_of_the_code(turn, turn.value("account"))
        return True
    if digits and len(digits) < 10:
        turn.say("code_has_six_digits")
        return True
    if turn.conversation.misunderstood:
        turn.complaint.settled.add("code")
        turn.say("unverified_fine")
        return True
    return False


def _instead_of_the_code(turn: Turn, account_number: str) -> None:
    """Hear an account number typed in the place of the code: another than the claimed one takes its place.

    The same one sends no further code, and an offer that waits is for its own account only.
    """
    offered = turn.case is not None and turn.case.standing_offer is not None
    if offered or account_number == turn.complaint.account_number:
        turn.say("account_no_code")
        return
    turn.complaint.account_number = account_number
    turn.say("account_changed")
    _have_it_proved(turn)


def _check(turn: Turn, latest: Code, digits: str) -> None:
    if code_expired(latest.sent_at, turn.now) or latest.used_at is not None:
        turn.say("code_expired", choices=("send_again", "skip"))
        return
    turn.unit.instructions.hold_account(_key(latest.account_number))
    cools_down = _cools_down(turn, latest.account_number)
    right = hmac.compare_digest(latest.hashed, _hashed(latest.id, digits)) and not latest.decoy
    if right and not cools_down:
        _prove(turn, latest)
        return
    tried = replace(latest, tries=latest.tries + 1)
    turn.unit.codes.save(tried)
    turn.unit.attempts.add(_key(latest.account_number), turn.now)
    if tried.tries < TRIES_PER_CODE:
        turn.say("code_wrong")
        return
    turn.complaint.settled.add("code")
    turn.unit.codes.save(replace(tried, used_at=turn.now))
    turn.say("code_failed", phone=turn.house.profile.phone)


def _prove(turn: Turn, code: Code) -> None:
    """Bind the account to this conversation, with its holder as the records have them now."""
    turn.unit.codes.save(replace(code, used_at=turn.now))
    try:
        account = turn.outside.account(code.account_number)
    except RecordsUnavailable:
        account = None
    if account is None:
        turn.complaint.settled.add("code")
        turn.say("account_unreachable", phone=turn.house.profile.phone)
        return
    proof = Proof(turn.conversation.id, code.account_number, turn.now, code.weaker, account.customer)
    turn.unit.proofs.add(proof)
    _recognise(turn, proof)


def _recognise(turn: Turn, proof: Proof) -> None:
    complaint, customer = turn.complaint, proof.customer
    assert customer is not None
    complaint.settled |= {"account", "code"}
    complaint.name = complaint.name or customer.name
    complaint.postal_code = complaint.postal_code or customer.postal_code
    if not (complaint.phone or complaint.email):
        complaint.use_contact_of_record = True
    if not complaint.services and len(customer.services) == 1:
        complaint.concern(customer.services[0])
    turn.say("verified", name=customer.name)
    if turn.case is not None:
        turn.case.account_number, turn.case.verified = customer.account_number, True
        turn.case.verified_weakly = proof.weaker


def _hashed(code_id: str, digits: str) -> str:
    return hashlib.sha256(f"{code_id}:{digits}".encode()).hexdigest()


def _key(account_number: str) -> str:
    """Name the failed tries of an account without keeping its number in the list."""
    return hashlib.sha256(f"identity:{account_number}".encode()).hexdigest()
