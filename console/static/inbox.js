// The inbox: the newest line stays in view, times go on by themselves, one pane at a time on a phone, what was typed is
// never lost to news from elsewhere.
"use strict";

const inbox = document.querySelector(".inbox");
const lines = document.querySelector(".lines");
const status = document.querySelector("#inbox-status");
const words = JSON.parse(inbox.dataset.words);
const MINUTE = 60;

// A line that came twice, after the connection was lost and found, is shown once.
const once = () => {
  const seen = new Set();
  lines.querySelectorAll("[data-seq]").forEach((line) => {
    if (seen.has(line.dataset.seq)) line.remove();
    seen.add(line.dataset.seq);
  });
};
const toEnd = () => { lines.scrollTop = lines.scrollHeight; };
if (lines) {
  toEnd();
  addEventListener("load", toEnd);
  lines.addEventListener("htmx:beforeSwap", () => { lines.dataset.atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 80 ? "1" : ""; });
  lines.addEventListener("htmx:sseBeforeMessage", () => { lines.dataset.atEnd = lines.scrollHeight - lines.scrollTop - lines.clientHeight < 80 ? "1" : ""; });
  lines.addEventListener("htmx:afterSwap", () => { once(); if (lines.dataset.atEnd) toEnd(); });
}

// Times: [data-ago] and [data-since] count up, [data-until] counts down and changes its colour.
const span = (seconds) => {
  const minutes = Math.floor(seconds / MINUTE);
  if (minutes < 1) return words.now;
  if (minutes < 60) return words.minutes.replace("{n}", minutes);
  if (minutes < 48 * 60) return words.hours.replace("{n}", Math.floor(minutes / 60)).replace("{m}", minutes % 60);
  return words.days.replace("{n}", Math.floor(minutes / 60 / 24));
};
const write = (element, text) => { if (element.textContent !== text) element.textContent = text; };
const tick = () => {
  const now = Date.now();
  const past = (moment) => Math.max(0, (now - Date.parse(moment)) / 1000);
  document.querySelectorAll("[data-ago]").forEach((one) => {
    const seconds = past(one.dataset.ago);
    write(one, seconds < MINUTE ? words.just : words.ago.replace("{span}", span(seconds)));
  });
  document.querySelectorAll("[data-since]").forEach((one) => write(one, `${one.dataset.prefix} ${span(past(one.dataset.since))}`));
  document.querySelectorAll("[data-until]").forEach((one) => {
    const left = (Date.parse(one.dataset.until) - now) / 1000;
    const kind = left <= 0 ? "bad" : left < Number(one.dataset.amber) ? "warn" : "none";
    one.classList.remove("bad", "warn", "none");
    one.classList.add(kind);
    write(one, (left <= 0 ? one.dataset.over : one.dataset.left).replace("{span}", span(Math.abs(left))));
  });
};
tick();
setInterval(tick, 10_000);

// How many wait stands in the window's title; somebody new is told to a screen reader.
let waiting = null;
const count = () => {
  const now = Number(document.querySelector(".queue")?.dataset.waiting ?? 0);
  if (waiting !== null && now > waiting) write(status, status.dataset.new);
  if (waiting !== null && now < waiting) write(status, "");
  waiting = now;
  document.title = document.title.replace(/^(\(\d+\) )?/, now ? `(${now}) ` : "");
};
count();

const keep = (actions) => {
  const typed = document.querySelector("#f-text")?.value.trim();
  if (typed) actions.dataset.typed = typed;
};
const giveBack = (actions) => {
  const typed = actions.dataset.typed;
  delete actions.dataset.typed;
  if (!typed) return;
  const field = document.querySelector("#f-text");
  if (field) { field.value = typed; return; }
  const note = Object.assign(document.createElement("p"), { className: "note kept-draft", textContent: typed });
  actions.prepend(note);
};
// News of the facts waits while one writes why one wants to see what is covered, and while one sees it; what is drawn
// afterwards holds it.
let isFactsNewsHeld = false;
document.addEventListener("htmx:sseBeforeMessage", (event) => {
  const target = event.target;
  if (target.id === "talk-actions") keep(target);
  if (target.id !== "talk-facts" || !target.querySelector("[data-revealed], details[open] #f-reason")) return;
  event.preventDefault();
  isFactsNewsHeld = true;
});
document.addEventListener("toggle", (event) => {
  const facts = event.target.closest("#talk-facts");
  if (!facts || event.target.open || !isFactsNewsHeld) return;
  isFactsNewsHeld = false;
  htmx.ajax("GET", event.target.querySelector("form").action, { target: facts, swap: "innerHTML" });
}, true);
document.addEventListener("htmx:afterSwap", (event) => {
  const target = event.target;
  tick();
  if (target.id === "queue") count();
  if (target.id === "talk-actions") giveBack(target);
  if (target.id === "talk-facts") isFactsNewsHeld = false;
  if (target.id === "draft") {
    const field = target.querySelector("textarea");
    field.focus();
    field.setSelectionRange(field.value.length, field.value.length);
    target.closest("form").querySelector("details[open]")?.removeAttribute("open");
  }
});
// After sending one goes on writing; after uncovering one is led to what was uncovered.
document.addEventListener("htmx:afterSettle", (event) => {
  const target = event.target;
  if (document.activeElement !== document.body) return;
  if (target.id === "talk-actions") document.querySelector("#f-text")?.focus();
  if (target.id === "talk-facts") target.querySelector("button, summary")?.focus();
  if (target.id === "talk-notes") document.querySelector("#f-note")?.focus();
});

document.addEventListener("keydown", (event) => {
  if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && event.target.id === "f-text") {
    event.preventDefault();
    if (event.target.value.trim()) event.target.form.requestSubmit();
  }
  const menu = event.key === "Escape" && document.querySelector("details.menu.up[open]");
  if (menu) { menu.open = false; menu.querySelector("summary").focus(); }
});
document.addEventListener("toggle", (event) => {
  if (!event.target.open) return;
  event.target.querySelector?.(".sheet .item, #f-reason")?.focus();
}, true);

// One pane at a time where there is no room for three.
document.querySelectorAll("[data-show]").forEach((tab) => tab.addEventListener("click", () => {
  inbox.dataset.pane = tab.dataset.show;
  document.querySelectorAll("[data-show]").forEach((one) => one.setAttribute("aria-pressed", String(one === tab)));
  if (tab.dataset.show === "talk" && lines) toEnd();
}));
