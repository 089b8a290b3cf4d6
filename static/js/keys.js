/* Ballast: keys. Each has a visible control, and single keys can be switched off. */
(() => {
  "use strict";

  const root = document.documentElement;
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  const press = (target) => {
    if (!target) return false;
    if (target.matches("input, textarea, select")) target.focus();
    else target.click();
    return true;
  };
  const step = (by) => {
    const rows = all("[data-list] .row-link");
    if (!rows.length) return;
    const here = document.activeElement.closest?.("tr, li");
    const at = rows.findIndex((row) => row === document.activeElement || (here && here.contains(row)));
    rows[Math.max(0, Math.min(rows.length - 1, at + by))].focus();
  };
  const row = () => document.activeElement.closest?.("[data-list] :is(tr, li)");
  const inRow = (selector) => (row() ? find(selector, row()) : null);
  /* Not what belongs to one row of a list: that is for the row with the focus. */
  const inSection = (selector) => {
    const section = row() ? null : document.activeElement.closest?.("section, article");
    return section ? all(selector, section).find((each) => !each.closest("[data-list]")) : null;
  };
  const anywhere = (selector) => find(`main ${selector}`) ?? find(selector);
  /* A line over any page: the page stays as it is, and the focus comes back to where it was. */
  const openQuick = () => {
    const dialog = find("#quick");
    dialog?.showModal();
    if (dialog) find("textarea", dialog).focus();
    return Boolean(dialog);
  };
  const keys = {
    "/": () => press(find("#search")),
    "?": () => find("#keys")?.showModal(),
    c: () => press(anywhere("[data-key=c]")),
    n: () => press(find("main [data-key=n]")) || openQuick() || press(find("[data-key=n]")),
    j: () => step(1),
    k: () => step(-1),
    x: () => inRow("[type=checkbox]")?.click(),
    d: () => press(inRow("[data-key=d]")),
    s: () => press(inRow("[data-key=s]")),
    e: () => press(inRow("[data-key=e]") ?? inSection("[data-key=e]")),
  };
  const escape = (event) => {
    const menu = find("details.menu[open]");
    if (menu) {
      menu.open = false;
      find("summary", menu).focus();
    } else if (event.target.matches("#search")) {
      event.target.blur();
    }
  };
  const send = (event) => {
    const field = event.target;
    const wanted = event.metaKey || event.ctrlKey || (field.matches("textarea.one-line") && !event.shiftKey);
    if (!wanted || !field.form || event.isComposing) return;
    event.preventDefault();
    field.form.requestSubmit();
  };
  const onKey = (event) => {
    if (event.key === "Escape") { escape(event); return; }
    const typing = event.target.closest?.("textarea, select, [contenteditable], input:not([type=checkbox], [type=radio])");
    if (event.key === "Enter" && event.target.form) send(event);
    if (typing || event.metaKey || event.ctrlKey || event.altKey) return;
    if (root.dataset.keys === "off" || find("dialog[open]")) return;
    const act = Object.hasOwn(keys, event.key) && keys[event.key];
    if (!act) return;
    event.preventDefault();
    act();
  };

  document.addEventListener("keydown", onKey);
})();
