// Draws the page's figures with the plotting library, in the colours of the page's theme and for its width.
// Without this script, or when the library does not arrive, a sentence and the open tables of numbers stand there.
const page = document.getElementById("explore");
const figures = JSON.parse(document.getElementById("figures").textContent);
const canvases = [...page.querySelectorAll("[data-figure]")];
const narrow = matchMedia("(max-width: 46rem)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const touch = matchMedia("(pointer: coarse)");
const TOKEN = /^var\((--[\w-]+)\)$/;

const say = (words) => canvases.forEach((canvas) => {
  const notice = canvas.querySelector(".notice");
  if (notice) { notice.textContent = words; }
});

const openTables = (isOpen) => page.querySelectorAll("details.numbers").forEach((table) => { table.open = isOpen; });

const loadLibrary = () => new Promise((resolve, reject) => {
  const script = document.createElement("script");
  script.src = page.dataset.library;
  script.onload = resolve;
  script.onerror = reject;
  document.head.append(script);
});

// Figures name the style sheet's tokens; the library needs the colours behind them.
const coloured = (value, tokens) => {
  if (typeof value === "string") {
    const token = TOKEN.exec(value);
    return token ? tokens.getPropertyValue(token[1]).trim() : value;
  }
  if (Array.isArray(value)) { return value.map((one) => coloured(one, tokens)); }
  if (value && typeof value === "object") {
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, coloured(one, tokens)]));
  }
  return value;
};

// Breaks a label between words, into lines of about `most` characters.
const broken = (text, most) => text.split(" ").reduce((lines, word) => {
  const last = lines[lines.length - 1];
  if (last && last.length + word.length < most) { lines[lines.length - 1] = `${last} ${word}`; } else { lines.push(word); }
  return lines;
}, []).join("<br>");

// Says how many lines the key takes: every name with its mark, as wide as its letters.
const linesOfKey = (data, width) => data.filter((trace) => trace.showlegend).reduce(([lines, used], trace) => {
  const needed = 56 + 8 * trace.name.length;
  return used && used + needed > width ? [lines + 1, needed] : [lines, used + needed];
}, [1, 0])[0];

const fitted = (figure, isNarrow, width) => {
  const { data, layout } = figure;
  const axes = [[layout.xaxis, isNarrow ? 8 : 16], [layout.yaxis, isNarrow ? 15 : 34]];
  for (const [axis, most] of axes) {
    if (axis.ticktext) { axis.ticktext = axis.ticktext.map((text) => broken(text, most)); }
    if (axis.title) { axis.title.text = broken(axis.title.text, isNarrow ? 30 : 60); }
  }
  if (isNarrow) {
    layout.font.size = 12;
    layout.margin.t += 40;
    layout.height += 40;
    if (layout.meta.short) {
      layout.xaxis.ticktext = layout.meta.short;
      layout.xaxis.tickangle = -60;
    }
    for (const note of layout.annotations || []) {
      if (note.name === "level") { Object.assign(note, { textangle: -40, xanchor: "left", xshift: -6 }); }
    }
    // Labels of several lines need taller rows; names beside points would cover each other.
    const labels = layout.yaxis.ticktext || [];
    const lines = Math.max(1, ...labels.map((label) => label.split("<br>").length));
    layout.height += labels.length * Math.max(0, 17 * lines - 36);
    for (const trace of data) { trace.mode = trace.mode === "markers+text" ? "markers" : trace.mode; }
  }
  const more = (isNarrow ? 19 : 24) * (linesOfKey(data, width) - 1);
  if (layout.yaxis.scaleanchor) { layout.height = Math.min(layout.height, width + 130); }
  layout.margin.b += more;
  layout.height += more;
  // A finger that moves over a chart scrolls the page.
  layout.dragmode = touch.matches ? false : "zoom";
  layout.autosize = true;
  return figure;
};

const draw = () => {
  const tokens = getComputedStyle(document.documentElement);
  const isNarrow = narrow.matches;
  return Promise.all(canvases.map((canvas) => {
    const figure = fitted(coloured(structuredClone(figures[canvas.dataset.figure]), tokens), isNarrow, canvas.clientWidth);
    figure.layout.font.family = getComputedStyle(document.body).fontFamily;
    const notice = canvas.querySelector(".notice");
    if (notice) { notice.remove(); }
    return window.Plotly.react(canvas, figure.data, figure.layout, {
      responsive: true,
      displaylogo: false,
      displayModeBar: true,
      modeBarButtons: [["toImage"], ["zoom2d", "pan2d"], ["zoomIn2d", "zoomOut2d", "resetScale2d"]],
      toImageButtonOptions: { format: "png", filename: canvas.dataset.figure, scale: 2 },
    });
  }));
};

openTables(false);
say(page.dataset.loading);
try {
  await loadLibrary();
  await draw();
  page.dataset.drawn = "yes";
  [narrow, dark].forEach((query) => query.addEventListener("change", draw));
} catch {
  canvases.forEach((canvas) => {
    const notice = document.createElement("p");
    notice.className = "notice";
    notice.textContent = page.dataset.failed;
    canvas.replaceChildren(notice);
  });
  openTables(true);
}
