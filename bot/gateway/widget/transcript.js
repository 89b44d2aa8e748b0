/** The messages as they are shown: in order, each once, unsent ones last, read aloud when they are new. */
class Transcript {
  unsent = new Map(); // outbox item → its bubble

  constructor(view) {
    this.view = view;
    this.log = element("div", { class: "log", role: "log", tabindex: "0", "aria-live": "polite",
      "aria-relevant": "additions", onscroll: () => this.noteScroll() });
    this.newest = element("button", { type: "button", class: "newest", hidden: "",
      onclick: () => { this.scroll(); view.focusInput(); } }, icon(...ICONS.down));
  }

  clear() {
    this.unsent.clear();
    this.log.replaceChildren();
  }

  /** Show new messages; `past` ones are not read aloud again. */
  add(messages, { past }) {
    const wasAtEnd = this.isAtEnd();
    if (past) this.log.ariaLive = "off";
    for (const message of messages) this.show(message);
    if (past) setTimeout(() => { this.log.ariaLive = "polite"; }, 1_000);
    this.retireChoices();
    if (past) this.scroll();
    else if (wasAtEnd) this.scroll(this.answer());
    this.noteScroll();
  }

  show(message) {
    const { view } = this;
    const { seq, from, choices = [], at } = message;
    const item = from === "customer" && view.chat.outbox.find(({ sent, text }) => sent && text === message.text);
    const bubble = (item && this.unsent.get(item)) || this.bubble(from, view.chat.shownText(message));
    if (item) {
      this.unsent.delete(item);
      view.chat.drop(item);
      bubble.querySelector(".fate").replaceChildren();
    }
    const time = new Date(at);
    if (!Number.isNaN(time.getTime())) {
      const style = time.toDateString() === new Date().toDateString() ? {} : { dateStyle: "medium" };
      bubble.querySelector("time").textContent = time.toLocaleString(`${view.language}-CA`, { ...style, timeStyle: "short" });
      bubble.querySelector("time").dateTime = at;
    }
    if (choices.length) {
      bubble.append(element("div", { class: "choices", role: "group", "aria-label": view.word("choices") },
        ...choices.map(({ label, value }) => element("button", { type: "button",
          onclick: () => { view.focusInput(); view.chat.send(value); } }, label))));
    }
    this.place(bubble, seq);
    return bubble;
  }

  bubble(from, text) {
    const { view } = this;
    const words = element("p", { class: "text", dir: "auto" }, ...(from === "customer" ? [text] : lively(text, view)));
    return element("div", { class: "message", "data-from": from, lang: view.language },
      element("p", { class: "from" }, element("span", {}, view.word(`from.${from}`)), " ", element("time")),
      words, element("p", { class: "fate" }));
  }

  /** Put a bubble where its number belongs, moving it only if it is elsewhere (a move is read aloud). */
  place(bubble, seq) {
    bubble.dataset.seq = seq;
    const others = [...this.log.children].filter((other) => other !== bubble);
    const next = others.find((other) => Number(other.dataset.seq) > seq) ?? null;
    if (!bubble.isConnected || bubble.nextSibling !== next) this.log.insertBefore(bubble, next);
  }

  /** Choices are offered until the customer has answered. */
  retireChoices() {
    const bubbles = [...this.log.children];
    const lastAnswer = bubbles.findLastIndex(({ dataset }) => dataset.from === "customer");
    for (const bubble of bubbles.slice(0, lastAnswer + 1)) bubble.querySelector(".choices")?.remove();
  }

  showUnsent(item) {
    const { view } = this;
    const text = view.chat.shownText({ from: "customer", text: item.text });
    const bubble = this.unsent.get(item) ?? this.bubble("customer", text);
    this.unsent.set(item, bubble);
    this.place(bubble, Infinity);
    const again = element("button", { type: "button", onclick: () => view.chat.again(item) }, view.word("send_again"));
    bubble.querySelector(".fate").replaceChildren(...(item.failed ? [view.word("not_sent"), " ", again] : [view.word("sending")]));
    bubble.toggleAttribute("data-failed", item.failed);
    this.retireChoices();
    this.scroll();
  }

  removeUnsent(item) {
    this.unsent.get(item)?.remove();
    this.unsent.delete(item);
  }

  /** The first message after the customer's last one, however many came with it. */
  answer() {
    const bubbles = [...this.log.children];
    return bubbles[bubbles.findLastIndex(({ dataset }) => dataset.from === "customer") + 1];
  }

  isAtEnd() {
    const { log } = this;
    return log.scrollHeight - log.scrollTop - log.clientHeight < 80;
  }

  /** To the end, but never past the beginning of `first`: a long answer is read from its start. */
  scroll(first) {
    this.log.scrollTop = Math.min(first ? first.offsetTop - 12 : Infinity, this.log.scrollHeight);
  }

  noteScroll() { this.newest.hidden = this.isAtEnd(); }

  /** Give the customer the whole conversation as a text file. */
  download() {
    const { view } = this;
    const { case: number } = view.chat.state;
    const messages = [...view.chat.messages.values()].sort((a, b) => a.seq - b.seq);
    const lines = messages.map((message) =>
      `[${new Date(message.at).toLocaleString(`${view.language}-CA`)}] ${view.word(`from.${message.from}`)}:\n${view.chat.shownText(message)}\n`);
    const heading = [view.word("transcript"), ...(number ? [`${view.word("case")} ${number}`] : []), location.host, ""];
    const href = URL.createObjectURL(new Blob([[...heading, ...lines].join("\n")], { type: "text/plain;charset=utf-8" }));
    element("a", { href, download: `${view.word("transcript_file")}${number ? `-${number}` : ""}.txt` }).click();
    setTimeout(() => URL.revokeObjectURL(href), 10_000);
  }
}
