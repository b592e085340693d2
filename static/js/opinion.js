// Saves each change of the opinion form as it is made. Without this script the form saves page by page.
(() => {
  "use strict";
  const problems = document.getElementById("problems");
  if (problems) problems.focus();

  const form = document.getElementById("opinion") || document.getElementById("complaint");
  if (!form) return;

  const store = `opinion:${form.dataset.save}`;
  const forget = () => {
    try { localStorage.removeItem(store); } catch { /* private mode: nothing is kept there */ }
  };
  const flight = new AbortController();
  let sent = false;
  form.addEventListener("submit", (event) => {
    if (sent) {
      event.preventDefault();
      return;
    }
    sent = true;
    flight.abort(); // what is on this page goes with the form itself
    forget();
    for (const button of form.querySelectorAll(".buttons button")) button.setAttribute("aria-disabled", "true");
    const status = document.getElementById("saved");
    if (status) status.textContent = form.dataset.sending;
  });
  // Coming back with the browser's own button: the form can be sent again.
  window.addEventListener("pageshow", (event) => {
    if (!event.persisted) return;
    sent = false;
    for (const button of form.querySelectorAll(".buttons button")) button.removeAttribute("aria-disabled");
  });

  if (!form.dataset.save) return;
  const status = document.getElementById("saved");
  let waiting = new Map(); // name -> value not yet acknowledged by the server
  let timer = 0;
  let busy = false;

  const keep = () => {
    try {
      if (waiting.size) localStorage.setItem(store, JSON.stringify([...waiting]));
      else forget();
    } catch { /* private mode: the server copy is enough */ }
  };

  const fill = (name, value) => {
    for (const field of form.elements) {
      if (field.name !== name) continue;
      if (field.type === "radio") field.checked = field.value === value;
      else field.value = value;
    }
  };

  const save = async () => {
    if (busy || sent || !waiting.size) return;
    busy = true;
    const batch = new Map(waiting);
    try {
      const response = await fetch(form.dataset.save + location.search, { method: "POST", body: new URLSearchParams([...batch]), signal: flight.signal });
      const answer = await response.json();
      if (response.ok || response.status === 422) {
        for (const [name, value] of batch) if (waiting.get(name) === value) waiting.delete(name);
        keep();
      }
      if (!sent) {
        const time = new Date().toLocaleTimeString(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", hour12: false });
        status.textContent = response.ok ? `${form.dataset.saved} ${time}` : answer.problem;
      }
    } catch {
      if (!sent) status.textContent = form.dataset.unsaved;
    } finally {
      busy = false;
      if (waiting.size && !sent) schedule(5000);
    }
  };

  const schedule = (delay) => {
    clearTimeout(timer);
    timer = setTimeout(save, delay);
  };

  const changed = (event, delay) => {
    const field = event.target;
    if (!field.name || !field.name.startsWith("q-")) return;
    waiting.set(field.name, field.value);
    keep();
    schedule(delay);
  };

  form.addEventListener("change", (event) => changed(event, 250));
  form.addEventListener("input", (event) => {
    if (event.target.tagName === "TEXTAREA") changed(event, 1200);
  });

  // What a lost connection left behind on this device.
  try {
    for (const [name, value] of JSON.parse(localStorage.getItem(store) || "[]")) {
      waiting.set(name, value);
      fill(name, value);
    }
    if (waiting.size) schedule(0);
  } catch { /* nothing kept */ }
})();
