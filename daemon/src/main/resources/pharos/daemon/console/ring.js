// The ring of keys: who stands where, whose copies a key has, and its value, to be changed.

import { clock, h } from "./dom.js";
import { inPath } from "./model.js";
import { Picture } from "./picture.js";
import { RecordForm } from "./record.js";
import { StageBar } from "./stage.js";
import { WORDS, said } from "./views.js";

/** All nodes may be asked for it, so not more often than this. */
const GAP_MS = 400;
const LATER_MS = 1_000;
const PATIENCE_MS = 8_000;

const MOST_KEYS = 200;
const MOST_EVENTS = 6;

export class RingView {
  title = "Ring";

  constructor(model) {
    this.model = model;
    this.askedMs = -Infinity;
    this.ring = { nodes: [], keys: [] };
    this.chosen = null;
    this.note = h("p.note", { role: "status" }, "Asking.");
    this.picture = new Picture((key) => this.choose(key));
    this.stage = new StageBar(() => this.ask());
    this.record = new RecordForm({
      changed: (key) => {
        this.chosen = key;
        this.ask();
      },
      closed: () => this.choose(null),
    });
    this.input = h("input.filter", {
      type: "search",
      id: "filter",
      placeholder: "Filter keys",
      "aria-label": "Filter keys",
      autocomplete: "off",
      spellcheck: "false",
      oninput: () => this.showKeys(),
    });
    this.keys = h("ul.keys", { "aria-label": "Keys" });
    this.more = h("p.note", { hidden: true });
    this.recordsTitle = h("h2", { hidden: true }, "Records");
    this.create = h("button", { type: "button", onclick: () => this.begin() }, "New record");
    this.nodes = h("ul.standing", { "aria-label": "Nodes, by their place" });
    this.happened = h("div.history", { role: "list", "aria-label": "What happened, the latest first" });
    this.element = h(
      "section.onring",
      {},
      h("div.bar", {}, h("h1", {}, "Ring"), this.input, this.create),
      this.note,
      this.stage.element,
      h(
        "div.halves",
        {},
        h("div.ring", {}, this.picture.element),
        h(
          "div.side",
          {},
          this.record.element,
          this.recordsTitle,
          this.keys,
          this.more,
          h("h2", {}, "Nodes"),
          this.nodes,
          h("h2", {}, "What happened"),
          this.happened,
        ),
      ),
    );
  }

  draw() {
    this.happened.replaceChildren(
      ...this.model.events
        .slice(-MOST_EVENTS)
        .toReversed()
        .map((event) =>
          h(
            "div.event",
            { role: "listitem", "data-event": event.event === "GONE" ? event.reason : event.event },
            h("time", { datetime: event.at }, clock(event.at)),
            h("a", { href: "#/peers/" + inPath(event.peer.id) }, event.peer.name),
            h("span.said", {}, said(event)),
          ),
        ),
    );
    clearTimeout(this.later);
    this.later = setTimeout(() => this.ask(), Math.max(0, this.askedMs + GAP_MS - performance.now()));
  }

  tick() {
    if (!document.hidden && performance.now() - this.askedMs > LATER_MS - 100) {
      this.ask();
    }
  }

  async ask() {
    if (this.isAsking) {
      return;
    }
    this.isAsking = true;
    this.askedMs = performance.now();
    try {
      const answer = await fetch("/v1/ring", { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS) });
      if (answer.ok && !this.isClosed) {
        this.show(await answer.json());
      }
    } catch (e) {
      // The stream tells whether the agent is there.
    } finally {
      this.isAsking = false;
    }
  }

  show(ring) {
    this.ring = ring;
    const { records, note } = ring;
    this.note.textContent = records
      ? [
          records.engine,
          count(ring.keys.length, "record"),
          records.copies === 1 ? "1 copy of each" : records.copies + " copies of each",
          "a majority of " + records.majorityOf,
          records.whole ? "all copies are there" : "copies are being made",
          !records.complete && "not all nodes answered",
          ring.nodes.some((node) => node.holds && node.durable && !node.forced) && "not forced to disk (--fsync off)",
        ]
          .filter(Boolean)
          .join(" · ")
      : sentence(note ?? "nobody here holds records") + " The ring is of the agents that this one knows.";
    this.create.hidden = !records;
    this.input.hidden = !records;
    this.recordsTitle.hidden = !records;
    this.picture.show(ring, this.chosen);
    this.stage.show(ring.stage);
    this.record.know(ring.keys.find((it) => it.key === this.chosen), ring.nodes);
    this.showKeys();
    this.showNodes();
  }

  showKeys() {
    const filter = this.input.value;
    const found = this.ring.keys.filter((it) => it.key.includes(filter));
    const shown = found.slice(0, MOST_KEYS);
    const before = new Map([...this.keys.children].map((row) => [row.dataset.key, row]));
    const rows = shown.map((it) => this.row(it, before.get(it.key)));
    if (rows.length !== this.keys.children.length || rows.some((row, i) => row !== this.keys.children[i])) {
      // Whoever is on one by the keyboard stays there.
      const focused = document.activeElement;
      this.keys.replaceChildren(...rows);
      if (this.keys.contains(focused)) {
        focused.focus();
      }
    }
    this.more.hidden = found.length > 0 && found.length === shown.length;
    this.more.textContent = found.length
      ? found.length - shown.length + " more: narrow them by the filter."
      : this.ring.records
        ? filter
          ? "No key has “" + filter + "” in it."
          : "There are none yet."
        : "";
  }

  row(it, row) {
    const isChosen = it.key === this.chosen;
    const isWhole = it.meant.every((node) => it.holders.includes(node));
    const copies = it.holders.length + " of " + Math.max(it.meant.length, it.holders.length);
    const made =
      row ??
      h(
        "li",
        { "data-key": it.key },
        h("button.key", { type: "button", onclick: () => this.choose(it.key) }, h("bdi", {}, it.key)),
        h("span.copies"),
      );
    made.dataset.whole = isWhole;
    made.querySelector("button").setAttribute("aria-pressed", isChosen);
    const text = it.bytes + " B · " + copies;
    if (made.lastChild.textContent !== text) {
      made.lastChild.textContent = text;
    }
    return made;
  }

  showNodes() {
    const chosen = this.ring.keys.find((it) => it.key === this.chosen);
    const rows = this.ring.nodes.map((node, i) => {
      const words = [
        node.here && "this agent",
        node.seen && node.seen !== "ALIVE" && (WORDS[node.seen] ?? node.seen.toLowerCase()),
        node.holds && node.holds.toLowerCase(),
        node.holds && count(node.records, "record"),
        node.holds && (node.durable ? (node.forced ? "on disk" : "on disk, not forced") : "in memory"),
        chosen?.holders.includes(i) && "has a copy of the chosen record",
      ].filter(Boolean);
      return h(
        "li",
        { "data-lit": chosen?.holders.includes(i) ?? false },
        node.seen ? h("a", { href: "#/peers/" + inPath(node.id) }, h("bdi", {}, label(node))) : h("bdi", {}, label(node)),
        h("span", {}, words.join(", ")),
      );
    });
    const text = rows.map((row) => row.outerHTML).join();
    if (text !== this.nodesText && !this.nodes.contains(document.activeElement)) {
      this.nodesText = text;
      this.nodes.replaceChildren(...rows);
    }
  }

  choose(key) {
    this.chosen = key;
    key === null ? this.record.close() : this.record.open(key);
    this.show(this.ring);
  }

  begin() {
    this.chosen = null;
    this.record.begin();
    this.show(this.ring);
  }

  /** Up and down the keys. */
  move(by) {
    const all = [...this.keys.querySelectorAll("button")];
    const now = all.indexOf(document.activeElement);
    all[now < 0 ? 0 : Math.min(all.length - 1, Math.max(0, now + by))]?.focus();
  }

  close() {
    this.isClosed = true;
    clearTimeout(this.later);
    this.picture.close();
  }
}

function count(number, noun) {
  return number + " " + noun + (number === 1 ? "" : "s");
}

function sentence(text) {
  return text.charAt(0).toUpperCase() + text.slice(1) + ".";
}

export function label(node) {
  return node.name || node.short || node.id;
}
