"use strict";
// Forms: what was typed is not lost, a second click does nothing, errors get focus.
(() => {
  const dirty = new Set();
  const remember = (area) => `draft:${area.dataset.draft}`;

  function restore(root) {
    for (const area of root.querySelectorAll("textarea[data-draft]")) {
      try {
        const text = localStorage.getItem(remember(area));
        if (text && !area.value) area.value = text;
      } catch {
        return;
      }
    }
  }

  function forget(form) {
    dirty.delete(form);
    for (const area of form.querySelectorAll("textarea[data-draft]")) {
      try {
        localStorage.removeItem(remember(area));
      } catch {
        return;
      }
    }
  }

  document.addEventListener("input", ({ target }) => {
    const form = target.form;
    if (form && form.hasAttribute("data-guard")) dirty.add(form);
    if (!target.matches("textarea[data-draft]")) return;
    try {
      localStorage.setItem(remember(target), target.value);
    } catch {
      // A full or refused storage costs the draft, not the text on the page.
    }
  });

  addEventListener("beforeunload", (event) => {
    for (const form of dirty) if (!form.isConnected) dirty.delete(form);
    if (dirty.size) event.preventDefault();
  });

  document.addEventListener("submit", (event) => {
    const form = event.target;
    dirty.delete(form);
    if (form.hasAttribute("hx-post") || form.method !== "post") return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "yes";
    setTimeout(() => delete form.dataset.sent, 8000);
    forget(form);
  });
  addEventListener("pageshow", () => {
    for (const form of document.querySelectorAll("form[data-sent]")) delete form.dataset.sent;
  });

  document.addEventListener("htmx:afterRequest", ({ detail }) => {
    const form = detail.elt.closest("form");
    if (form && detail.xhr.status > 0 && detail.xhr.status < 400) forget(form);
  });
  document.addEventListener("htmx:afterSettle", ({ detail }) => restore(detail.elt));

  document.addEventListener("keydown", (event) => {
    if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey)) return;
    const form = event.target.form;
    if (form && form.method === "post") {
      event.preventDefault();
      form.requestSubmit();
    }
  });

  // A passkey the browser or the person refused (the event is django-allauth's).
  document.addEventListener("allauth.error", (event) => {
    event.preventDefault();
    const box = document.createElement("div");
    box.className = "alert tone-warn";
    box.textContent = "The passkey was not used. Try again, or take another way.";
    document.getElementById("alerts").replaceChildren(box);
  });

  function toasts() {
    const found = document.querySelectorAll("#messages [data-toast]");
    if (!found.length) return;
    const stack = document.createElement("div");
    stack.className = "toasts";
    stack.setAttribute("role", "status");
    document.body.append(stack);
    for (const toast of found) {
      toast.removeAttribute("role");
      const close = document.createElement("button");
      close.type = "button";
      close.className = "close";
      close.textContent = "×";
      close.setAttribute("aria-label", "Dismiss");
      close.addEventListener("click", () => toast.remove());
      toast.append(close);
      stack.append(toast);
      const leave = () => (toast.matches(":hover, :focus-within") ? setTimeout(leave, 4000) : toast.remove());
      setTimeout(leave, 10000);
    }
  }

  document.addEventListener("DOMContentLoaded", () => {
    restore(document);
    toasts();
    const summary = document.querySelector("[data-error-summary]");
    if (summary) summary.focus();
  });
})();
