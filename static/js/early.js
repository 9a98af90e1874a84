"use strict";
// Runs before the first paint, so that nothing jumps: script is there, rail is narrow.
document.documentElement.classList.add("js");
try {
  const rail = localStorage.getItem("rail");
  if (rail) document.documentElement.dataset.rail = rail;
} catch {
  // Storage may be refused; the rail is then as wide as the screen allows.
}
