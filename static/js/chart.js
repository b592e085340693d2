// Charts: figures come from the element's own address; colours follow the theme; the table holds the same figures.
(function () {
  const script = document.currentScript;
  let library;

  function loadLibrary() {
    library = library || new Promise(function (resolve, reject) {
      const tag = document.createElement("script");
      tag.src = script.dataset.echarts;
      tag.onload = () => resolve(window.echarts);
      tag.onerror = reject;
      document.head.append(tag);
    });
    return library;
  }

  function tones() {
    const style = getComputedStyle(document.documentElement);
    const read = (name) => style.getPropertyValue(name).trim();
    return {
      series: [1, 2, 3, 4, 5, 6, 7, 8].map((number) => read(`--chart-${number}`)),
      text: read("--ink"),
      muted: read("--ink-soft"),
      line: read("--line"),
      surface: read("--surface"),
      font: getComputedStyle(document.body).fontFamily,
    };
  }

  // 1,234.5, −3 with a real minus, and a dash where there is no figure: as the pages write them.
  function written(figure) {
    if (figure === null || figure === undefined || figure === "-") return "–";
    return typeof figure === "number" ? figure.toLocaleString("en-US").replace("-", "−") : figure;
  }

  function axis(given, tone) {
    const one = (each) => ({
      axisLine: { lineStyle: { color: tone.line } },
      axisTick: { show: false },
      splitLine: { lineStyle: { color: tone.line } },
      nameTextStyle: { color: tone.muted },
      ...each,
      axisLabel: { color: tone.muted, hideOverlap: true, ...(each.type === "value" ? { formatter: written } : {}), ...(each.axisLabel || {}) },
    });
    return Array.isArray(given) ? given.map(one) : one(given);
  }

  // The name of a radar's axis in short lines: at its spaces, or after six signs where it has none.
  function inLines(name) {
    const words = name.split(" ").flatMap((word) => (/[\u4e00-\u9fff]/.test(word) ? word.match(/.{1,6}/g) : [word]));
    const lines = [words.shift()];
    words.forEach(function (word) {
      const last = lines[lines.length - 1];
      if (`${last} ${word}`.length <= 13 && !/[\u4e00-\u9fff]/.test(word)) lines[lines.length - 1] = `${last} ${word}`;
      else lines.push(word);
    });
    return lines.join("\n");
  }

  // Words beside what is drawn: the library's own are dark on every ground, with a bright rim.
  function worded(series, tone) {
    const words = (label) => ({ color: tone.text, textBorderColor: tone.surface, textBorderWidth: 2, ...label });
    const one = { ...series };
    if (series.label) one.label = words(series.label);
    if (series.markLine) one.markLine = { ...series.markLine, label: words(series.markLine.label) };
    return one;
  }

  function dressed(option, tone) {
    const calm = window.matchMedia("(prefers-reduced-motion: reduce)").matches;
    const full = {
      color: tone.series,
      backgroundColor: "transparent",
      animation: !calm,
      textStyle: { fontFamily: tone.font, color: tone.text },
      grid: { left: 8, right: 16, top: 32, bottom: 8, containLabel: true },
      aria: { enabled: true },
      ...option,
      series: (option.series || []).map((each) => worded(each, tone)),
      tooltip: { trigger: "axis", backgroundColor: tone.surface, borderColor: tone.line, textStyle: { color: tone.text }, valueFormatter: written, ...option.tooltip, renderMode: "richText" },
    };
    if (option.legend !== undefined || (option.series || []).length > 1) {
      // many long names would stand over the picture on a phone: they are turned over instead
      const narrow = window.innerWidth < 600;
      const names = (option.series || []).map((each) => each.name || "").join("").replace(/[\u3000-\uffef]/g, "..");
      const type = (option.series || []).length > (narrow ? 3 : 4) || (narrow && names.length > 36) ? "scroll" : "plain";
      const pages = { pageTextStyle: { color: tone.muted }, pageIconColor: tone.muted, pageIconInactiveColor: tone.line, pageIconSize: 11 };
      full.legend = { type, top: 0, icon: "roundRect", itemWidth: 12, itemHeight: 8, textStyle: { color: tone.muted }, ...pages, ...option.legend };
    }
    if (option.radar) {
      const lines = { lineStyle: { color: tone.line } };
      const narrow = window.innerWidth < 600;
      const names = { color: tone.muted, fontSize: narrow ? 11 : 12, lineHeight: 15, formatter: (name) => inLines(name) };
      const size = narrow ? "40%" : "64%"; // the names need their room beside it
      full.radar = { axisName: names, axisLine: lines, splitLine: lines, splitArea: { show: false }, radius: size, center: ["50%", "55%"], ...option.radar };
    }
    ["xAxis", "yAxis"].forEach(function (name) {
      if (option[name]) full[name] = axis(option[name], tone);
    });
    // long names of bars would leave no room for the bars; the table has them in full
    [full.yAxis].flat().forEach(function (each) {
      if (each && each.type === "category") each.axisLabel = { width: window.innerWidth < 600 ? 104 : 240, overflow: "truncate", ...each.axisLabel };
    });
    return full;
  }

  function fillTable(place, table, title) {
    const element = document.createElement("table");
    element.className = "table";
    const caption = element.createCaption();
    caption.className = "visually-hidden";
    caption.textContent = title;
    const head = element.createTHead().insertRow();
    table.columns.forEach(function (label) {
      const cell = document.createElement("th");
      cell.scope = "col";
      cell.textContent = label;
      head.append(cell);
    });
    const rows = element.createTBody();
    table.rows.forEach(function (figures, number) {
      const row = rows.insertRow();
      figures.forEach(function (figure, column) {
        const cell = row.insertCell();
        const text = written(figure);
        if (typeof figure === "number") cell.className = "numeric";
        if (column === 0 && table.links && table.links[number]) {
          const link = document.createElement("a");
          link.href = table.links[number];
          link.textContent = text;
          cell.append(link);
        } else cell.textContent = text;
      });
    });
    place.replaceChildren(element);
  }

  function save(name, blob) {
    const link = document.createElement("a");
    link.href = URL.createObjectURL(blob);
    link.download = name;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 1000);
  }
  function csv(table) {
    const cell = function (value) {
      let text = value === null || value === undefined ? "" : String(value);
      if (typeof value !== "number" && /^[=+\-@\t\r]/.test(text)) text = `'${text}`;
      return /[",\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
    };
    return "\ufeff" + [table.columns, ...table.rows].map((row) => row.map(cell).join(",")).join("\r\n");
  }

  async function draw(figure) {
    if (figure.dataset.drawn) return;
    figure.dataset.drawn = "yes";
    const canvas = figure.querySelector(".chart-canvas");
    let data;
    try {
      const answer = await fetch(figure.dataset.chartUrl, { headers: { Accept: "application/json" }, credentials: "same-origin" });
      if (!answer.ok) throw new Error(String(answer.status));
      data = await answer.json();
    } catch {
      canvas.textContent = canvas.dataset.failed;
      return;
    }
    figure.querySelector(".chart-title").textContent = data.title;
    const notes = [data.unit, data.n === null ? "" : `${canvas.dataset.n} ${Number(data.n).toLocaleString("en-US")}`, data.note];
    figure.querySelector(".chart-note").textContent = notes.filter(Boolean).join(" · ");
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", data.title);
    fillTable(figure.querySelector(".chart-table"), data.table, data.title);
    figure.chartData = data;
    if (!data.table.rows.length) {
      canvas.textContent = canvas.dataset.none;
      return;
    }
    const echarts = await loadLibrary();
    canvas.replaceChildren();
    figure.chart = echarts.init(canvas);
    figure.chart.setOption(dressed(data.option, tones()));
    figure.chart.on("click", function (bar) {
      const address = data.table.links && data.table.links[bar.dataIndex];
      if (address) location.assign(address);
    });
    figure.dispatchEvent(new CustomEvent("chartdrawn", { bubbles: true }));
    new ResizeObserver(() => canvas.clientWidth && figure.chart.resize()).observe(canvas); // nothing to draw on while it is hidden or taken away
  }

  const charts = () => document.querySelectorAll("[data-chart-url]");

  document.addEventListener("click", function (event) {
    const figure = event.target.closest("[data-chart-url]");
    if (!figure || !figure.chartData) return;
    const name = figure.chartData.title.replace(/[\\/:*?"<>|\s]+/g, "-").slice(0, 60);
    const toggle = event.target.closest("[data-chart-table]");
    if (toggle) {
      const canvas = figure.querySelector(".chart-canvas");
      canvas.hidden = !canvas.hidden;
      figure.querySelector(".chart-table").hidden = !canvas.hidden;
      [toggle.textContent, toggle.dataset.other] = [toggle.dataset.other, toggle.textContent];
      toggle.closest("details").open = false;
    } else if (event.target.closest("[data-chart-csv]")) {
      save(`${name}.csv`, new Blob([csv(figure.chartData.table)], { type: "text/csv" }));
    } else if (event.target.closest("[data-chart-png]") && figure.chart) {
      figure.chart.getZr().dom.querySelector("canvas").toBlob((blob) => save(`${name}.png`, blob));
    }
  });
  document.addEventListener("themechange", function () {
    charts().forEach((figure) => figure.chart && figure.chart.setOption(dressed(figure.chartData.option, tones())));
  });
  document.addEventListener("DOMContentLoaded", () => charts().forEach(draw));
  document.addEventListener("htmx:load", () => charts().forEach(draw));
})();
