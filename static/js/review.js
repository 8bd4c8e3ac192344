// The review of a file: the finding shown is the one marked in the list, its faulty zone in sight.
import { $$, onContent } from "./dom.js";

document.addEventListener("htmx:afterRequest", (event) => {
  const path = event.detail.pathInfo?.requestPath;
  const picks = $$("[data-pick]");
  if (!picks.some((pick) => pick.getAttribute("hx-get") === path)) return;
  for (const pick of picks) pick.setAttribute("aria-current", String(pick.getAttribute("hx-get") === path));
});

function show(mark) {
  const box = mark.closest(".raw");
  const seen = box.getBoundingClientRect(),
    at = mark.getBoundingClientRect();
  if (at.right > seen.right - 24) box.scrollLeft += at.right - seen.right + seen.width / 3;
}

onContent((root) => $$(".raw .hit mark", root).slice(0, 1).forEach(show));
