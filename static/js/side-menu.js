// The side navigation on a phone: off canvas, Échap and a touch outside close it.
import { $, on } from "./dom.js";

function show(open) {
  const menu = $("#menu"),
    button = $("[data-menu]");
  if (!menu || menu.classList.contains("open") === open) return;
  menu.classList.toggle("open", open);
  button?.setAttribute("aria-expanded", String(open));
  if (open) $("nav a", menu)?.focus();
  else if (menu.contains(document.activeElement)) button?.focus();
}

on("click", "[data-menu]", () => show(!$("#menu").classList.contains("open")));
on("click", "[data-menu-close]", () => show(false));
document.addEventListener("keydown", (event) => {
  if (event.key === "Escape") show(false);
});
