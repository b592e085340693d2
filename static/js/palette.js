// The command palette: Ctrl/Cmd K, type, arrows, Enter, Esc.
(function () {
  const palette = document.getElementById("palette");
  if (!palette) return;
  const input = document.getElementById("palette-q");
  let waiting;

  const options = () => Array.from(palette.querySelectorAll("[role=option]:not([aria-disabled])"));

  function choose(option) {
    options().forEach((other) => other.setAttribute("aria-selected", String(other === option)));
    if (option) {
      input.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    } else {
      input.removeAttribute("aria-activedescendant");
    }
  }
  const chosen = () => palette.querySelector("[role=option][aria-selected=true]");

  function open() {
    if (!palette.open) palette.showModal();
    input.select();
    htmx.trigger(input, "palette-search");
  }

  document.addEventListener("keydown", function (event) {
    if ((event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey && event.key.toLowerCase() === "k") {
      event.preventDefault();
      if (palette.open) palette.close();
      else open();
    }
  });
  document.addEventListener("click", function (event) {
    if (event.target.closest("[data-palette-open]") && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      open();
    } else if (event.target.closest("[data-palette-close]") || event.target === palette) {
      palette.close();
    }
  });
  input.addEventListener("input", function (event) {
    if (event.isComposing) return;
    clearTimeout(waiting);
    waiting = setTimeout(() => htmx.trigger(input, "palette-search"), 150);
  });
  input.addEventListener("compositionend", () => htmx.trigger(input, "palette-search"));
  input.addEventListener("keydown", function (event) {
    if (event.isComposing) return;
    const all = options();
    const at = all.indexOf(chosen());
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const next = event.key === "ArrowDown" ? at + 1 : at < 0 ? all.length - 1 : at - 1;
      choose(all[(next + all.length) % all.length]);
    } else if (event.key === "Enter" && chosen()) {
      event.preventDefault();
      chosen().click();
    }
  });
  palette.addEventListener("htmx:afterSwap", () => choose(options()[0]));
  if (/Mac|iPhone|iPad/.test(navigator.platform)) {
    document.querySelectorAll("[data-palette-open] kbd").forEach((key) => (key.textContent = "⌘ K"));
  }
})();
