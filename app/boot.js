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

// --- The server's clock: the reader's own may be wrong by hours -----------------------------------------------------
// `zero` is the server's time at the zero of the browser's monotonic clock, once it is known; `own` is the reader's then: if
// the two run apart, the machine has slept or its clock was set, and the server is asked.
let zero = null;
let own = 0;
const ownZero = () => Date.now() - performance.now();
const learn = server => {
  zero = server - performance.now();
  own = ownZero();
};
const ask = async () => {
  const answer = await fetch("/healthz", { cache: "no-store" }).catch(() => null);
  const date = Date.parse(answer?.headers.get("date") ?? "");
  // It has whole seconds, so half of one is missing on average.
  if (!Number.isNaN(date)) learn(date + 500);
};
const now = () => {
  if (zero === null) return Date.now();
  const jump = ownZero() - own;
  if (Math.abs(jump) > 2000) {
    // A sleeping machine is likelier than a clock that was set; the server will tell.
    learn(zero + performance.now() + jump);
    ask();
  }
  return zero + performance.now();
};
const written = Number(doc.querySelector("[data-now]")?.dataset.now);
if (written) {
  const page = performance.getEntriesByType("navigation")[0];
  learn(written + performance.now() - (page?.responseStart ?? 0));
  // Going back may show an old copy that the browser kept.
  if (page?.type === "back_forward") ask();
}
// Calls back once the server's clock has passed a moment; it looks now and then, for machines that sleep.
const passed = (moment, then) => {
  const left = moment - now();
  if (left < 0) then();
  else setTimeout(passed, Math.min(left + 1, 30_000), moment, then);
};
doc.addEventListener("madang:wait", ({ detail }) => {
  passed(Number(detail), () => doc.dispatchEvent(new CustomEvent("madang:passed", { detail })));
});

// --- A countdown is drawn as a whole: a page that is being translated has other text nodes than it came with ----------
const count = countdown => {
  const { until, units, left, over } = countdown.dataset;
  const seconds = Math.max(0, Math.floor((until - now()) / 1000));
  const [day, hour, minute, second] = units.split(",");
  const all = [
    [Math.floor(seconds / 86400), day],
    [Math.floor(seconds / 3600) % 24, hour],
    [Math.floor(seconds / 60) % 60, minute],
    [seconds % 60, second],
  ];
  const first = seconds >= 86400 ? 0 : seconds >= 3600 ? 1 : 2;
  const shown = seconds > 0 ? all.slice(first, seconds >= 3600 ? 3 : 4) : [];
  const picture = shown.map(([n, unit]) => `<span><b>${n}</b>${unit}</span>`).join("") || `<span>${over}</span>`;
  // Above an hour only minutes show: the page is not touched in between.
  if (countdown.picture === picture) return;
  countdown.picture = picture;
  countdown.innerHTML = picture;
  const words = shown.filter(([, unit]) => unit !== second).map(([n, unit]) => n + unit);
  countdown.setAttribute("aria-label", left.replace("{}", words.join(" ")));
};
const countdowns = doc.querySelectorAll("[data-until]");
if (countdowns.length > 0) setInterval(() => countdowns.forEach(count), 1000);
countdowns.forEach(count);

// --- What begins, ends or is opened while the page is open: said at its moment, with an offer to load it again --------
// Readers of one moment ask and are told over some seconds, so that they do not all come at once.
const somewhat = () => Math.random() * 3000;
const news = doc.querySelector("[data-moments]");
const say = sentence => {
  const toast = news.querySelector("template").content.firstElementChild.cloneNode(true);
  const [reload, close] = toast.querySelectorAll("button");
  toast.querySelector("span").textContent = sentence;
  reload.addEventListener("click", () => location.reload());
  close.addEventListener("click", () => toast.remove());
  news.querySelector(".toast")?.remove();
  news.append(toast);
};
const moments = JSON.parse(news?.dataset.moments ?? "[]");
if (moments.length > 0) {
  const opened = performance.now();
  setTimeout(async () => {
    if (zero === null) await ask();
    // What was over before the page was opened is on it.
    const before = now() - (performance.now() - opened);
    for (const [at, sentence] of moments) {
      if (at > before) passed(at, () => setTimeout(say, somewhat(), sentence));
    }
  }, somewhat());
}

// --- A toast goes by itself; the pointer or the focus on it stops the clock --------------------------------------------
for (const toast of doc.querySelectorAll("[data-fades]")) {
  let clock;
  const away = () => (toast.hidden = true);
  const stop = () => clearTimeout(clock);
  const start = () => {
    stop();
    clock = setTimeout(away, 5000);
  };
  for (const event of ["pointerenter", "focusin"]) toast.addEventListener(event, stop);
  for (const event of ["pointerleave", "focusout"]) toast.addEventListener(event, start);
  toast.querySelector(".close").addEventListener("click", away);
  start();
}

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
    const seconds = (Date.parse(time.dateTime) - now()) / 1000;
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

// --- Drafts: title and text of `<form data-draft="whose and what">` stay in this browser until they are sent, their writer logs out
// or a month has passed -----------------------------------------------------------------------------------------------
const DRAFT = "madang:draft:";
const kept = (() => {
  try {
    return localStorage;
  } catch {
    return null;
  }
})();
const forget = old => {
  for (const key of Object.keys(kept ?? {})) {
    if (key.startsWith(DRAFT) && old(key)) kept.removeItem(key);
  }
};
const draft = key => {
  try {
    return JSON.parse(kept.getItem(key));
  } catch {
    return null;
  }
};
for (const form of doc.querySelectorAll("form[data-draft]")) {
  const key = DRAFT + form.dataset.draft;
  // Nobody else who writes in this browser finds what another has begun.
  const own = key.slice(0, key.indexOf("/") + 1);
  forget(one => !one.startsWith(own));
  // All that its writer chose: a text that was begun as secret must not come back as one for everyone.
  const fields = ["title", "markdown", "category", "secret"].map(name => form.elements[name]).filter(Boolean);
  fields.push(...form.querySelectorAll("[name^='roles[']"));
  const value = field => (field.type === "checkbox" ? String(field.checked) : field.value);
  const bar = form.querySelector("[data-draft-bar]");
  const came = fields.map(value);
  const fill = values =>
    fields.forEach((field, index) => (field.type === "checkbox" ? (field.checked = values[index] === "true") : (field.value = values[index])));
  const { values } = draft(key) ?? {};
  if (values && values.join() !== came.join()) {
    fill(values);
    bar.hidden = false;
  }
  bar.querySelector("button").addEventListener("click", () => {
    fill(came);
    forget(one => one === key);
    bar.hidden = true;
    fields[0].focus();
  });
  form.addEventListener("input", () => {
    try {
      kept.setItem(key, JSON.stringify({ at: Date.now(), values: fields.map(value) }));
    } catch {
      // There is no room for it: it stays in the page.
    }
  });
}
const sent = doc.querySelector("[data-draft-sent]")?.dataset.draftSent;
const month = Date.now() - 30 * 86_400_000;
forget(key => key === DRAFT + sent || !(draft(key)?.at > month));
doc.addEventListener("submit", event => event.target.matches("[action$='/log_out']") && forget(() => true));

// --- Files of a post: each comes as it is chosen, pasted or dropped; a picture stands in the text where its writer is --------
const uploads = doc.querySelector("[data-uploads]");
if (uploads) {
  const { uploads: to, busy, last, done, failed, large, hint } = uploads.dataset;
  const form = uploads.closest("form");
  const input = form.elements.upload;
  const status = uploads.querySelector("[data-upload-status]");
  const list = uploads.querySelector("[data-files]");
  const about = uploads.querySelector(".hint");
  if (about.id) about.textContent = hint;
  let waiting = 0;
  let sends = null; // the button that was pressed meanwhile
  const said = sentence => (status.textContent = sentence);
  const insert = text => {
    const field = form.elements.markdown;
    const { selectionStart: start, selectionEnd: end, value } = field;
    const before = start > 0 && value[start - 1] !== "\n" ? "\n" : "";
    field.setRangeText(`${before}${text}\n`, start, end, "end");
    field.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const attach = ({ id, name, size, markdown }) => {
    if (markdown) return insert(markdown);
    const line = uploads.querySelector("template").content.firstElementChild.cloneNode(true);
    const box = line.querySelector("input");
    box.name = `files[${id}]`;
    box.value = id;
    const [file, length] = line.querySelectorAll("span span");
    file.textContent = name;
    length.textContent = size;
    list.append(line);
    list.closest("fieldset").hidden = false;
  };
  // XHR, for it says how much of a file has gone.
  const send = file => new Promise(then => {
    const call = new XMLHttpRequest();
    const body = new FormData();
    body.append("upload", file);
    call.open("POST", to);
    call.responseType = "json";
    call.setRequestHeader("accept", "application/json");
    call.upload.onprogress = ({ loaded, total }) => said(`${busy.replace("{}", () => file.name)} ${Math.floor(loaded / total * 100)}%`);
    call.onloadend = () => {
      const { response, status: code } = call;
      const error = response?.error;
      if (code === 200 && response) {
        attach(response);
        then();
      } else {
        then(`${file.name}: ${error?.details?.[0]?.message ?? error?.message ?? (code === 413 ? large : failed)}`);
      }
    };
    call.send(body);
  });
  const take = async files => {
    waiting += 1;
    const wrong = [];
    for (const file of files) {
      said(busy.replace("{}", () => file.name));
      const problem = await send(file);
      if (problem) wrong.push(problem);
    }
    waiting -= 1;
    status.classList.toggle("error", wrong.length > 0);
    said(wrong.join(" ") || done.replace("{}", () => [...files].map(file => file.name).join(", ")));
    if (waiting === 0 && sends && wrong.length === 0) form.requestSubmit(sends);
    sends = null;
  };
  input.addEventListener("change", () => {
    const files = [...input.files];
    input.value = "";
    if (files.length > 0) take(files);
  });
  const brought = event => {
    const files = [...((event.clipboardData ?? event.dataTransfer)?.files ?? [])];
    if (files.length === 0) return;
    event.preventDefault();
    take(files);
  };
  form.addEventListener("paste", event => {
    // What comes with words, as from a table, is meant as words.
    if (!event.clipboardData.types.includes("text/plain")) brought(event);
  });
  form.addEventListener("dragover", event => event.dataTransfer.types.includes("Files") && event.preventDefault());
  form.addEventListener("drop", brought);
  form.addEventListener("submit", event => {
    if (waiting === 0) return;
    event.preventDefault();
    sends = event.submitter;
    said(last);
  });
}

// --- Questions like the one whose title is typed: asked for after a pause; whatever goes wrong is not worth a word --------------
const similar = doc.querySelector("[data-similar]");
if (similar) {
  const { similar: to, slug, board } = similar.dataset;
  const field = similar.closest("form").elements.title;
  let pause;
  const look = async () => {
    const title = field.value.trim();
    const answer = title.length > 1 && (await fetch(to, { method: "POST", body: new URLSearchParams({ slug, board, title }) }).catch(() => null));
    const html = answer?.ok ? await answer.json().catch(() => "") : "";
    // What is the same is not read aloud again; what was asked about another title comes too late.
    if (title === field.value.trim() && html !== similar.found) similar.innerHTML = similar.found = html;
  };
  field.addEventListener("input", () => {
    clearTimeout(pause);
    pause = setTimeout(look, 500);
  });
}

// --- Answers that organizers keep: put after what is typed already ------------------------------------------------
for (const button of doc.querySelectorAll("[data-put]")) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const field = doc.getElementById(button.dataset.put);
    const text = button.closest("li").querySelector("pre").textContent;
    field.value = [field.value.trimEnd(), text].filter(Boolean).join("\n\n");
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.focus();
  });
}

// --- Reactions are given and taken back without loading the page again; what fails is sent once more, so that a page says why -----
doc.addEventListener("submit", async event => {
  const { target: form, submitter: button } = event;
  if (!button?.matches(".reaction") || form.plain) return;
  event.preventDefault();
  if (form.ariaBusy) return;
  form.ariaBusy = "true";
  const fields = new URLSearchParams(new FormData(form));
  fields.append(button.name, button.value);
  try {
    const answer = await fetch(form.action, { method: "POST", body: fields });
    if (!answer.ok) throw answer.status;
    const count = await answer.json();
    const given = button.name === "give";
    button.name = given ? "take_back" : "give";
    button.ariaPressed = String(given);
    const number = button.querySelector(".num");
    number.textContent = count;
    number.hidden = count === 0;
    form.ariaBusy = null;
  } catch {
    form.plain = true;
    form.requestSubmit(button);
  }
});

// --- Whom a comment may name: behind an @ a list of names, chosen by arrows and Enter or by the pointer -------------------------
const comments = doc.querySelector("[data-names]");
if (comments) {
  const list = doc.createElement("ul");
  list.id = "names";
  list.className = "names";
  list.role = "listbox";
  list.ariaLabel = comments.dataset.namesSaid;
  list.hidden = true;
  let names = null; // those of this page, once an @ was typed
  let field = null;
  let start = 0; // behind the @
  let chosen = false; // a moment ago
  const close = () => {
    if (!field) return;
    list.hidden = true;
    field.removeAttribute("aria-activedescendant");
    field.removeAttribute("aria-controls");
    field = null;
  };
  const choose = option => {
    const at = field;
    // Without a space: a particle may follow.
    at.setRangeText(option.textContent, start, at.selectionStart, "end");
    close();
    at.focus();
    chosen = true;
    at.dispatchEvent(new Event("input", { bubbles: true }));
  };
  const mark = option => {
    for (const one of list.children) one.ariaSelected = String(one === option);
    option.scrollIntoView({ block: "nearest" });
    field.setAttribute("aria-activedescendant", option.id);
  };
  const load = async ({ slug, board, number }) => {
    const body = new URLSearchParams({ slug: slug.value, board: board.value, number: number.value });
    const answer = await fetch(comments.dataset.names, { method: "POST", body }).catch(() => null);
    return answer?.ok ? answer.json() : [];
  };
  comments.addEventListener("input", async ({ target }) => {
    if (target.name !== "markdown") return;
    const typed = /(?:^|[^\w.%+/@=-])@([^@\n]{0,20})$/.exec(target.value.slice(0, target.selectionStart))?.[1];
    const isOver = typed === undefined || chosen;
    chosen = false;
    if (isOver) return close();
    names ??= load(target.form.elements);
    const all = await names;
    const found = all.filter(name => name.toLowerCase().startsWith(typed.normalize("NFC").toLowerCase())).slice(0, 8);
    close();
    if (found.length === 0 || doc.activeElement !== target) return;
    [field, start] = [target, target.selectionStart - typed.length];
    list.replaceChildren(...found.map((name, index) => {
      const option = doc.createElement("li");
      option.id = `name-${index}`;
      option.role = "option";
      option.textContent = name;
      return option;
    }));
    target.after(list);
    list.hidden = false;
    target.setAttribute("aria-controls", list.id);
    target.setAttribute("aria-autocomplete", "list");
    mark(list.firstElementChild);
  });
  comments.addEventListener("keydown", event => {
    // Hangul that is being composed is not chosen with.
    if (!field || event.isComposing) return;
    const marked = list.querySelector("[aria-selected=true]");
    const other = { ArrowDown: marked.nextElementSibling ?? list.firstElementChild, ArrowUp: marked.previousElementSibling ?? list.lastElementChild }[event.key];
    if (other) mark(other);
    else if (event.key === "Enter" || event.key === "Tab") choose(marked);
    else if (event.key === "Escape") close();
    else return;
    event.preventDefault();
  });
  // The pointer chooses before the field loses the focus.
  list.addEventListener("pointerdown", event => {
    event.preventDefault();
    if (event.target.role === "option") choose(event.target);
  });
  comments.addEventListener("focusout", close);
}

// --- Dialogs for browsers that do not know `command` yet ---------------------------------------------------------
if (!("command" in HTMLButtonElement.prototype)) {
  doc.addEventListener("click", event => {
    const button = event.target.closest?.("button[commandfor]");
    const dialog = button && doc.getElementById(button.getAttribute("commandfor"));
    if (dialog) button.getAttribute("command") === "close" ? dialog.close() : dialog.showModal();
  });
}

// --- Live: who asks hears the events behind an address; all tabs share one connection to each (live.js) -------------
const follow = (at, heard) => {
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
  port.onmessage = ({ data: { name, data } }) => heard(name, data);
  const tell = (seen = !doc.hidden) => port.postMessage({ at, who, seen });
  doc.addEventListener("visibilitychange", () => tell());
  addEventListener("pagehide", () => tell(false));
  addEventListener("pageshow", event => event.persisted && tell());
  tell();
};
doc.addEventListener("madang:follow", ({ detail: at }) => {
  follow(at, (name, detail) => doc.dispatchEvent(new CustomEvent(`madang:${name}`, { detail })));
});

// --- The bell: a link to all notifications; with a script a button that opens the newest ones, and a number that is kept ----
const bell = doc.getElementById("bell");
if (bell) {
  const panel = doc.getElementById("bell-panel");
  const { none, some, events, newest } = bell.dataset;
  const isOpen = () => panel.matches(":popover-open");
  const ring = unread => {
    const number = bell.querySelector("span");
    number.hidden = !unread;
    number.textContent = unread > 99 ? "99+" : unread;
    bell.title = unread ? some.replace("{}", unread) : none;
    bell.ariaLabel = bell.title;
  };
  const show = part => {
    for (const one of panel.children) one.hidden = one.dataset.when !== part;
  };
  const post = async (address, fields) => {
    const answer = await fetch(address, { method: "POST", body: new URLSearchParams(fields) });
    if (!answer.ok) throw answer.status;
    return answer.json();
  };
  const failed = () => show("failed");
  const fill = async () => {
    show("loading");
    const shown = panel.lastElementChild;
    shown.innerHTML = await post(newest);
    ring(Number(shown.firstElementChild.dataset.unread));
    show("shown");
    tick();
  };
  bell.role = "button";
  bell.ariaHasPopup = "dialog";
  bell.ariaExpanded = "false";
  // The press itself closes an open panel before the click comes.
  let pressed = false;
  bell.addEventListener("pointerdown", () => (pressed = isOpen()));
  bell.addEventListener("click", event => {
    if (event.ctrlKey || event.metaKey || event.shiftKey) return; // into another tab
    event.preventDefault();
    const closes = pressed || isOpen();
    pressed = false;
    if (closes) return panel.hidePopover();
    panel.showPopover();
    panel.focus();
    fill().catch(failed);
  });
  bell.addEventListener("keydown", event => {
    if (event.key !== " ") return;
    event.preventDefault();
    bell.click();
  });
  panel.addEventListener("toggle", ({ newState }) => (bell.ariaExpanded = String(newState === "open")));
  panel.querySelector("button").addEventListener("click", () => {
    panel.focus();
    fill().catch(failed);
  });
  panel.addEventListener("submit", event => {
    event.preventDefault();
    panel.focus();
    post(event.target.action, new FormData(event.target)).then(fill).catch(failed);
  });
  follow(events, (name, data) => name === "notifications" && ring(JSON.parse(data).unread));
}

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
