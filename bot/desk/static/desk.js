// Makes the pages of the desk live. They work without it too: every form is sent, and every page is whole by itself.
"use strict";

const LONGEST_PAUSE = 30_000;

function follow(place, listeners, pause = 1_000) {
  if (!place) return;
  const after = [...place.querySelectorAll("[data-seq]")].at(-1)?.dataset.seq ?? 0;
  const stream = new EventSource(`${place.dataset.live}?after=${after}`);
  for (const [kind, listener] of Object.entries(listeners))
    stream.addEventListener(kind, (event) => listener(JSON.parse(event.data)));
  // A browser reconnects by itself, except where somebody else answered for a server that was away.
  stream.addEventListener("error", () => {
    if (stream.readyState === EventSource.CLOSED)
      setTimeout(follow, pause, place, listeners, Math.min(pause * 2, LONGEST_PAUSE));
  });
  // Signed out meanwhile: the page that asks to sign in says so.
  stream.addEventListener("over", () => { stream.close(); location.reload(); });
}

// What is renewed keeps the words being written in it, and the place of the keyboard.
function renew(place, html) {
  const active = place.contains(document.activeElement) ? document.activeElement : null;
  const mark = active && (active.id ? `#${active.id}` : active.href ? `a[href="${active.getAttribute("href")}"]` : null);
  const caret = active?.selectionStart;
  const written = [...place.querySelectorAll("textarea, .kept")].map((field) => [field.id, field.value]);
  place.innerHTML = html;
  for (const [id, text] of written) {
    const field = document.getElementById(id);
    if (field && text) field.value = text;
  }
  const again = mark && place.querySelector(mark);
  if (!active) return;
  (again ?? document.getElementById("main")).focus();
  if (again && caret != null && again.setSelectionRange) again.setSelectionRange(caret, caret);
  // A list of macros that was open, or about to be, belongs to the field as it was.
  again?.dispatchEvent(new Event("input", { bubbles: true }));
}

const queue = document.getElementById("queue");
// Whoever only reads is at the desk all the same.
if (!document.querySelector("[data-live]") && document.querySelector("[action='/desk/sign-out']"))
  setInterval(() => fetch("/desk/here").catch(() => {}), 45_000);

// How many wait shows on the tab, for whoever works in another one.
const titled = document.title;
const count = () => {
  const waiting = Number(queue?.querySelector("[data-count]")?.dataset.count ?? 0);
  document.title = waiting ? `(${waiting}) ${titled}` : titled;
};
count();
follow(queue, { queue: (html) => { renew(queue, html); count(); } });

const transcript = document.getElementById("transcript");
const log = document.getElementById("log");
const toEnd = () => { if (log) log.scrollTop = log.scrollHeight; };
toEnd();
follow(transcript, {
  message: ({ seq, html }) => {
    if (transcript.querySelector(`[data-seq="${seq}"]`)) return;
    const isAtEnd = log.scrollHeight - log.scrollTop - log.clientHeight < 80;
    transcript.insertAdjacentHTML("beforeend", html);
    if (isAtEnd) toEnd();
  },
  actions: (html) => renew(document.getElementById("actions"), html),
  facts: (html) => renew(document.getElementById("facts"), html),
});

// Alt+N takes the next one, wherever the keyboard is on the queue.
document.addEventListener("keydown", (event) => {
  const next = event.altKey && event.code === "KeyN" && document.getElementById("next");
  if (!next) return;
  event.preventDefault();
  next.click();
});

// Enter sends, as in every chat; Shift+Enter begins a new line.
document.addEventListener("keydown", (event) => {
  const isSending = event.target.id === "say" && event.key === "Enter" && !event.shiftKey && !event.isComposing;
  if (!isSending) return;
  event.preventDefault();
  event.target.form.requestSubmit();
});

// A message goes without a new page; where that fails the form is sent plainly, and the page says why.
document.addEventListener("submit", async (event) => {
  const form = event.target;
  // What a macro filled in is shown on a page of its own before it goes; so is the list of macros.
  if (!form.matches(".say") || form.dataset.plain || form.elements.filled.value || event.submitter?.formAction?.endsWith("/macros")) return;
  event.preventDefault();
  const field = form.elements.text;
  const button = form.querySelector("button");
  const sent = field.value;
  if (button.disabled) return;
  button.disabled = true;
  const body = new URLSearchParams(new FormData(form));
  const answer = await fetch(form.action, { method: "POST", body, headers: { Accept: "text/plain" } }).catch(() => null);
  // What was renewed meanwhile is another form, with an id of its own.
  const now = document.querySelector("form.say") ?? form;
  button.disabled = false;
  if (answer?.ok && !answer.redirected) {
    if (now.elements.text.value === sent) now.elements.text.value = "";
    now.elements.word_id.value = [...crypto.getRandomValues(new Uint8Array(8))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
    now.elements.text.focus();
    toEnd();
  } else {
    // The same words under the same id: should they have arrived after all, they are not said twice.
    now.elements.word_id.value = body.get("word_id");
    now.elements.text.value = sent;
    now.dataset.plain = "yes";
    now.requestSubmit();
  }
});
