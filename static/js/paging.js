// « 18 affichés sur 132 »: after « Afficher les 50 suivants » the count is that of the rows on screen.
import { $$, number } from "./dom.js";

function recount() {
  for (const place of $$("[data-shown]")) {
    const body = document.getElementById(place.dataset.shown);
    if (body) place.textContent = number($$(":scope > tr:not(.group):not(.subtotal):not(.total)", body).length);
  }
}

document.addEventListener("htmx:afterSettle", recount);
document.addEventListener("htmx:oobAfterSwap", recount);
