// What the citizen sent and the page has not yet seen kept: survives a reload, is sent again under the same id.
//
// A record leaves when it is both acknowledged and seen in the conversation. Sending is one at a time, in order.

const KEY = "ansinh.unsent."; // one record each, so that two windows never overwrite one another
const KEEP_SEEN_MS = 10 * 60 * 1000;
const LONGEST_WAIT_MS = 30000;

export class Outbox {
  constructor({ onChange, onAccepted, onRefused, onForgotten }) {
    Object.assign(this, { onChange, onAccepted, onRefused, onForgotten });
    this.records = restore();
    this.busy = false;
    this.tries = 0;
  }

  /** Keep a message and start sending. `after`: the newest entry on the page when it was written. */
  add({ text = "", choice = "", title = "", after }) {
    const record = { id: newId(), text, choice, title, after, at: Date.now(), state: "sending" };
    this.records.push(record);
    save(record);
    return record;
  }

  get waiting() {
    return this.records.filter((record) => record.state === "sending" || record.state === "waiting");
  }

  /** Something was written that the conversation does not show: an offer that comes now is answered already. */
  get hasNewer() {
    return this.waiting.some((record) => !record.seen);
  }

  /** Acknowledged, and the conversation does not show it yet. */
  get unanswered() {
    return this.records.filter((record) => record.state === "accepted" && !record.seen);
  }

  async flush() {
    if (this.busy) return;
    this.busy = true;
    clearTimeout(this.timer);
    try {
      while (this.waiting.length && await this.sendFirst(this.waiting[0]));
    } finally {
      this.busy = false;
    }
  }

  async sendFirst(record) {
    const response = await post(record);
    if (response?.status === 202) return this.accepted(record);
    const problem = response ? await reason(response) : "";
    if (response?.status === 401 || response?.status === 409) this.onForgotten(response.status === 409);
    if (response && [400, 403, 413, 422].includes(response.status)) return this.refused(record, problem);
    this.change(record, "waiting", problem);
    this.tryAgain(Number(response?.headers.get("Retry-After")) * 1000);
    return false;
  }

  accepted(record) {
    this.tries = 0;
    this.change(record, "accepted");
    this.drop((one) => one === record && one.seen);
    this.onAccepted(record);
    return true;
  }

  refused(record, problem) {
    this.tries = 0;
    this.change(record, "failed", problem);
    this.onRefused(record, problem);
    return true;
  }

  tryAgain(told) {
    const wait = told || Math.min(LONGEST_WAIT_MS, 1000 * 2 ** this.tries);
    this.tries += 1;
    this.timer = setTimeout(() => this.flush(), wait);
  }

  retry(id) {
    const record = this.records.find((one) => one.id === id);
    if (record) this.change(record, "sending");
    this.flush();
  }

  remove(id) {
    this.drop((record) => record.id === id);
  }

  /** Find what *entry* is the kept form of: the same words first, else the oldest that was acknowledged. */
  claim(entry) {
    const open = this.records.filter((record) => !record.seen && record.state !== "failed" && record.after < entry.seq);
    const found = open.find((record) => same(record, entry)) ?? open.find((record) => record.state === "accepted");
    if (!found) return null;
    found.seen = true;
    save(found);
    this.drop((record) => record === found && record.state === "accepted");
    return found;
  }

  /** Forget *records*: the service has dealt with them and keeps no line of them. */
  forget(records) {
    this.drop((record) => records.includes(record));
  }

  clear() {
    clearTimeout(this.timer);
    this.drop(() => true);
  }

  change(record, state, problem = "") {
    record.state = state;
    record.problem = problem;
    save(record);
    this.onChange(record);
  }

  drop(which) {
    this.records.filter(which).forEach(erase);
    this.records = this.records.filter((record) => !which(record));
  }
}

function save(record) {
  try {
    localStorage.setItem(KEY + record.id, JSON.stringify(record));
  } catch { /* storage is full or forbidden: the message lives as long as the page does */ }
}

function erase(record) {
  try {
    localStorage.removeItem(KEY + record.id);
  } catch { /* as above */ }
}

function restore() {
  try {
    const keys = Object.keys(localStorage).filter((key) => key.startsWith(KEY));
    const kept = keys.map((key) => JSON.parse(localStorage.getItem(key))).sort((one, other) => one.at - other.at);
    kept.filter(isStale).forEach(erase);
    return kept.filter((one) => !isStale(one)).map((one) => (one.state === "waiting" ? { ...one, state: "sending" } : one));
  } catch {
    return [];
  }
}

const isStale = (record) => record.state === "accepted" && Date.now() - record.at > KEEP_SEEN_MS;

/** Says which session's page asks; another site's page could not. */
export const own = { "X-Ansinh": document.querySelector("#composer [name=token]").value };

async function post({ id, text, choice }) {
  try {
    return await fetch("/web/messages", {
      method: "POST", headers: { ...own, "Content-Type": "application/json" }, body: JSON.stringify({ id, text, choice }),
      signal: limit(15000),
    });
  } catch {
    return null;
  }
}

/** Ends a request that hangs: a slow phone would otherwise wait for ever. */
export function limit(milliseconds) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), milliseconds);
  return controller.signal;
}

async function reason(response) {
  try {
    return (await response.json()).error ?? "broken";
  } catch {
    return "broken";
  }
}

function same(record, entry) {
  const plain = (text) => text.normalize("NFC").replace(/\s+/g, " ").trim();
  return plain(record.title || record.text) === plain(entry.text);
}

function newId() {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("");
}
