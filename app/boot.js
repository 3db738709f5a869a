// The only script of a page that has no island: what must work everywhere and is too small to be worth WASM.
// Islands (see app/src/lib.rs) are hydrated from here when the document has one.
const doc = document;
const cookie = (name, value) => {
  doc.cookie = `${name}=${value};path=/;max-age=${value ? 31536000 : 0};samesite=lax${location.protocol === "https:" ? ";secure" : ""}`;
};

// --- Theme: the buttons post a form; with a script the page need not be loaded again -----------------------------
const wear = theme => {
  if (theme) doc.documentElement.dataset.theme = theme;
  else delete doc.documentElement.dataset.theme;
  for (const button of doc.querySelectorAll("button[name=theme]")) {
    button.setAttribute("aria-pressed", String(button.value === (theme || "system")));
  }
};
doc.addEventListener("click", event => {
  const button = event.target.closest?.("button[name=theme]");
  if (!button) return;
  event.preventDefault();
  const theme = button.value === "system" ? "" : button.value;
  cookie("theme", theme);
  wear(theme);
});
// A page that comes back from the browser's memory may have been left in another theme.
addEventListener("pageshow", event => {
  if (event.persisted) {
    wear(/(?:^|; )theme=(light|dark)/.exec(doc.cookie)?.[1] ?? "");
    tick();
  }
});

// --- Relative times: the server wrote the absolute one, this keeps `<time data-relative>` fresh ------------------
const words = new Intl.RelativeTimeFormat(doc.documentElement.lang, { numeric: "auto" });
const steps = [["day", 86400], ["hour", 3600], ["minute", 60], ["second", 1]];
const relative = seconds => {
  if (Math.abs(seconds) < 5) return words.format(0, "second");
  const [unit, size] = steps.find(([, size]) => Math.abs(seconds) >= size);
  return words.format(Math.trunc(seconds / size), unit);
};
// Writes every relative time and says in how many seconds the next one may change.
const tick = () => {
  let pause = 60;
  for (const time of doc.querySelectorAll("time[data-relative][datetime]")) {
    const seconds = (Date.parse(time.dateTime) - Date.now()) / 1000;
    const text = relative(seconds);
    if (time.textContent !== text) time.textContent = text;
    if (Math.abs(seconds) < 60) pause = 5;
  }
  return pause;
};
const keepTicking = () => setTimeout(keepTicking, tick() * 1000);
if (doc.querySelector("time[data-relative]")) keepTicking();
doc.addEventListener("madang:times", tick);

// --- A strip of tabs starts with its current tab in view (sideways only) -----------------------------------------
for (const current of doc.querySelectorAll(".tabs [aria-current], .side-nav [aria-current]")) {
  const strip = current.closest("ul, nav");
  if (strip) strip.scrollLeft = current.offsetLeft - (strip.clientWidth - current.offsetWidth) / 2;
}

// --- Counted text: `<textarea data-count="id of the counter">` keeps the counter's first number -------------------
doc.addEventListener("input", event => {
  const counter = doc.getElementById(event.target.dataset?.count);
  if (counter) counter.textContent = counter.textContent.replace(/\d[\d,]*/, [...event.target.value].length);
});

// --- Dialogs for browsers that do not know `command` yet ---------------------------------------------------------
if (!("command" in HTMLButtonElement.prototype)) {
  doc.addEventListener("click", event => {
    const button = event.target.closest?.("button[commandfor]");
    const dialog = button && doc.getElementById(button.getAttribute("commandfor"));
    if (dialog) button.getAttribute("command") === "close" ? dialog.close() : dialog.showModal();
  });
}

// --- Live: an island asks to follow a competition's events; all tabs share one connection (live.js) ----------------
doc.addEventListener("madang:follow", ({ detail: at }) => {
  const { live } = doc.getElementById("boot").dataset;
  const who = doc.querySelector("[data-who]")?.dataset.who ?? "";
  let port;
  if ("SharedWorker" in window) {
    port = new SharedWorker(live, { type: "module" }).port;
  } else {
    const channel = new MessageChannel();
    import(live).then(module => module.serve(channel.port2));
    port = channel.port1;
  }
  port.onmessage = ({ data: { name, data } }) => {
    doc.dispatchEvent(new CustomEvent(`madang:${name}`, { detail: data }));
  };
  const follow = (seen = !doc.hidden) => port.postMessage({ at, who, seen });
  doc.addEventListener("visibilitychange", () => follow());
  addEventListener("pagehide", () => follow(false));
  addEventListener("pageshow", event => event.persisted && follow());
  follow();
});

// --- Islands -----------------------------------------------------------------------------------------------------
const { app, wasm } = doc.getElementById("boot").dataset;
const hydrate = async () => {
  const module = await import(app);
  await module.default({ module_or_path: wasm });
  module.hydrate();
  const slots = [];
  const walk = node => {
    const isSlot = node.localName === "leptos-children";
    if (node.localName === "leptos-island") {
      slots.at(-1)?.();
      module[node.dataset.component](node);
    }
    if (isSlot) slots.push(node.$$on_hydrate);
    for (const child of [...node.children]) walk(child);
    if (isSlot) slots.pop();
  };
  walk(doc.body);
};
if (app && doc.querySelector("leptos-island")) (window.requestIdleCallback ?? setTimeout)(hydrate, { timeout: 500 });
