// Loaded in <head> only when no theme was chosen: follows the device before the first paint.
(() => {
  const dark = matchMedia("(prefers-color-scheme: dark)");
  const follow = () => {
    const root = document.documentElement;
    if (root.hasAttribute("data-theme-auto"))
      root.dataset.bsTheme = dark.matches ? "dark" : "light";
  };
  dark.addEventListener("change", follow);
  follow();
})();
