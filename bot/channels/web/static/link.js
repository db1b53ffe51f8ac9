// The way from the service to the page: a stream that resumes, asking every few seconds where a stream cannot be
// held, and the question whether the assistant has started.

import { limit, own } from "./outbox.js";

const HELLO_MS = 8000; // a proxy that holds frames back never lets the greeting through
const POLL_MS = 3000;
const LOST_AFTER_MS = 1200; // a stream that comes back at once is no news to anybody
const TRIES_BEFORE_POLLING = 2;

export class Link {
  constructor({ after, onEntry, onPending, onErased, onState, onForgotten }) {
    Object.assign(this, { after, onEntry, onPending, onErased, onState, onForgotten });
    this.failures = 0;
    addEventListener("online", () => this.restart());
    addEventListener("offline", () => this.lose());
    document.addEventListener("visibilitychange", () => document.hidden || this.connected || this.restart());
    addEventListener("pagehide", () => this.close());
    addEventListener("pageshow", (event) => event.persisted && this.restart());
  }

  start() {
    if (this.polling || !("EventSource" in window)) this.poll();
    else this.listen();
  }

  restart() {
    this.close();
    this.failures = 0;
    this.start();
  }

  close() {
    this.source?.close();
    this.connected = false;
    for (const timer of [this.helloTimer, this.pollTimer, this.againTimer, this.lostTimer]) clearTimeout(timer);
  }

  listen() {
    const source = new EventSource(`/web/events?after=${this.after}`);
    this.source = source;
    this.helloTimer = setTimeout(() => this.failed(), HELLO_MS);
    const on = (name, act) => source.addEventListener(name, (event) => act(JSON.parse(event.data)));
    on("hello", () => { this.streamed = true; this.found(); });
    on("entry", (entry) => this.take(entry));
    on("pending", ({ pending }) => this.onPending(pending));
    on("erased", () => this.erased());
    source.onerror = () => this.failed();
  }

  take(entry) {
    if (entry.seq <= this.after) return;
    this.after = entry.seq;
    this.onEntry(entry);
  }

  erased() {
    this.after = 0;
    this.onErased();
  }

  found() {
    clearTimeout(this.helloTimer);
    clearTimeout(this.lostTimer);
    this.failures = 0;
    this.lostTimer = null;
    this.connected = true;
    this.onState("here");
  }

  failed() {
    this.close();
    this.failures += 1;
    if (this.failures >= TRIES_BEFORE_POLLING && !this.streamed) this.polling = true;
    this.lose();
    this.againTimer = setTimeout(() => this.start(), Math.min(10000, 500 * 2 ** this.failures));
    ask().then((status) => { if (status && status.session !== "same") this.onForgotten(status.session === "other"); });
  }

  lose() {
    this.connected = false;
    clearTimeout(this.lostTimer);
    this.lostTimer = setTimeout(() => this.connected || this.onState(navigator.onLine === false ? "offline" : "lost"), LOST_AFTER_MS);
  }

  async poll() {
    let wait = POLL_MS;
    try {
      await this.fetchNews();
      this.found();
    } catch {
      this.failures += 1;
      wait = Math.min(20000, POLL_MS * this.failures);
      this.lose();
    }
    this.pollTimer = setTimeout(() => this.poll(), wait);
  }

  /** Ask once what is new; return how many messages wait for their answer. */
  async fetchNews() {
    const response = await fetch(`/web/messages?after=${this.after}`, { headers: own, signal: limit(15000) });
    if (response.status === 401 || response.status === 409) this.onForgotten(response.status === 409);
    if (!response.ok) throw new Error(String(response.status));
    const news = await response.json();
    if (news.erased) this.erased();
    news.messages.forEach((entry) => this.take(entry));
    this.onPending(news.pending);
    return news.pending;
  }
}

/** Ask until the assistant has started; tell every answer. */
export async function watchStart(onAnswer) {
  for (;;) {
    const status = await ask();
    if (status) onAnswer(status);
    if (status?.ready) return;
    await new Promise((resolve) => setTimeout(resolve, 2500));
  }
}

export async function ask() {
  try {
    const response = await fetch("/web/status", { headers: own, signal: limit(8000) });
    return response.ok ? await response.json() : null;
  } catch {
    return null;
  }
}
