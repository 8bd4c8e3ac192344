// How a time series looks: uPlot's options from our tokens, and its figures as a table.
const euros = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" });
const round = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 0 });
const day = new Intl.DateTimeFormat("fr-FR", { timeZone: "Europe/Paris" });
const month = new Intl.DateTimeFormat("fr-FR", {
  month: "short",
  year: "2-digit",
  timeZone: "Europe/Paris",
});
export const HEIGHT = 220;

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();
const money = (value) => (value === null ? "" : euros.format(value));
const inEuros = (cents) => cents.map((value) => (value === null ? null : value / 100));

/** What uPlot plots: seconds, then each series in euros. */
export const plotted = ({ x, series }) => [x, ...series.map(({ cents }) => inEuros(cents))];

export function options({ series }, width) {
  const strokes = [token("--chart-1"), token("--chart-2"), token("--text-3")];
  const axis = {
    stroke: token("--text-3"),
    grid: { stroke: token("--chart-grid"), width: 1 },
    ticks: { show: false },
    font: "11px Inter Variable",
  };
  const lines = series.map(({ label }, at) => ({
    label,
    stroke: strokes[at],
    width: 1.75,
    points: { show: false },
    value: (_, value) => money(value),
  }));
  return {
    width,
    height: HEIGHT,
    axes: [
      { ...axis, values: (_, marks) => marks.map((mark) => month.format(mark * 1000)) },
      { ...axis, size: 70, values: (_, marks) => marks.map((mark) => round.format(mark)) },
    ],
    series: [
      { label: "Date", value: (_, value) => (value === null ? "" : day.format(value * 1000)) },
      ...lines,
    ],
  };
}

export function figures(data) {
  const table = Object.assign(document.createElement("table"), { className: "tbl dense" });
  const row = (cells, tag) => {
    const line = table.insertRow();
    cells.forEach((textContent, at) => {
      const cell = document.createElement(tag);
      line.append(Object.assign(cell, { textContent, className: at ? "num" : "" }));
    });
  };
  const [seconds, ...columns] = plotted(data);
  row(["Date", ...data.series.map(({ label }) => label)], "th");
  seconds.forEach((x, at) => {
    row([day.format(x * 1000), ...columns.map((values) => money(values[at]))], "td");
  });
  return table;
}
