// <u-plot data-src|data-json>: a time series drawn by uPlot, loaded only where a chart is.
// JSON: {"x": [unix seconds], "series": [{"label": "Solde", "cents": [int or null]}]}.
import { $ } from "./dom.js";
import { figures, HEIGHT, options, plotted } from "./plot-drawing.js";

const EMPTY = "Pas encore de chiffres à montrer.";
const FAILED = "Le graphique n’a pas pu être chargé. Rechargez la page.";
let library;

function load(src) {
  library ??= new Promise((onload, onerror) => {
    document.head.append(Object.assign(document.createElement("script"), { src, onload, onerror }));
  });
  return library;
}

class UPlotChart extends HTMLElement {
  async connectedCallback() {
    this.place = $("[data-plot]", this);
    try {
      [this.data] = await Promise.all([this.read(), load(this.dataset.lib)]);
    } catch {
      this.place.textContent = FAILED;
      return;
    }
    if (!this.data.x?.length) {
      this.place.textContent = EMPTY;
      return;
    }
    $("[data-table]", this).replaceChildren(figures(this.data));
    this.draw();
    this.watch();
  }

  disconnectedCallback() {
    this.themes?.disconnect();
    this.sizes?.disconnect();
    this.chart?.destroy();
  }

  async read() {
    const { json, src } = this.dataset;
    if (json) return JSON.parse(document.getElementById(json).textContent);
    const answer = await fetch(src, { headers: { Accept: "application/json" } });
    if (!answer.ok) throw new Error(String(answer.status));
    return answer.json();
  }

  draw() {
    this.chart?.destroy();
    const how = options(this.data, this.place.clientWidth);
    this.chart = new window.uPlot(how, plotted(this.data), this.place);
  }

  watch() {
    this.themes = new MutationObserver(() => this.draw());
    this.themes.observe(document.documentElement, { attributeFilter: ["data-bs-theme"] });
    this.sizes = new ResizeObserver(() => {
      this.chart.setSize({ width: this.place.clientWidth, height: HEIGHT });
    });
    this.sizes.observe(this.place);
  }
}

customElements.define("u-plot", UPlotChart);
