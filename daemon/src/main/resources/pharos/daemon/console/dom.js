// Elements, made plainly: text is text, whatever a peer calls itself.

/** h("a.name", {href: "#/"}, "Peers", child) */
export function h(what, attributes = {}, ...children) {
  const [tag, ...classes] = what.split(".");
  const element = document.createElement(tag);
  element.classList.add(...classes);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith("on")) {
      element.addEventListener(name.slice(2), value);
    } else if (value === true) {
      element.setAttribute(name, "");
    } else if (value !== false && value != null) {
      element.setAttribute(name, value);
    }
  }
  element.append(...children.flat(Infinity).filter((child) => child != null && child !== false));
  return element;
}

const SVG = "http://www.w3.org/2000/svg";

export function svg(tag, attributes = {}, ...children) {
  const element = document.createElementNS(SVG, tag);
  for (const [name, value] of Object.entries(attributes)) {
    element.setAttribute(name, value);
  }
  element.append(...children);
  return element;
}

/** How long ago, as people say it. */
export function ago(then, now = Date.now()) {
  const seconds = Math.max(0, (now - new Date(then)) / 1000);
  if (seconds < 2) {
    return "now";
  }
  const units = [
    [60, "s", 1],
    [3600, "min", 60],
    [86_400, "h", 3600],
    [Infinity, "d", 86_400],
  ];
  const [, unit, size] = units.find(([most]) => seconds < most);
  return Math.floor(seconds / size) + " " + unit;
}

export function clock(when) {
  return new Date(when).toLocaleTimeString("en-GB");
}

/**
 * A list of rows of one height, of which those in sight alone are there: a thousand cost no more
 * than thirty.
 */
export class Rows {
  constructor(element, make) {
    this.element = element;
    this.make = make;
    this.items = [];
    this.shown = new Map();
    this.onMove = () => this.draw();
    addEventListener("scroll", this.onMove, { passive: true });
    addEventListener("resize", this.onMove);
  }

  close() {
    removeEventListener("scroll", this.onMove);
    removeEventListener("resize", this.onMove);
  }

  show(items) {
    this.items = items;
    for (const [at, row] of this.shown) {
      if (items[at] !== row.item) {
        row.element.remove();
        this.shown.delete(at);
      }
    }
    this.draw();
  }

  get height() {
    return parseFloat(getComputedStyle(this.element).getPropertyValue("--row")) || 48;
  }

  draw() {
    const height = this.height;
    this.element.style.height = this.items.length * height + "px";
    const top = this.element.getBoundingClientRect().top;
    const first = Math.max(0, Math.floor(-top / height) - 8);
    const last = Math.min(this.items.length, Math.ceil((innerHeight - top) / height) + 8);
    for (const [at, row] of this.shown) {
      if (at < first || at >= last) {
        // Who is being read with the keyboard stays.
        if (!row.element.contains(document.activeElement)) {
          row.element.remove();
          this.shown.delete(at);
        }
      }
    }
    for (let at = first; at < last; at++) {
      if (!this.shown.has(at)) {
        const element = this.make(this.items[at], at);
        element.style.transform = "translateY(" + at * height + "px)";
        const next = [...this.shown.keys()].filter((it) => it > at).sort((a, b) => a - b)[0];
        this.element.insertBefore(element, next == null ? null : this.shown.get(next).element);
        this.shown.set(at, { element, item: this.items[at] });
      }
    }
  }

  /** Looks at those in sight again. */
  forEachShown(look) {
    this.shown.forEach((row, at) => look(row.element, this.items[at]));
  }

  /** Brings one into sight, and the keyboard to it. */
  focus(at) {
    if (at < 0 || at >= this.items.length) {
      return;
    }
    const top = this.element.getBoundingClientRect().top + at * this.height;
    if (top < 80 || top > innerHeight - 80) {
      scrollBy(0, top - innerHeight / 2);
    }
    this.draw();
    this.shown.get(at)?.element.querySelector("a")?.focus();
  }
}
