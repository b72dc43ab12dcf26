// Draws each element with data-series: {"hours":[unix seconds],"down":[bytes],"up":[bytes]} as stacked bars by hour.
import uPlot from "uplot";

const units = ["B", "KB", "MB", "GB", "TB", "PB"];

function bytes(value) {
  let unit = 0;
  while (value >= 1000 && unit < units.length - 1) {
    value /= 1000;
    unit++;
  }
  const figure = unit === 0 || value >= 100 ? Math.round(value) : value.toFixed(value >= 10 ? 1 : 2).replace(/\.?0+$/, "");
  return `${figure} ${units[unit]}`;
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

function draw(element) {
  const series = JSON.parse(element.dataset.series);
  const readout = element.closest("section").querySelector("[data-readout]");
  const total = series.down.map((down, i) => down + series.up[i]);
  const time = new Intl.DateTimeFormat(document.documentElement.lang, {
    weekday: "short",
    hour: "2-digit",
    minute: "2-digit",
    hour12: false,
  });
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
      padding: [10, 18, 0, 0], // room for half of the last label
      legend: { show: false },
      cursor: { points: { show: false }, y: false, drag: { x: false, y: false } },
      scales: {
        x: { range: (_, min, max) => [min, max + 3600] },
        y: { range: (_, __, max) => [0, max > 0 ? max * 1.08 : 1000] },
      },
      axes: [
        {
          ...axis,
          size: 26,
          gap: 6,
          grid: { show: false },
          space: 56,
          values: (_, ticks) =>
            ticks.map((tick) =>
              new Intl.DateTimeFormat(document.documentElement.lang, {
                hour: "2-digit",
                minute: "2-digit",
                hour12: false,
              }).format(tick * 1000),
            ),
        },
        { ...axis, size: 64, space: 44, values: (_, ticks) => ticks.map(bytes) },
      ],
      series: [
        {},
        {
          label: "Both",
          paths: bars,
          fill: color(element, "--chart-up"),
          stroke: "transparent",
          width: 0,
          points: { show: false },
        },
        {
          label: "Down",
          paths: bars,
          fill: color(element, "--chart-down"),
          stroke: "transparent",
          width: 0,
          points: { show: false },
        },
      ],
      hooks: {
        setCursor: [
          ({ cursor: { idx } }) => {
            readout.textContent =
              idx == null
                ? ""
                : `${time.format(series.hours[idx] * 1000)}: ${bytes(series.down[idx])} down, ${bytes(series.up[idx])} up`;
          },
        ],
      },
    },
    [series.hours, total, series.down],
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
