// Keeps what customers type. The opinion form is saved as it is filled in, complaints and suggestions have a copy on this
// device until they have arrived; neither is sent into a dead line. Without this script both work page by page.
(() => {
  "use strict";
  const problems = document.getElementById("problems");
  if (problems) problems.focus();

  const DAY = 86400000;
  const memory = (key) => ({
    read() {
      try { return JSON.parse(localStorage.getItem(key)) || {}; } catch { return {}; } // private mode, or not ours
    },
    write(kept) {
      try {
        if (Object.keys(kept).length) localStorage.setItem(key, JSON.stringify(kept));
        else localStorage.removeItem(key);
      } catch { /* private mode: nothing is kept here */ }
    },
  });

  const LETTERS = ["complaint", "suggestion"]; // forms sent once, whole
  const arrived = document.querySelector("[data-arrived]");
  for (const kept of LETTERS.map(memory)) if (arrived && kept.read().key === arrived.dataset.arrived) kept.write({});

  const form = document.querySelector("#opinion, #complaint, #suggestion");
  if (!form) return;
  const status = document.getElementById("saved");
  const say = (text) => { if (status) status.textContent = text; };
  const named = (name) => [...form.elements].filter((field) => field.name === name);
  const valueOf = (name) => {
    const fields = named(name);
    if (!fields.length) return null; // on another page
    const boxes = fields.filter((field) => field.type === "checkbox");
    if (boxes.length) return boxes.filter((field) => field.checked).map((field) => field.value).join(",");
    if (fields[0].type !== "radio") return fields[0].value;
    return (fields.find((field) => field.checked) || { value: "" }).value;
  };
  const fill = (name, value) => {
    for (const field of named(name)) {
      if (field.type === "radio") field.checked = field.value === value;
      else if (field.type === "checkbox") field.checked = value.split(",").includes(field.value);
      else if (field.type !== "hidden") field.value = value;
    }
  };
  const ask = async (address, options) => {
    const patience = new AbortController();
    const end = setTimeout(() => patience.abort(), 15000);
    try { return await fetch(address, { ...options, signal: patience.signal }); } finally { clearTimeout(end); }
  };
  const knock = async () => {
    try { await ask(form.action, { method: "HEAD" }); return true; } catch { return false; }
  };

  // Send only once everything is safe. `safe` tells whether the server could be reached; a second press goes in any case.
  const sendWhen = (safe) => {
    let pressed = false;
    let warned = false;
    const buttons = () => document.querySelectorAll(".buttons button");
    const free = () => {
      pressed = false;
      for (const button of buttons()) button.removeAttribute("aria-disabled");
    };
    form.addEventListener("submit", async (event) => {
      event.preventDefault();
      if (pressed) return;
      pressed = true;
      const go = document.createElement("input");
      Object.assign(go, { type: "hidden", name: "go", value: (event.submitter || form.querySelector(".main")).value });
      for (const button of buttons()) button.setAttribute("aria-disabled", "true");
      say(form.dataset.sending);
      if (!(await safe()) && (navigator.onLine === false || !warned)) {
        warned = true;
        say(form.dataset.offline);
        free();
        return;
      }
      form.append(go);
      form.submit();
      go.remove();
      setTimeout(free, 15000); // stopped by hand, or lost on the way: it can be sent again
    });
    // Coming back with the browser's own button: what is stored may have changed since.
    window.addEventListener("pageshow", (event) => {
      if (!event.persisted) return;
      if (navigator.onLine === false) free();
      else location.reload();
    });
  };

  if (LETTERS.includes(form.id)) keepLetter(memory(form.id));
  else keepOpinion();

  function keepLetter(letters) {
    const key = form.elements.form_key;
    const own = () => [...new Set([...form.elements].filter((field) => field.name && !["hidden", "submit"].includes(field.type)
      && !field.closest(".trap")).map((field) => field.name))];
    const keep = () => letters.write({ key: key.value, at: Date.now(), fields: Object.fromEntries(own().map((name) => [name, valueOf(name)])) });
    form.addEventListener("input", keep);
    form.addEventListener("change", keep);

    const kept = letters.read();
    if (kept.fields && Date.now() - kept.at < DAY) {
      const back = own().filter((name) => kept.fields[name] && (form.dataset.fresh || !valueOf(name)) && valueOf(name) !== kept.fields[name]);
      for (const name of back) fill(name, kept.fields[name]);
      if (form.dataset.fresh) key.value = kept.key; // it may have arrived after all: then it is the same case
      const drop = document.getElementById("drop");
      if (back.length) {
        say(form.dataset.restored);
        drop.hidden = false;
        drop.addEventListener("click", () => { letters.write({}); location.assign(location.href); });
      }
    } else letters.write({});
    if (!form.dataset.fresh) keep();
    sendWhen(knock);
  }

  function keepOpinion() {
    const store = memory(`opinion:${form.dataset.save}`);
    const waiting = new Map(); // name -> {value, base, held}, not acknowledged by the server; base is what it was typed over
    const done = new Map(); // name -> value that arrived: its copy on this device may go
    const known = new Map(); // all but texts: what the server holds
    let timer = 0;
    let flight = null;

    const mark = (name) => (name.startsWith("q-") ? form.elements[name.replace("q-", "b-")] : undefined);
    const baseOf = (name) => (mark(name) ? mark(name).value : known.get(name));
    const settled = (name, value, bases) => {
      if (!mark(name)) known.set(name, value);
      else if (bases && bases[mark(name).name]) mark(name).value = bases[mark(name).name];
    };
    const keep = () => { // what another window or another page of the form keeps there stays
      const kept = store.read();
      for (const [name, value] of done) if (kept[name] && kept[name].value === value) delete kept[name];
      store.write({ ...kept, ...Object.fromEntries(waiting) });
    };
    const ready = () => [...waiting].filter(([, entry]) => !entry.held);
    const complain = (name, wrong) => {
      const [field] = named(name);
      if (!field || field.tagName !== "TEXTAREA") return;
      if (wrong) field.setAttribute("aria-invalid", "true");
      else field.removeAttribute("aria-invalid");
    };

    const take = (batch, answer) => {
      const refused = new Set(answer.refused || []);
      for (const [name, entry] of batch) {
        const now = waiting.get(name);
        complain(name, refused.has(name));
        if (refused.has(name)) {
          if (now.value === entry.value) now.held = true; // until it is changed: asking again would change nothing
          continue;
        }
        settled(name, entry.value, answer.bases);
        done.set(name, entry.value);
        if (now.value === entry.value) waiting.delete(name);
        else now.base = baseOf(name);
      }
      keep();
    };

    // Whether the server answered: with what, its own page tells better than this script.
    const post = async (batch) => {
      const body = new FormData();
      for (const name of ["form_key", "drawn"]) body.append(name, form.elements[name].value);
      for (const [name, entry] of batch) {
        body.append(name, entry.value);
        if (mark(name)) body.append(mark(name).name, entry.base);
      }
      let response;
      try { response = await ask(form.dataset.save + location.search, { method: "POST", body }); } catch {
        say(form.dataset.unsaved);
        return false;
      }
      const answer = await response.json().catch(() => ({}));
      if (response.ok || response.status === 422) take(batch, answer);
      const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
      say(response.ok ? `${form.dataset.saved} ${time}` : answer.problem || form.dataset.unsaved);
      return true;
    };

    const save = async () => {
      clearTimeout(timer);
      while (flight) await flight;
      const batch = ready().map(([name, entry]) => [name, { ...entry }]);
      if (!batch.length) return null;
      flight = post(batch);
      const answered = await flight;
      flight = null;
      if (ready().length) schedule(5000);
      return answered;
    };
    const schedule = (delay) => {
      clearTimeout(timer);
      timer = setTimeout(save, delay);
    };

    const count = (field) => {
      const line = document.getElementById(`count-${field.name}`);
      const length = [...field.value.trim()].length;
      if (!line) return;
      line.hidden = length < 0.8 * field.dataset.longest;
      line.textContent = `${length.toLocaleString("en")} / ${Number(field.dataset.longest).toLocaleString("en")}`;
    };

    const changed = (field, delay) => {
      if (!form.dataset.save || !/^[qo]-/.test(field.name || "")) return; // an anonymous form is kept nowhere before it is sent
      const before = waiting.get(field.name);
      waiting.set(field.name, { value: valueOf(field.name), base: before ? before.base : baseOf(field.name), at: Date.now() });
      keep();
      schedule(delay);
    };
    // What is asked only after a certain answer on this page; the server decides the same once more.
    const leads = (card) => {
      const { after, least, most, option } = card.dataset;
      const [field] = named(after);
      const value = !field || field.closest(".depends[hidden]") ? "" : valueOf(after);
      if (option) return value.split(",").includes(option);
      return /^\d+$/.test(value) && (!least || +value >= +least) && (!most || +value <= +most);
    };
    const unfold = () => { for (const card of form.querySelectorAll(".depends")) card.hidden = !leads(card); };
    form.addEventListener("change", (event) => { changed(event.target, 250); unfold(); });
    form.addEventListener("input", (event) => {
      if (event.target.tagName !== "TEXTAREA") return;
      count(event.target);
      changed(event.target, 1200);
    });
    sendWhen(async () => (ready().length || flight ? (await save()) !== false : knock()));

    for (const field of form.elements) if (/^(radio|checkbox|text)$/.test(field.type)) known.set(field.name, valueOf(field.name));
    // What a lost connection left behind on this device.
    for (const [name, entry] of Object.entries(store.read())) {
      const here = valueOf(name);
      const wrong = here !== null && mark(name) && named(name)[0].getAttribute("aria-invalid");
      if (Date.now() - entry.at > 30 * DAY || (here === entry.value && !wrong)) done.set(name, entry.value); // too old, or arrived
      else if (here === null) continue;
      else if (wrong) waiting.set(name, { ...entry, base: baseOf(name), held: here === entry.value }); // the page says why
      else if (mark(name) || entry.base === known.get(name)) { // a choice made later elsewhere counts; of texts both are shown
        fill(name, entry.value);
        if (mark(name)) mark(name).value = entry.base;
        waiting.set(name, entry);
      } else done.set(name, entry.value);
    }
    keep();
    if (ready().length) schedule(0);
    else if (waiting.size) say(form.dataset.unsaved);
    for (const field of form.querySelectorAll("textarea")) count(field);
    unfold();
    document.dispatchEvent(new Event("filled"));
  }
})();
