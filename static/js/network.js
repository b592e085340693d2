// The customer network: click a node to read what it is and go on from it; a double click puts a firm into the centre.
document.addEventListener("chartdrawn", function (event) {
  const figure = event.target, picked = figure.querySelector("[data-picked]");
  if (!picked) return;

  function offer(link, address) {
    link.hidden = !address;
    if (address) link.href = address;
  }

  figure.chart.on("click", { dataType: "node" }, function ({ data }) {
    picked.querySelector("[data-picked-name]").textContent = data.name;
    picked.querySelector("[data-picked-note]").textContent = data.note;
    offer(picked.querySelector("[data-picked-around]"), data.around);
    offer(picked.querySelector("[data-picked-open]"), data.url);
    picked.hidden = false;
  });
  figure.chart.on("dblclick", { dataType: "node" }, function ({ data }) {
    if (data.around) window.location.assign(data.around);
  });
});
