// The customer network. The forces have come to rest when it is first painted; from then on every node stays where it is
// put, so that dragging one of five hundred moves that one only. A click on a node tells what it is and where to go from it.
document.addEventListener("chartdrawn", function (event) {
  const figure = event.target, picked = figure.querySelector("[data-picked]");
  if (!picked) return;

  function rest() {
    const series = figure.chartData.option.series[0];
    const layout = figure.chart.getModel().getSeriesByIndex(0).getData();
    series.data.forEach(function (node, number) {
      [node.x, node.y] = layout.getItemLayout(number);
    });
    const label = { ...series.label, width: Math.min(series.label.width, figure.chart.getWidth() / 2 - 20) };
    const settled = { layout: "none", data: series.data, label, labelLayout: inSight };
    Object.assign(series, settled);
    figure.chart.setOption({ series: [settled] });
  }

  // A name that would leave the picture on the right stands on the left of its node: it takes less than half of the picture.
  function inSight({ rect, labelRect }) {
    const cut = labelRect.x + labelRect.width > figure.chart.getWidth();
    return cut ? { hideOverlap: true, x: rect.x - 5, align: "right" } : { hideOverlap: true };
  }

  function offer(link, address) {
    link.hidden = !address;
    if (address) link.href = address;
  }

  rest();
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
