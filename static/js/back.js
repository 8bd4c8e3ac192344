// data-back on a button of an error page: the page before, or the home page when there is none.
import { on } from "./dom.js";

on("click", "[data-back]", () => {
  if (history.length > 1) history.back();
  else location.assign("/");
});
