// <drop-zone>: drag, drop or choose; « 3,2 Mo sur 12 Mo »; then follows the answer.  The form inside
// works without script.  Several files go one after the other, the last answer is followed.
import { $, csrfToken, fileSize, goTo } from "./dom.js";

const LOST = "L’envoi a été interrompu. Vérifiez votre connexion, puis déposez le fichier de nouveau.";
const FAILED = "Le fichier n’a pas été accepté. Réessayez, ou prévenez votre cabinet si cela se répète.";

class DropZone extends HTMLElement {
  connectedCallback() {
    this.form = $("form", this);
    this.input = $("input[type=file]", this);
    this.input.addEventListener("change", () => this.send([...this.input.files]));
    $("[data-abort]", this).addEventListener("click", () => this.request?.abort());
    for (const type of ["dragenter", "dragover", "dragleave", "drop"]) {
      this.form.addEventListener(type, (event) => {
        event.preventDefault();
        this.form.classList.toggle("over", type === "dragenter" || type === "dragover");
        if (type === "drop") this.send([...event.dataTransfer.files]);
      });
    }
  }

  async send(files) {
    if (!files.length || this.request) return;
    this.say("");
    const chosen = this.input.multiple ? files : files.slice(0, 1);
    const max = Number(this.dataset.max);
    const heavy = max && chosen.find((file) => file.size > max);
    if (heavy) { this.say(`« ${heavy.name} » pèse ${fileSize(heavy.size)}, la limite est de ${fileSize(max)}. Déposez un fichier plus léger.`); return; }
    let answer;
    for (const file of chosen) {
      answer = await this.post(file);
      if (!answer.ok) break;
    }
    this.request = null;
    this.input.value = "";
    this.busy(false);
    this.follow(answer);
  }

  post(file) {
    this.busy(true, file.name);
    const request = this.request = new XMLHttpRequest(), data = new FormData(this.form);
    data.set(this.input.name, file);
    request.open("POST", this.form.action);
    request.setRequestHeader("Accept", "application/json, text/html;q=0.5");
    request.setRequestHeader("X-CSRFToken", csrfToken());
    request.upload.addEventListener("progress", (event) => this.progress(event.loaded, event.total));
    return new Promise((done) => {
      request.addEventListener("load", () => done({ ok: request.status < 400, request }));
      request.addEventListener("error", () => done({ ok: false, text: LOST }));
      request.addEventListener("abort", () => done({ ok: false, text: "" }));
      request.send(data);
    });
  }

  progress(loaded, total) {
    $("progress", this).max = total;
    $("progress", this).value = loaded;
    const text = loaded < total ? `${fileSize(loaded)} sur ${fileSize(total)}` : "Lecture du fichier…";
    $("[data-text]", this).textContent = text;
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

  follow({ ok, request, text }) {
    const json = request && /json/.test(request.getResponseHeader("Content-Type") ?? "") ? JSON.parse(request.responseText) : null;
    if (!ok) { this.say(text ?? json?.detail ?? json?.title ?? sentence(request) ?? FAILED); return; }
    this.dispatchEvent(new CustomEvent("uploaded", { bubbles: true, detail: json }));
    const url = json?.url ?? request.getResponseHeader("HX-Redirect") ?? request.responseURL;
    if (url) goTo(url);
  }
}

/** An HTML refusal: the words of its first alert. */
function sentence(request) {
  const page = new DOMParser().parseFromString(request?.responseText ?? "", "text/html");
  return page.querySelector("[data-refusal], .note.danger, .err")?.textContent.trim().replace(/\s+/g, " ") || null;
}

customElements.define("drop-zone", DropZone);
