// What can be done with an answer: copy it, print it, open its folded part.

import { make } from "./messages.js";

const LONG = 160; // a reply shorter than this and without sources is not worth keeping

export function equip(item, texts) {
  const bubble = item.querySelector(".bubble");
  item.querySelector(".fold")?.addEventListener("toggle", (event) => {
    event.target.querySelector("summary").textContent = event.target.open ? texts.less : texts.more;
  });
  if (item.classList.contains("from-citizen")) return;
  if (!bubble.querySelector(".sources") && bubble.textContent.length < LONG) return;
  const copy = make("button", { class: "act-link", type: "button" }, texts.copy);
  const print = make("button", { class: "act-link", type: "button" }, texts.print);
  copy.addEventListener("click", () => copyText(copy, plain(bubble, texts), texts));
  print.addEventListener("click", () => printOne(item));
  item.querySelector(".meta").append(copy, print);
}

/** The answer as lines of text, its folded part and its sources included. */
export function plain(bubble, texts) {
  const lines = [...bubble.querySelectorAll("p, li")].filter((element) => !element.closest("summary"));
  const sources = bubble.querySelector(".sources");
  return lines.map((element) => {
    const text = element.textContent.replaceAll("\u00a0", " ");
    if (sources?.contains(element)) return `${texts.sources}: ${text}`;
    return element.tagName === "LI" ? `- ${text}` : text;
  }).join("\n");
}

async function copyText(button, text, texts) {
  const done = await write(text);
  button.textContent = done ? texts.copied : texts.copy_failed;
  setTimeout(() => { button.textContent = texts.copy; }, 2500);
}

async function write(text) {
  try {
    await navigator.clipboard.writeText(text);
    return true;
  } catch {
    return writeOldWay(text); // a page on a plain http address has no clipboard
  }
}

function writeOldWay(text) {
  const field = make("textarea", { class: "unseen", "aria-hidden": "true" });
  field.value = text;
  document.body.append(field);
  field.select();
  const done = document.execCommand("copy");
  field.remove();
  return done;
}

function printOne(item) {
  item.classList.add("chosen");
  document.body.classList.add("print-one");
  print();
  document.body.classList.remove("print-one");
  item.classList.remove("chosen");
}

/** Paper shows everything: open what is folded, and fold it again afterwards. */
export function openFoldsOnPaper() {
  let opened = [];
  addEventListener("beforeprint", () => {
    opened = [...document.querySelectorAll(".fold:not([open])")];
    opened.forEach((fold) => { fold.open = true; });
  });
  addEventListener("afterprint", () => opened.forEach((fold) => { fold.open = false; }));
}
