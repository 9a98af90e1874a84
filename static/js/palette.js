"use strict";
// The search box over every page: places at once, everything else from the server.
(() => {
  const palette = document.getElementById("palette");
  if (!palette) return;
  const input = document.getElementById("palette-text");
  const results = document.getElementById("palette-results");
  const places = document.getElementById("palette-places");

  const options = () => [...results.querySelectorAll("a[role=option]")];

  function choose(option) {
    for (const other of options()) other.setAttribute("aria-selected", String(other === option));
    if (!option) {
      input.removeAttribute("aria-activedescendant");
      return;
    }
    input.setAttribute("aria-activedescendant", option.id);
    option.scrollIntoView({ block: "nearest" });
  }

  function show() {
    const words = input.value.trim().toLowerCase();
    results.querySelector("[data-places]")?.remove();
    const group = places.content.firstElementChild.cloneNode(true);
    group.dataset.places = "";
    for (const place of group.querySelectorAll("a"))
      if (!place.textContent.toLowerCase().includes(words)) place.remove();
    if (group.querySelector("a")) results.prepend(group);
    options().forEach((option, index) => (option.id = `palette-option-${index}`));
    choose(options()[0]);
  }

  function open() {
    if (palette.open) return;
    input.value = "";
    results.replaceChildren();
    palette.showModal();
    show();
  }

  document.addEventListener("keydown", (event) => {
    if (event.key.toLowerCase() !== "k" || !(event.ctrlKey || event.metaKey) || event.shiftKey) return;
    event.preventDefault();
    open();
  });
  document.addEventListener("click", (event) => {
    if (event.target === palette) palette.close();
    if (!event.target.closest("[data-palette]") || event.ctrlKey || event.metaKey) return;
    event.preventDefault();
    open();
  });

  input.addEventListener("input", () => {
    if (input.value.trim().length < 2) results.replaceChildren();
    show();
  });
  results.addEventListener("htmx:afterSettle", show);
  palette.addEventListener("htmx:afterSettle", show);

  input.addEventListener("keydown", (event) => {
    const all = options();
    const here = all.findIndex((option) => option.getAttribute("aria-selected") === "true");
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      const step = event.key === "ArrowDown" ? 1 : -1;
      choose(all[(here + step + all.length) % all.length]);
    } else if (event.key === "Enter" && here >= 0 && !event.ctrlKey && !event.metaKey) {
      event.preventDefault();
      all[here].click();
    }
  });
})();
