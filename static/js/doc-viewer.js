// <doc-viewer>: a PDF drawn by PDF.js, page by page as they come into view; <doc-image>: a picture.
// The document's own answer can run nothing, so the browser's viewer would not open it.
import { $, $$, on } from "./dom.js";
import { DocImage, FAILED, Viewer } from "./doc-frame.js";

const LOCKED = "Ce PDF est protégé par un mot de passe\u00a0: téléchargez-le pour l’ouvrir.";
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
    if (!this.isConnected) return;
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
    this.sized = new ResizeObserver(() => this.draw());
    this.sized.observe(this);
  }

  disconnectedCallback() {
    this.watch?.disconnect();
    this.sized?.disconnect();
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

  // A page asked for as the document leaves the screen is nobody's any more.
  async render(canvas) {
    try {
      if (this.isConnected) await this.paint(canvas);
    } catch (error) {
      if (this.isConnected) throw error;
    }
  }

  async paint(canvas) {
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
