// Says under a question that shares 100 points out how many are left. The server adds them up once more.
(() => {
  "use strict";
  const WHOLE = 100;
  const tally = (split) => {
    const texts = [...split.querySelectorAll("input")].map((field) => field.value.trim());
    const total = texts.reduce((sum, text) => sum + (/^\d{1,3}$/.test(text) ? Number(text) : 0), 0);
    const line = split.querySelector(".left");
    const words = total === WHOLE ? "whole" : total > WHOLE ? "many" : "some";
    const said = split.dataset[words].replace("{n}", Math.abs(WHOLE - total));
    line.hidden = false;
    line.dataset.state = words;
    if (line.textContent !== said) line.textContent = said;
  };
  for (const split of document.querySelectorAll("[data-split]")) {
    tally(split);
    split.addEventListener("input", () => tally(split));
    document.addEventListener("filled", () => tally(split)); // with what this device had kept
  }
})();
