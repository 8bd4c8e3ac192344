// The document beside the entry grid: the pane, what is dropped or chosen there.
import { $, on } from "./dom.js";

let chosen = null;
const pane = () => $("#piece-jointe");
const switches = () => $("[data-desk-document]");

/** The id of the document to attach when the entry is saved, or null. */
export const documentChosen = () => chosen;

export function forgetDocument() {
  if (chosen && pane() && !pane().hidden) window.htmx.trigger("#volet-doc", "open-pane");
  chosen = null;
}

export function togglePane() {
  const box = pane();
  if (!box) return;
  box.hidden = !box.hidden;
  switches().setAttribute("aria-expanded", String(!box.hidden));
  if (!box.hidden && !$("[data-document]", box)) window.htmx.trigger("#volet-doc", "open-pane");
}

on("click", "[data-desk-document]", togglePane);
addEventListener("keydown", (event) => {
  if (!event.altKey || event.ctrlKey || event.key.toLowerCase() !== "d") return;
  event.preventDefault();
  togglePane();
});

// The pane tells which document it shows; dropped ones come back as an address of the pane.
document.addEventListener("htmx:afterSettle", (event) => {
  const shown = event.detail.target?.id === "volet-doc" && $("[data-document]", event.detail.target);
  if (shown) chosen = Number(shown.dataset.document);
});
document.addEventListener("uploaded", (event) => {
  const url = event.detail?.pane_url;
  if (url && pane()?.contains(event.target))
    window.htmx.ajax("GET", url, { target: "#volet-doc", swap: "innerHTML" });
});
on("click", "[data-part-document]", () => {
  chosen = null;
});
