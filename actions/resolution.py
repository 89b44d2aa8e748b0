"""The resolution phase: one try to put it right from a playbook, the customer's answers, and the way up."""

from __future__ import annotations

from actions import identity, instructing, opening, playing
from actions.asking import ask, ask_next, dated
from actions.base import Turn
from actions.complaint import note_facts, said_after
from actions.looking import as_told, look, money
from actions.outside import LimitReached
from actions.playing import Playing
from bot.cases import playbook as rules
from bot.cases.case import Case, Referral
from bot.cases.findings import Finding
from bot.cases.goodwill import proposal_of
from bot.cases.intake import next_question
from bot.cases.records import CREDIT
from bot.cases.resolution import NOT_SOLVED, REFUSED, SOLVED
from bot.languages import pack
from bot.playbooks import playbook, playbooks
from bot.reading.contacts import read_postal_area

NO_ANSWER = frozenset({"dont_know", "refuse", "nothing_more", "later"})
"""Intents of somebody who cannot or will not answer a question, which is never held against them."""

A_FEW_WORDS = 4
"""With more words than these, something is told that is worth keeping."""


def attempt(turn: Turn) -> None:
    """Try the playbook that fits best; what none can put right goes to the investigation."""
    case = turn.case
    assert case is not None
    if case.status == "escalated":
        return
    if _may_ask_for_place(turn):
        # whoever never answers has a case that is looked into all the same
        case.look_into(turn.now, "assistant")
        turn.conversation.expects = "place"
        ask(turn)
        return
    if _tells_what_was_done_before(turn, case):
        return
    situation = look(turn)
    start = rules.choose(playbooks(), situation, _tried(case))
    if start:
        playing.begin(turn, start, situation)
        return
    case.look_into(turn.now, "assistant")
    turn.conversation.expects = "free"
    if turn.complaint.represented:
        turn.say("to_investigation", tracking_number=case.tracking_number)
    elif situation.unreachable or _could_not_be_looked_up(turn):
        turn.say("investigating_unreachable")
    else:
        turn.say("investigating" if situation.account else "investigating_unverified")


def _could_not_be_looked_up(turn: Turn) -> bool:
    """Tell whether an account number was given for which no code could go out, since the systems did not answer."""
    return (
        turn.complaint.account_number is not None and turn.verified is None and not identity.code_is_out(turn)
    )


def _tells_what_was_done_before(turn: Turn, case: Case) -> bool:
    """Tell whoever comes back about the same thing what was credited then; False when nothing was."""
    if case.recontact_of is None or case.resolutions or turn.verified is None:
        return False
    earlier = turn.unit.instructions.of_case(case.recontact_of)
    given = [each for each in earlier if each.done_at and each.instruction.kind == CREDIT]
    if not given:
        return False
    case.look_into(turn.now, "assistant")
    given_at, accepted_at = given[0].done_at, given[0].instruction.at
    assert given_at is not None
    turn.say(
        "credited_before",
        amount=money(sum(each.instruction.cents for each in given)),
        day=dated(turn.day(given_at)["on"]),
        reference=", ".join(str(each.reference) for each in given),
        due=turn.day(turn.due("apply_credit", since=accepted_at)),
    )
    turn.conversation.expects = "satisfied"
    ask(turn)
    return True


def _tried(case: Case) -> set[str]:
    return {resolution.playbook for resolution in case.resolutions}


def _may_ask_for_place(turn: Turn) -> bool:
    """Tell whether asking where somebody lives would help: it would let us look, and we do not know it yet."""
    complaint = turn.complaint
    known = complaint.postal_code or (turn.verified and not complaint.represented)
    if turn.conversation.another_wanted:
        # the customer wants to come to their next complaint
        return False
    return not known and "place" not in complaint.settled and rules.needs_place(playbooks(), as_told(turn))


def place(turn: Turn) -> bool:
    """Hear a postal code or its first three signs; whoever gives none has the rest tried, and what they say is kept."""
    area = turn.value("postal_code") or read_postal_area(
        turn.text, pack(turn.conversation.language, "spoken")
    )
    turn.complaint.postal_code = turn.complaint.postal_code or area
    turn.complaint.settled.add("place")
    turn.conversation.expects = "free"
    if area or turn.chose("skip") or turn.says_no or turn.intent in NO_ANSWER:
        turn.asked = True
        attempt(turn)
        return True
    note_facts(turn)
    return said_after(turn)


# --- the customer's answers ------------------------------------------------------------------------------


def offer(turn: Turn) -> bool:
    """Hear yes or no to the offer; yes has it done once, no brings the CCTS notice and the ways on.

    What a person at the desk offered is answered by its own choices or to an agent, and never read out of words here.
    """
    case = turn.case
    if case is None or case.standing_offer is None or proposal_of(case.standing_offer):
        turn.conversation.expects = "free"
        return False
    in_words = sum(word.strip(".,!").isalpha() for word in turn.text.split()) > 1
    if turn.chose("accept") or (turn.says_yes and (turn.sure or turn.answer == "yes" or in_words)):
        _accept(turn, case)
        return True
    if turn.chose("decline") or turn.says_no:
        _decline(turn, case)
        return True
    return False


def _decline(turn: Turn, case: Case) -> None:
    """Record the no and give the CCTS notice; then it goes where the playbook leads, or the customer wants to go."""
    case.answer_offer(False, turn.now)
    turn.say("offer_declined")
    played = _played(turn, case)
    way = played.book.steps[played.resolution.step].refused if played else None
    if played and way:
        opening.give_notice(turn)
        played.go(way)
    else:
        case.end_resolution(REFUSED, turn.now)
        ways_on(turn)


def _accept(turn: Turn, case: Case) -> None:
    """Have what was accepted done, for the account it was offered on and its proven holder."""
    customer, standing = turn.verified, case.standing_offer
    assert standing is not None
    if customer is None or customer.account_number != case.account_number:
        _prove_again(turn, case)
        return
    played = _played(turn, case)
    if played is None:
        case.answer_offer(True, turn.now)
        _to_person(turn, case, "an offer whose playbook is gone")
        return
    step = played.book.steps[played.resolution.step]
    try:
        is_done = instructing.carry_out(turn, case, customer, standing)
    except LimitReached:
        case.leave_offer_open("credit_above_limit", turn.now)
        played.go(step.beyond)
        return
    case.answer_offer(True, turn.now)
    if is_done:
        played.go(step.accepted)
    else:
        _to_person(turn, case, "an offer that the systems refused")


def _to_person(turn: Turn, case: Case, reason: str) -> None:
    turn.say("offer_to_person", tracking_number=case.tracking_number)
    playing.hand_over(turn, reason)


def _played(turn: Turn, case: Case) -> Playing | None:
    """Return the playbook that is at work, as its step left it; None when its file no longer has that step."""
    resolution = case.resolution
    book = playbook(resolution.playbook) if resolution else None
    if resolution is None or book is None or resolution.step not in book.steps:
        return None
    situation = look(turn)
    start = rules.begin(book, situation)
    return Playing(turn, book, start.finding if start else Finding(resolution.finding), situation)


def _prove_again(turn: Turn, case: Case) -> None:
    """Ask for a fresh code, since the proof has run out, and come back to the offer afterwards."""
    turn.complaint.account_number = case.account_number
    turn.complaint.settled.discard("code")
    turn.conversation.step_aside("code")
    turn.say("proof_ran_out")
    identity.send_code(turn)
    if "code" in turn.complaint.settled:
        # no code can be sent now, and nothing is done without one: the offer stands
        turn.conversation.come_back()
        turn.asked = True
    else:
        ask(turn)


def after_code(turn: Turn, case: Case) -> None:
    """Go on with an open case once a code for its account was given or declined."""
    turn.asked = True
    if turn.conversation.set_aside:
        turn.conversation.come_back()
        ask(turn)
        return
    turn.conversation.expects = "free"
    if turn.verified is not None and case.resolution is None:
        attempt(turn)
    elif next_question(turn.complaint, code_sent=False) != "confirm":
        # it was opened in the middle of the intake, which still lacks something
        ask_next(turn)


def check(turn: Turn) -> bool:
    """Hear yes or no to a question of the playbook; not knowing counts as no."""
    case = turn.case
    played = _played(turn, case) if case else None
    if case is None or played is None:
        turn.conversation.expects = "free"
        return False
    if not (turn.says_yes or turn.says_no or turn.intent in NO_ANSWER):
        return _kept_beside_the_question(turn)
    yes, step = turn.says_yes and not turn.says_no, played.book.steps[played.resolution.step]
    case.advance(played.resolution.answered("yes" if yes else "no"))
    played.go(step.if_yes if yes else step.if_no)
    return True


def _kept_beside_the_question(turn: Turn) -> bool:
    """Put on the case what is told instead of a yes or no, and ask again; False when nothing is told."""
    if len(turn.text.split()) <= A_FEW_WORDS or turn.text.rstrip().endswith("?"):
        return False
    turn.conversation.expects = "free"
    note_facts(turn)
    said_after(turn)
    if turn.conversation.expects == "free":
        turn.conversation.expects = "check"
        ask(turn)
    return True


def satisfied(turn: Turn) -> bool:
    """Hear whether that solved it; only a yes resolves the case."""
    case = turn.case
    assert case is not None
    certain = turn.says_yes and (turn.answer == "yes" or turn.sure)
    if certain or (turn.intent == "thank" and not turn.says_no):
        case.end_resolution(SOLVED, turn.now)
        if not _begin_further(turn, case):
            case.move("resolve", turn.now, "customer")
            turn.conversation.expects = "free"
            turn.say("resolved", tracking_number=case.tracking_number)
        return True
    if turn.says_no:
        case.end_resolution(NOT_SOLVED, turn.now)
        case.note(turn.now, "customer", "not_satisfied")
        turn.say("not_solved")
        ways_on(turn)
        return True
    return False


def _begin_further(turn: Turn, case: Case) -> bool:
    """Begin with the next trouble that the customer named in the same complaint; False when there is none."""
    situation = look(turn)
    made_for_it = [book for book in playbooks() if rules.named_outright(book, situation)]
    start = rules.choose(made_for_it, situation, _tried(case))
    if start is None or start.finding.outcome in rules.IN_THE_WAY:
        return False
    turn.say("one_more_trouble")
    playing.begin(turn, start, situation)
    return True


# --- the ways on -----------------------------------------------------------------------------------------


def ways_on(turn: Turn) -> None:
    """Give the CCTS notice and ask which way the customer wants to go."""
    opening.give_notice(turn)
    turn.conversation.expects = "next_step"
    ask(turn)


def next_step(turn: Turn) -> bool:
    """Hear the way on: a senior manager or support lead, the CCTS, or the investigation."""
    case = turn.case
    assert case is not None
    way = turn.chose("escalate", "ombudsman", "leave")
    if way == "escalate" or (turn.intent in ("escalate", "request_person") and way is None):
        turn.conversation.expects = "free"
        opening.escalate(turn, case)
        return True
    if way is None and turn.intent in ("ask_ombudsman", "ask_rights") and turn.text.rstrip().endswith("?"):
        # a question about it is no wish to go there
        ways_on(turn)
        return True
    if way == "ombudsman" or turn.intent in ("ask_ombudsman", "ask_rights"):
        turn.conversation.expects = "free"
        refer(turn)
        return True
    if (
        way == "leave"
        or turn.says("leaving_it")
        or turn.intent in ("leave_it", "deny", "nothing_more", "dont_know", "refuse", "later")
    ):
        turn.conversation.expects = "free"
        case.look_into(turn.now, "customer")
        turn.say("left_with_investigation", tracking_number=case.tracking_number)
        return True
    return False


def refer(turn: Turn) -> None:
    """Record that the customer goes to the CCTS and say how; our work on the case goes on."""
    case = turn.case
    assert case is not None
    case.refer(Referral(turn.now, turn.house.profile.scheme))
    turn.say("referred", tracking_number=case.tracking_number)
