// The text of a rule file: a finding leads to its line and column.
"use strict";

const field = document.querySelector("#source");

const goTo = (line, column = 1) => {
  const lines = field.value.split("\n");
  const start = lines.slice(0, line - 1).reduce((sum, text) => sum + text.length + 1, 0);
  field.focus();
  field.setSelectionRange(start + Math.max(column - 1, 0), start + (lines[line - 1] ?? "").length);
  field.scrollTop = Math.max(0, (line - 4) * parseFloat(getComputedStyle(field).lineHeight));
};

document.addEventListener("click", (event) => {
  const place = event.target.closest("[data-line]");
  if (place) goTo(Number(place.dataset.line), Number(place.dataset.column || 1));
});

const at = Number(field?.dataset.at || 0);
if (at > 0) goTo(at);
