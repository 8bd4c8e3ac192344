// Jobs: the tray polls every 2 s while something runs, every 30 s otherwise, never in a hidden tab.
// A job seen running on any page of this tab is announced by a toast when it ends.
import { $, $$, isTyping, on, plural } from "./dom.js";
import { toast } from "./toasts.js";

const FAST = 2000,
  SLOW = 30000,
  MEMORY = "jobs-running";
const tray = $("#tray");
let timer;

const body = () => $("#tray-body");
const running = () => Number(body()?.dataset.running ?? 0);
const remembered = () => JSON.parse(sessionStorage.getItem(MEMORY) ?? "[]");

function poll() {
  clearTimeout(timer);
  if (!tray?.dataset.src || document.hidden) return;
  window.htmx
    .ajax("GET", tray.dataset.src, {
      source: tray,
      target: "#tray-body",
      swap: "outerHTML",
      event: new Event("poll"),
    })
    .finally(next);
}

function next() {
  clearTimeout(timer);
  timer = setTimeout(poll, running() || !tray.hidden ? FAST : SLOW);
}

function show() {
  const count = running();
  for (const dot of $$("[data-jobs-count]")) {
    dot.textContent = count;
    dot.hidden = count === 0;
  }
  for (const words of $$("[data-jobs-words]"))
    words.textContent = count ? plural(count, "en cours", "en cours") : "";
  for (const button of $$(".top [data-tray-toggle]"))
    button.setAttribute("aria-label", `Travaux en cours\u00a0: ${count}`);
  announce();
}

function announce() {
  const jobs = $$("[data-job]", body()),
    before = remembered();
  for (const job of jobs) {
    if (job.dataset.state === "run" || !before.includes(job.dataset.job)) continue;
    const good = job.dataset.state === "ok";
    toast({
      text: `${job.dataset.title}\u00a0: ${good ? "terminé" : "à voir"}.`,
      kind: good ? "ok" : "danger",
      undo_url: job.dataset.undo,
      url: $("a", job)?.getAttribute("href"),
    });
    document.dispatchEvent(
      new CustomEvent("job-ended", { detail: { id: job.dataset.job, state: job.dataset.state } }),
    );
  }
  const now = jobs.filter((job) => job.dataset.state === "run").map((job) => job.dataset.job);
  sessionStorage.setItem(MEMORY, JSON.stringify(now));
}

function toggle() {
  const openers = $$(".top [data-tray-toggle]");
  const wasInside = tray.contains(document.activeElement);
  tray.hidden = !tray.hidden;
  openers.forEach((button) => button.setAttribute("aria-expanded", String(!tray.hidden)));
  if (!tray.hidden) poll();
  else if (wasInside) openers[0]?.focus();
}
on("click", "[data-tray-toggle]", toggle);
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape" || event.defaultPrevented || tray?.hidden !== false) return;
  if ($("dialog[open]") || isTyping(event.target)) return;
  event.preventDefault();
  toggle();
});

document.addEventListener("htmx:afterSwap", () => {
  if (body()?.parentElement === tray) show();
});
document.addEventListener("visibilitychange", () => {
  if (!document.hidden) poll();
});
// A page that has just started a job says so: HX-Trigger: {"job-started": true}.
document.addEventListener("job-started", poll);

if (tray?.dataset.src) {
  if (running() || remembered().length) addEventListener("DOMContentLoaded", poll);
  else next();
}
