// <u-plot data-src|data-json>: a time series drawn by uPlot, loaded only where a chart is.
// JSON: {"x": [unix seconds], "series": [{"label": "Solde", "cents": [int or null]}]}.
import { $ } from "./dom.js";

const euros = new Intl.NumberFormat("fr-FR", { style: "currency", currency: "EUR" });
const round = new Intl.NumberFormat("fr-FR", { maximumFractionDigits: 0 });
const day = new Intl.DateTimeFormat("fr-FR", { timeZone: "Europe/Paris" });
const month = new Intl.DateTimeFormat("fr-FR", { month: "short", year: "2-digit", timeZone: "Europe/Paris" });
const EMPTY = "Pas encore de chiffres à montrer.", FAILED = "Le graphique n’a pas pu être chargé. Rechargez la page.";
let library;

function load(element) {
  library ??= new Promise((done, fail) => {
    const script = Object.assign(document.createElement("script"), { src: element.dataset.lib, onload: done, onerror: fail });
    document.head.append(script);
  });
  return library;
}

const token = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

class UPlotChart extends HTMLElement {
  async connectedCallback() {
    this.place = $("[data-plot]", this);
    this.redraw = () => this.draw();
    this.themes = new MutationObserver(this.redraw);
    this.sizes = new ResizeObserver(() => this.chart?.setSize({ width: this.place.clientWidth, height: 220 }));
    try {
      [this.data] = await Promise.all([this.read(), load(this)]);
    } catch {
      this.place.textContent = FAILED;
      return;
    }
    if (!this.data.x?.length) { this.place.textContent = EMPTY; return; }
    this.table();
    this.draw();
    this.themes.observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
    this.sizes.observe(this.place);
  }

  disconnectedCallback() {
    this.themes?.disconnect();
    this.sizes?.disconnect();
    this.chart?.destroy();
  }

  async read() {
    if (this.dataset.json) return JSON.parse(document.getElementById(this.dataset.json).textContent);
    const answer = await fetch(this.dataset.src, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  draw() {
    this.chart?.destroy();
    const axis = { stroke: token("--text-3"), grid: { stroke: token("--chart-grid"), width: 1 }, ticks: { show: false }, font: "11px Inter Variable" };
    const strokes = [token("--chart-1"), token("--chart-2"), token("--text-3")];
    const lines = this.data.series.map(({ label }, at) => ({
      label, stroke: strokes[at], width: 1.75, points: { show: false }, value: (_, value) => (value === null ? "" : euros.format(value)),
    }));
    this.chart = new window.uPlot({
      width: this.place.clientWidth, height: 220, scales: { x: { time: true } },
      axes: [
        { ...axis, values: (_, marks) => marks.map((mark) => month.format(mark * 1000)) },
        { ...axis, size: 70, values: (_, marks) => marks.map((mark) => round.format(mark)) },
      ],
      series: [{ label: "Date", value: (_, value) => (value === null ? "" : day.format(value * 1000)) }, ...lines],
    }, [this.data.x, ...this.data.series.map(({ cents }) => cents.map((value) => (value === null ? null : value / 100)))], this.place);
  }

  table() {
    const table = document.createElement("table");
    table.className = "tbl dense";
    const row = (cells, tag) => {
      const line = table.insertRow();
      cells.forEach((text, at) => line.append(Object.assign(document.createElement(tag), { textContent: text, className: at ? "num" : "" })));
    };
    row(["Date", ...this.data.series.map(({ label }) => label)], "th");
    this.data.x.forEach((x, at) => row([day.format(x * 1000), ...this.data.series.map(({ cents }) => (cents[at] === null ? "" : euros.format(cents[at] / 100)))], "td"));
    $("[data-table]", this).replaceChildren(table);
  }
}

customElements.define("u-plot", UPlotChart);
