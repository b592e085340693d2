// Forms: Ctrl/Cmd Enter saves, leaving with unsaved changes asks, a second click waits for the first, errors get the focus,
// record fields search as one types.
(function () {
  const script = document.currentScript;
  const changed = new Set(); // forms that hold what is not stored; one that has left the page holds nothing any more

  document.addEventListener("input", function (event) {
    const form = event.target.closest("form[data-guard]");
    if (form) changed.add(form);
  });
  document.addEventListener("submit", function (event) {
    if (!event.defaultPrevented) changed.clear(); // the page is left on purpose; what htmx sends leaves the other forms as they are
  });
  document.addEventListener("htmx:beforeOnLoad", function (event) {
    // Stored, and told before the answer is acted on, which may lead to another page. What was refused goes on asking.
    if (event.detail.xhr.status < 400) changed.delete(event.detail.elt);
  });
  window.addEventListener("beforeunload", function (event) {
    if (Array.from(changed).some((form) => form.isConnected)) event.preventDefault();
  });
  document.addEventListener("keydown", function (event) {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.closest("form");
    if (form && form.method === "post") form.requestSubmit();
  });

  // --- one sending at a time ------------------------------------------------------------------------------------------
  // Marked and not disabled: a disabled button would not be sent along with its form.
  const STOPPED = 30000; // whoever stopped the page while it loaded can send again after so many milliseconds
  function sending(form, underWay) {
    form.toggleAttribute("data-sending", underWay);
    form.querySelectorAll("button:not([type=button])").forEach(function (button) {
      if (underWay) button.setAttribute("aria-disabled", "true");
      else button.removeAttribute("aria-disabled");
    });
  }
  document.addEventListener("submit", function (event) {
    if (!event.target.hasAttribute("data-sending")) return;
    event.preventDefault();
    event.stopImmediatePropagation();
  }, true);
  document.addEventListener("submit", function (event) {
    const form = event.target;
    if (event.defaultPrevented || form.method !== "post") return; // what htmx sends, it tells below
    sending(form, true);
    setTimeout(() => sending(form, false), STOPPED);
  });
  document.addEventListener("htmx:beforeSend", function (event) {
    if (event.target.matches("form[hx-post]")) sending(event.target, true);
  });
  document.addEventListener("htmx:afterRequest", function (event) {
    const form = event.detail.elt;
    if (form.matches("form[hx-post]")) sending(form, false);
  });
  window.addEventListener("pageshow", function (event) {
    if (event.persisted) document.querySelectorAll("form[data-sending]").forEach((form) => sending(form, false));
  });

  let choosing;
  function loadChoosing() {
    choosing = choosing || new Promise(function (resolve, reject) {
      const style = document.createElement("link");
      style.rel = "stylesheet";
      style.href = script.dataset.choiceStyle;
      const tag = document.createElement("script");
      tag.src = script.dataset.choiceScript;
      tag.onload = resolve;
      tag.onerror = reject;
      document.head.prepend(style); // before our own sheets, which have the last word
      document.head.append(tag);
    });
    return choosing;
  }

  async function recordSelect(select) {
    await loadChoosing();
    if (select.tomselect) return;
    select.setAttribute("aria-hidden", "true"); // its label goes to the box that replaces it
    new TomSelect(select, {
      valueField: "value",
      labelField: "text",
      searchField: [],
      maxOptions: 20,
      loadThrottle: 200,
      load: function (text, done) {
        fetch(`${select.dataset.recordSelect}?q=${encodeURIComponent(text)}`, { credentials: "same-origin" })
          .then((answer) => (answer.ok ? answer.json() : []))
          .then(done, () => done());
      },
      onType: function () {
        this.clearOptions();
      },
      render: {
        option: (item, escape) => `<div>${escape(item.text)} <small>${escape(item.note || "")}</small></div>`,
        no_results: () => null,
      },
    });
  }
  function arrive(root) {
    const errors = root.querySelector("[data-focus]");
    if (errors) errors.focus();
    root.querySelectorAll("select[data-record-select]").forEach(recordSelect);
  }
  document.addEventListener("DOMContentLoaded", () => arrive(document));
  document.addEventListener("htmx:load", function (event) {
    const root = event.detail.elt;
    const refused = root.querySelector("form[data-guard] .form-errors"); // drawn anew with what was typed: still not stored
    if (refused) changed.add(refused.closest("form"));
    arrive(root);
  });
})();
