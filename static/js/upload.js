// One file sent by a form, with its progress, and what the answer means.
import { csrfToken } from "./dom.js";

const LOST =
  "L’envoi a été interrompu. Vérifiez votre connexion, puis déposez le fichier de nouveau.";
const FAILED =
  "Le fichier n’a pas été accepté. Réessayez, ou prévenez votre cabinet si cela se répète.";

/** Starts the request; `done` resolves to {error} or {url, json}, and never rejects. */
export function upload(form, name, file, onProgress) {
  const request = new XMLHttpRequest();
  const data = new FormData(form);
  data.set(name, file);
  request.open("POST", form.action);
  request.setRequestHeader("Accept", "application/json, text/html;q=0.5");
  request.setRequestHeader("X-CSRFToken", csrfToken());
  request.upload.addEventListener("progress", (event) => onProgress(event.loaded, event.total));
  const done = new Promise((resolve) => {
    request.addEventListener("load", () => resolve(read(request)));
    request.addEventListener("error", () => resolve({ error: LOST }));
    request.addEventListener("abort", () => resolve({ error: "" }));
  });
  request.send(data);
  return { request, done };
}

function read(request) {
  const isJson = /json/.test(request.getResponseHeader("Content-Type") ?? "");
  const json = isJson ? JSON.parse(request.responseText) : null;
  if (request.status >= 400) {
    return { error: json?.detail ?? json?.title ?? refusal(request) ?? FAILED };
  }
  return {
    json,
    url: json?.url ?? request.getResponseHeader("HX-Redirect") ?? request.responseURL,
  };
}

/** An HTML refusal: the words of its note. */
function refusal(request) {
  const page = new DOMParser().parseFromString(request.responseText, "text/html");
  const note = page.querySelector("[data-refusal], .note.danger, .err");
  return note?.textContent.trim().replace(/\s+/g, " ") || null;
}
