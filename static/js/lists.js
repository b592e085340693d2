// Lists: ticks and the bar for many rows, keys, the preview beside the list, cells changed in place. Without this file the
// boxes, the bar, the links and the record pages do the same.
(function () {
  const section = () => document.getElementById("list");
  const lines = () => Array.from(document.querySelectorAll("#rows .list-table > tbody > tr"));
  const linkOf = (line) => line.querySelector("a.row-link");
  const pathOf = (line) => linkOf(line).getAttribute("href").split("?")[0];
  const boxOf = (line) => line.querySelector("input[name=row]");
  let current = null;

  // --- ticks -----------------------------------------------------------------------------------------------------------
  function countTicks() {
    const bar = document.querySelector("[data-bulk]");
    if (!bar) return;
    const boxes = lines().map(boxOf).filter(Boolean);
    const ticked = boxes.filter((box) => box.checked).length;
    const all = bar.querySelector("[data-bulk-all]").checked;
    bar.toggleAttribute("data-on", ticked > 0 || all);
    const count = bar.querySelector("[data-bulk-count]");
    count.textContent = all ? "" : `${ticked} ${count.dataset.said}`;
    const page = document.querySelector("[data-tick-page]");
    page.hidden = false;
    page.checked = ticked > 0 && ticked === boxes.length;
    page.indeterminate = ticked > 0 && ticked < boxes.length;
    lines().forEach((line) => line.toggleAttribute("data-ticked", Boolean(boxOf(line) && boxOf(line).checked)));
  }
  document.addEventListener("change", function (event) {
    if (event.target.matches("[data-tick-page]")) {
      lines().map(boxOf).filter(Boolean).forEach((box) => (box.checked = event.target.checked));
    }
    if (event.target.matches("[data-tick-page], [data-bulk-all], input[name=row]")) countTicks();
  });

  // --- the row one is at -------------------------------------------------------------------------------------------------
  function goTo(line) {
    if (!line) return;
    if (current) current.removeAttribute("data-here");
    current = line;
    current.setAttribute("data-here", "");
    current.scrollIntoView({ block: "nearest" });
    const link = linkOf(current);
    if (link) link.focus({ preventScroll: true });
    const panel = document.getElementById("preview");
    if (panel && !panel.hidden) preview(current);
  }
  function step(by) {
    const all = lines();
    const at = all.indexOf(current);
    goTo(all[at < 0 ? (by > 0 ? 0 : all.length - 1) : Math.min(Math.max(at + by, 0), all.length - 1)]);
  }

  // --- preview -----------------------------------------------------------------------------------------------------------
  function preview(line) {
    const link = linkOf(line);
    const panel = document.getElementById("preview");
    if (!link || !panel) return;
    section().setAttribute("data-preview-open", "");
    panel.hidden = false;
    htmx.ajax("GET", `${pathOf(line)}preview/`, { source: panel, target: "#preview", swap: "outerHTML" });
  }
  function closePreview() {
    const panel = document.getElementById("preview");
    if (!panel) return;
    panel.hidden = true;
    section().removeAttribute("data-preview-open");
    const link = current && linkOf(current);
    if (link) link.focus();
  }
  document.addEventListener("htmx:afterSwap", function (event) {
    const button = document.querySelector("#preview [data-preview-close]");
    if (button) button.hidden = false;
    if (event.target.id === "rows" || event.target.id === "list") current = null;
    countTicks();
  });

  // --- a cell ------------------------------------------------------------------------------------------------------------
  const addressOf = (cell) => `${pathOf(cell.closest("tr"))}cell/${cell.dataset.edit}/`;

  function edit(cell) {
    if (cell.querySelector("form") || !linkOf(cell.closest("tr"))) return;
    htmx.ajax("GET", addressOf(cell), { source: cell, target: cell, swap: "innerHTML" });
  }
  function leaveCell(cell) {
    htmx.ajax("GET", `${addressOf(cell)}?read=1`, { source: cell, target: cell, swap: "innerHTML" });
    const link = linkOf(cell.closest("tr"));
    if (link) link.focus();
  }
  document.addEventListener("htmx:configRequest", function (event) {
    // a cell is named by its place and not by an id; the answer is the fragment "cell"
    if (event.target.closest("[data-edit]")) event.detail.headers["HX-Target"] = "cell";
  });
  document.addEventListener("htmx:afterSwap", function (event) {
    const field = event.target.matches("[data-edit]") && event.target.querySelector("select, input:not([type=hidden]), textarea");
    if (field) {
      field.focus();
      if (field.select) field.select();
    }
  });
  document.addEventListener("dblclick", function (event) {
    const cell = event.target.closest("#rows td[data-edit]");
    if (cell && !event.target.closest("a, button, input, select")) edit(cell);
  });

  document.addEventListener("click", function (event) {
    const target = event.target;
    const cancel = target.closest("[data-cell-cancel]");
    if (cancel && cancel.closest("[data-edit]")) {
      event.preventDefault();
      leaveCell(cancel.closest("[data-edit]"));
    } else if (target.closest("[data-preview-close]")) {
      closePreview();
    } else if (target.closest("[data-keys]")) {
      document.getElementById("list-keys").showModal();
    } else if (target.closest("#rows [data-preview] tbody td") && !target.closest("a, button, input, select, form, label, [data-edit]")) {
      goTo(target.closest("tr"));
      preview(target.closest("tr"));
    }
  });

  // --- keys --------------------------------------------------------------------------------------------------------------
  const KEYS = {
    j: () => step(1),
    ArrowDown: () => step(1),
    k: () => step(-1),
    ArrowUp: () => step(-1),
    x: function () {
      const box = current && boxOf(current);
      if (box) box.click();
    },
    e: function () {
      const cell = current && current.querySelector("td[data-edit]");
      if (cell) edit(cell);
    },
    " ": function () {
      const panel = document.getElementById("preview");
      if (!panel || !current) return false;
      if (panel.hidden) preview(current);
      else closePreview();
    },
    Enter: function () {
      if (!current || document.activeElement !== document.body) return false;
      linkOf(current).click();
    },
    "/": function () {
      const box = document.getElementById("list-q");
      if (!box) return false;
      box.focus();
      box.select();
    },
    "?": () => document.getElementById("list-keys").showModal(),
  };
  document.addEventListener("keydown", function (event) {
    if (!section() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const at = event.target;
    if (event.key === "Escape") {
      const cell = at.closest("[data-edit]");
      if (cell && cell.querySelector("form")) leaveCell(cell);
      else if (!at.closest("details.menu[open], dialog")) closePreviewIfOpen();
      return;
    }
    // only an open dialog: the button of one just closed keeps the focus until the page is drawn again
    const typing = at.closest("input:not([type=checkbox]), select, textarea, [contenteditable], dialog[open], details.menu, .ts-wrapper");
    const pressing = at.closest("button, summary, input[type=checkbox]") && [" ", "Enter"].includes(event.key);
    const action = KEYS[event.key];
    if (typing || pressing || !action || document.querySelector("dialog[open]")) return;
    if (event.key.startsWith("Arrow") && !at.closest("#rows") && at !== document.body) return;
    if (action() !== false) event.preventDefault();
  });
  function closePreviewIfOpen() {
    const panel = document.getElementById("preview");
    if (panel && !panel.hidden) closePreview();
  }

  // --- from the page of a record to the one before or after it in its list ----------------------------------------------
  document.addEventListener("keydown", function (event) {
    if (section() || event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (event.target.closest("input, select, textarea, [contenteditable], dialog[open], details.menu, .ts-wrapper")) return;
    const link = document.querySelector({ j: "[data-walk=next]", k: "[data-walk=previous]" }[event.key] || "[data-walk=none]");
    if (link && !document.querySelector("dialog[open]")) link.click();
  });

  // --- the board: a card is taken to another column; the menu on the card does the same ---------------------------------
  let card = null;
  document.addEventListener("dragstart", function (event) {
    card = event.target.closest && event.target.closest("[data-card]");
    if (card) event.dataTransfer.effectAllowed = "move";
  });
  document.addEventListener("dragover", function (event) {
    const lane = card && event.target.closest("[data-lane]");
    document.querySelectorAll("[data-over]").forEach((other) => other !== lane && other.removeAttribute("data-over"));
    if (!lane) return;
    event.preventDefault();
    lane.setAttribute("data-over", "");
  });
  document.addEventListener("dragend", function () {
    card = null;
    document.querySelectorAll("[data-over]").forEach((lane) => lane.removeAttribute("data-over"));
  });
  document.addEventListener("drop", function (event) {
    const lane = card && event.target.closest("[data-lane]");
    if (!lane) return;
    event.preventDefault();
    const form = card.querySelector("form");
    const choice = form.querySelector("select");
    if (choice.value === lane.dataset.lane) return;
    choice.value = lane.dataset.lane;
    form.requestSubmit();
  });

  document.addEventListener("DOMContentLoaded", function () {
    document.querySelectorAll("[data-keys]").forEach((button) => (button.hidden = false));
    countTicks();
  });
  document.addEventListener("htmx:load", function () {
    document.querySelectorAll("[data-keys]").forEach((button) => (button.hidden = false));
  });
})();
