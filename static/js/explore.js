// Draws the page's figures with the plotting library, in the colours of the page's theme and for its width.
// Without this script, or when the library does not arrive, a sentence and the open tables of numbers stand there.
const page = document.getElementById("explore");
const figures = JSON.parse(document.getElementById("figures").textContent);
const canvases = [...page.querySelectorAll("[data-figure]")];
const narrow = matchMedia("(max-width: 46rem)");
const dark = matchMedia("(prefers-color-scheme: dark)");
const touch = matchMedia("(pointer: coarse)");
// Figures of a page from right to left arrive mirrored; texts that hang on one side have to know.
const mirrored = document.documentElement.dir === "rtl";
const side = mirrored ? "right" : "left";
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
  const axes = [[layout.xaxis, Math.max(8, width / 9 / ((layout.xaxis.ticktext || []).length + 2))], [layout.yaxis, isNarrow ? 15 : 34]];
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
      layout.xaxis.tickangle = -90;
      layout.margin.t += 24;
      layout.height += 24;
    }
    for (const note of layout.annotations || []) {
      if (note.name === "level") { Object.assign(note, { textangle: mirrored ? 40 : -40, xanchor: side, xshift: mirrored ? 6 : -6 }); }
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

const figureOf = (canvas) => {
  const tokens = getComputedStyle(document.documentElement);
  return fitted(coloured(structuredClone(figures[canvas.dataset.figure]), tokens), narrow.matches, canvas.clientWidth);
};

// The library reads some HTML in texts.
const plain = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

// A picture stands alone: with title and source, and in a font that is there without the page.
const save = async (canvas) => {
  const { data, layout } = figureOf(canvas);
  const most = canvas.clientWidth / 8;
  const source = broken(plain(layout.meta.caption), most);
  // Names of columns stand above the plot and reach into the margin.
  const room = 32 + 18 * source.split("<br>").length + (layout.xaxis.side === "top" ? 64 : 0);
  layout.font.family = "sans-serif";
  layout.title = { text: plain(layout.meta.title), x: mirrored ? 0.99 : 0.01, xanchor: side, y: 1, yanchor: "top", yref: "container", pad: { t: 12 }, subtitle: { text: source } };
  layout.margin.t += room;
  const size = { width: canvas.clientWidth, height: layout.height + room };
  layout.height = size.height;
  const link = document.createElement("a");
  link.href = await window.Plotly.toImage({ data, layout }, { format: "png", scale: 2, ...size });
  link.download = `${canvas.dataset.figure}.png`;
  link.click();
};

const draw = () => Promise.all(canvases.map((canvas) => {
  const figure = figureOf(canvas);
  figure.layout.font.family = getComputedStyle(document.body).fontFamily;
  const notice = canvas.querySelector(".notice");
  if (notice) { notice.remove(); }
  // The library places texts by their left and right ends, which trade places in a text from right to left.
  canvas.dir = "ltr";
  // The library fills its place, so the place has to be as tall as the drawing.
  canvas.style.blockSize = `${figure.layout.height + 2}px`;
  const camera = { name: "save", title: page.dataset.save, icon: window.Plotly.Icons.camera, click: () => save(canvas) };
  return window.Plotly.react(canvas, figure.data, figure.layout, {
    responsive: true,
    displaylogo: false,
    displayModeBar: true,
    modeBarButtons: [[camera], ["zoom2d", "pan2d"], ["zoomIn2d", "zoomOut2d", "resetScale2d"]],
  });
}));

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
    canvas.removeAttribute("dir");
    canvas.replaceChildren(notice);
  });
  openTables(true);
}
