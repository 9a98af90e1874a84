"use strict";
// Live pages: polling rests while hidden, failures are said once and calmly,
// and focus never falls back to the top of the page after a swap.
(() => {
  const alerts = document.getElementById("alerts");
  const connection = document.getElementById("connection");
  let fresh = new Date();
  let before = null;

  const polls = (element) => (element.getAttribute("hx-trigger") || "").includes("every");
  const clock = (date) =>
    date.toLocaleTimeString([], { hour: "2-digit", minute: "2-digit" });

  function make(tag, text, attributes = {}) {
    const element = document.createElement(tag);
    element.textContent = text;
    for (const [name, value] of Object.entries(attributes)) element.setAttribute(name, value);
    return element;
  }

  function alertWith(text, id) {
    const box = make("div", "", { class: "alert tone-bad" });
    const words = make("p", text + " ");
    if (id) words.append(make("code", id));
    const again = make("button", "Try again", { type: "button", class: "button small" });
    again.addEventListener("click", () => location.reload());
    box.append(words, again);
    alerts.replaceChildren(box);
    alerts.scrollIntoView({ block: "nearest" });
  }

  function lost() {
    if (!connection.hidden) return;
    connection.textContent = `Connection lost. Showing data from ${clock(fresh)}.`;
    connection.hidden = false;
  }

  function found() {
    fresh = new Date();
    connection.hidden = true;
  }

  addEventListener("offline", lost);
  for (const failure of ["htmx:sendError", "htmx:timeout"])
    document.addEventListener(failure, lost);

  document.addEventListener("htmx:beforeRequest", (event) => {
    if (document.hidden && polls(event.detail.elt)) event.preventDefault();
    before = document.activeElement;
  });

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    if (!detail.xhr || !detail.xhr.status) return;
    if (detail.xhr.status < 500) found();
    if (detail.xhr.status < 400 && !polls(detail.elt)) alerts.replaceChildren();
  });

  document.addEventListener("htmx:responseError", ({ detail }) => {
    if (detail.xhr.status >= 500 && polls(detail.elt)) return lost();
    const id = detail.xhr.getResponseHeader("X-Request-ID");
    if (detail.xhr.status >= 500)
      return alertWith("Something broke on our side. Nothing more is known here.", id);
    return alertWith("That did not work. The page may be out of date.", "");
  });

  document.addEventListener("htmx:afterSettle", ({ detail }) => {
    if (!detail.elt || detail.elt.id === "alerts") {
      alerts.scrollIntoView({ block: "nearest" });
      return;
    }
    const summary = detail.elt.querySelector("[data-error-summary]");
    const strayed = document.activeElement === document.body && before !== document.body;
    if (summary) summary.focus();
    else if (strayed && !polls(detail.elt)) {
      const target =
        detail.elt.querySelector("[data-focus], h1, h2, h3") || document.getElementById("main");
      if (!target.hasAttribute("tabindex")) target.setAttribute("tabindex", "-1");
      target.focus({ preventScroll: true });
    }
  });

  // "3 min ago" goes on counting while nothing is loaded.
  const units = [[86400, "day"], [3600, "h"], [60, "min"]];
  function relative(seconds) {
    const length = Math.abs(seconds);
    if (length < 60) return seconds <= 0 ? "just now" : "in a moment";
    const [size, unit] = units.find(([limit]) => length >= limit);
    const count = Math.floor(length / size);
    const rest = unit === "h" ? Math.floor((length % size) / 60) : 0;
    const words = `${count} ${unit}${unit === "day" && count > 1 ? "s" : ""}${rest ? ` ${rest} min` : ""}`;
    return seconds > 0 ? `in ${words}` : `${words} ago`;
  }
  setInterval(() => {
    if (document.hidden) return;
    for (const time of document.querySelectorAll("time[data-relative]")) {
      const words = relative((Date.parse(time.dateTime) - Date.now()) / 1000);
      if (time.textContent !== words) time.textContent = words;
    }
  }, 15000);
})();
