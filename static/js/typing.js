// Typing in with the keyboard alone: a digit no other can follow leads on to the next field, Enter does, and Backspace in an
// empty field leads back. Without this script Tab leads on, and Enter has the page looked at: nothing is stored by it.
(() => {
  "use strict";
  const form = document.querySelector("form.typing");
  if (!form) return;
  const isNumber = (field) => field.dataset && field.dataset.most !== undefined;
  const step = (field, by) => {
    const fields = [...form.elements].filter((one) => one.type !== "hidden" && !one.disabled && one.tabIndex >= 0 && one.offsetParent);
    const next = fields[fields.indexOf(field) + by];
    if (!next || (by < 0 && !isNumber(next))) return;
    next.focus();
    if (isNumber(next)) next.select();
  };
  form.addEventListener("input", (event) => {
    const field = event.target;
    if (!isNumber(field) || event.isComposing) return;
    const text = field.value.normalize("NFKC").trim(); // input methods for Chinese write digits in full width
    const { least = 0, most, zero } = field.dataset;
    const number = Number(text);
    const fits = /^\d*$/.test(text) && (text === "" || (number >= least && number <= most) || (number === 0 && zero !== undefined));
    const begun = /^\d+$/.test(text) && number > 0 && number < least && number * 10 <= most; // a first digit that is none alone
    if (fits || begun) field.removeAttribute("aria-invalid");
    else field.setAttribute("aria-invalid", "true");
    const deleted = (event.inputType || "").startsWith("delete");
    if (fits && text !== "" && !deleted && (number === 0 || number * 10 > most)) step(field, 1);
  });
  form.addEventListener("keydown", (event) => {
    const field = event.target;
    if (!isNumber(field) || event.isComposing) return;
    if (event.key === "Enter") {
      event.preventDefault();
      step(field, 1);
    } else if (event.key === "Backspace" && field.value === "") {
      event.preventDefault();
      step(field, -1);
    }
  });
})();
