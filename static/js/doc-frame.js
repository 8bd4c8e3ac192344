// What viewers of documents share: zoom, rotation, a sentence when nothing can be shown; and pictures.
import { $ } from "./dom.js";

export const FAILED = "Ce document n’a pas pu être affiché\u00a0: téléchargez-le pour l’ouvrir.";
const STEPS = [0.5, 0.67, 0.8, 1, 1.25, 1.5, 2, 3];

export class Viewer extends HTMLElement {
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

export class DocImage extends Viewer {
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
