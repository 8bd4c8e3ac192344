// <doc-viewer>: a PDF drawn by PDF.js, page by page as they come into view; <doc-image>: a picture.
// The document's own answer can run nothing, so the browser's viewer would not open it.
import { $, $$, on } from "./dom.js";

const FAILED = "Ce document n’a pas pu être affiché\u00a0: téléchargez-le pour l’ouvrir.";
const LOCKED = "Ce PDF est protégé par un mot de passe\u00a0: téléchargez-le pour l’ouvrir.";
const STEPS = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3];

class Viewer extends HTMLElement {
  scale = 1;
  turn = 0;

  act(what) {
    if (what === "turn") this.turn = (this.turn + 90) % 360;
    else {
      const at = STEPS.findIndex((step) => step >= this.scale - 0.01);
      this.scale = STEPS[Math.min(Math.max(at + (what === "in" ? 1 : -1), 0), STEPS.length - 1)];
    }
    this.say();
    this.draw();
  }

  say() {
    const place = $("[data-doc-scale]");
    if (place) place.textContent = `${Math.round(this.scale * 100)}\u00a0%`;
  }

  fail(text) {
    this.replaceChildren(Object.assign(document.createElement("p"), { className: "note danger", textContent: text }));
  }
}

class DocImage extends Viewer {
  connectedCallback() {
    $("img", this).addEventListener("error", () => this.fail(FAILED));
    this.say();
  }

  draw() {
    const image = $("img", this);
    image.style.width = `${this.scale * 100}%`;
    image.style.rotate = `${this.turn}deg`;
  }
}

class DocViewer extends Viewer {
  async connectedCallback() {
    this.say();
    try {
      const library = await import(this.dataset.lib);
      library.GlobalWorkerOptions.workerSrc = this.dataset.worker;
      this.task = library.getDocument({
        url: this.dataset.src, isEvalSupported: false, useWasm: false, enableXfa: false,
        wasmUrl: new URL(this.dataset.codecs, location.href).href, verbosity: 0,
      });
      this.pdf = await this.task.promise;
    } catch (error) {
      if (this.isConnected) this.fail(error?.name === "PasswordException" ? LOCKED : FAILED);
      return;
    }
    this.pages = Array.from({ length: this.pdf.numPages }, (_, at) => this.page(at + 1));
    this.replaceChildren(...this.pages);
    const count = $("[data-doc-pages]");
    if (count) count.textContent = `${this.pdf.numPages}\u00a0page${this.pdf.numPages > 1 ? "s" : ""}`;
    this.watch = new IntersectionObserver((seen) => {
      for (const { isIntersecting, target } of seen) {
        target.isSeen = isIntersecting;
        if (isIntersecting) this.render(target);
      }
    }, { rootMargin: "400px" });
    this.pages.forEach((canvas) => this.watch.observe(canvas));
    new ResizeObserver(() => this.draw()).observe(this);
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    this.task?.destroy();
  }

  page(number) {
    const canvas = document.createElement("canvas");
    canvas.number = number;
    canvas.className = "doc-page";
    canvas.setAttribute("role", "img");
    canvas.setAttribute("aria-label", `Page ${number} sur ${this.pdf.numPages} de ${this.dataset.name}`);
    return canvas;
  }

  draw() {
    this.pages?.forEach((canvas) => canvas.isSeen && this.render(canvas));
  }

  async render(canvas) {
    const page = await this.pdf.getPage(canvas.number);
    const plain = page.getViewport({ scale: 1, rotation: page.rotate + this.turn });
    const width = Math.min(Math.max(this.clientWidth, 200), 900) * this.scale;
    const wanted = `${Math.round(width)}/${this.turn}/${devicePixelRatio}`;
    if (canvas.drawn === wanted) return;
    canvas.drawn = wanted;
    const sharp = Math.min(devicePixelRatio || 1, 2);
    const viewport = page.getViewport({ scale: (width / plain.width) * sharp, rotation: page.rotate + this.turn });
    canvas.task?.cancel();
    Object.assign(canvas, { width: Math.floor(viewport.width), height: Math.floor(viewport.height) });
    canvas.style.width = `${Math.round(width)}px`;
    canvas.task = page.render({ canvas, viewport });
    await canvas.task.promise.catch(() => {});
  }
}

customElements.define("doc-viewer", DocViewer);
customElements.define("doc-image", DocImage);
on("click", "[data-doc]", (button) => $$("doc-viewer, doc-image")[0]?.act(button.dataset.doc));
