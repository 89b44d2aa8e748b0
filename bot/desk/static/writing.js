// Macros by keyboard: at the beginning of a line, / opens the list, letters narrow it, Enter inserts.
"use strict";

const LOOKED_FOR = /(^|\n)\/([^\n]*)$/;
const GAP = /⟦[^⟦⟧]*⟧/;
const fetched = new Map();
let menu = null;

function folded(words) {
  return words.normalize("NFKD").replace(/\p{M}/gu, "").toLowerCase();
}

async function macrosOf(field) {
  const address = field.dataset.macros;
  if (!fetched.has(address)) {
    const answer = await fetch(address).catch(() => null);
    if (!answer?.ok || answer.redirected) return [];
    fetched.set(address, await answer.json());
  }
  return fetched.get(address);
}

function close() {
  if (!menu) return;
  menu.list.remove();
  menu.status.remove();
  for (const name of ["aria-controls", "aria-activedescendant", "aria-autocomplete"]) menu.field.removeAttribute(name);
  menu = null;
}

function open(field) {
  const list = document.createElement("ul");
  list.id = "macro-list";
  list.className = "macro-list";
  list.setAttribute("role", "listbox");
  list.setAttribute("aria-label", field.dataset.list);
  const status = document.createElement("p");
  status.className = "hint";
  status.setAttribute("role", "status");
  field.after(list, status);
  field.setAttribute("aria-controls", list.id);
  field.setAttribute("aria-autocomplete", "list");
  menu = { field, list, status, found: [], at: 0 };
}

function choose(at) {
  menu.at = (at + menu.found.length) % menu.found.length;
  [...menu.list.children].forEach((option, place) => option.setAttribute("aria-selected", String(place === menu.at)));
  const option = menu.list.children[menu.at];
  menu.field.setAttribute("aria-activedescendant", option.id);
  option.scrollIntoView({ block: "nearest" });
}

function show(field, found) {
  if (!found.length) { close(); return; }
  if (menu?.field !== field) { close(); open(field); }
  menu.found = found;
  menu.list.replaceChildren(...found.map((macro, place) => {
    const option = document.createElement("li");
    option.id = `macro-${place}`;
    option.setAttribute("role", "option");
    option.textContent = macro.title;
    return option;
  }));
  menu.status.textContent = field.dataset.found.replace("{count}", found.length);
  choose(0);
}

async function look(field) {
  const looked = field.value.slice(0, field.selectionStart).match(LOOKED_FOR);
  if (!looked) { close(); return; }
  const all = await macrosOf(field);
  if (!field.isConnected) return;
  const now = field.value.slice(0, field.selectionStart).match(LOOKED_FOR);
  if (!now) { close(); return; }
  const words = folded(now[2]).split(" ").filter(Boolean);
  show(field, all.filter((macro) => words.every((word) => folded(macro.title).includes(word))));
}

function insert(place) {
  const { field, found } = menu;
  const macro = found[place];
  const before = field.value.slice(0, field.selectionStart).replace(LOOKED_FOR, "$1");
  const after = field.value.slice(field.selectionStart);
  close();
  field.value = before + macro.text + after;
  if (macro.is_filled) field.form.elements.filled.value = "yes";
  field.focus();
  if (!toGap(field)) field.setSelectionRange(before.length + macro.text.length, before.length + macro.text.length);
}

// Marks the first gap, so that what is typed next fills it.
function toGap(field) {
  const gap = field.value.match(GAP);
  if (gap) field.setSelectionRange(gap.index, gap.index + gap[0].length);
  return Boolean(gap);
}

document.addEventListener("input", (event) => {
  if (event.target.dataset?.macros) look(event.target);
});
document.addEventListener("focusout", (event) => {
  if (menu?.field === event.target) setTimeout(() => { if (document.activeElement !== menu?.field) close(); }, 200);
});
document.addEventListener("click", (event) => {
  const option = event.target.closest?.("#macro-list [role=option]");
  if (option && menu) insert([...menu.list.children].indexOf(option));
});

// Before the page's own use of Enter, which sends.
document.addEventListener("keydown", (event) => {
  const field = event.target;
  if (!field.dataset?.macros || event.isComposing) return;
  if (menu?.field === field) {
    const does = {
      ArrowDown: () => choose(menu.at + 1),
      ArrowUp: () => choose(menu.at - 1),
      Enter: () => insert(menu.at),
      Tab: () => insert(menu.at),
      Escape: close,
    }[event.key];
    if (!does || event.shiftKey) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    does();
  } else if (field.id === "say" && event.key === "Enter" && !event.shiftKey && toGap(field)) {
    event.preventDefault();
    event.stopImmediatePropagation();
  }
}, true);
