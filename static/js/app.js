/* Ballast: the look, toasts, questions and small buttons. Everything works without it, more slowly. */
(() => {
  "use strict";

  const root = document.documentElement;
  const find = (selector, within = document) => within.querySelector(selector);
  const all = (selector, within = document) => [...within.querySelectorAll(selector)];

  /* A choice is kept in a cookie, so the server draws the next page right the first time. */
  const keep = (name, value) => {
    const secure = location.protocol === "https:" ? "; secure" : "";
    document.cookie = `${name}=${value}; path=/; max-age=31536000; samesite=lax${secure}`;
  };

  /* ---- Look ---- */
  const isDark = () => {
    if (root.dataset.theme) return root.dataset.theme === "dark";
    return matchMedia("(prefers-color-scheme: dark)").matches;
  };
  const toggleTheme = () => {
    root.dataset.theme = isDark() ? "light" : "dark";
    keep("theme", root.dataset.theme);
  };

  const sideIsSlim = () => (find("#sidebar")?.offsetWidth ?? 0) < 100;
  const tellSide = () => all("[data-toggle-side]").forEach((b) => b.setAttribute("aria-expanded", String(!sideIsSlim())));
  const toggleSide = () => {
    root.dataset.side = sideIsSlim() ? "full" : "slim";
    keep("side", root.dataset.side);
    tellSide();
  };

  /* ---- Toasts ---- */
  const say = (text, tone = "") => {
    const place = find(".toasts");
    const pattern = find("#toast-pattern");
    if (!place || !pattern) return;
    const toast = pattern.content.firstElementChild.cloneNode(true);
    find("p", toast).textContent = text;
    if (tone) toast.classList.add(`tone-${tone}`);
    else toast.dataset.fades = "";
    place.append(toast);
    fadeSoon(toast);
  };
  const fadeSoon = (toast) => {
    if (!("fades" in toast.dataset)) return;
    const seconds = Number(toast.dataset.fades) || 10;
    setTimeout(() => (toast.matches(":hover, :focus-within") ? fadeSoon(toast) : toast.remove()), seconds * 1000);
  };

  /* ---- Asking before a step that cannot be taken back ---- */
  const ask = (question, action, go) => {
    const dialog = find("#confirm");
    find("[data-question]", dialog).textContent = question;
    find("[value=go]", dialog).textContent = action;
    dialog.returnValue = "";
    dialog.addEventListener("close", () => dialog.returnValue === "go" && go(), { once: true });
    dialog.showModal();
  };

  const confirmed = new WeakSet();
  const onSubmit = (event) => {
    const form = event.target;
    const button = event.submitter;
    const question = button?.dataset.confirm ?? form.dataset.confirm;
    if (!question || confirmed.delete(form) || !find("#confirm")) {
      delete form.dataset.changed;
      return;
    }
    event.preventDefault();
    event.stopImmediatePropagation();
    ask(question, button?.textContent.trim() || "Continue", () => {
      confirmed.add(form);
      form.requestSubmit(button);
    });
  };

  /* ---- Unsaved text ---- */
  const onInput = (event) => {
    const form = event.target.form;
    if (form && "guard" in form.dataset) form.dataset.changed = "";
  };
  const onLeave = (event) => {
    if (find("form[data-guard][data-changed]")) event.preventDefault();
  };

  /* ---- Small buttons ---- */
  const copy = async (button) => {
    const source = button.dataset.copy;
    const target = source.startsWith("#") ? find(source) : null;
    try {
      await navigator.clipboard.writeText(target ? (target.value ?? target.textContent.trim()) : source);
      say("Copied.");
    } catch {
      say(`Copying is not allowed here${target ? ". The text is selected; copy it with the keyboard." : `: ${source}`}`, "warn");
      if (target?.select) target.select();
      else if (target) getSelection().selectAllChildren(target);
    }
  };
  const setField = (button) => {
    const field = find(button.dataset.set);
    if (!field) return;
    field.value = button.dataset.value;
    field.dispatchEvent(new Event("input", { bubbles: true }));
    field.dispatchEvent(new Event("change", { bubbles: true }));
    all(`[data-set="${button.dataset.set}"]`).forEach((b) => b.setAttribute("aria-pressed", String(b === button)));
    field.focus();
  };
  const openKeys = () => find("#keys")?.showModal();
  const sayChosen = (menu) => {
    const place = find("[data-chosen]", menu);
    if (place) place.textContent = all(":checked", menu).map((box) => box.closest("label").textContent.trim()).join(", ") || "Any";
  };
  const switchKeys = (box) => {
    root.dataset.keys = box.checked ? "on" : "off";
    keep("keys", root.dataset.keys);
  };

  const clicks = [
    ["[data-toggle-theme]", toggleTheme],
    ["[data-toggle-side]", toggleSide],
    ["[data-print]", () => print()],
    ["[data-copy]", copy],
    ["[data-set]", setField],
    ["[data-switch-keys]", switchKeys],
    ["[data-keys-help]", (el, event) => { event.preventDefault(); openKeys(); }],
    ["[data-dismiss]", (el) => el.closest(".toast, .callout")?.remove()],
    ["[data-close]", (el) => el.closest("dialog")?.close()],
  ];
  const onClick = (event) => {
    all("details.menu[open]").forEach((menu) => menu.contains(event.target) || (menu.open = false));
    for (const [selector, act] of clicks) {
      const hit = event.target.closest?.(selector);
      if (hit) { act(hit, event); return; }
    }
  };

  /* ---- htmx ---- */
  const clock = () => new Date().toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });
  const failures = new WeakMap();
  const onTrouble = (event) => {
    const source = event.detail.elt;
    if ("quiet" in source.dataset) return;
    const sent = event.detail.requestConfig?.verb !== "get";
    if (sent) {
      if ("guard" in source.dataset) source.dataset.changed = "";
      say("Not sent. Try again.", "danger");
      return;
    }
    const count = (failures.get(source) ?? 0) + 1;
    failures.set(source, count);
    if (count === 1) say(`Could not refresh at ${clock()}. What you see may be old.`, "warn");
  };
  /* An ended session answers with the sign-in page; that belongs into the window, not into a part of it. */
  const onBeforeSwap = (event) => {
    const signIn = document.body.dataset.signIn;
    const answered = event.detail.xhr.responseURL;
    if (signIn && answered && new URL(answered).pathname === signIn) {
      event.detail.shouldSwap = false;
      location.reload();
    }
  };
  const focusSummary = (within) => {
    const summary = find("[data-focus]", within);
    if (summary) summary.focus();
  };

  /* An answer that comes late does not replace what was typed meanwhile. */
  const keepTyped = (event) => {
    const field = event.detail.target;
    if (field.matches("input") && field.value !== field.defaultValue) event.detail.shouldSwap = false;
  };

  /* A link to something that is folded unfolds it. */
  const unfoldTarget = () => {
    const details = location.hash && document.getElementById(location.hash.slice(1))?.querySelector(":scope > details");
    if (details) details.open = true;
  };

  document.addEventListener("submit", onSubmit, true);
  document.addEventListener("input", onInput);
  document.addEventListener("change", (event) => event.target.closest("details.menu") && sayChosen(event.target.closest("details.menu")));
  document.addEventListener("click", onClick);
  addEventListener("beforeunload", onLeave);
  ["htmx:responseError", "htmx:sendError", "htmx:timeout"].forEach((name) => document.addEventListener(name, onTrouble));
  document.addEventListener("htmx:beforeSwap", onBeforeSwap);
  document.addEventListener("htmx:afterRequest", (event) => event.detail.successful && failures.delete(event.detail.elt));
  document.addEventListener("htmx:afterSwap", (event) => focusSummary(event.target));
  document.addEventListener("htmx:oobBeforeSwap", keepTyped);
  document.addEventListener("htmx:oobAfterSwap", () => all(".toast[data-fades]").forEach(fadeSoon));
  document.addEventListener("htmx:confirm", (event) => {
    if (!event.detail.question || !find("#confirm")) return;
    event.preventDefault();
    ask(event.detail.question, "Continue", () => event.detail.issueRequest(true));
  });
  document.addEventListener("quick:done", (event) => {
    find("#quick")?.close();
    say(event.detail.text);
  });
  addEventListener("hashchange", unfoldTarget);
  addEventListener("DOMContentLoaded", () => {
    unfoldTarget();
    focusSummary(document);
    tellSide();
    all("[data-fades]").forEach(fadeSoon);
    matchMedia("(max-width: 68rem)").addEventListener("change", tellSide);
  });
})();
