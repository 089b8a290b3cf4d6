/* Ballast: a page that is followed asks for news 2 to 3 seconds after each answer. Not while nobody looks at it, not
   after it has ended or is out of sight, and ever more slowly while there is no answer. */
(() => {
  "use strict";

  const SOON = 2000;
  const SPREAD = 1000;
  const SLOWEST = 60000;
  let failures = 0;
  let timer = 0;

  const place = () => document.querySelector("[data-follow]");
  const ask = () => place() && htmx.trigger(place(), "follow");
  const plan = () => {
    clearTimeout(timer);
    if (document.hidden || !place()) return;
    timer = setTimeout(ask, Math.min(SLOWEST, SOON * 2 ** failures) + Math.random() * SPREAD);
  };
  /* Where the answer has replaced what asked, a parent tells of it. */
  const onAnswer = (event) => {
    if (!event.detail.requestConfig?.elt.matches("[data-follow]")) return;
    failures = event.detail.successful ? 0 : failures + 1;
    if ([403, 404].includes(event.detail.xhr.status)) place()?.remove();
    plan();
  };
  const onLook = () => {
    clearTimeout(timer);
    if (!document.hidden) ask();
  };

  document.addEventListener("htmx:afterRequest", onAnswer);
  document.addEventListener("visibilitychange", onLook);
  addEventListener("DOMContentLoaded", plan);
})();
