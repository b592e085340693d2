// The candidates' desk by key: every key presses what carries it, so that keys and buttons can never do different things.
(function () {
  document.addEventListener("keydown", function (event) {
    if (event.defaultPrevented || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || event.repeat) return;
    const desk = document.getElementById("desk");
    if (event.key === "Escape" && desk && desk.contains(event.target)) return back();
    const typing = event.target.closest("input:not([type=checkbox]):not([type=radio]), select, textarea, dialog[open], details.menu, .ts-wrapper");
    // Caps Lock alone makes no capital letter of a key: "ignore always" asks for Shift
    const key = event.key.length === 1 && !event.shiftKey ? event.key.toLowerCase() : event.key;
    if (!desk || typing || document.querySelector("dialog[open]") || desk.querySelector(".htmx-request")) return;
    const pressed = Array.from(desk.querySelectorAll("[data-desk-key]")).find((one) => one.dataset.deskKey === key);
    if (!pressed) return;
    event.preventDefault();
    pressed.click();
  });
  // F opens the search among all files; a file once chosen, the keys count again and M or Enter merges. Escape leaves the search.
  document.addEventListener("click", function (event) {
    const finder = event.target.closest("#desk [data-desk-focus]");
    const field = finder && document.getElementById(finder.dataset.deskFocus);
    if (field) (field.tomselect || field).focus();
  });
  document.addEventListener("change", function (event) {
    if (!event.target.matches("#desk select[data-record-select]") || !event.target.value) return;
    if (event.target.tomselect) event.target.tomselect.blur();
    const merge = document.querySelector("#desk [data-desk-key=m]");
    if (merge) merge.focus();
  });
  function back() {
    if (document.activeElement) document.activeElement.blur();
    const title = document.getElementById("company-title");
    if (title) title.focus({ preventScroll: true });
  }
  // Word of the decision before goes with the next one: a hundred in a row would cover the desk.
  document.addEventListener("htmx:beforeRequest", function (event) {
    if (event.target.closest("#desk")) document.querySelectorAll("#toasts .toast-note").forEach((note) => note.remove());
  });
  // The name of the company now in focus is read out, and the eye starts at the top.
  document.addEventListener("htmx:afterSwap", function (event) {
    if (event.target.id !== "desk" && !(event.detail.elt && event.detail.elt.id === "desk")) return;
    const title = document.getElementById("company-title");
    if (!title) return;
    title.tabIndex = -1;
    title.focus({ preventScroll: true });
    window.scrollTo(0, 0);
  });
})();
