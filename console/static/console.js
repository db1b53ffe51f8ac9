// What the pages need of scripts: keys, dialogs, copying, the state of the connection. Everything works without it but
// live parts.
"use strict";

const one = (selector, root = document) => root.querySelector(selector);
const all = (selector, root = document) => [...root.querySelectorAll(selector)];

const isTyping = (target) => target.closest("input, textarea, select, [contenteditable]") !== null;
const isSeen = (element) => element.offsetParent !== null;

// j and k walk the rows of the list; Enter follows the first link of the row one stands on.
const walk = (step) => {
  const rows = all("[data-row]").filter(isSeen);
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains("here"));
  const next = rows[Math.min(Math.max(at + step, 0), rows.length - 1)];
  rows.forEach((row) => row.classList.toggle("here", row === next));
  const target = one("a[href], button", next) ?? next;
  target.focus({ preventScroll: true });
  next.scrollIntoView({ block: "nearest" });
};

const search = () => {
  const field = one("main [data-search]") ?? one("[data-search]");
  if (field) { field.focus(); field.select(); }
};

// [data-key="c"] on a link, a button or a field: that key presses it, or goes there; what it unfolds is written in at once.
const press = (key) => {
  const found = all("[data-key]").find((element) => element.dataset.key === key && isSeen(element) && !element.disabled);
  if (!found) return false;
  if (found.matches("input, textarea, select")) found.focus(); else found.click();
  if (found.matches("details[open] > summary")) one("input:not([type=hidden]), textarea, select", found.parentElement)?.focus();
  return true;
};

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return;
  if (event.key === "Escape" && isTyping(event.target)) { event.target.blur(); return; }
  if (isTyping(event.target) || one("dialog[open]")) return;
  const done = () => event.preventDefault();
  if (event.key === "/") { search(); done(); }
  else if (event.key === "?") { one("#help")?.showModal(); done(); }
  else if (event.key === "j" || event.key === "k") { walk(event.key === "j" ? 1 : -1); done(); }
  else if (event.key.length === 1 && press(event.key)) done();
});

document.addEventListener("click", async (event) => {
  const opener = event.target.closest("[data-open]");
  if (opener) one(`#${opener.dataset.open}`)?.showModal();
  const copier = event.target.closest("[data-copy]");
  if (copier) {
    const source = one(copier.dataset.copy);
    await navigator.clipboard.writeText(source.value ?? source.innerText);
    const label = copier.lastChild;
    const before = label.textContent;
    const done = copier.dataset.copied ?? before;
    label.textContent = done;
    if (one("[data-announce]")) one("[data-announce]").textContent = done;
    setTimeout(() => { label.textContent = before; }, 2000);
  }
  all("details.menu[open]").forEach((menu) => { if (!menu.contains(event.target)) menu.open = false; });
});

// A form is sent once, however often its button is pressed.
document.addEventListener("submit", (event) => {
  if (event.target.dataset.sent) event.preventDefault();
  else if (event.target.method === "post" && !event.target.hasAttribute("hx-post")) event.target.dataset.sent = "1";
});
addEventListener("pageshow", () => all("form[data-sent]").forEach((form) => delete form.dataset.sent));

// Errors are read out first.
const showErrors = () => one("[data-focus]")?.focus();

const offline = (is) => {
  const line = one("#offline");
  line.textContent = is ? document.body.dataset.offline : "";
  line.hidden = !is;
};
addEventListener("online", () => offline(false));
addEventListener("offline", () => offline(true));
document.addEventListener("htmx:sendError", () => offline(true));
document.addEventListener("htmx:sseError", () => offline(true));
document.addEventListener("htmx:sseOpen", () => offline(false));
document.addEventListener("htmx:afterRequest", (event) => { if (event.detail.successful) offline(false); });

showErrors();
