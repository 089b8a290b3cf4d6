/* Ballast: rows are selected one by one or all of a page, and the bar above them says how many. */
(() => {
  "use strict";

  const all = (selector) => [...document.querySelectorAll(selector)];
  const boxes = () => all("[data-list] [name=selected]");
  const tell = () => {
    const chosen = boxes().filter((box) => box.checked).length;
    all("[data-selected]").forEach((place) => { place.textContent = `${chosen} selected`; });
    all("[data-select-all]").forEach((box) => {
      box.checked = chosen > 0 && chosen === boxes().length;
      box.indeterminate = chosen > 0 && chosen < boxes().length;
    });
  };
  const select = (isOn) => {
    boxes().forEach((box) => { box.checked = isOn; });
    tell();
  };

  document.addEventListener("change", (event) => {
    if (event.target.matches("[data-select-all]")) select(event.target.checked);
    else if (event.target.matches("[name=selected]")) tell();
  });
  document.addEventListener("click", (event) => event.target.closest("[data-select-none]") && select(false));
  document.addEventListener("htmx:afterSwap", tell);
  addEventListener("pageshow", tell);
})();
