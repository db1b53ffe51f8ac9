// The newest line of a conversation stays in view, unless one reads further up.
"use strict";

const toEnd = (list) => { list.scrollTop = list.scrollHeight; };
const lines = document.querySelector(".lines");
if (lines) {
  toEnd(lines);
  lines.addEventListener("htmx:beforeSwap", () => { lines.dataset.atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 80 ? "1" : ""; });
  lines.addEventListener("htmx:afterSwap", () => { if (lines.dataset.atEnd) toEnd(lines); });
}
