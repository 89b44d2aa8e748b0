/** The chat itself: the button that opens it, its frame and words, writing, and keeping or ending a conversation. */
class RecourseChat extends HTMLElement {
  parts = {};
  labels = []; // [node, attribute or null for its text, key of the word]
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
    this.transcript.clear();
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
        button("download", "download", () => this.transcript.download()),
        button("start_over", "fresh", () => this.askStartOver()), p.close));

    p.number = element("span");
    p.status = element("span", { class: "status" });
    p.case = element("p", { class: "case", hidden: "" }, labelled("case", element("span")), p.number, p.status);
    this.transcript = new Transcript(this);
    const { log, newest } = this.transcript;
    labelled("log", log, "aria-label");
    labelled("newest", labelled("newest", newest, "title"), "aria-label");
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
      head, p.case, element("div", { class: "middle" }, log, newest), p.writing, p.said, p.trouble, p.form);

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
    this.transcript.scroll();
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
      this.transcript.add(fresh, { past });
      if (this.isOpen && !document.hidden) this.markSeen();
      else this.countUnread();
    });
    return this.turns;
  }

  showState({ holder, case: number, status, expects }) {
    const p = this.parts;
    p.holder.textContent = this.word(`holder.${holder}`);
    p.panel.dataset.holder = holder;
    p.case.hidden = !number;
    if (number && p.number.textContent !== number) p.number.replaceChildren(...lively(number, this));
    p.status.textContent = status ? this.word(`status.${status}`) : "";
    const traits = { inputmode: "text", autocomplete: "off", autocapitalize: "sentences", ...ANSWERS[expects] };
    for (const [name, value] of Object.entries(traits)) p.input.setAttribute(name, value);
    p.letters.hidden = traits.inputmode !== "numeric";
    p.hint.textContent = this.word(`hints.${expects}`);
  }

  // ── what the conversation asks of its view ───────────────────────────────────────────────────

  showUnsent(item) { this.transcript.showUnsent(item); }

  removeUnsent(item) { this.transcript.removeUnsent(item); }

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

  focusInput() { this.parts.input.focus(); }

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

  // ── what was seen ──────────────────────────────────────────────────────────────────────────────────

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
