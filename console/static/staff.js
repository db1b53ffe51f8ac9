// Look-up and eligibility desk: the way from the field to the results by arrow keys, what was looked up in this window,
// days filled in by a button, the field that is written in next, the sheet that goes to the clipboard.
"use strict";

const find = (selector, root = document) => root.querySelector(selector);
const findAll = (selector, root = document) => [...root.querySelectorAll(selector)];
const question = find("#f-q");
const found = find("#found");
const storyForm = find("#case-form");

// Arrow keys: from the question down through the results, and up again into it.
const stops = () => findAll("#found [data-row] > summary").filter((stop) => stop.offsetParent !== null);
const step = (event) => {
  const all = [question, ...stops()];
  const at = all.indexOf(document.activeElement);
  const next = at < 0 ? null : all[at + (event.key === "ArrowDown" ? 1 : -1)];
  if (!next) return;
  event.preventDefault();
  next.focus();
  next.scrollIntoView({ block: "nearest" });
};
if (question) document.addEventListener("keydown", (event) => {
  if (["ArrowDown", "ArrowUp"].includes(event.key) && !event.altKey && !event.ctrlKey) step(event);
});

// What was looked up in this window, for this person; gone when the window is closed.
const RECENT = "ansinh-recent";
const MOST_RECENT = 8;
const list = find("#recent");
const recent = () => {
  const kept = JSON.parse(sessionStorage.getItem(RECENT) ?? "{}");
  return kept.user === list.dataset.user ? kept.asked : [];
};
const showRecent = () => {
  const asked = recent();
  find("ul", list).replaceChildren(...asked.map((words) => {
    const button = Object.assign(document.createElement("button"), { type: "button", className: "pick", textContent: words });
    button.addEventListener("click", () => { question.value = words; question.focus(); question.dispatchEvent(new Event("input", { bubbles: true })); });
    const item = document.createElement("li");
    item.append(button);
    return item;
  }));
  list.hidden = !asked.length || question.value.trim() !== "";
};
const keepRecent = () => {
  const words = question.value.trim();
  if (words.length < 3) return;
  const asked = [words, ...recent().filter((one) => one !== words)].slice(0, MOST_RECENT);
  sessionStorage.setItem(RECENT, JSON.stringify({ user: list.dataset.user, asked }));
};
if (list) {
  showRecent();
  question.addEventListener("change", keepRecent);
  question.addEventListener("input", showRecent);
  found.addEventListener("click", keepRecent);
  find("#forget").addEventListener("click", () => { sessionStorage.removeItem(RECENT); showRecent(); question.focus(); });
}

// Large type, to be read out over the phone; kept for this browser.
const big = find("#big-text");
const enlarge = (is) => {
  found.classList.toggle("large", is);
  big.setAttribute("aria-pressed", String(is));
  localStorage.setItem("ansinh-large", is ? "1" : "");
};
if (big) {
  enlarge(localStorage.getItem("ansinh-large") === "1");
  big.addEventListener("click", () => enlarge(!found.classList.contains("large")));
}

// [data-fill="id"]: a button writes its value into a field.
const markFilled = () => findAll("[data-fill]").forEach((button) => {
  button.setAttribute("aria-pressed", String(find(`#${button.dataset.fill}`).value === button.dataset.value));
});
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-fill]");
  if (!button) return;
  const field = find(`#${button.dataset.fill}`);
  field.value = button.dataset.value;
  field.dispatchEvent(new Event("change", { bubbles: true }));
});
document.addEventListener("change", markFilled);
markFilled();

// The sheet opens in a window of its own; the form's own sending would put it in the place of the verdicts.
const print = (button) => {
  const form = Object.assign(document.createElement("form"), { method: "post", action: button.formAction, target: "_blank" });
  const data = new FormData(storyForm);
  data.set("person", button.value);
  data.forEach((value, name) => form.append(Object.assign(document.createElement("input"), { type: "hidden", name, value })));
  document.body.append(form);
  form.submit();
  form.remove();
};
document.addEventListener("click", (event) => {
  const button = event.target.closest("[data-print]");
  if (!button) return;
  event.preventDefault();
  event.stopPropagation();
  print(button);
}, true);

// The desk: what was pressed is gone after the answer came, so one goes on in the field for the next answer. The
// question one is answering stays, though what was told elsewhere is judged meanwhile and another would be better now.
const drawAround = (kept, fresh) => {
  const nodes = [...fresh.childNodes];
  const at = nodes.indexOf(find(".question", fresh));
  [...kept.parentElement.childNodes].filter((node) => node !== kept).forEach((node) => node.remove());
  kept.before(...nodes.slice(0, at));
  kept.after(...nodes.slice(at + 1));
};
if (storyForm) {
  let sent = "";
  const isWriting = () => ![undefined, "", sent].includes(find("#f-words")?.value);
  storyForm.addEventListener("htmx:configRequest", (event) => {
    const cause = event.detail.triggeringEvent;
    if (cause?.type === "submit" || cause?.target.id === "f-words") sent = find("#f-words")?.value ?? "";
    else event.detail.formData.delete("words");
    findAll("[data-once]", storyForm).forEach((field) => { field.value = ""; });
  });
  storyForm.addEventListener("htmx:oobBeforeSwap", (event) => {
    if (event.target.id !== "case-side" || !isWriting() || !find(".question", event.detail.fragment)) return;
    event.detail.shouldSwap = false;
    drawAround(find(".question", event.target), event.detail.fragment);
  });
  storyForm.addEventListener("htmx:afterSettle", (event) => {
    if (event.detail.target.id !== "case" || document.activeElement !== document.body) return;
    (find("#f-words") ?? find("#question-title"))?.focus();
  });
}

// The sheet as text is on the clipboard as soon as it is there.
document.addEventListener("htmx:afterSwap", async (event) => {
  const text = event.target.classList?.contains("sheet-text") && find("textarea", event.target);
  if (!text) return;
  text.focus();
  text.select();
  const said = find("[data-copy-said]", event.target);
  try {
    await navigator.clipboard.writeText(text.value);
    said.textContent = said.dataset.copySaid;
  } catch { /* the text is selected: Ctrl+C copies it */ }
});
