// Draws each element with data-series as stacked bars, the first layer at the bottom: {"at":[unix
// seconds],"grain":"hour"|"day"|"month","layers":[{"label":"down","values":[bytes]}]}; or, by hour, {"hours":[unix
// seconds],"down":[bytes],"up":[bytes]}. Hours are in the viewer's time zone, days and months are UTC. With
// "directions" the layers are down and up, whatever they are called; with "currency" and "digits" the values are minor
// units of money; with "lines" the layers stand beside each other as lines.
import uPlot from "uplot";
import { language, say } from "./words.js";

const units = say("B KB MB GB TB PB EB").split(" ");

function bytes(value) {
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const maximumFractionDigits = unit === 0 || value >= 100 ? 0 : value >= 10 ? 1 : 2;
  return `${value.toLocaleString(language, { maximumFractionDigits, useGrouping: false })} ${units[unit]}`;
}

// Minor units, as the server writes amounts: in every language alike.
function money(value, digits) {
  return (value / 10 ** digits).toLocaleString("en", { minimumFractionDigits: digits, maximumFractionDigits: digits });
}

// A token's colour as this theme resolves it: uPlot paints a canvas, which knows no light-dark().
function color(element, token) {
  const probe = document.createElement("span");
  probe.hidden = true;
  element.append(probe);
  probe.style.color = `var(${token})`;
  const value = getComputedStyle(probe).color;
  probe.remove();
  return value;
}

// How a point is called, and a tick of the axis; how long one is; where days begin.
const grains = {
  slot: {
    point: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    tick: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    seconds: 300,
  },
  hour: {
    point: { weekday: "short", hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    tick: { hour: "2-digit", minute: "2-digit", hourCycle: "h23" },
    seconds: 3600,
  },
  day: {
    point: { weekday: "short", day: "numeric", month: "short" },
    tick: { day: "numeric", month: "short" },
    seconds: 86400,
    zone: "UTC",
    steps: [1, 2, 7, 14, 30].map((days) => days * 86400),
  },
  month: {
    point: { month: "short", year: "numeric" },
    tick: { month: "short", year: "2-digit" },
    seconds: 30 * 86400,
    zone: "UTC",
    steps: [1, 2, 3, 6, 12].map((months) => months * 30 * 86400),
  },
};

function layersOf({ layers, down, up, directions }) {
  if (!layers)
    layers = [
      { label: say("down"), values: down },
      { label: say("up"), values: up },
    ];
  const tokens = directions || down ? ["--chart-down", "--chart-up"] : null;
  return layers.map((layer, i) => ({ ...layer, token: tokens?.[i] ?? `--chart-${i + 1}` }));
}

function draw(element) {
  const series = JSON.parse(element.dataset.series);
  const at = series.at ?? series.hours;
  const grain = grains[series.grain ?? "hour"];
  const layers = layersOf(series);
  const readout = element.closest("section").querySelector("[data-readout]");
  // Each layer with all below it: what is on top is drawn first, and the others over it.
  const heights = layers.map((layer, i) =>
    series.lines ? layer.values : at.map((_, x) => layers.slice(0, i + 1).reduce((sum, { values }) => sum + values[x], 0)),
  );
  const figure = series.currency ? (value) => money(value, series.digits) : bytes;
  const point = new Intl.DateTimeFormat(language, { ...grain.point, timeZone: grain.zone });
  const tick = new Intl.DateTimeFormat(language, { ...grain.tick, timeZone: grain.zone });
  const line = color(element, "--card-border");
  const text = color(element, "--secondary");
  const font = `12px ${getComputedStyle(document.body).fontFamily}`;
  const bars = uPlot.paths.bars({ size: [0.66, 34], radius: 0.18, align: 1 });
  const axis = { stroke: text, font, ticks: { show: false }, grid: { stroke: line, width: 1 } };
  const width = () => element.clientWidth;
  const plot = new uPlot(
    {
      width: width(),
      height: element.clientHeight,
      padding: [10, grain.zone ? 30 : 18, 0, 0], // room for half of the last label
      legend: { show: false },
      tzDate: (seconds) => (grain.zone ? uPlot.tzDate(new Date(seconds * 1000), "Etc/UTC") : new Date(seconds * 1000)),
      cursor: { points: { show: false }, y: false, drag: { x: false, y: false } },
      scales: {
        x: { range: (_, min, max) => [min, max + grain.seconds] },
        y: { range: (_, min, max) => [Math.min(min, 0) * 1.08, max > 0 ? max * 1.08 : 1000] },
      },
      axes: [
        {
          ...axis,
          size: 26,
          gap: 6,
          grid: { show: false },
          space: 64,
          ...(grain.steps && { incrs: grain.steps }),
          values: (_, ticks) => ticks.map((seconds) => tick.format(seconds * 1000)),
        },
        { ...axis, size: 64, space: 44, values: (_, ticks) => ticks.map(figure) },
      ],
      series: [
        {},
        ...layers.toReversed().map(({ label, token }) => ({
          label,
          ...(series.lines
            ? { stroke: color(element, token), width: 2 }
            : { paths: bars, fill: color(element, token), stroke: "transparent", width: 0 }),
          points: { show: false },
        })),
      ],
      hooks: {
        setCursor: [
          ({ cursor: { idx } }) => {
            readout.textContent =
              idx == null
                ? ""
                : `${point.format(at[idx] * 1000)}: ${layers
                    .filter(({ values }) => values[idx] > 0 || layers.length === 2)
                    .map(({ label, values }) => `${figure(values[idx])} ${label}`)
                    .join(", ")}`;
          },
        ],
      },
    },
    [at, ...heights.toReversed()],
    element,
  );
  new ResizeObserver(() => plot.setSize({ width: width(), height: element.clientHeight })).observe(element);
  return plot;
}

let plots = [];
function drawAll() {
  for (const plot of plots) plot.destroy();
  plots = [...document.querySelectorAll("[data-series]")].map(draw);
}

drawAll();
document.addEventListener("themechange", drawAll);
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", drawAll);
