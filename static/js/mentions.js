/* Ballast: @ in a text offers names. What is chosen is written as a short name, which can be typed as well. */
(() => {
  "use strict";

  const WORD = /(^|[^\w.+\/@-])@([\w-]*)$/;

  const begin = (field) => {
    const list = document.createElement("ul");
    list.id = `${field.id}-names`;
    list.className = "names";
    list.hidden = true;
    list.setAttribute("role", "listbox");
    list.setAttribute("aria-label", "People");
    field.after(list);
    for (const [name, value] of Object.entries({ autocomplete: "list", haspopup: "listbox", controls: list.id })) field.setAttribute(`aria-${name}`, value);

    let asked = 0;
    const options = () => [...list.querySelectorAll("[role=option]")];
    const chosen = () => list.querySelector("[aria-selected=true]");
    const close = () => {
      asked += 1;
      list.hidden = true;
      list.replaceChildren();
      field.removeAttribute("aria-activedescendant");
    };
    const mark = (option) => {
      options().forEach((one) => one.setAttribute("aria-selected", String(one === option)));
      field.setAttribute("aria-activedescendant", option.id);
      option.scrollIntoView({ block: "nearest" });
    };
    const typed = () => WORD.exec(field.value.slice(0, field.selectionStart));
    const show = async () => {
      const found = typed();
      if (!found) return close();
      const turn = (asked += 1);
      const answer = await fetch(`${field.dataset.mentions}?q=${encodeURIComponent(found[2])}`, { headers: { "HX-Request": "true" } }).catch(() => null);
      if (turn !== asked || !answer?.ok) return undefined;
      const text = await answer.text();
      if (turn !== asked) return undefined;
      list.innerHTML = text;
      if (!options().length) return close();
      options().forEach((one, at) => { one.id = `${list.id}-${at}`; });
      list.hidden = false;
      return mark(options()[0]);
    };
    const take = (option) => {
      const found = typed();
      if (!found || !option) return;
      const start = field.selectionStart - found[2].length;
      field.setRangeText(`${option.dataset.name} `, start, field.selectionStart, "end");
      close();
      field.focus();
      field.dispatchEvent(new Event("change", { bubbles: true }));
    };
    const onKey = (event) => {
      if (list.hidden) return;
      const all = options();
      const at = all.indexOf(chosen());
      const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (step) mark(all[(at + step + all.length) % all.length]);
      else if (event.key === "Enter" || event.key === "Tab") take(chosen());
      else if (event.key === "Escape") close();
      else return;
      event.preventDefault();
      event.stopPropagation();
    };

    field.addEventListener("input", show);
    field.addEventListener("keydown", onKey);
    field.addEventListener("blur", close);
    list.addEventListener("mousedown", (event) => {
      event.preventDefault();
      take(event.target.closest("[role=option]"));
    });
  };

  addEventListener("DOMContentLoaded", () => document.querySelectorAll("textarea[data-mentions]").forEach(begin));
})();
