// Light or dark: kept in the cookie `theme`, which the server reads so that no page flashes.
import { on } from "./dom.js";

const root = document.documentElement;

function remember(theme) {
  const secure = location.protocol === "https:" ? "; Secure" : "";
  const age = theme ? 31536000 : 0;
  document.cookie = `theme=${theme}; Path=/; Max-Age=${age}; SameSite=Lax${secure}`;
}

export function toggleTheme() {
  const theme = root.dataset.bsTheme === "dark" ? "light" : "dark";
  root.removeAttribute("data-theme-auto");
  root.dataset.bsTheme = theme;
  remember(theme);
}

on("click", "[data-theme-toggle]", toggleTheme);
on("click", "[data-theme-auto-set]", () => {
  root.setAttribute("data-theme-auto", "");
  root.dataset.bsTheme = matchMedia("(prefers-color-scheme: dark)").matches ? "dark" : "light";
  remember("");
});
