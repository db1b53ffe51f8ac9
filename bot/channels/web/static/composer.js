// The field at the bottom: grows with what is typed, sends on Enter, keeps the draft, stays above the keyboard.

const DRAFT = "ansinh.draft";

export class Composer {
  constructor(form, { longest, texts, onSend }) {
    Object.assign(this, { form, longest, texts, onSend });
    this.field = form.elements.text;
    this.count = form.querySelector("#count");
    this.problem = form.querySelector("#problem");
    this.field.value ||= read();
    this.field.addEventListener("input", () => this.typed());
    this.field.addEventListener("keydown", (event) => this.key(event));
    form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.send();
    });
    if (this.field.value) this.typed();
    followKeyboard();
  }

  key(event) {
    // While a Vietnamese input method is composing, Enter belongs to it.
    const composing = event.isComposing || event.keyCode === 229;
    if (event.key !== "Enter" || event.shiftKey || composing) return;
    event.preventDefault();
    this.send();
  }

  typed() {
    this.fit();
    this.say("");
    write(this.field.value);
    const left = this.longest - this.length;
    const shown = left < 0 ? this.texts.composer.over.replace("{count}", -left)
      : left < 200 ? this.texts.composer.remaining.replace("{count}", left) : "";
    this.count.textContent = shown;
    this.count.classList.toggle("over", left < 0);
  }

  get length() {
    return [...this.field.value.normalize("NFC").trim()].length;
  }

  fit() {
    this.field.style.height = "auto";
    if (this.field.value) this.field.style.height = `${this.field.scrollHeight + 3}px`;
  }

  send() {
    const text = this.field.value.trim();
    if (!text) return this.refuse("empty");
    if (this.length > this.longest) return this.refuse("too_long");
    this.set("");
    this.onSend(text);
    this.field.focus({ preventScroll: true });
  }

  refuse(problem) {
    this.say(this.texts.errors[problem]);
    this.field.focus();
  }

  set(text) {
    this.field.value = text;
    this.typed();
  }

  say(words) {
    this.problem.textContent = words;
    this.problem.hidden = !words;
  }
}

/** Safari lays the keyboard over the page: give the page the height that is left. */
function followKeyboard() {
  const view = window.visualViewport;
  if (!view) return;
  const fit = () => {
    const covered = window.innerHeight - view.height > 80 && view.scale < 1.05;
    if (covered) document.documentElement.style.setProperty("--visible", `${Math.round(view.height)}px`);
    else document.documentElement.style.removeProperty("--visible");
    if (covered) scrollTo(0, 0);
  };
  view.addEventListener("resize", fit);
}

function read() {
  try {
    return sessionStorage.getItem(DRAFT) ?? "";
  } catch {
    return "";
  }
}

function write(text) {
  try {
    sessionStorage.setItem(DRAFT, text);
  } catch { /* the draft lives as long as the page does */ }
}
