/** How the chat looks; pages colour it with `--recourse-accent` and `--recourse-on-accent`. */
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
  .copy { display: inline-grid; place-items: center; width: 28px; height: 28px; margin: -4px -4px -4px 0; padding: 0; border: 0;
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
  a[href^="tel:"] { white-space: nowrap; }
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
  @media (hover: hover) { .choices button:hover { background: var(--accent); border-color: var(--accent); color: var(--on-accent); } }
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
    .panel:not([data-holder=agent]) .holder { width: 100%; margin-top: -8px; } .case { padding-bottom: 4px; } }
  @media (max-width: 480px) { .launcher { justify-content: center; min-width: 56px; padding: 0; }
    .launcher span:not(.badge) { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%); }
    .badge { position: absolute; top: -4px; right: -4px; } }
  @media (max-height: 480px) { .panel:modal .head { padding-block: 2px; } form { padding-block: 6px; } }
  @media (prefers-reduced-motion: reduce) { *, .panel[open] { animation: none !important; transition: none !important; } }
  @media (forced-colors: active) { .text, .launcher, .send, .panel, .confirm, .head, .badge, .answers .main {
    border: 1px solid CanvasText; } [data-from=customer] .text { border-width: 2px; } .holder::before {
    background: CanvasText !important; forced-color-adjust: none; } .writing span { display: none; } }
`);
