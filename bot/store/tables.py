"""The tables, their keys and their indexes; columns carry the names of the fields they hold."""

from __future__ import annotations

from sqlalchemy import (
    Boolean,
    Column,
    Date,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    Table,
    UniqueConstraint,
)
from sqlalchemy.sql.schema import SchemaItem
from sqlalchemy.types import TypeEngine

from bot.store.columns import (
    AccountHolder,
    Cents,
    Choices,
    Events,
    Moment,
    Names,
    Parts,
    Promises,
    Strings,
    Values,
    Week,
    Words,
)

metadata = MetaData(
    naming_convention={
        "pk": "pk_%(table_name)s",
        "fk": "fk_%(table_name)s_%(column_0_N_name)s",
        "uq": "uq_%(table_name)s_%(column_0_N_name)s",
        "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    }
)


def _always(name: str, kind: type[TypeEngine] = Words) -> Column:
    return Column(name, kind, nullable=False)


def _maybe(name: str, kind: type[TypeEngine] = Words) -> Column:
    return Column(name, kind, nullable=True)


def _of_conversation() -> Column:
    return Column("conversation_id", Words, ForeignKey("conversations.id"), nullable=False)


def _list_of(owner: str, name: str, *columns: SchemaItem) -> Table:
    """Return the table of a list that belongs to a complaint or a case, in order from position 0."""
    return Table(
        name,
        metadata,
        Column(f"{owner}_id", Integer, ForeignKey(f"{owner}s.id", ondelete="CASCADE"), primary_key=True),
        Column("position", Integer, primary_key=True, autoincrement=False),
        *columns,
    )


complaints = Table(
    "complaints",
    metadata,
    Column("id", Integer, primary_key=True),
    _always("narrative"),
    _maybe("remedy"),
    _maybe("account_number"),
    _maybe("name"),
    _maybe("phone"),
    _maybe("email"),
    _maybe("address"),
    _maybe("postal_code"),
    _always("use_contact_of_record", Boolean),
    _always("escalation_wanted", Boolean),
    _maybe("represented"),
    _always("companies", Strings),
    _always("circumstances", Strings),
    _always("settled", Names),
)
natures = _list_of("complaint", "natures", _always("category"), _maybe("issue"), _maybe("service"))
events = _list_of(
    "complaint",
    "events",
    _maybe("date"),
    _always("precision"),
    _always("text"),
    _maybe("reference"),
    _maybe("person"),
)
prior_contacts = _list_of(
    "complaint", "prior_contacts", _always("text"), _maybe("reference"), _maybe("person")
)
amounts = _list_of("complaint", "amounts", _always("cents", Cents), _always("currency"))

# By which the other cases of a customer are found.
for _contact in (complaints.c.account_number, complaints.c.phone, complaints.c.email):
    Index(None, _contact, sqlite_where=_contact.isnot(None), postgresql_where=_contact.isnot(None))

conversations = Table(
    "conversations",
    metadata,
    Column("id", Words, primary_key=True),
    _always("token_hash"),
    _always("channel"),
    _always("created_at", Moment),
    _always("language"),
    _always("language_settled", Boolean),
    _maybe("expects"),
    _always("set_aside", Strings),
    _always("answered", Strings),
    _always("holder"),
    _maybe("held_since", Moment),
    # No foreign key: SQLite cannot add one to a table that others point to. Agents are never deleted.
    _maybe("agent_id"),
    _maybe("agent_seen_at", Moment),
    _maybe("told_standing"),
    _maybe("today", Date),
    _maybe("tracking_number"),
    _always("earlier", Strings),
    _always("another_wanted", Boolean),
    _maybe("enquiry"),
    _always("enquiry_proved", Boolean),
    _maybe("enquiry_wish"),
    _always("doubt", Strings),
    _always("misunderstood", Integer),
    _always("insults", Integer),
    # Each conversation drafts a complaint of its own; opening a case copies it.
    Column("complaint_id", Integer, ForeignKey("complaints.id"), nullable=False, unique=True),
    # Counts the transcript; kept here so that two processes never give out the same number.
    _always("last_seq", Integer),
    Index(None, "created_at"),
)
# Which questions a conversation has come to, each once.
questions = Table(
    "questions",
    metadata,
    Column("conversation_id", Words, ForeignKey("conversations.id"), primary_key=True),
    Column("question", Words, primary_key=True),
)

# What the desk lists: the few conversations that somebody waits in or one of ours holds.
Index(
    "ix_conversations_held",
    conversations.c.holder,
    conversations.c.held_since,
    sqlite_where=conversations.c.holder != "assistant",
    postgresql_where=conversations.c.holder != "assistant",
)

agents = Table(
    "agents",
    metadata,
    Column("id", Words, primary_key=True),
    Column("email", Words, nullable=False, unique=True),
    _always("name"),
    _always("role"),
    _always("language"),
    _always("languages", Strings),
    _always("is_active", Boolean),
    _always("password_hash"),
    _always("skills", Strings),
    _always("most_at_once", Integer),
    _always("shift", Week),
    _maybe("phone"),
)
# Who is at the desk: written each half minute for as long as one of its pages is open, so kept apart from the agents.
presences = Table(
    "presences",
    metadata,
    Column("agent_id", Words, ForeignKey("agents.id"), primary_key=True),
    _always("is_available", Boolean),
    _maybe("seen_at", Moment),
)
agent_sessions = Table(
    "agent_sessions",
    metadata,
    Column("token_hash", Words, primary_key=True),
    Column("agent_id", Words, ForeignKey("agents.id"), nullable=False, index=True),
    _always("expires_at", Moment),
    _maybe("revoked_at", Moment),
    _maybe("began_at", Moment),
    _maybe("last_seen_at", Moment),
    _always("browser"),
    _always("way"),
)
# What agents' apps make codes from, sealed with a key that is not in the database.
second_steps = Table(
    "second_steps",
    metadata,
    Column("agent_id", Words, ForeignKey("agents.id"), primary_key=True),
    _always("secret"),
    _maybe("confirmed_at", Moment),
    _always("last_step", Integer),
)
recovery_codes = Table(
    "recovery_codes",
    metadata,
    Column("code_hash", Words, primary_key=True),
    Column("agent_id", Words, ForeignKey("agents.id"), nullable=False, index=True),
    _maybe("used_at", Moment),
)
tickets = Table(
    "tickets",
    metadata,
    Column("token_hash", Words, primary_key=True),
    _always("purpose"),
    Column("expires_at", Moment, nullable=False, index=True),
    Column("agent_id", Words, ForeignKey("agents.id"), nullable=True, index=True),
    _maybe("used_at", Moment),
)
# Who held a conversation when; kept for good.
holdings = Table(
    "holdings",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("conversation_id", Words, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("agent_id", Words, ForeignKey("agents.id"), nullable=False, index=True),
    _always("began_at", Moment),
    _always("from_seq", Integer),
    _maybe("ended_at", Moment),
    _maybe("ended_by"),
    _always("note"),
    _maybe("waited_since", Moment),
    Index("ix_holdings_waited_since", "waited_since"),
)
# Who saw and did what at the desk. Triggers refuse every change; nothing here points to what may be removed one day.
audit = Table(
    "audit",
    metadata,
    Column("number", Integer, primary_key=True, autoincrement=False),
    _always("at", Moment),
    _always("deed"),
    _maybe("agent_id"),
    _maybe("subject_id"),
    Column("hash", Words, nullable=False, unique=True),
    _maybe("detail"),
    Index("ix_audit_agent_id", "agent_id", "number"),
    Index("ix_audit_subject_id", "subject_id", "number"),
)
# One row: where that record ends. Whoever adds to it locks this row, so that entries come one after the other.
audit_head = Table(
    "audit_head",
    metadata,
    Column("row", Integer, primary_key=True, autoincrement=False),
    _always("number", Integer),
    _always("hash"),
)
# The desk's own macros: title and text by language.
macros = Table(
    "macros",
    metadata,
    Column("id", Words, primary_key=True),
    _always("titles", Values),
    _always("texts", Values),
    _maybe("written_by"),
    _maybe("written_at", Moment),
    _maybe("removed_at", Moment),
)
# Goodwill that agents want to offer: what a lead is asked for, and what was put to the customer.
proposals = Table(
    "proposals",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("id", Words, nullable=False, unique=True),
    Column("tracking_number", Words, nullable=False, index=True),
    Column("agent_id", Words, ForeignKey("agents.id"), nullable=False),
    _always("cents", Cents),
    _always("reason"),
    _always("at", Moment),
    Column("status", Words, nullable=False, index=True),
    _maybe("decided_by"),
    _maybe("decided_at", Moment),
    _always("note"),
    _maybe("seq", Integer),
)

inbound = Table(
    "inbound",
    metadata,
    Column("id", Words, primary_key=True),
    _of_conversation(),
    _always("client_id"),
    _always("text"),
    _always("seq", Integer),
    _always("received_at", Moment),
    _maybe("answered_at", Moment),
    _maybe("claimed_by"),
    _maybe("claimed_until", Moment),
    UniqueConstraint("conversation_id", "client_id"),
    UniqueConstraint("conversation_id", "seq"),
)
Index(
    "ix_inbound_waiting",
    inbound.c.conversation_id,
    inbound.c.seq,
    sqlite_where=inbound.c.answered_at.is_(None),
    postgresql_where=inbound.c.answered_at.is_(None),
)

messages = Table(
    "messages",
    metadata,
    Column("conversation_id", Words, ForeignKey("conversations.id"), primary_key=True),
    Column("seq", Integer, primary_key=True, autoincrement=False),
    _always("sender"),
    _always("text"),
    _always("at", Moment),
    _always("choices", Choices),
    _maybe("reply"),
    Column("answers", Words, ForeignKey("inbound.id"), nullable=True, index=True),
)

cases = Table(
    "cases",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("tracking_number", Words, nullable=False, unique=True),
    Column("conversation_id", Words, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("complaint_id", Integer, ForeignKey("complaints.id"), nullable=False, unique=True),
    _always("language"),
    _always("channel"),
    _always("opened_at", Moment),
    _always("status"),
    _always("priority"),
    _maybe("account_number"),
    _always("verified", Boolean),
    _always("verified_weakly", Boolean),
    # The earlier case about the same thing, where the customer has come back within two weeks.
    _maybe("recontact_of"),
    # Where an agent opened it: the day on which the letter came, or whatever it was.
    _maybe("received_on", Date),
    # No foreign key, as for the agent of a conversation.
    _maybe("assigned_to"),
    # The number of the case that this one leads to, where it tells of the same thing.
    _maybe("merged_into"),
    _maybe("referral_at", Moment),
    _maybe("referral_scheme"),
    _maybe("referral_scheme_number"),
    Index(None, "status", "id"),
    Index(None, "priority", "id"),
    Index(None, "opened_at"),
    Index(None, "recontact_of"),
    Index(None, "account_number", "opened_at"),
    Index(None, "assigned_to", "id"),
)
Index(
    None,
    cases.c.merged_into,
    sqlite_where=cases.c.merged_into.isnot(None),
    postgresql_where=cases.c.merged_into.isnot(None),
)
# What the desk searches a case by, folded once when it is written: names and story without accents, numbers as digits.
case_searches = Table(
    "case_searches",
    metadata,
    Column(
        "case_id",
        Integer,
        ForeignKey("cases.id", ondelete="CASCADE"),
        primary_key=True,
        autoincrement=False,
    ),
    _always("words"),
)
# Lists of cases that agents look at again and again: what stands in their address, under a name.
saved_views = Table(
    "saved_views",
    metadata,
    Column("id", Words, primary_key=True),
    Column("agent_id", Words, ForeignKey("agents.id"), nullable=False),
    _always("name"),
    _always("query"),
    _always("is_shared", Boolean),
    UniqueConstraint("agent_id", "name"),
)
# Cases that belong together: from the one that was tied to the other, by whom and when.
case_ties = Table(
    "case_ties",
    metadata,
    Column("tracking_number", Words, primary_key=True),
    Column("other", Words, primary_key=True, index=True),
    _always("kind"),
    _always("at", Moment),
    _always("by"),
)
offers = _list_of(
    "case",
    "offers",
    _always("kind"),
    _always("cents", Cents),
    _always("facts", Strings),
    _always("at", Moment),
    _always("currency"),
    _always("status"),
    _maybe("answered_at", Moment),
    _always("parts", Parts),
)
resolutions = _list_of(
    "case",
    "resolutions",
    _always("playbook"),
    _always("finding"),
    _always("step"),
    _always("facts", Strings),
    _always("at_stake", Cents),
    _always("at", Moment),
    _maybe("province"),
    _maybe("customer_kind"),
    _always("values", Values),
    _always("answers", Strings),
    _maybe("outcome"),
    _maybe("ended_at", Moment),
)
promises = _list_of("case", "promises", _always("what"), _always("due_at", Moment), _maybe("kept_at", Moment))
Index(
    "ix_promises_open",
    promises.c.due_at,
    sqlite_where=promises.c.kept_at.is_(None),
    postgresql_where=promises.c.kept_at.is_(None),
)
escalations = _list_of(
    "case",
    "escalations",
    _always("at", Moment),
    _always("language"),
    _always("to"),
    _always("due_at", Moment),
)
handoffs = _list_of("case", "handoffs", _always("at", Moment), _always("reason"), _maybe("taken_at", Moment))
# The cases that lead to this one, and what has to come back when that is undone.
merges = _list_of(
    "case",
    "merges",
    _always("number"),
    _always("at", Moment),
    _always("by"),
    _always("status_before"),
    _always("events", Events),
    _always("promises", Promises),
)
# What a fact was before it was put right; kept for good.
corrections = _list_of(
    "case",
    "corrections",
    _always("at", Moment),
    _always("by"),
    _always("what"),
    _always("before"),
    _always("after"),
)
history = _list_of(
    "case", "history", _always("at", Moment), _always("by"), _always("what"), _always("detail")
)

outbox = Table(
    "outbox",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    _always("kind"),
    _always("to"),
    _always("language"),
    _always("text"),
    _always("at", Moment),
    # No foreign key: a notice may be written before its case within one unit, and outlives it.
    Column("tracking_number", Words, nullable=True, index=True),
    _always("unasked", Boolean),
    _maybe("due_at", Moment),
    _maybe("sent_at", Moment),
    # Stays after a try of which nobody knows how it ended: what was claimed is looked up before it is sent again.
    _maybe("claimed_by"),
    _maybe("claimed_until", Moment),
    _always("failures", Integer),
    _maybe("failed_at", Moment),
    _maybe("reason_code"),
    # The carrier's own id of what was sent, and the latest that it told about it.
    Column("carrier_id", Words, nullable=True, unique=True),
    _maybe("delivery"),
    _maybe("delivered_at", Moment),
)
Index(
    "ix_outbox_due",
    outbox.c.due_at,
    sqlite_where=outbox.c.sent_at.is_(None),
    postgresql_where=outbox.c.sent_at.is_(None),
)
Index(
    "ix_outbox_unsent_to",
    outbox.c.to,
    outbox.c.kind,
    sqlite_where=outbox.c.sent_at.is_(None),
    postgresql_where=outbox.c.sent_at.is_(None),
)

codes = Table(
    "codes",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("id", Words, nullable=False, unique=True),
    _of_conversation(),
    _always("account_number"),
    _always("hashed"),
    _always("sent_at", Moment),
    _always("weaker", Boolean),
    _always("decoy", Boolean),
    _always("tries", Integer),
    _maybe("used_at", Moment),
    Index(None, "conversation_id", "row"),
    Index(None, "account_number", "sent_at"),
)
proofs = Table(
    "proofs",
    metadata,
    Column("row", Integer, primary_key=True),
    _of_conversation(),
    _always("account_number"),
    _always("at", Moment),
    _always("weaker", Boolean),
    # The account holder as the records had them when the proof was given.
    _maybe("customer", AccountHolder),
    Index(None, "conversation_id", "row"),
)
attempts = Table(
    "attempts",
    metadata,
    Column("row", Integer, primary_key=True),
    _always("key"),
    _always("at", Moment),
    Index(None, "key", "at"),
)
# One row an account that somebody is deciding about: whoever holds it decides alone.
accounts = Table("accounts", metadata, Column("account_number", Words, primary_key=True))

# What we have told the provider's systems to do, decided before it is done.
instructions = Table(
    "instructions",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    _always("kind"),
    _always("account_number"),
    # No foreign key: an instruction may be decided on before its case is written.
    Column("tracking_number", Words, nullable=False, index=True),
    _always("reason"),
    _always("at", Moment),
    _maybe("subject"),
    _always("cents", Cents),
    _always("goodwill", Boolean),
    _maybe("on", Date),
    _maybe("window"),
    _maybe("phone"),
    # Whom to tell, and in which language, when it is done only later.
    _maybe("notify_kind"),
    _maybe("notify_to"),
    _always("language"),
    _maybe("reference"),
    _maybe("done_at", Moment),
    _maybe("refused_at", Moment),
    _maybe("refusal"),
    _maybe("due_at", Moment),
    _always("failures", Integer),
    _maybe("claimed_by"),
    _maybe("claimed_until", Moment),
    Index(None, "account_number", "at"),
)
Index(
    "ix_instructions_due",
    instructions.c.due_at,
    sqlite_where=instructions.c.due_at.isnot(None),
    postgresql_where=instructions.c.due_at.isnot(None),
)

# The embedded demo provider's own books: what its systems have done, each key once.
books = Table(
    "books",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("reference", Words, nullable=False, unique=True),
    Column("account_number", Words, nullable=False, index=True),
    _always("kind"),
    _maybe("subject"),
    _always("cents", Cents),
    _always("reason"),
    _maybe("on", Date),
    _maybe("window"),
    _always("at", Moment),
)

calls = Table(
    "calls",
    metadata,
    Column("sid", Words, primary_key=True),
    Column("conversation_id", Words, ForeignKey("conversations.id"), nullable=False, unique=True),
    _maybe("caller"),
    _maybe("called"),
    _always("started_at", Moment),
    _always("last_at", Moment),
    _always("language_chosen", Boolean),
    _always("turn", Integer),
    _maybe("awaits"),
    _always("said_to", Integer),
    _always("silences", Integer),
    _always("unsure", Integer),
    _maybe("heard"),
    _always("slow", Boolean),
    _always("texts_wanted", Boolean),
    _maybe("transfer"),
    _maybe("recording"),
    _maybe("queue"),
    _maybe("place_told_at", Moment),
    _maybe("voicemail"),
    _maybe("told"),
    _maybe("ended_at", Moment),
)
Index(
    "ix_calls_open",
    calls.c.last_at,
    sqlite_where=calls.c.ended_at.is_(None),
    postgresql_where=calls.c.ended_at.is_(None),
)

# Agents' telephones that ring to connect them with callers.
rings = Table(
    "rings",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    _of_conversation(),
    Column("agent_id", Words, ForeignKey("agents.id"), nullable=False),
    _always("at", Moment),
    _maybe("accepted_at", Moment),
    _maybe("joined_at", Moment),
    _maybe("ended_at", Moment),
    _maybe("outcome"),
    Index(None, "conversation_id", "row"),
)
# One agent at a time is rung for a conversation.
Index(
    "ix_rings_open",
    rings.c.conversation_id,
    unique=True,
    sqlite_where=rings.c.ended_at.is_(None),
    postgresql_where=rings.c.ended_at.is_(None),
)
# What of ours lies at the carrier and is to be deleted there.
leftovers = Table(
    "leftovers",
    metadata,
    Column("path", Words, primary_key=True),
    _always("due_at", Moment),
    _always("failures", Integer),
)

# Whoever texts us, by their number: the conversation that an answer of theirs belongs to, and whether they want texts.
texters = Table(
    "texters",
    metadata,
    Column("phone", Words, primary_key=True),
    Column("conversation_id", Words, ForeignKey("conversations.id"), nullable=True),
    _maybe("last_at", Moment),
    _maybe("opted_out_at", Moment),
    _always("greeted", Boolean),
    _always("answers", Integer),
    _maybe("counted_from", Moment),
)
# Every wish about being texted, as it came in: the record of consent.
consents = Table(
    "consents",
    metadata,
    Column("row", Integer, primary_key=True),
    Column("message_sid", Words, nullable=False, unique=True),
    Column("phone", Words, nullable=False, index=True),
    _always("wish"),
    _always("word"),
    _always("at", Moment),
)
# Photos and documents that customers sent; the file lies in DATA_DIR under this id.
evidence = Table(
    "evidence",
    metadata,
    Column("id", Words, primary_key=True),
    Column("conversation_id", Words, ForeignKey("conversations.id"), nullable=False, index=True),
    Column("source", Words, nullable=False, unique=True),
    _always("url"),
    _always("media_type"),
    _always("received_at", Moment),
    _always("state"),
    _maybe("reason"),
    _maybe("bytes", Integer),
    _maybe("sha256"),
    _maybe("ended_at", Moment),
    _maybe("due_at", Moment),
    _always("failures", Integer),
    _maybe("added_by"),
)
Index(
    "ix_evidence_waiting",
    evidence.c.received_at,
    sqlite_where=evidence.c.state == "waiting",
    postgresql_where=evidence.c.state == "waiting",
)

# A conversation that another desk is asked to take: one row for each time somebody waits.
desk_links = Table(
    "desk_links",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("key", Words, nullable=False, unique=True),
    Column("conversation_id", Words, ForeignKey("conversations.id"), nullable=False, index=True),
    _always("desk"),
    _always("began_at", Moment),
    _always("from_seq", Integer),
    _always("queued_seq", Integer),
    _maybe("reference"),
    _maybe("ended_at", Moment),
    _maybe("ended_by"),
    UniqueConstraint("desk", "reference"),
)
Index(
    "ix_desk_links_open",
    desk_links.c.desk,
    sqlite_where=desk_links.c.ended_at.is_(None),
    postgresql_where=desk_links.c.ended_at.is_(None),
)
# What goes to the other desk, in the order of its ids for each link.
desk_deliveries = Table(
    "desk_deliveries",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("link_id", Integer, ForeignKey("desk_links.id"), nullable=False),
    Column("key", Words, nullable=False, unique=True),
    _always("kind"),
    _always("subject"),
    _always("at", Moment),
    # No date once it was given up.
    _maybe("due_at", Moment),
    _maybe("done_at", Moment),
    # Stays after a try of which nobody knows how it ended: then it is looked up before it is sent again.
    _maybe("claimed_by"),
    _maybe("claimed_until", Moment),
    _always("failures", Integer),
    _maybe("failed_at", Moment),
    _maybe("reason_code"),
)
Index(
    "ix_desk_deliveries_undone",
    desk_deliveries.c.link_id,
    desk_deliveries.c.id,
    sqlite_where=desk_deliveries.c.done_at.is_(None),
    postgresql_where=desk_deliveries.c.done_at.is_(None),
)

action_results = Table(
    "action_results",
    metadata,
    Column("turn_id", Words, primary_key=True),
    Column("action", Words, primary_key=True),
    _always("body"),
)
trackers = Table("trackers", metadata, Column("conversation_id", Words, primary_key=True), _always("body"))
heartbeats = Table("heartbeats", metadata, Column("process", Words, primary_key=True), _always("at", Moment))
