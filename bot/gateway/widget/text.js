/** Text as DOM nodes: elements, icons, and what in a text can be copied or followed. */
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

/** Text as nodes in which tracking numbers can be copied and https and phone links followed. */
function lively(text, view) {
  const nodes = [];
  let end = 0;
  for (const { 0: found, 1: number, 2: link, index } of text.matchAll(LIVELY)) {
    nodes.push(text.slice(end, index));
    end = index + found.length;
    if (number) nodes.push(copyable(number, view));
    else if (!link) nodes.push(element("a", { href: `tel:${found.replace(/[^\d+]/g, "")}` }, found));
    else if (!isHonest(link)) nodes.push(link);
    else nodes.push(element("a", { href: link, target: "_blank", rel: "noopener noreferrer" }, link,
      element("span", { class: "unseen" }, ` (${view.word("new_tab")})`)));
  }
  return [...nodes, text.slice(end)];
}

function copyable(number, view) {
  const label = view.word("copy", { number });
  const copy = element("button", { type: "button", class: "copy", "aria-label": label, title: label,
    onclick: async () => {
      try { await navigator.clipboard.writeText(number); } catch { return getSelection().selectAllChildren(text); }
      copy.replaceChildren(icon(...ICONS.done));
      view.say(view.word("copied"));
      await sleep(2_000);
      return copy.replaceChildren(icon(...ICONS.copy));
    } }, icon(...ICONS.copy));
  const text = element("span", { class: "digits" }, number);
  return element("span", { class: "number" }, text, copy);
}
