"use strict";
// Keyboard shortcuts. Single keys can be turned off (WCAG 2.1.4) and rest in fields.
(() => {
  const sheet = document.getElementById("shortcuts");
  let going = 0;

  const busy = ({ target }) =>
    target.isContentEditable || target.matches("input, textarea, select, [role=textbox]");
  const press = (selector) => {
    const found = document.querySelector(selector);
    if (found) found.click();
    return Boolean(found);
  };

  function go(letter) {
    const places = [...document.querySelectorAll(".rail li a")];
    const place = places.find((link) => link.title.toLowerCase().startsWith(letter));
    if (place) place.click();
    return Boolean(place);
  }

  function move(step) {
    const rows = [...document.querySelectorAll("main .name a, main [data-row] a")];
    if (!rows.length) return false;
    const here = rows.findIndex(
      (link) => link === document.activeElement || link.closest("tr, li")?.contains(document.activeElement),
    );
    const next = here < 0 ? 0 : Math.min(Math.max(here + step, 0), rows.length - 1);
    rows[next].focus();
    return true;
  }

  function filter() {
    const field = document.querySelector(".filters input:not([type=hidden], [type=checkbox], [type=radio])");
    if (field) field.focus();
    return Boolean(field);
  }

  const keys = {
    "?": () => (sheet.showModal(), true),
    "/": filter,
    c: () => press("[data-key=c]"),
    e: () => press("main [data-key=e]"),
    j: () => move(1),
    k: () => move(-1),
    ".": () => {
      const action = document.querySelector(".page-head .actions :is(a, button)");
      if (action) action.focus();
      return Boolean(action);
    },
  };

  document.addEventListener("keydown", (event) => {
    if (document.body.dataset.shortcuts !== "on" || !sheet) return;
    if (event.ctrlKey || event.metaKey || event.altKey || busy(event)) return;
    if (document.querySelector("dialog[open], :popover-open")) return;
    if (event.key === "g") {
      going = Date.now();
      return;
    }
    const went = Date.now() - going < 1500;
    going = 0;
    const act = went && /^[a-z]$/.test(event.key) ? () => go(event.key) : keys[event.key];
    if (act && act()) event.preventDefault();
  });

  document.addEventListener("click", ({ target }) => {
    if (target.closest("[data-shortcuts-open]")) sheet.showModal();
    const toggle = target.closest("[data-rail-toggle]");
    if (!toggle) return;
    const root = document.documentElement;
    root.dataset.rail = root.dataset.rail === "narrow" ? "wide" : "narrow";
    try {
      localStorage.setItem("rail", root.dataset.rail);
    } catch {
      // Kept for this page only.
    }
  });
})();
