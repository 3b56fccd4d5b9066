// The ring as a picture that moves: who comes grows, who goes shrinks, and what stays stays.

import { svg } from "./dom.js";

const WIDTH = 720;
const HEIGHT = 560;
const MIDDLE_X = WIDTH / 2;
const MIDDLE_Y = HEIGHT / 2;
const RADIUS = 200;
const KEY_RADIUS = 164;
const LABEL_GAP = 22;
const GOING_MS = 700;

/** With more there is no room for names, and lines are a grey area. */
const MOST_LABELS = 40;
const MOST_LINES = 200;
const MOST_KEYS = 300;

function at(place, radius = RADIUS) {
  const angle = 2 * Math.PI * place;
  return [MIDDLE_X + radius * Math.sin(angle), MIDDLE_Y - radius * Math.cos(angle)];
}

function cut(text) {
  const letters = [...text];
  return letters.length > 18 ? letters.slice(0, 17).join("") + "…" : text;
}

/** How high each name of one side stands: as near to its node as can be, none over another. */
function heights(nodes) {
  const down = nodes.map((node) => ({ node, y: at(node.place)[1] })).sort((a, b) => a.y - b.y);
  down.forEach((it, i) => (it.y = Math.max(it.y, i ? down[i - 1].y + LABEL_GAP : 16)));
  for (let i = down.length - 1; i >= 0; i--) {
    down[i].y = Math.min(down[i].y, i === down.length - 1 ? HEIGHT - 16 : down[i + 1].y - LABEL_GAP);
  }
  return down;
}

export class Picture {
  constructor(onKey) {
    this.onKey = onKey;
    this.lines = svg("g");
    this.labels = svg("g");
    this.keys = svg("g");
    this.nodes = svg("g");
    this.there = new Map();
    this.timers = new Set();
    this.element = svg(
      "svg",
      { viewBox: `0 0 ${WIDTH} ${HEIGHT}`, role: "img", "aria-label": "The ring" },
      svg("circle", { cx: MIDDLE_X, cy: MIDDLE_Y, r: RADIUS, class: "track" }),
      this.lines,
      this.labels,
      this.keys,
      this.nodes,
    );
  }

  show(ring, chosen) {
    const key = ring.keys.find((it) => it.key === chosen);
    this.element.setAttribute(
      "aria-label",
      `A ring of ${ring.nodes.length} nodes` +
        (key ? `; copies at ${key.holders.map((i) => ring.nodes[i].name || ring.nodes[i].short).join(", ")}` : ""),
    );
    this.drawNodes(ring.nodes, key);
    this.drawLabels(ring.nodes);
    this.drawLines(ring.nodes, key);
    this.drawKeys(ring.keys.slice(0, MOST_KEYS), chosen);
  }

  drawNodes(nodes, key) {
    const now = new Set(nodes.map((node) => node.id));
    for (const [id, element] of this.there) {
      if (!now.has(id)) {
        element.setAttribute("data-going", "");
        this.there.delete(id);
        const timer = setTimeout(() => {
          this.timers.delete(timer);
          element.remove();
        }, GOING_MS);
        this.timers.add(timer);
      }
    }
    nodes.forEach((node, i) => {
      let element = this.there.get(node.id);
      if (!element) {
        const [cx, cy] = at(node.place);
        element = svg("circle", { cx, cy, r: nodes.length > 100 ? 4 : 9, class: "node coming" }, svg("title"));
        this.there.set(node.id, element);
        this.nodes.append(element);
        requestAnimationFrame(() => element.classList.remove("coming"));
      }
      element.classList.toggle("self", node.here);
      element.classList.toggle("holder", Boolean(node.holds));
      element.classList.toggle("lit", key?.holders.includes(i) ?? false);
      element.classList.toggle("lacks", Boolean(key?.meant.includes(i) && !key.holders.includes(i)));
      element.dataset.id = node.id;
      element.dataset.state = node.holds === "MISSING" ? "GONE" : (node.seen ?? "");
      element.firstChild.textContent = [node.name || node.short, node.address, node.holds?.toLowerCase()].filter(Boolean).join(", ");
    });
  }

  drawLabels(nodes) {
    const all = nodes.length > MOST_LABELS ? [] : nodes;
    const sides = [all.filter((node) => node.place < 0.5), all.filter((node) => node.place >= 0.5)];
    this.labels.replaceChildren(
      ...sides.flatMap((side, isLeft) =>
        heights(side).flatMap(({ node, y }) => {
          const x = isLeft ? MIDDLE_X - RADIUS - 28 : MIDDLE_X + RADIUS + 28;
          const [x1, y1] = at(node.place, RADIUS + 10);
          return [
            svg("path", { d: `M${x1} ${y1} L${isLeft ? x + 5 : x - 5} ${y}`, class: "lead" }),
            svg("text", { x, y: y + 4, "text-anchor": isLeft ? "end" : "start" }, cut(node.name || node.short)),
          ];
        }),
      ),
    );
  }

  drawLines(nodes, key) {
    const places = new Map(nodes.map((node) => [node.id, node.place]));
    const self = nodes.find((node) => node.here);
    const lines = [];
    if (nodes.length <= MOST_LINES) {
      for (const node of nodes) {
        for (const watched of node.watches.filter((id) => places.has(id))) {
          lines.push(curve(node.place, places.get(watched), 0.85, node.here ? "watch ours" : "watch"));
        }
        if (self && node.inTable) {
          lines.push(curve(self.place, node.place, 0.4, "finger"));
        }
      }
    }
    for (const holder of key?.holders ?? []) {
      const [x1, y1] = at(key.place, KEY_RADIUS);
      const [x2, y2] = at(nodes[holder].place);
      lines.push(svg("path", { d: `M${x1} ${y1} L${x2} ${y2}`, class: "copy" }));
    }
    this.lines.replaceChildren(...lines);
  }

  /** To be clicked; with the keyboard they are chosen in the list. */
  drawKeys(keys, chosen) {
    this.keys.replaceChildren(
      ...keys.map((it) => {
        const [cx, cy] = at(it.place, KEY_RADIUS);
        const isChosen = it.key === chosen;
        const dot = svg("circle", { cx, cy, r: isChosen ? 7 : 4, class: isChosen ? "keydot lit" : "keydot" }, svg("title", {}, it.key));
        dot.addEventListener("click", () => this.onKey(it.key));
        return dot;
      }),
    );
  }

  close() {
    this.timers.forEach(clearTimeout);
  }
}

function curve(from, to, pull, kind) {
  const [x1, y1] = at(from);
  const [x2, y2] = at(to);
  const [x, y] = [MIDDLE_X + ((x1 + x2) / 2 - MIDDLE_X) * pull, MIDDLE_Y + ((y1 + y2) / 2 - MIDDLE_Y) * pull];
  return svg("path", { d: `M${x1} ${y1} Q${x} ${y} ${x2} ${y2}`, class: kind });
}
