/* Ballast: what is typed into a section is kept on the server while it is typed. Only what the server could not take is
   kept in this browser, for this person, until it is saved or they sign out. */
(() => {
  "use strict";

  const PREFIX = "ballast:typed:";
  const PAUSE = 3000;
  const AGAIN = [1000, 2000, 4000, 8000, 15000, 30000];
  const timers = new WeakMap();
  const tries = new WeakMap();

  const formOf = (node) => node?.closest?.("form[data-typing]");
  const keyOf = (form) => `${PREFIX}${form.dataset.who}:${form.dataset.typing}`;
  const text = (form) => form.elements.text;
  const place = (form) => form.querySelector("[data-typing-says]");
  const say = (form, words) => { if (place(form)) place(form).textContent = words; };

  /* Storage may be full or forbidden; the text then stays in its field. */
  const keepHere = (form) => {
    try {
      localStorage.setItem(keyOf(form), JSON.stringify({ text: text(form).value, version: form.elements.version.value }));
      return true;
    } catch { return false; }
  };
  const keptHere = (form) => {
    try { return JSON.parse(localStorage.getItem(keyOf(form))); } catch { return null; }
  };
  const letGo = (form) => { try { localStorage.removeItem(keyOf(form)); } catch { /* nothing is kept then */ } };
  const forgetAll = () => {
    try { Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)).forEach((key) => localStorage.removeItem(key)); } catch { /* nor then */ }
  };

  const isSignIn = (address) => address && new URL(address).pathname === document.body.dataset.signIn;
  const away = (form, why) => {
    const where = keepHere(form) ? "Your text is kept in this browser until it is saved." : "Your text is in the field only.";
    say(form, `${why} ${where}`);
  };

  const keep = async (form) => {
    clearTimeout(timers.get(form));
    timers.delete(form);
    if (!form.isConnected) return;
    const sent = text(form).value;
    try {
      const answer = await fetch(form.dataset.typing, { method: "POST", body: new FormData(form), headers: { "HX-Request": "true" } });
      if (isSignIn(answer.url) || answer.status === 403) { away(form, "You are signed out. Reload the page to sign in again."); return; }
      if (!answer.ok) { away(form, "The draft could not be saved."); return; }
      if (place(form)) place(form).innerHTML = await answer.text();
      if (text(form).value === sent) letGo(form);
    } catch {
      away(form, "The server is away.");
    }
  };

  const later = (form, pause) => { if (!timers.has(form)) timers.set(form, setTimeout(() => keep(form), pause)); };

  /* A save that did not arrive is sent again by the same form, so that the server knows it by its `once`. */
  const again = (form) => {
    const count = tries.get(form) ?? 0;
    if (count >= AGAIN.length || !form.isConnected) { away(form, "Not saved. Try again when the server is back."); return; }
    tries.set(form, count + 1);
    away(form, "The server is away; trying again.");
    setTimeout(() => form.isConnected && form.requestSubmit(), AGAIN[count]);
  };

  const open = (form) => {
    if ("opened" in form.dataset) return;
    form.dataset.opened = "";
    const kept = keptHere(form);
    if (!kept) return;
    if (kept.text === text(form).value) { letGo(form); return; }  // it arrived after all
    text(form).value = kept.text;
    form.elements.version.value = kept.version;
    form.dataset.changed = "";
    text(form).dispatchEvent(new Event("input", { bubbles: true }));
    say(form, "This is what you typed and could not send. It was kept in this browser.");
  };

  /* After signing in again the page opens the section in which text waits. */
  const openWaiting = () => {
    let keys = [];
    try { keys = Object.keys(localStorage).filter((key) => key.startsWith(PREFIX)); } catch { return; }
    for (const link of document.querySelectorAll("a[hx-get$='/edit/']")) {
      const path = link.getAttribute("hx-get").replace(/edit\/$/, "draft/");
      if (keys.some((key) => key === `${PREFIX}${document.body.dataset.who}:${path}`)) { link.click(); return; }
    }
  };

  document.addEventListener("input", (event) => {
    const form = formOf(event.target);
    if (form && event.target === text(form)) later(form, PAUSE);
  });
  document.addEventListener("focusout", (event) => {
    const form = formOf(event.target);
    if (form && timers.has(form)) keep(form);
  });
  document.addEventListener("htmx:beforeRequest", (event) => {
    const form = event.detail.elt;
    if (form.matches?.("form[data-typing]")) { clearTimeout(timers.get(form)); timers.delete(form); }
  });
  /* Before the page that signs people in takes its place. */
  document.addEventListener("htmx:beforeSwap", (event) => {
    const form = event.detail.requestConfig?.elt;
    if (form?.matches?.("form[data-typing]") && isSignIn(event.detail.xhr.responseURL)) keepHere(form);
  }, true);
  /* Of a form that its answer has replaced a parent tells. */
  document.addEventListener("htmx:afterRequest", (event) => {
    const form = event.detail.requestConfig?.elt;
    if (!form?.matches?.("form[data-typing]")) return;
    const status = event.detail.xhr?.status ?? 0;
    if (status === 0 || status >= 500) again(form);
    else if (status === 403) away(form, "You are signed out, or may not write here. Reload the page.");
    else if ((status < 400 || status === 412) && !isSignIn(event.detail.xhr.responseURL)) letGo(form);
  });
  document.addEventListener("htmx:load", (event) => event.detail.elt.querySelectorAll?.("form[data-typing]").forEach(open));
  document.addEventListener("submit", (event) => {
    const address = event.target.getAttribute("action") ?? "";
    if (address.endsWith("/logout/")) forgetAll();
    if (event.submitter?.name === "discard") letGo({ dataset: { who: document.body.dataset.who, typing: address } });
  }, true);
  addEventListener("DOMContentLoaded", () => {
    document.querySelectorAll("form[data-typing]").forEach(open);
    openWaiting();
  });
})();
