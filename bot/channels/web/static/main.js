// Brings the page to life: what is sent goes to the outbox, what is said comes from the link.

import { equip, openFoldsOnPaper } from "./answers.js";
import { Composer } from "./composer.js";
import { Link, ask, watchStart } from "./link.js";
import { Messages, make } from "./messages.js";
import { Outbox } from "./outbox.js";

const TYPING_AFTER_MS = 400;
const SLOW_AFTER_MS = 12000;
const UNANSWERED_AFTER_MS = 60000;
const UNKEPT_AFTER_MS = 3000;

const $ = (id) => document.getElementById(id);
const data = JSON.parse($("data").textContent);
const { texts } = data;
const scroller = $("scroll");

const messages = new Messages($("messages"), $("offers"), texts, $("composer"));
const outbox = new Outbox({ onChange: showState, onAccepted, onRefused: showRefusal, onForgotten });
const composer = new Composer($("composer"), { longest: data.longest, texts, onSend: (text) => say({ text }) });
const link = new Link({ after: data.after, onEntry, onPending, onErased, onState, onForgotten });
let pending = data.pending;
let remembered = !data.fresh; // the browser has shown its session at least once

function begin() {
  const shown = [...$("messages").querySelectorAll(".msg")];
  shown.forEach((item) => equip(item, texts.message));
  shown.filter((item) => item.classList.contains("from-citizen")).forEach(claimShown);
  showUnsent();
  if (outbox.hasNewer || outbox.unanswered.length) messages.withdrawOffers();
  for (const area of [$("examples"), $("offers")]) area?.addEventListener("click", choose);
  prepareMenu();
  openFoldsOnPaper();
  $("newer").addEventListener("click", toEnd);
  scroller.addEventListener("scroll", () => { if (atEnd()) $("newer").hidden = true; }, { passive: true });
  addEventListener("resize", () => { if (followsEnd) toEnd(); });
  if (shown.length || outbox.records.length) toEnd();
  link.start();
  outbox.flush();
  showTyping();
  if (data.fresh) ask().then(warnIfForgotten);
  if (!data.ready) checkStart();
}

/* ---- sending ---- */

function say(message) {
  const record = outbox.add({ ...message, after: link.after });
  $("examples")?.remove();
  $("flash").hidden = true;
  messages.withdrawOffers();
  messages.addUnsent(record);
  showState(record);
  toEnd();
  outbox.flush();
}

function choose(event) {
  const button = event.target.closest("button");
  if (!button) return;
  event.preventDefault();
  const title = button.querySelector(".title").textContent;
  say(button.name === "choice" ? { choice: button.value, title } : { text: button.value });
  $("text").focus({ preventScroll: true });
}

function claimShown(item) {
  outbox.claim({ seq: Number(item.dataset.seq), text: item.querySelector(".typed").textContent });
}

function showUnsent() {
  for (const record of outbox.records.filter((one) => !one.seen)) {
    messages.addUnsent(record);
    showState(record);
  }
}

function showState(record) {
  const item = messages.unsent(record.id);
  if (!item) return;
  item.classList.remove("sending", "waiting", "failed");
  item.classList.add(record.state);
  const words = { sending: "sending", waiting: "waiting", accepted: "sent", failed: "failed" }[record.state];
  item.querySelector(".status").textContent = texts.message[words];
  item.querySelectorAll(".act-link").forEach((button) => button.remove());
  if (record.state === "failed") item.querySelector(".meta").append(...remedies(record));
}

function remedies(record) {
  const button = (words, act) => {
    const element = make("button", { class: "act-link", type: "button" }, words);
    element.addEventListener("click", act);
    return element;
  };
  const again = button(texts.message.retry, () => outbox.retry(record.id));
  const edit = button(texts.message.edit, () => {
    outbox.remove(record.id);
    messages.unsent(record.id).remove();
    composer.set(record.text);
    $("text").focus();
  });
  return record.text ? [again, edit] : [again];
}

function showRefusal(record, problem) {
  composer.say(texts.errors[problem] ?? texts.errors.broken);
}

/* ---- what comes ---- */

function onEntry(entry) {
  const follow = atEnd();
  if (entry.author === "citizen") {
    const record = outbox.claim(entry);
    if (record) messages.settle(record.id, entry);
    else if (!messages.has(entry.seq)) messages.add(entry);
    messages.withdrawOffers();
    if (follow) toEnd();
  } else {
    const item = messages.add(entry);
    equip(item, texts.message);
    if (entry.choices && !outbox.hasNewer) messages.offer(entry);
    if (follow) showFromTop(item);
    else $("newer").hidden = false;
  }
  showTyping();
}

function onAccepted() {
  showTyping();
  setTimeout(() => { if (!pending && outbox.unanswered.length) dropUnkept(); }, UNKEPT_AFTER_MS);
}

let unkeptAsked = false;

function onPending(count) {
  pending = count;
  showTyping();
  if (!pending && outbox.unanswered.length) dropUnkept();
}

/** Nothing waits any more, yet some messages never came back: ask once more, then believe it (they were erased). */
async function dropUnkept() {
  const asked = outbox.unanswered;
  if (unkeptAsked) return;
  unkeptAsked = true;
  try {
    if (await link.fetchNews()) return;
    const gone = asked.filter((record) => !record.seen);
    outbox.forget(gone);
    gone.forEach((record) => messages.unsent(record.id)?.remove());
    showTyping();
  } catch { /* the next answer tells */ } finally {
    unkeptAsked = false;
  }
}

function onErased() {
  messages.clear();
  outbox.forget(outbox.unanswered);
  showUnsent();
  flash(texts.state.gone);
}

/** The browser shows no session any more, or another one: a new page gets the right one, and sends what was not sent. */
function onForgotten(hasOther) {
  if (remembered || hasOther) location.reload();
}

let typingTimers = [];
let isTyping = false;

function showTyping() {
  const expected = pending > 0 || outbox.unanswered.length > 0;
  if (expected === isTyping) return;
  isTyping = expected;
  typingTimers.forEach(clearTimeout);
  typingTimers = [];
  if (!expected) {
    $("typing").hidden = true;
    return;
  }
  sayTypingAfter(TYPING_AFTER_MS, texts.state.typing);
  sayTypingAfter(SLOW_AFTER_MS, texts.state.slow);
  typingTimers.push(setTimeout(checkStart, SLOW_AFTER_MS));
  sayTypingAfter(UNANSWERED_AFTER_MS, texts.state.unanswered);
}

function sayTypingAfter(milliseconds, words) {
  typingTimers.push(setTimeout(() => {
    if (!$("starting").hidden) return; // the banner says why nothing comes yet
    const follow = atEnd();
    $("typing").hidden = false;
    $("typing").lastElementChild.textContent = words;
    if (follow) toEnd();
  }, milliseconds));
}

/* ---- connection and start ---- */

function onState(state) {
  const banner = $("lost");
  const wasLost = !banner.hidden;
  banner.hidden = state === "here";
  document.body.classList.toggle("apart", state !== "here");
  if (state === "here") {
    remembered = true;
    if (wasLost) flash(texts.state.reconnected, 3000);
    if (outbox.waiting.length) outbox.flush();
    return;
  }
  const [title, hint] = banner.querySelectorAll("strong, span:not(.spinner)");
  title.textContent = state === "offline" ? texts.state.offline : texts.state.reconnecting;
  hint.textContent = texts.state.reconnecting_hint;
}

/** Say that the assistant is starting as long as it is; asked again when an answer is slow to come. */
async function checkStart() {
  if (watching) return;
  watching = true;
  let waited = !$("starting").hidden;
  await watchStart((status) => {
    $("starting").hidden = status.ready;
    waited ||= !status.ready;
    if (!status.ready) $("typing").hidden = true;
  });
  watching = false;
  if (!waited) return;
  flash(texts.state.started, 4000);
  isTyping = false;
  showTyping();
}

let watching = false;

/** In another site's page some browsers keep no cookie: say so, and offer a window of our own. */
function warnIfForgotten(status) {
  if (!status || status.session === "same") return;
  if (status.session === "other") return location.reload();
  flash(texts.state.blocked);
  if (window.top !== window) {
    const open = make("a", { class: "button", href: "/", target: "_blank", rel: "noopener" }, texts.state.open_alone);
    $("flash").append(open);
  }
}

let flashTimer;

function flash(words, milliseconds) {
  clearTimeout(flashTimer);
  $("flash").firstElementChild.textContent = words;
  $("flash").hidden = false;
  if (milliseconds) flashTimer = setTimeout(() => { $("flash").hidden = true; }, milliseconds);
}

/* ---- menu ---- */

function prepareMenu() {
  const menu = $("menu");
  for (const view of ["large", "contrast"]) prepareSwitch($(view), view);
  $("print").hidden = false;
  $("print").addEventListener("click", () => { menu.open = false; print(); });
  menu.querySelectorAll("form").forEach((form) => form.addEventListener("submit", forgetHere));
  document.addEventListener("click", (event) => { if (!menu.contains(event.target)) menu.open = false; });
  menu.addEventListener("keydown", (event) => {
    if (event.key !== "Escape") return;
    menu.open = false;
    menu.querySelector("summary").focus();
  });
  if (location.search) newsOfLeaving();
}

function prepareSwitch(button, view) {
  button.hidden = false;
  button.addEventListener("click", () => {
    const on = document.documentElement.classList.toggle(view);
    button.setAttribute("aria-pressed", String(on));
    const views = ["large", "contrast"].filter((name) => document.documentElement.classList.contains(name));
    const place = location.protocol === "https:" && window.top !== window ? "; Secure; SameSite=None; Partitioned" : "; SameSite=Lax";
    document.cookie = `ansinh_view=${views.join(".")}; Path=/; Max-Age=31536000${place}`;
    composer.fit();
  });
}

/** This page follows a session that was ended: other windows of it must not go on showing it. */
function newsOfLeaving() {
  history.replaceState(null, "", "/");
  try {
    localStorage.setItem("ansinh.left", String(Date.now()));
  } catch { /* then they learn it with their next request */ }
}

addEventListener("storage", (event) => { if (event.key === "ansinh.left") location.reload(); });

function forgetHere() {
  link.close();
  outbox.clear();
  composer.set("");
}

/* ---- scrolling ---- */

let followsEnd = true;
scroller.addEventListener("scroll", () => { followsEnd = atEnd(); }, { passive: true });

function atEnd() {
  return scroller.scrollHeight - scroller.scrollTop - scroller.clientHeight < 60;
}

function toEnd() {
  scroller.scrollTop = scroller.scrollHeight;
  $("newer").hidden = true;
}

/** Show the end, but never push the beginning of a long answer out of sight. */
function showFromTop(item) {
  const top = item.offsetTop - scroller.offsetTop - 12;
  scroller.scrollTop = Math.min(top, scroller.scrollHeight - scroller.clientHeight);
}

begin();
