/* Ballast: in the table of a week arrows and Enter go from cell to cell. Tab does so anyway. */
(() => {
  "use strict";

  const cells = (grid) => [...grid.tBodies[0].rows].map((row) => [...row.cells].slice(1).map((cell) => cell.querySelector("input")));
  const next = (grid, field, down, right) => {
    const rows = cells(grid);
    let y = rows.findIndex((row) => row.includes(field));
    let x = rows[y].indexOf(field);
    do {
      y += down;
      x += right;
    } while (rows[y] && x >= 0 && x < rows[y].length && !rows[y][x]);
    return rows[y]?.[x];
  };
  const steps = { ArrowDown: [1, 0], ArrowUp: [-1, 0], ArrowRight: [0, 1], ArrowLeft: [0, -1], Enter: [1, 0] };
  const atEdge = (field, key) => {
    const all = field.selectionStart === 0 && field.selectionEnd === field.value.length;
    if (key === "ArrowLeft") return all || field.selectionEnd === 0;
    if (key === "ArrowRight") return all || field.selectionStart === field.value.length;
    return true;
  };

  document.addEventListener("keydown", (event) => {
    const field = event.target;
    const grid = field.closest?.("[data-grid] td") && field.closest("[data-grid]");
    const step = Object.hasOwn(steps, event.key) && steps[event.key];
    if (!grid || !step || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
    if (!field.matches("input") || !atEdge(field, event.key)) return;
    const [down, right] = event.key === "Enter" && event.shiftKey ? [-1, 0] : step;
    event.preventDefault();
    const target = next(grid, field, down, right);
    target?.focus();
    target?.select();
  });
})();
