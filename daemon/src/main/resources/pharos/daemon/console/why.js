// Why a peer is where it is, as the agent tells it: asked for anew when something happens to it.

import { h } from "./dom.js";

/** Not more often than this; what is noticed between two events comes with the next look. */
const GAP_MS = 1_000;
const LATER_MS = 5_000;

/** Who is told of nowhere is no failure. */
const NOBODY = 404;

export class Why {
  constructor(path) {
    this.path = path;
    this.askedMs = -Infinity;
    this.summary = h("p.summary", { hidden: true });
    this.note = h("p.note", {}, "Asking.");
    this.lines = h("ol.story", { "aria-label": "Its story, the newest last" });
    const freeze = h(
      "a.freeze",
      { href: "/v1/box", download: "", title: "The black box of this agent: pharos simulate --replay decides anew" },
      "freeze",
    );
    this.element = h("div.why", {}, this.summary, this.note, this.lines, freeze);
  }

  /** Something happened; several things at once are one question. */
  draw() {
    clearTimeout(this.later);
    this.later = setTimeout(() => this.ask(), Math.max(0, this.askedMs + GAP_MS - performance.now()));
  }

  tick() {
    if (!document.hidden && performance.now() - this.askedMs > LATER_MS) {
      this.draw();
    }
  }

  async ask() {
    this.askedMs = performance.now();
    try {
      const answer = await fetch("/v1/peers/" + this.path + "/why", { cache: "no-store" });
      const told = await answer.json();
      if (answer.ok) {
        this.show(told);
      } else if (answer.status === NOBODY) {
        this.show({ summary: "", story: [], note: told.detail });
      }
    } catch (e) {
      // The stream tells whether the agent is there.
    }
  }

  show({ summary, story, note, whole = true, others = [], seenBy }) {
    this.summary.textContent = summary;
    this.summary.hidden = !summary;
    const remarks = [
      note,
      seenBy && story.length > 0 && "As " + seenBy + " noticed it, the newest last.",
      !whole && "What came before is not kept.",
      others.length > 0 && others.length + " more had this name.",
    ].filter(Boolean);
    this.note.textContent = remarks.join(" ");
    this.note.hidden = remarks.length === 0;
    this.lines.replaceChildren(...story.map(line));
  }

  close() {
    clearTimeout(this.later);
  }
}

function line(entry) {
  const until = entry.until ? "until " + precise(entry.until) : null;
  return h(
    "li",
    { "data-what": entry.what, "data-to": entry.to },
    h("time", { datetime: entry.at, title: new Date(entry.at).toLocaleString("en-GB") }, precise(entry.at)),
    h("span", {}, entry.text, until && h("span.until", {}, " (" + until + ")")),
  );
}

/** To the millisecond: a crash is known within a few. */
function precise(when) {
  return new Date(when).toLocaleTimeString("en-GB", { fractionalSecondDigits: 3, hour: "2-digit", minute: "2-digit", second: "2-digit" });
}
