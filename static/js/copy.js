// A button that copies the text of another element: data-copy="id".
import { $, on } from "./dom.js";
import { toast } from "./toasts.js";

/** Where the clipboard is closed (no https), the text is selected for Ctrl C. */
function select(source) {
  getSelection().selectAllChildren(source);
  toast({ text: "Texte sélectionné\u00a0: copiez-le avec Ctrl C." });
}

on("click", "[data-copy]", async (button) => {
  const source = $(`#${CSS.escape(button.dataset.copy)}`);
  try {
    await navigator.clipboard.writeText(source.innerText.trim());
    toast({ text: "Copié." });
  } catch {
    select(source);
  }
});
