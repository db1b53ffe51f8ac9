// Draws messages the way message.html does, from values only: text nodes, never markup.

export function make(tag, properties = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(properties)) {
    if (name === "class") element.className = value;
    else if (name === "data") Object.assign(element.dataset, value);
    else element.setAttribute(name, value);
  }
  element.append(...children.flat().filter((child) => child !== null && child !== undefined));
  return element;
}

const line = (runs) => runs.map((run) => {
  if (run.href) {
    const outside = run.href.startsWith("https:") ? { target: "_blank", rel: "noopener noreferrer" } : {};
    return make("a", { href: run.href, ...outside }, run.t);
  }
  return run.b ? make("strong", {}, run.t) : run.t;
});

const blocks = (list = []) => list.map((block) => {
  if (block.kind === "para") return make("p", {}, line(block.lines[0]));
  const items = block.lines.map((runs) => make("li", {}, line(runs)));
  return block.kind === "bullets" ? make("ul", {}, items) : make("ol", { start: block.start }, items);
});

export class Messages {
  constructor(list, offers, texts, form) {
    Object.assign(this, { list, offers, texts, form });
    this.days = new Set([...list.querySelectorAll(".day")].map((item) => item.dataset.day));
  }

  /** Newest entry number on the page. */
  get last() {
    return Math.max(0, ...[...this.list.querySelectorAll(".msg[data-seq]")].map((item) => Number(item.dataset.seq)));
  }

  has(seq) {
    return this.list.querySelector(`.msg[data-seq="${Number(seq)}"]`) !== null;
  }

  /** Put an entry in its place: before everything newer and before what is still being sent. */
  add(entry) {
    this.markDay(entry);
    const item = this.draw(entry);
    this.list.insertBefore(item, this.firstUnsent());
    return item;
  }

  draw(entry) {
    return make("li", { class: `msg from-${entry.author}`, data: { seq: entry.seq } },
      make("p", { class: "who" }, this.texts.authors[entry.author]),
      make("div", { class: "bubble" }, this.body(entry)),
      make("p", { class: "meta" }, make("time", { datetime: entry.iso }, entry.time)));
  }

  body(entry) {
    if (entry.author === "citizen") return [make("p", { class: "typed" }, entry.text)];
    const { message } = this.texts;
    const fold = entry.folded && make("details", { class: "fold" }, make("summary", {}, message.more), blocks(entry.folded));
    const sources = entry.sources && make("div", { class: "sources" },
      make("span", { class: "sources-title" }, message.sources),
      make("ul", {}, entry.sources.map((source) => make("li", {}, source))));
    return [...blocks(entry.shown), fold, ...blocks(entry.question), sources];
  }

  /** Show what is being sent, before the service has it. */
  addUnsent(record) {
    const item = make("li", { class: "msg from-citizen", data: { id: record.id } },
      make("p", { class: "who" }, this.texts.authors.citizen),
      make("div", { class: "bubble" }, make("p", { class: "typed" }, record.title || record.text)),
      make("p", { class: "meta" }, make("time", {}, clock(record.at)), make("span", { class: "status" })));
    this.list.append(item);
    return item;
  }

  unsent(id) {
    return this.list.querySelector(`.msg[data-id="${CSS.escape(id)}"]`);
  }

  /** The entry is what was sent as *id*: the message takes its number, time and kept words. */
  settle(id, entry) {
    const item = this.unsent(id);
    if (!item) return;
    const settled = this.draw(entry);
    this.markDay(entry);
    if (item === this.firstUnsent()) item.replaceWith(settled);
    else {
      item.remove();
      this.list.insertBefore(settled, this.firstUnsent());
    }
  }

  firstUnsent() {
    return this.list.querySelector(".msg[data-id]");
  }

  markDay(entry) {
    if (this.days.has(entry.day)) return;
    this.days.add(entry.day);
    const shown = entry.day === this.list.dataset.today ? this.texts.message.today : entry.day;
    this.list.insertBefore(make("li", { class: "day", data: { day: entry.day } }, make("span", {}, shown)), this.firstUnsent());
  }

  /** Offer the choices of *entry*, instead of those offered before. */
  offer(entry) {
    const { choices } = entry;
    const buttons = choices.map((choice, index) => make("button",
      choice.token ? { class: "choice", type: "submit", name: "choice", value: choice.token }
        : { class: "choice", type: "submit", name: "text", value: choice.title },
      entry.numbered ? make("span", { class: "number", "aria-hidden": "true" }, String(index + 1)) : null,
      make("span", { class: "title" }, choice.title)));
    const hidden = ["token", "id"].map((name) => make("input", { type: "hidden", name, value: this.form.elements[name].value }));
    this.offers.replaceChildren(make("form", { class: "choices", method: "post", action: "/web/form", data: { for: entry.seq } },
      hidden, make("fieldset", {}, make("legend", {}, this.texts.message[entry.numbered ? "numbers" : "choices"]), buttons)));
  }

  withdrawOffers() {
    this.offers.replaceChildren();
  }

  clear() {
    this.list.replaceChildren();
    this.days.clear();
    this.withdrawOffers();
  }
}

const clock = (moment) => new Date(moment).toLocaleTimeString("vi-VN", { hour: "2-digit", minute: "2-digit", timeZone: "Asia/Ho_Chi_Minh" });
