// htmx: CSRF header, and what an error answer becomes.  Its configuration is in a <meta>.
import { $, $$, csrfToken } from "./dom.js";
import { toast } from "./toasts.js";

const SENTENCES = {
  403: "Vous n’avez pas le droit de faire cela. Demandez-le à un administrateur du cabinet.",
  404: "Cette page n’existe plus ou ne vous est pas ouverte. Revenez à la liste, puis réessayez.",
};
const BROKEN = "Une erreur est survenue de notre côté\u202f; rien n’a été enregistré. Réessayez.";
const SILENT = "Le serveur ne répond pas. Vérifiez votre connexion, puis réessayez.";

document.addEventListener("htmx:configRequest", (event) => {
  if (event.detail.verb !== "get") event.detail.headers["X-CSRFToken"] = csrfToken();
});

document.addEventListener("htmx:responseError", (event) => {
  const { xhr, requestConfig } = event.detail;
  // Signed out meanwhile: the server sends the page itself to the sign-in form, and back.
  if (xhr.status === 401) return location.reload();
  if (xhr.status === 403 && requestConfig.verb === "get" && requestConfig.elt?.matches("a[href]")) {
    return location.assign(requestConfig.elt.href);
  }
  if (isPolling(requestConfig)) return undefined;
  return toast({ text: SENTENCES[xhr.status] ?? BROKEN, kind: "danger" });
});

for (const failure of ["htmx:sendError", "htmx:timeout"]) {
  document.addEventListener(failure, (event) => {
    if (!isPolling(event.detail.requestConfig)) toast({ text: SILENT, kind: "danger" });
  });
}

// A refusal never lands in the table that asked: it goes to the open dialog's own place, or on top.
document.addEventListener("htmx:beforeSwap", (event) => {
  const { detail } = event;
  if (detail.xhr.status < 400 || !detail.serverResponse.includes("data-refusal")) return;
  const place = $$("dialog[open] [data-errors]").pop() ?? $("#erreur");
  if (!place) return;
  Object.assign(detail, {
    shouldSwap: true,
    isError: false,
    target: place,
    swapOverride: "innerHTML",
    selectOverride: "[data-refusal]",
  });
});
document.addEventListener("htmx:afterSwap", (event) => {
  if (event.detail.target?.matches?.("#erreur, [data-errors]"))
    event.detail.target.scrollIntoView({ block: "nearest" });
});
// The next request that succeeds clears it.
document.addEventListener("htmx:afterRequest", (event) => {
  if (event.detail.successful)
    $$("#erreur, [data-errors]").forEach((place) => place.replaceChildren());
});

// A poll that fails once is not news: the next one will tell.
const isPolling = (request) => request?.triggeringEvent?.type === "poll";
