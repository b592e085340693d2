// The grid of the annual task: Enter and the arrow keys go from cell to cell, cells of a spreadsheet are pasted over several.
(function () {
  const cellsOf = (row) => Array.from(row.querySelectorAll("input.grid-cell"));

  function placeOf(input) {
    const rows = Array.from(input.closest("table").tBodies[0].rows).map(cellsOf);
    const row = rows.findIndex((cells) => cells.includes(input));
    return { rows, row, column: rows[row].indexOf(input) };
  }

  function go(event, input, down, right) {
    const { rows, row, column } = placeOf(input);
    const next = rows[row + down] && rows[row + down][column + right];
    if (!next) return;
    event.preventDefault();
    next.focus();
    next.select();
  }

  document.addEventListener("keydown", function (event) {
    const input = event.target;
    if (!input.matches || !input.matches("[data-grid] input.grid-cell") || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    const whole = input.selectionStart === 0 && input.selectionEnd === input.value.length;
    if (event.key === "Enter" || event.key === "ArrowDown") {
      if (event.key === "Enter") event.preventDefault(); // a form is saved by its button or Ctrl Enter
      go(event, input, event.shiftKey && event.key === "Enter" ? -1 : 1, 0);
    } else if (event.key === "ArrowUp") go(event, input, -1, 0);
    else if (event.key === "ArrowRight" && (whole || input.selectionStart === input.value.length)) go(event, input, 0, 1);
    else if (event.key === "ArrowLeft" && (whole || input.selectionEnd === 0)) go(event, input, 0, -1);
  });

  document.addEventListener("paste", function (event) {
    const input = event.target;
    if (!input.matches || !input.matches("[data-grid] input.grid-cell")) return;
    const text = event.clipboardData.getData("text/plain").replace(/\r\n?/g, "\n").replace(/\n$/, "");
    if (!/[\t\n]/.test(text)) return;
    event.preventDefault();
    const { rows, row, column } = placeOf(input);
    text.split("\n").forEach(function (line, down) {
      line.split("\t").forEach(function (figure, right) {
        const cell = rows[row + down] && rows[row + down][column + right];
        if (!cell) return;
        cell.value = figure.trim();
        cell.dataset.pasted = "yes";
        cell.dispatchEvent(new Event("input", { bubbles: true }));
      });
    });
  });
})();
