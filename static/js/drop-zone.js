// <drop-zone>: drag, drop or choose; « 3,2 Mo sur 12 Mo »; then follows the answer.  The form
// inside works without script.  Several files go one by one; of several the answer's `list_url` is
// followed, and a refused one does not stop the others.
import { $, fileSize, goTo, plural } from "./dom.js";
import { upload } from "./upload.js";

class DropZone extends HTMLElement {
  connectedCallback() {
    this.form = $("form", this);
    this.input = $("input[type=file]", this);
    this.input.addEventListener("change", () => this.send([...this.input.files]));
    $("[data-abort]", this).addEventListener("click", () => this.request?.abort());
    for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
      this.form.addEventListener(type, (event) => this.drag(event));
    }
  }

  drag(event) {
    event.preventDefault();
    this.form.classList.toggle("over", event.type === "dragenter" || event.type === "dragover");
    if (event.type === "drop") this.send([...event.dataTransfer.files]);
  }

  async send(files) {
    if (!files.length || this.request) return;
    const chosen = this.input.multiple ? files : files.slice(0, 1);
    const heavy = chosen.find((file) => file.size > (Number(this.dataset.max) || Infinity));
    this.say(heavy ? this.tooHeavy(heavy) : "");
    if (heavy) return;
    const answers = [];
    for (const file of chosen) {
      this.busy(true, file.name);
      const sent = upload(this.form, this.input.name, file, (...sizes) => this.progress(...sizes));
      this.request = sent.request;
      answers.push(await sent.done);
      if (answers[answers.length - 1].error === "") break; // interrupted
    }
    this.request = null;
    this.input.value = "";
    this.busy(false);
    this.follow(answers);
  }

  tooHeavy(file) {
    const limit = fileSize(Number(this.dataset.max));
    const name = `«\u00a0${file.name}\u00a0»`;
    return `${name} pèse ${fileSize(file.size)}, la limite est de ${limit}. Déposez un fichier plus léger.`;
  }

  progress(loaded, total) {
    $("progress", this).max = total;
    $("progress", this).value = loaded;
    const text = `${fileSize(loaded)} sur ${fileSize(total)}`;
    $("[data-text]", this).textContent = loaded < total ? text : "Lecture du fichier…";
  }

  busy(busy, name = "") {
    this.form.classList.toggle("busy", busy);
    $("[data-state]", this).hidden = !busy;
    $("[data-name]", this).textContent = name;
    if (busy) this.progress(0, 1);
  }

  say(text) {
    const place = $("[data-error]", this);
    place.textContent = text;
    place.hidden = !text;
    if (text) this.input.focus();
  }

  follow(answers) {
    const kept = answers.filter(({ error }) => error === undefined);
    const refused = answers.filter(({ error }) => error !== undefined);
    for (const { json } of kept)
      this.dispatchEvent(new CustomEvent("uploaded", { bubbles: true, detail: json }));
    if (refused.length) {
      const others = kept.length ? ` ${plural(kept.length, "autre fichier est enregistré", "autres fichiers sont enregistrés")}.` : "";
      this.say(refused.map(({ error }) => error).join(" ") + others);
      return;
    }
    const { json, url } = kept[kept.length - 1];
    if (kept.length > 1 && json?.list_url) goTo(json.list_url);
    else if (url) goTo(url);
  }
}

customElements.define("drop-zone", DropZone);
