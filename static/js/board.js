/* Ballast: a card that is dropped on a column takes the step of its own menu that leads there, and no other way. */
(() => {
  "use strict";

  const all = (selector, within = document) => [...within.querySelectorAll(selector)];
  const columns = () => all("[data-board] [data-status]");
  const stepTo = (card, column) => card?.querySelector(`[data-move="${column.dataset.status}"]`);
  let held = null;

  const ready = () => all("[data-board] .card").forEach((card) => { card.draggable = Boolean(card.querySelector("[data-move]")); });
  const letGo = () => {
    held = null;
    columns().forEach((column) => column.classList.remove("takes", "over"));
  };

  document.addEventListener("dragstart", (event) => {
    held = event.target.closest?.("[data-board] .card");
    if (!held) return;
    event.dataTransfer.effectAllowed = "move";
    event.dataTransfer.setData("text/plain", held.id);
    columns().forEach((column) => column.classList.toggle("takes", Boolean(stepTo(held, column))));
  });
  document.addEventListener("dragover", (event) => {
    const column = event.target.closest?.("[data-board] [data-status]");
    columns().forEach((each) => each.classList.toggle("over", each === column && Boolean(stepTo(held, each))));
    if (column && stepTo(held, column)) event.preventDefault();
  });
  document.addEventListener("drop", (event) => {
    const column = event.target.closest?.("[data-board] [data-status]");
    const step = column && stepTo(held, column);
    if (!step) return;
    event.preventDefault();
    letGo();
    step.click();
  });
  document.addEventListener("dragend", letGo);
  document.addEventListener("htmx:afterSwap", ready);
  addEventListener("DOMContentLoaded", ready);
})();
