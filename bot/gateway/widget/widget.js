/**
 * The web chat of Recourse: an accessible, dependency-free `<recourse-chat>` that any page embeds with one tag.
 *
 *   <script src="https://host/widget.js" data-language="fr" defer></script>
 *
 * A page may open it from its own button (`<button data-recourse-open>`) and colour it with the custom
 * properties `--recourse-accent` and `--recourse-on-accent`. Text of the server is only ever set as text.
 */
(() => {
  "use strict";

  const SCRIPT = document.currentScript;
  const ORIGIN = new URL(SCRIPT.src).origin;
  const LANGUAGES = { en: "English", fr: "Français", it: "Italiano" };
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

  /** A DOM element; strings among the children become text, `on…` properties listen. */
  const element = (tag, properties = {}, ...children) => {
    const node = document.createElement(tag);
    for (const [name, value] of Object.entries(properties)) {
      if (name.startsWith("on")) node.addEventListener(name.slice(2), value);
      else node.setAttribute(name, value);
    }
    node.append(...children);
    return node;
  };

  const icon = (...paths) => {
    const draw = (tag, attributes) => {
      const node = document.createElementNS("http://www.w3.org/2000/svg", tag);
      for (const [name, value] of Object.entries(attributes)) node.setAttribute(name, value);
      return node;
    };
    const svg = draw("svg", { viewBox: "0 0 24 24", "aria-hidden": "true" });
    svg.append(...paths.map((d) => draw("path", { d })));
    return svg;
  };
  const ICONS = {
    chat: ["M20.5 11.5a8 8 0 0 1-11.6 7.1L4 20l1.5-4.6A8 8 0 1 1 20.5 11.5Z", "M9 10h7M9 13.5h4.5"],
    close: ["M6 6l12 12M18 6 6 18"],
    download: ["M12 4v11M7.5 11 12 15.5 16.5 11M5 20h14"],
    fresh: ["M20.5 11.5a8 8 0 0 1-11.6 7.1L4 20l1.5-4.6A8 8 0 1 1 20.5 11.5Z", "M12.5 8v7M9 11.5h7"],
    send: ["M5 12h13M12.5 6l6 6-6 6"],
    copy: ["M9 9h10v11H9zM15 9V4H5v11h4"],
    done: ["M5 12.5l4.5 4.5L19 7.5"],
    down: ["M12 5v14M6 13l6 6 6-6"],
  };

  const NUMBER = /(?<![\d-])\d{4}-\d{4}-\d{4}(?![\d-])/;
  const LINK = /https:\/\/[^\s<>"']*[^\s<>"'.,;:!?)\]}»”’]/;
  const PHONE = /(?<![\d-])(?:\+?1[ .\u00a0-]?)?\(?[2-9]\d{2}\)?[ .\u00a0-]?[2-9]\d{2}[ .\u00a0-]\d{4}(?![\d-])/;
  const LIVELY = new RegExp([NUMBER, LINK, PHONE].map(({ source }) => `(${source})`).join("|"), "gu");

  /** Links only to where the text says it goes: addresses with a user part pretend to be another site. */
  const isHonest = (address) => {
    try { return !new URL(address).username; } catch { return false; }
  };

  const STYLE = new CSSStyleSheet(); // constructed, so a page's style-src policy need not allow it
  STYLE.replaceSync(`
    :host { all: initial; position: relative; z-index: 2147483000;
      font-family: system-ui, -apple-system, "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", sans-serif; line-height: 1.5;
      color-scheme: light dark; --surface: #fff; --page: #f6f8f9; --ink: #15232c; --muted: #4c5d68; --line: #d5dde2;
      --edge: #74858f; --said: #fff; --person: #fff4df; --person-edge: #a86200; --warn: #a11b1b; --warn-surface: #fdecec;
      --accent: var(--recourse-accent, #0b5566); --on-accent: var(--recourse-on-accent, #fff); --link: #0b5566; }
    @media (prefers-color-scheme: dark) { :host { --surface: #161f25; --page: #0f161b; --ink: #e9eff2; --muted: #a9b8c1;
      --line: #2c3942; --edge: #7f919c; --said: #212d35; --person: #33291a; --person-edge: #e3a94e; --warn: #ffb4ab;
      --warn-surface: #3b1d1d; --accent: var(--recourse-accent, #14707f); --link: #83d3e3; } }
    * { box-sizing: border-box; margin: 0; }
    [hidden] { display: none !important; }
    .unseen { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    button, select, textarea { font: inherit; color: inherit; }
    button, select { cursor: pointer; touch-action: manipulation; }
    :focus-visible { outline: 3px solid var(--link); outline-offset: 2px; }
    svg { width: 1.35em; height: 1.35em; flex: none; fill: none; stroke: currentColor; stroke-width: 1.8;
      stroke-linecap: round; stroke-linejoin: round; }

    .launcher { position: fixed; right: max(20px, env(safe-area-inset-right)); bottom: max(20px, env(safe-area-inset-bottom));
      display: flex; align-items: center; gap: .6em; min-height: 56px; padding: 0 1.4em 0 1.15em; border: 1px solid transparent;
      border-radius: 28px; background: var(--accent); color: var(--on-accent); font-size: 1rem; font-weight: 600;
      box-shadow: 0 2px 6px #0003, 0 12px 32px #0003; transition: transform .15s; }
    .launcher:hover { transform: translateY(-2px); }
    .launcher:focus-visible { outline-offset: 3px; }
    .badge { min-width: 1.6em; padding: 0 .4em; border-radius: 1em; background: #fff; color: #a11b1b; font-size: .875em;
      text-align: center; }

    dialog { position: fixed; padding: 0; border: 0; color: var(--ink); background: var(--surface); font-size: 1em; }
    .panel { inset: auto 20px 20px auto; width: min(408px, 100vw - 40px); height: min(680px, 100dvh - 40px); max-width: none;
      max-height: none; overflow: hidden; flex-direction: column; border: 1px solid var(--line); border-radius: 18px;
      box-shadow: 0 4px 12px #0000001f, 0 24px 64px #00000038; }
    .panel[open] { display: flex; animation: rise .2s ease-out; }
    .panel:modal { inset: var(--top, 0) 0 auto; width: 100%; height: var(--height, 100dvh); border: 0; border-radius: 0;
      padding: env(safe-area-inset-top) env(safe-area-inset-right) env(safe-area-inset-bottom) env(safe-area-inset-left); }
    @keyframes rise { from { opacity: 0; transform: translateY(12px); } }

    .head { display: flex; align-items: center; gap: 6px; padding: 10px 8px 10px 18px; background: var(--accent);
      color: var(--on-accent); }
    .who { flex: 1; min-width: 0; }
    h2 { font-size: 1.0625em; font-weight: 650; line-height: 1.3; }
    .holder { display: flex; align-items: center; gap: .45em; font-size: .8125em; line-height: 1.3; }
    .holder::before { content: ""; flex: none; width: 8px; height: 8px; border-radius: 50%; background: #7ee0b8; }
    [data-holder=waiting] .holder::before { background: #ffd27d; }
    [data-holder=agent] .holder { padding: .1em .7em .1em .6em; margin-top: 2px; width: fit-content; border-radius: 1em;
      background: #fff4df; color: #5c3600; font-weight: 600; }
    [data-holder=agent] .holder::before { background: #a86200; }
    .tools { display: flex; align-items: center; }
    .tool { display: grid; place-items: center; width: 40px; height: 44px; padding: 0; border: 0; border-radius: 10px;
      background: transparent; }
    .tool:hover { background: #ffffff26; }
    .head :focus-visible { outline-color: var(--on-accent); outline-offset: -3px; }
    select.tool { width: auto; padding: 0 4px; font-size: .875em; font-weight: 600; }
    option { color: var(--ink); background: var(--surface); }

    .case { display: flex; flex-wrap: wrap; align-items: center; gap: 0 .5em; padding: 2px 18px; font-size: .875em;
      color: var(--muted); border-bottom: 1px solid var(--line); }
    .number { display: inline-flex; align-items: center; white-space: nowrap; }
    .digits { color: var(--ink); font-weight: 650; font-variant-numeric: tabular-nums; letter-spacing: .02em; }
    .copy { display: inline-grid; place-items: center; width: 30px; height: 30px; margin: -4px 0; padding: 0; border: 0;
      border-radius: 8px; background: none; color: var(--link); font-size: .8125em; }
    .case .copy { width: 44px; height: 44px; margin: 0; }
    .copy:hover { background: color-mix(in srgb, var(--link) 12%, transparent); }
    .status { margin-left: auto; padding: .1em .75em; border: 1px solid var(--line); border-radius: 1em; color: var(--ink);
      font-size: .9375em; }

    .middle { position: relative; flex: 1; min-height: 0; display: flex; background: var(--page); }
    .log { flex: 1; overflow-y: auto; overscroll-behavior: contain; padding: 14px 16px 18px; }
    .log:focus-visible { outline-offset: -3px; }
    .message { max-width: 88%; width: fit-content; margin-top: 14px; }
    .from { margin: 0 4px 3px; font-size: .8125em; font-weight: 600; color: var(--muted); }
    .from time { font-weight: 400; }
    .text { padding: .6em .9em; border: 1px solid var(--line); border-radius: 4px 16px 16px 16px; background: var(--said);
      white-space: pre-wrap; overflow-wrap: anywhere; unicode-bidi: isolate; font-size: .9688em; }
    [data-from=customer] { margin-left: auto; }
    [data-from=customer] .from { text-align: right; }
    [data-from=customer] .text { border-color: transparent; border-radius: 16px 4px 16px 16px; background: var(--accent);
      color: var(--on-accent); width: fit-content; margin-left: auto; }
    [data-from=agent] .text { border-color: var(--person-edge); background: var(--person); }
    [data-from=system] { max-width: 100%; width: auto; }
    [data-from=system] .text { border: 0; border-left: 3px solid var(--edge); border-radius: 0; background: none;
      color: var(--muted); padding: .1em .9em; }
    [data-from=assistant] + [data-from=assistant], [data-from=customer] + [data-from=customer],
    [data-from=agent] + [data-from=agent] { margin-top: 6px; }
    [data-from=assistant] + [data-from=assistant] .from, [data-from=customer] + [data-from=customer] .from,
    [data-from=agent] + [data-from=agent] .from, [data-from=system] .from { position: absolute; width: 1px; height: 1px;
      overflow: hidden; clip-path: inset(50%); white-space: nowrap; }
    a { color: var(--link); text-underline-offset: .15em; }
    .text .number { vertical-align: bottom; }
    .fate { font-size: .8125em; color: var(--muted); text-align: right; margin: 2px 4px 0; }
    .fate:empty { display: none; }
    [data-failed] .fate { color: var(--warn); font-weight: 600; }
    [data-failed] .text { outline: 2px solid var(--warn); outline-offset: 1px; }
    .fate button, .trouble button, .letters { min-height: 36px; padding: 0 .6em; border: 0; border-radius: 8px;
      background: none; color: inherit; font-weight: 600; text-decoration: underline; text-underline-offset: .15em; }
    .choices { display: flex; flex-wrap: wrap; gap: 8px; margin-top: 10px; }
    .choices button { min-height: 44px; padding: .35em 1.1em; border: 1.5px solid var(--link); border-radius: 22px;
      background: var(--surface); color: var(--link); font-size: .9375em; font-weight: 600; text-align: start; line-height: 1.3; }
    .choices button:hover { background: var(--accent); border-color: var(--accent); color: var(--on-accent); }
    .newest { position: absolute; right: 14px; bottom: 12px; display: grid; place-items: center; width: 44px; height: 44px;
      padding: 0; border: 1px solid var(--edge); border-radius: 50%; background: var(--surface); color: var(--link);
      box-shadow: 0 4px 14px #0003; }

    .writing { display: flex; align-items: center; gap: .6em; padding: 0 18px 8px; background: var(--page); color: var(--muted);
      font-size: .8125em; }
    .writing:empty { display: none; }
    .writing span { width: 26px; height: 6px; color: var(--edge); animation: dots 1.2s infinite steps(3, jump-none);
      background: radial-gradient(circle 3px, currentColor 95%, transparent) 0 0 / 10px 6px; }
    @keyframes dots { from { clip-path: inset(0 66% 0 0); } to { clip-path: inset(0); } }
    .trouble { display: flex; flex-wrap: wrap; align-items: center; gap: 0 .5em; padding: 8px 18px; font-size: .875em;
      background: var(--warn-surface); color: var(--warn); }
    .trouble:empty { display: none; }
    form { display: grid; grid-template-columns: 1fr auto; align-items: end; gap: 6px 8px; padding: 10px 12px 12px;
      border-top: 1px solid var(--line); }
    .hint { grid-column: 1 / -1; display: flex; align-items: center; gap: .5em; padding: 0 6px; color: var(--muted);
      font-size: .8125em; line-height: 1.4; }
    .hint:not(:has(span:not(:empty))) { display: none; }
    .hint span { flex: 1; }
    .letters { display: none; color: var(--link); }
    @media (pointer: coarse) { .letters { display: block; } }
    textarea { width: 100%; min-height: 46px; max-height: min(9.5em, 30vh); padding: .62em .9em; border: 1.5px solid var(--edge);
      border-radius: 14px; background: var(--surface); resize: none; font-size: 1em; line-height: 1.4; }
    textarea::placeholder { color: var(--muted); opacity: 1; }
    textarea:focus-visible { outline-width: 2px; outline-offset: 0; border-color: var(--link); }
    .send { display: grid; place-items: center; width: 46px; height: 46px; padding: 0; border: 1px solid transparent;
      border-radius: 50%; background: var(--accent); color: var(--on-accent); }
    .send:hover, .launcher:hover { filter: brightness(1.12); }

    .confirm { inset: 0; margin: auto; width: min(400px, 100vw - 32px); height: fit-content; max-height: 100dvh; overflow: auto;
      padding: 22px; border-radius: 16px; box-shadow: 0 24px 64px #0006; }
    .confirm p { margin-top: 8px; color: var(--muted); font-size: .9375em; }
    .answers { display: flex; flex-wrap: wrap; justify-content: end; gap: 8px; margin-top: 20px; }
    .answers button { min-height: 44px; padding: 0 1.1em; border: 1.5px solid var(--edge); border-radius: 22px;
      background: var(--surface); font-weight: 600; font-size: .9375em; }
    .answers .main { border-color: transparent; background: var(--accent); color: var(--on-accent); }
    dialog::backdrop { background: #06121880; }

    @media (max-width: 400px) { .head { flex-wrap: wrap; } .who { display: contents; } h2 { flex: 1; } .holder { order: 1; }
      .panel:not([data-holder=agent]) .holder { width: 100%; margin-top: -8px; } .status { margin: 0 0 6px; } }
    @media (max-height: 480px) { .panel:modal .head { padding-block: 2px; } form { padding-block: 6px; } }
    @media (prefers-reduced-motion: reduce) { *, .panel[open] { animation: none !important; transition: none !important; } }
    @media (forced-colors: active) { .text, .launcher, .send, .panel, .confirm, .head, .badge, .answers .main {
      border: 1px solid CanvasText; } [data-from=customer] .text { border-width: 2px; } .holder::before {
      background: CanvasText !important; forced-color-adjust: none; } .writing span { display: none; } }
  `);

  class RecourseChat extends HTMLElement {
    parts = {};
    labels = []; // [node, attribute or null for its text, key of the word]
    unsent = new Map(); // outbox item → its bubble
    turns = Promise.resolve(); // updates are shown one at a time
    unread = 0;

    async connectedCallback() {
      if (this.shadowRoot) return;
      this.preferredLanguage = knownLanguage(SCRIPT.dataset.language ?? document.documentElement.lang);
      this.attachShadow({ mode: "open" }).adoptedStyleSheets = [STYLE];
      this.build();
      this.whenBuilt = this.speak(this.preferredLanguage ?? knownLanguage(navigator.language) ?? "en");
      await this.whenBuilt;
      this.shadowRoot.append(this.parts.launcher, this.parts.panel, this.parts.confirm);
      this.parts.input.value = tab.read().draft ?? "";
      this.join();
      if (tab.read().open && matchMedia(PANEL_FITS).matches) this.open({ focus: false });
      document.addEventListener("click", (event) => {
        const opener = event.target.closest?.("[data-recourse-open]");
        if (opener) this.open({ opener });
      });
      document.addEventListener("visibilitychange", () => this.chat.follow());
      addEventListener("storage", () => { // another tab started anew
        if (device.read().conversation !== this.chat.id && device.read().conversation) this.join();
      });
    }

    /** Show the conversation this device knows, from its beginning. */
    join() {
      this.chat?.close();
      this.unsent.clear();
      this.parts.log.replaceChildren();
      this.trouble(null);
      this.writing(false);
      this.chat = new Conversation(this);
      this.showState(this.chat.state);
      for (const item of this.chat.outbox) this.showUnsent(item);
      if (this.chat.id || this.isOpen) this.start();
    }

    start() {
      const { chat } = this;
      return chat.ready().then(() => { chat.flush(); chat.follow(); }, () => {});
    }

    // ── the frame ────────────────────────────────────────────────────────────────────────────────

    build() {
      const p = this.parts;
      const labelled = (key, node, attribute = null) => (this.labels.push([node, attribute, key]), node);
      const button = (key, picture, onclick) => {
        const node = element("button", { type: "button", class: "tool", onclick }, icon(...ICONS[picture]));
        labelled(key, node, "title");
        return labelled(key, node, "aria-label");
      };

      p.badge = element("span", { class: "badge", "aria-hidden": "true", hidden: "" });
      p.launcher = element("button", { type: "button", class: "launcher", "aria-haspopup": "dialog",
        onclick: () => this.open({ opener: p.launcher }) },
        icon(...ICONS.chat), labelled("launcher", element("span")), p.badge);

      p.holder = element("p", { class: "holder" });
      p.language = labelled("language", element("select", { class: "tool", onchange: () => this.askLanguage() },
        ...Object.entries(LANGUAGES).map(([code, name]) =>
          element("option", { value: code, lang: code, "aria-label": name }, code.toUpperCase()))), "aria-label");
      p.close = button("close", "close", () => this.close());
      const head = element("div", { class: "head" },
        element("div", { class: "who" }, labelled("title", element("h2", { id: "title" })), p.holder),
        element("div", { class: "tools" }, p.language,
          button("download", "download", () => this.download()),
          button("start_over", "fresh", () => this.askStartOver()), p.close));

      p.number = element("span");
      p.status = element("span", { class: "status" });
      p.case = element("p", { class: "case", hidden: "" }, labelled("case", element("span")), p.number, p.status);
      p.log = labelled("log", element("div", { class: "log", role: "log", tabindex: "0", "aria-live": "polite",
        "aria-relevant": "additions", onscroll: () => this.noteScroll() }), "aria-label");
      p.newest = button("newest", "down", () => { this.scroll(); p.input.focus(); });
      p.newest.className = "newest";
      p.newest.hidden = true;
      p.writing = element("p", { class: "writing", role: "status" });
      p.said = element("p", { class: "unseen", role: "status" });
      p.trouble = element("div", { class: "trouble", role: "alert" });

      p.input = labelled("placeholder", element("textarea", { id: "input", rows: "1", "aria-describedby": "hint",
        oninput: () => this.noteDraft(), onkeydown: (event) => this.onKey(event) }), "placeholder");
      p.hint = element("span", { id: "hint" });
      p.letters = labelled("letters", element("button", { type: "button", class: "letters", hidden: "",
        onclick: () => this.useLetters() }));
      const send = button("send", "send");
      send.type = "submit";
      send.className = "send";
      p.form = element("form", { onsubmit: (event) => { event.preventDefault(); this.submit(); } },
        labelled("input", element("label", { for: "input", class: "unseen" })),
        element("div", { class: "hint" }, p.hint, p.letters), p.input, send);

      p.panel = element("dialog", { class: "panel", "aria-labelledby": "title",
        oncancel: (event) => { event.preventDefault(); this.close(); },
        onkeydown: (event) => { if (event.key === "Escape" && !event.isComposing) this.close(); } },
        head, p.case, element("div", { class: "middle" }, p.log, p.newest), p.writing, p.said, p.trouble, p.form);

      p.caseNote = element("p");
      p.confirm = element("dialog", { class: "confirm", "aria-labelledby": "question", "aria-describedby": "note" },
        labelled("start_over_question", element("h2", { id: "question" })),
        element("div", { id: "note" }, p.caseNote, labelled("start_over_note", element("p"))),
        element("div", { class: "answers" },
          labelled("start_over_no", element("button", { type: "button", onclick: () => p.confirm.close() })),
          labelled("start_over_yes", element("button", { type: "button", class: "main",
            onclick: () => this.startOver() }))));

      const keyboard = () => { // phones: the part of the screen that the keyboard leaves
        const { height, offsetTop, scale } = visualViewport;
        if (scale > 1) return;
        p.panel.style.setProperty("--height", `${height}px`);
        p.panel.style.setProperty("--top", `${offsetTop}px`);
      };
      for (const change of ["resize", "scroll"]) window.visualViewport?.addEventListener(change, keyboard);
    }

    get isOpen() { return this.parts.panel.open; }

    wantsNews() {
      const waitsForPerson = this.chat.state.holder !== "assistant";
      return Boolean(this.chat.id || this.isOpen) && (waitsForPerson || (this.isOpen && !document.hidden));
    }

    async open({ opener = document.activeElement, focus = true } = {}) {
      await this.whenBuilt;
      if (this.isOpen) return this.parts.input.focus();
      this.opener = opener;
      if (matchMedia(PANEL_FITS).matches) this.parts.panel.show();
      else this.parts.panel.showModal();
      this.parts.launcher.hidden = true;
      if (focus) this.parts.input.focus();
      else if (opener !== document.body) opener?.focus();
      else this.shadowRoot.activeElement?.blur();
      tab.write({ open: true });
      this.markSeen();
      this.grow();
      this.scroll();
      return this.start();
    }

    close() {
      this.parts.panel.close();
      this.parts.launcher.hidden = false;
      tab.write({ open: false });
      (this.opener?.isConnected && this.opener !== document.body ? this.opener : this.parts.launcher).focus();
      this.chat.follow();
    }

    // ── words ────────────────────────────────────────────────────────────────────────────────────

    word(key, values = {}) {
      const text = key.split(".").reduce((words, name) => words?.[name], this.words) ?? "";
      return text.replace(/\{(\w+)\}/g, (_, name) => values[name]);
    }

    /** Put the frame into a language; its words are fetched until they are there. */
    async speak(language) {
      for (let pause = 1_000; ; pause = Math.min(pause * 2, 30_000)) {
        try {
          const response = await fetch(`${ORIGIN}/widget/words/${language}.json`, { credentials: "omit" });
          if (!response.ok) throw new Refusal(response);
          this.words = (await response.json()).widget;
          break;
        } catch { await sleep(pause); }
      }
      this.language = language;
      for (const node of [this.parts.launcher, this.parts.panel, this.parts.confirm]) node.lang = language;
      for (const [node, attribute, key] of this.labels) {
        if (attribute) node.setAttribute(attribute, this.word(key));
        else node.textContent = this.word(key);
      }
      this.parts.language.value = language;
      this.showUnread();
    }

    askLanguage() {
      const wished = this.parts.language.value;
      this.preferredLanguage = wished;
      if (this.chat.id) this.chat.send(LANGUAGES[wished]);
      else this.speak(wished).then(() => this.showState(this.chat.state));
    }

    // ── what the conversation tells ──────────────────────────────────────────────────────────────

    /** Show new messages and the present state; `past` ones are not read aloud again. */
    update(fresh, { past }) {
      const { chat } = this;
      this.turns = this.turns.catch(() => {}).then(async () => {
        const language = knownLanguage(chat.state.language);
        if (language && language !== this.language) await this.speak(language);
        if (chat !== this.chat) return;
        this.showState(chat.state);
        if (!fresh.length) return;
        const wasAtEnd = this.isAtEnd();
        if (past) this.parts.log.ariaLive = "off";
        const bubbles = fresh.map((message) => this.showMessage(message));
        if (past) setTimeout(() => { this.parts.log.ariaLive = "polite"; }, 1_000);
        this.retireChoices();
        if (this.isOpen && !document.hidden) this.markSeen();
        else this.countUnread();
        if (past) this.scroll();
        else if (wasAtEnd) this.scroll(bubbles.find(({ dataset }) => dataset.from !== "customer"));
        this.noteScroll();
      });
      return this.turns;
    }

    showState({ holder, case: number, status, expects }) {
      const p = this.parts;
      p.holder.textContent = this.word(`holder.${holder}`);
      p.panel.dataset.holder = holder;
      p.case.hidden = !number;
      if (number && p.number.textContent !== number) p.number.replaceChildren(...this.lively(number));
      p.status.textContent = status ? this.word(`status.${status}`) : "";
      const traits = { inputmode: "text", autocomplete: "off", autocapitalize: "sentences", ...ANSWERS[expects] };
      for (const [name, value] of Object.entries(traits)) p.input.setAttribute(name, value);
      p.letters.hidden = traits.inputmode !== "numeric";
      p.hint.textContent = this.word(`hints.${expects}`);
    }

    showMessage(message) {
      const { seq, from, choices = [], at } = message;
      const item = from === "customer" && this.chat.outbox.find(({ sent, text }) => sent && text === message.text);
      const bubble = (item && this.unsent.get(item)) || this.bubble(from, this.chat.shownText(message));
      if (item) {
        this.unsent.delete(item);
        this.chat.drop(item);
        bubble.querySelector(".fate").replaceChildren();
      }
      const time = new Date(at);
      if (!Number.isNaN(time.getTime())) {
        const style = time.toDateString() === new Date().toDateString() ? {} : { dateStyle: "medium" };
        bubble.querySelector("time").textContent = time.toLocaleString(`${this.language}-CA`, { ...style, timeStyle: "short" });
        bubble.querySelector("time").dateTime = at;
      }
      if (choices.length) {
        bubble.append(element("div", { class: "choices", role: "group", "aria-label": this.word("choices") },
          ...choices.map(({ label, value }) => element("button", { type: "button",
            onclick: () => { this.parts.input.focus(); this.chat.send(value); } }, label))));
      }
      this.place(bubble, seq);
      return bubble;
    }

    bubble(from, text) {
      const words = element("p", { class: "text", dir: "auto" }, ...(from === "customer" ? [text] : this.lively(text)));
      return element("div", { class: "message", "data-from": from, lang: this.language },
        element("p", { class: "from" }, element("span", {}, this.word(`from.${from}`)), " ", element("time")),
        words, element("p", { class: "fate" }));
    }

    /** Put a bubble where its number belongs, moving it only if it is elsewhere (a move is read aloud). */
    place(bubble, seq) {
      bubble.dataset.seq = seq;
      const others = [...this.parts.log.children].filter((other) => other !== bubble);
      const next = others.find((other) => Number(other.dataset.seq) > seq) ?? null;
      if (!bubble.isConnected || bubble.nextSibling !== next) this.parts.log.insertBefore(bubble, next);
    }

    /** Text as nodes in which tracking numbers can be copied and https and phone links followed. */
    lively(text) {
      const nodes = [];
      let end = 0;
      for (const { 0: found, 1: number, 2: link, index } of text.matchAll(LIVELY)) {
        nodes.push(text.slice(end, index));
        end = index + found.length;
        if (number) nodes.push(this.copyable(number));
        else if (!link) nodes.push(element("a", { href: `tel:${found.replace(/[^\d+]/g, "")}` }, found));
        else if (!isHonest(link)) nodes.push(link);
        else nodes.push(element("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, link,
          element("span", { class: "unseen" }, ` (${this.word("new_tab")})`)));
      }
      return [...nodes, text.slice(end)];
    }

    copyable(number) {
      const label = this.word("copy", { number });
      const copy = element("button", { type: "button", class: "copy", "aria-label": label, title: label,
        onclick: async () => {
          try { await navigator.clipboard.writeText(number); } catch { return getSelection().selectAllChildren(text); }
          copy.replaceChildren(icon(...ICONS.done));
          this.say(this.word("copied"));
          await sleep(2_000);
          return copy.replaceChildren(icon(...ICONS.copy));
        } }, icon(...ICONS.copy));
      const text = element("span", { class: "digits" }, number);
      return element("span", { class: "number" }, text, copy);
    }

    /** Choices are offered until the customer has answered. */
    retireChoices() {
      const bubbles = [...this.parts.log.children];
      const lastAnswer = bubbles.findLastIndex(({ dataset }) => dataset.from === "customer");
      for (const bubble of bubbles.slice(0, lastAnswer + 1)) bubble.querySelector(".choices")?.remove();
    }

    // ── what is not sent yet ─────────────────────────────────────────────────────────────────────

    showUnsent(item) {
      const text = this.chat.shownText({ from: "customer", text: item.text });
      const bubble = this.unsent.get(item) ?? this.bubble("customer", text);
      this.unsent.set(item, bubble);
      this.place(bubble, Infinity);
      const again = element("button", { type: "button", onclick: () => this.chat.again(item) }, this.word("send_again"));
      bubble.querySelector(".fate").replaceChildren(...(item.failed ? [this.word("not_sent"), " ", again] : [this.word("sending")]));
      bubble.toggleAttribute("data-failed", item.failed);
      this.retireChoices();
      this.scroll();
    }

    removeUnsent(item) {
      this.unsent.get(item)?.remove();
      this.unsent.delete(item);
    }

    /** A refused text goes back to where it was written, before anything written since. */
    giveBack(item) {
      this.removeUnsent(item);
      this.write([item.text, this.parts.input.value].filter(Boolean).join("\n"));
      this.parts.input.focus();
    }

    writing(busy) {
      clearTimeout(this.writingTimer);
      this.parts.writing.textContent = "";
      if (!busy || this.chat.state.holder === "agent") return;
      this.writingTimer = setTimeout(() => {
        this.parts.writing.replaceChildren(element("span", {}), this.word("writing"));
      }, 600);
    }

    /** Say what went wrong, once, with what can be done about it; null when all is well again. */
    trouble(code, seconds) {
      const { trouble } = this.parts;
      if (code === this.troubled && code !== "busy") return;
      this.troubled = code;
      clearInterval(this.countdown);
      if (!code) return trouble.replaceChildren();
      const remaining = element("span", { "aria-hidden": "true" }); // counting down is for the eye only
      const action = (key, onclick) => element("button", { type: "button", onclick }, this.word(key));
      trouble.replaceChildren(element("p", {}, this.word(`trouble.${code}`), " ", remaining));
      if (code === "expired") trouble.append(action("start_over", () => this.startOver()));
      if (code === "failed" && !this.chat.messages.size) trouble.append(action("trouble.try_again", () => this.start()));
      if (code !== "busy") return undefined;
      const count = () => {
        remaining.textContent = seconds > 0 ? this.word("trouble.busy_seconds", { seconds: seconds-- }) : "";
      };
      count();
      this.countdown = setInterval(count, 1_000);
      return undefined;
    }

    // ── writing ──────────────────────────────────────────────────────────────────────────────────

    onKey(event) {
      const composing = event.isComposing || event.keyCode === 229; // an input method takes this Enter
      if (event.key !== "Enter" || event.shiftKey || composing) return;
      event.preventDefault();
      this.submit();
    }

    submit() {
      const text = this.parts.input.value.trim();
      this.parts.input.focus();
      if (!text) return;
      this.write("");
      this.chat.send(text);
    }

    write(text) {
      this.parts.input.value = text;
      this.noteDraft();
    }

    noteDraft() {
      tab.write({ draft: this.parts.input.value });
      this.grow();
    }

    grow() {
      const { input } = this.parts;
      input.style.height = "auto";
      input.style.height = `${input.scrollHeight + 2}px`;
    }

    useLetters() {
      this.parts.input.inputMode = "text";
      this.parts.letters.hidden = true;
      this.parts.input.blur();
      this.parts.input.focus();
    }

    // ── reading ──────────────────────────────────────────────────────────────────────────────────

    isAtEnd() {
      const { log } = this.parts;
      return log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    }

    /** To the end, but never past the beginning of `first`: a long answer is read from its start. */
    scroll(first) {
      const { log } = this.parts;
      log.scrollTop = Math.min(first ? first.offsetTop - 12 : Infinity, log.scrollHeight);
    }

    noteScroll() { this.parts.newest.hidden = this.isAtEnd(); }

    markSeen() {
      device.write({ seen: Math.max(0, ...this.chat.messages.keys()) });
      this.unread = 0;
      this.showUnread();
    }

    countUnread() {
      const { seen = 0 } = device.read();
      this.unread = [...this.chat.messages.values()].filter(({ seq, from }) => seq > seen && from !== "customer").length;
      this.showUnread();
    }

    showUnread() {
      const { badge, launcher } = this.parts;
      badge.hidden = !this.unread;
      badge.textContent = this.unread || "";
      launcher.ariaLabel = this.unread ? this.word("launcher_unread", { count: this.unread }) : null;
    }

    say(text) {
      this.parts.said.textContent = "";
      setTimeout(() => { this.parts.said.textContent = text; }, 50);
    }

    // ── keeping and ending ───────────────────────────────────────────────────────────────────────

    download() {
      const bubbles = [...this.chat.messages.values()].sort((a, b) => a.seq - b.seq);
      const { case: number } = this.chat.state;
      const lines = bubbles.map((message) =>
        `[${new Date(message.at).toLocaleString(`${this.language}-CA`)}] ${this.word(`from.${message.from}`)}:\n${this.chat.shownText(message)}\n`);
      const heading = [this.word("transcript"), number && `${this.word("case")} ${number}`, location.host, ""];
      const text = [...heading.filter((line) => line != null && line !== false), ...lines].join("\n");
      const href = URL.createObjectURL(new Blob([text], { type: "text/plain;charset=utf-8" }));
      element("a", { href, download: `${this.word("transcript_file")}${number ? `-${number}` : ""}.txt` }).click();
      setTimeout(() => URL.revokeObjectURL(href), 10_000);
    }

    askStartOver() {
      const number = this.chat.state.case;
      this.parts.caseNote.hidden = !number;
      this.parts.caseNote.textContent = this.word("start_over_case", { case: number });
      this.parts.confirm.showModal();
    }

    /** Forget this conversation on this device; what was written and not sent becomes the draft again. */
    startOver() {
      this.parts.confirm.close();
      const unsent = this.chat.outbox.map(({ text }) => text);
      tab.write({ outbox: [] });
      device.write({ conversation: null, token: null, seen: 0 });
      this.write([...unsent, this.parts.input.value].filter(Boolean).join("\n"));
      this.preferredLanguage = this.language;
      this.join();
      this.parts.input.focus();
    }
  }

  customElements.define("recourse-chat", RecourseChat);
  if (!document.querySelector("recourse-chat")) document.body.append(document.createElement("recourse-chat"));
})();
