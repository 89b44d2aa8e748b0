/**
 * The web chat of Recourse: an accessible, dependency-free `<recourse-chat>` that any page embeds with one tag.
 *
 *   <script src="https://host/widget.js" data-language="fr" defer></script>
 *
 * A page may open it from its own button (`<button data-recourse-open>`) and colour it with the custom
 * properties `--recourse-accent` and `--recourse-on-accent`. Text of the server is only ever set as text.
 *
 * The server joins conversation.js, text.js, transcript.js, style.js and chat.js, in this order, into one function,
 * at whose beginning LANGUAGES tells which languages there are, each by its own name.
 */
const SCRIPT = document.currentScript;
const ORIGIN = new URL(SCRIPT.src).origin;
const POLL_MS = 3_000;
const SILENCE_MS = 45_000; // the stream carries a comment at least every 15 s; longer silence is a dead line
const TIMEOUT_MS = 30_000;
const ATTEMPTS = 6;
const PANEL_FITS = "(min-width: 481px) and (min-height: 481px)"; // else the chat takes the whole screen

/** What the keyboard and the browser's memory can do for each answer the assistant waits for. */
const ANSWERS = {
  account: { inputmode: "numeric" },
  code: { inputmode: "numeric", autocomplete: "one-time-code" },
  contact: { inputmode: "email", autocomplete: "email" },
  name: { autocomplete: "name", autocapitalize: "words" },
  tracking_number: { inputmode: "numeric" },
};

const sleep = (ms) => new Promise((wake) => setTimeout(wake, ms));
const backOnline = () => new Promise((wake) => addEventListener("online", wake, { once: true }));
const knownLanguage = (tag) => Object.keys(LANGUAGES).find((code) => code === tag?.slice(0, 2).toLowerCase()) ?? null;

/** A browser storage area that falls back to memory where the browser refuses it. */
const storage = (area) => {
  const key = `recourse ${ORIGIN}`;
  let memory = {};
  return {
    read() {
      try { return JSON.parse(window[area].getItem(key)) ?? memory; } catch { return memory; }
    },
    write(changes) {
      memory = { ...this.read(), ...changes };
      try { window[area].setItem(key, JSON.stringify(memory)); } catch { /* memory holds it */ }
    },
  };
};
const device = storage("localStorage"); // which conversation this is: survives the tab
const tab = storage("sessionStorage"); // what was typed and not yet sent: survives a reload only

/** An HTTP answer that is not a success. */
class Refusal extends Error {
  constructor(response) {
    super(`HTTP ${response.status}`);
    this.status = response.status;
    this.seconds = Math.min(Number(response.headers.get("Retry-After")) || 5, 300);
  }
}

/** The word in `trouble` of the language packs for what went wrong. */
const troubleOf = ({ status }) => {
  if (!status) return navigator.onLine ? "unavailable" : "offline";
  if (status === 401 || status === 404) return "expired";
  return status === 413 ? "too_long" : status === 429 ? "busy" : status >= 500 ? "unavailable" : "failed";
};

/** One conversation with the server: begins or resumes it, sends, listens, and keeps what is not sent yet. */
class Conversation {
  messages = new Map();
  last = 0; // the highest seq up to which nothing is missing
  state = { language: null, expects: null, holder: "assistant", case: null, status: null };
  closed = false;

  constructor(view) {
    this.view = view;
    ({ conversation: this.id, token: this.token } = device.read());
    this.outbox = (tab.read().outbox ?? []).map((item) => ({ ...item, sent: false }));
  }

  async request(path, { body, headers, signal = AbortSignal.timeout(TIMEOUT_MS) } = {}) {
    const response = await fetch(`${ORIGIN}/api/chat${path}`, {
      method: body ? "POST" : "GET",
      body: body && JSON.stringify(body),
      headers: {
        ...(body && { "Content-Type": "application/json" }),
        ...(this.id && { Authorization: `Bearer ${this.token}` }),
        ...headers,
      },
      credentials: "omit",
      cache: "no-store",
      signal,
    });
    if (!response.ok) throw new Refusal(response);
    return response;
  }

  /** Do `action` until it works: lost connections, 5xx and 429 are tried again, with growing pauses. */
  async persist(action) {
    for (let attempt = 1; ; attempt++) {
      try {
        const result = await action();
        this.view.trouble(null);
        return result;
      } catch (problem) {
        if (this.closed) throw problem;
        const code = troubleOf(problem);
        this.view.trouble(code, problem.seconds);
        if (code === "offline") attempt = 0;
        else if (!["unavailable", "busy"].includes(code) || attempt === ATTEMPTS) throw problem;
        const pause = sleep(code === "busy" ? problem.seconds * 1000 : 500 * 2 ** attempt);
        await (code === "offline" ? backOnline() : Promise.race([pause, backOnline()]));
      }
    }
  }

  /** Settle which conversation this is, once: resume the one this device knows, else begin one. */
  ready() {
    this.readying ??= this.persist(() => (this.id ? this.resume() : this.begin())).catch((problem) => {
      this.readying = null;
      if (troubleOf(problem) !== "expired") this.view.trouble("failed");
      throw problem;
    });
    return this.readying;
  }

  async begin() {
    const made = await (await this.request("", { body: { language: this.view.preferredLanguage } })).json();
    if (this.closed) return;
    ({ conversation: this.id, token: this.token } = made);
    device.write({ conversation: this.id, token: this.token, seen: 0 });
    await this.absorb(made);
  }

  async resume() {
    await this.absorb(await (await this.request(`/${this.id}/messages?after=0`)).json(), { past: true });
  }

  async catchUp() {
    await this.absorb(await (await this.request(`/${this.id}/messages?after=${this.last}`)).json());
  }

  /** Take in messages and state, whichever way they came: each message is shown once, in order. */
  absorb({ messages = [], state }, { past = false } = {}) {
    if (this.closed) return undefined;
    if (state) this.state = state;
    const fresh = messages.filter(({ seq }) => !this.messages.has(seq)).sort((a, b) => a.seq - b.seq);
    for (const message of fresh) this.messages.set(message.seq, message);
    while (this.messages.has(this.last + 1)) this.last++;
    return this.view.update(fresh, { past });
  }

  send(text) {
    const item = { id: crypto.randomUUID?.() ?? `${Date.now()}-${Math.random()}`, text, failed: false };
    this.outbox.push(item);
    this.keepOutbox();
    this.view.showUnsent(item);
    return this.flush();
  }

  again(item) {
    item.failed = false;
    this.view.showUnsent(item);
    return this.flush();
  }

  keepOutbox() {
    tab.write({ outbox: this.outbox.map(({ id, text, failed }) => ({ id, text, failed })) });
  }

  drop(item) {
    this.outbox = this.outbox.filter((other) => other !== item);
    this.keepOutbox();
  }

  /** Deliver what waits, one message after the other, so that they arrive in the order written. */
  async flush() {
    if (this.flushing) return;
    this.flushing = true;
    for (let item; !this.closed && (item = this.outbox.find(({ failed }) => !failed)); ) await this.deliver(item);
    this.flushing = false;
  }

  async deliver(item) {
    try {
      await this.ready();
      this.follow();
      item.sent = true;
      this.view.writing(true);
      const body = { id: item.id, text: item.text };
      const answer = await this.persist(async () => (await this.request(`/${this.id}/messages`, { body })).json());
      const echoed = !this.outbox.includes(item) || answer.messages.some(({ from }) => from === "customer");
      await (echoed ? this.absorb(answer) : this.catchUp());
      this.view.removeUnsent(item); // the server's list is the truth now
      this.drop(item);
    } catch (problem) {
      if (this.closed) return;
      if (problem.status === 413) {
        this.drop(item);
        this.view.giveBack(item);
      } else {
        item.failed = true;
        this.keepOutbox();
        this.view.showUnsent(item);
        if (troubleOf(problem) !== "expired") this.view.trouble("failed");
      }
    } finally {
      if (!this.closed) this.view.writing(false);
    }
  }

  /** Follow the conversation while the view wants news: by the stream, and by asking when it breaks. */
  async follow() {
    const wanted = () => !this.closed && this.id && this.view.wantsNews();
    if (!wanted()) this.stream?.abort();
    if (this.following) return;
    this.following = true;
    for (; wanted(); await sleep(POLL_MS)) {
      try {
        await this.listen().catch((problem) => { if (problem.status === 401) throw problem; });
        if (wanted()) await this.catchUp();
      } catch (problem) {
        if (this.closed || troubleOf(problem) !== "expired") continue; // the next round asks again
        this.view.trouble("expired");
        break;
      }
    }
    this.following = false;
  }

  async listen() {
    const stop = (this.stream = new AbortController());
    const headers = { Accept: "text/event-stream", "Last-Event-ID": String(this.last) };
    const response = await this.request(`/${this.id}/stream`, { headers, signal: stop.signal });
    const reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
    for (let rest = ""; ; ) {
      const watchdog = setTimeout(() => stop.abort(), SILENCE_MS);
      const { value, done } = await reader.read().finally(() => clearTimeout(watchdog));
      if (done) return;
      const events = (rest + value.replace(/\r/g, "")).split("\n\n");
      rest = events.pop();
      for (const event of events) await this.hear(event);
    }
  }

  /** An event's data is a Message, a State, or both as the other routes give them. */
  hear(event) {
    const lines = event.split("\n").filter((line) => line.startsWith("data:"));
    if (!lines.length) return undefined;
    const data = JSON.parse(lines.map((line) => line.slice(5)).join("\n"));
    return this.absorb("seq" in data ? { messages: [data] } : "holder" in data ? { state: data } : data);
  }

  /** What the customer saw: the label of the choice they took, else their own words. */
  shownText({ seq = Infinity, from, text }) {
    if (from !== "customer") return text;
    const asked = [...this.messages.values()].filter((other) => other.seq < seq && other.choices?.length);
    const { choices = [] } = asked.sort((a, b) => b.seq - a.seq)[0] ?? {};
    return choices.find(({ value }) => value === text)?.label ?? text;
  }

  close() {
    this.closed = true;
    this.stream?.abort();
  }
}
