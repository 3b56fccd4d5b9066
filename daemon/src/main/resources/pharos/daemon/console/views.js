// What is shown at each address of the page. A view has draw(), called when something changed, and
// tick(), called once a second.

import { Rows, ago, clock, h, svg } from "./dom.js";
import { SHORT, heard, hearingTable } from "./hearing.js";
import { inPath, link } from "./model.js";
import { Why } from "./why.js";

/** Where a peer stands, in words. */
export const WORDS = {
  ALIVE: "here",
  SUSPECT: "does not answer",
  UNREACHABLE_FROM_HERE: "others hear it",
  HEARD_ONLY: "heard only",
  GONE: "gone",
};

const REASONS = {
  LEFT: "said goodbye",
  CRASHED: "crashed",
  SILENT: "fell silent",
  REPLACED: "was replaced",
  OUT_OF_SIGHT: "is out of sight",
};

const HAPPENED = {
  ARRIVED: "arrived",
  UPDATED: "changed",
  SUSPECT: "does not answer",
  RECOVERED: "answers again",
};

/** The same in words, for eyes and ears. */
export function said(event) {
  if (event.event !== "GONE") {
    return HAPPENED[event.event];
  }
  return (REASONS[event.reason] ?? "is gone") + (event.detail ? `: ${event.detail}` : "");
}

function state(peer, isHere = true) {
  const name = isHere ? peer.state : "GONE";
  return h("span.state", { "data-state": name }, h("span.dot"), WORDS[name] ?? name);
}

const LONG_CHIP = 12;

function capability(it) {
  const url = it.endpoints.map(link).find(Boolean);
  const text = it.type + (it.port ? " :" + it.port : "");
  const about = { title: it.endpoints.join("\n"), "data-long": text.length > LONG_CHIP };
  return url
    ? h("a.chip", { ...about, href: url, rel: "noopener noreferrer", target: "_blank" }, text)
    : h("span.chip", about, text);
}

const FEW_CHIPS = 3;

function chips(peer) {
  const all = peer.capabilities;
  return [
    ...all.slice(0, FEW_CHIPS).map(capability),
    all.length > FEW_CHIPS && h("span.more", {}, "+" + (all.length - FEW_CHIPS)),
  ];
}

function toPeer(peer) {
  return "#/peers/" + inPath(peer.id);
}

function lately(peer) {
  const text = ago(peer.lastHeard);
  return text === "now" ? text : text + " ago";
}

/** From 0, just heard, to 1, as late as it takes to be missed. */
function staleness(peer) {
  return Math.min(1, Math.max(0, (Date.now() - new Date(peer.lastHeard)) / 20_000));
}

export class PeersView {
  title = "Peers";

  constructor(model, filter, onFilter) {
    this.model = model;
    this.count = h("p.counts");
    this.input = h("input.filter", {
      type: "search",
      id: "filter",
      placeholder: "name, service, offer or address",
      "aria-label": "Show only peers that say",
      autocomplete: "off",
      spellcheck: "false",
      value: filter,
      oninput: () => {
        onFilter(this.input.value);
        this.draw();
      },
    });
    this.list = h("div.rows", { role: "rowgroup" });
    this.nobody = h("div.nobody", { hidden: true });
    this.rows = new Rows(this.list, (peer, at) => this.row(peer, at));
    this.table = h(
      "div.table",
      { role: "table", "aria-label": "Peers" },
      h(
        "div.head",
        { role: "row" },
        ["Name", "Service", "Offers", "Address", "Heard", "Here for"].map((text) =>
          h("span", { role: "columnheader" }, text),
        ),
      ),
      this.list,
    );
    this.element = h(
      "section",
      {},
      h("div.bar", {}, h("h1", {}, "Peers"), this.count, this.input),
      this.table,
      this.nobody,
    );
  }

  row(peer, at) {
    return h(
      "div.row",
      { role: "row", "aria-rowindex": at + 2, "data-state": peer.state },
      h(
        "span.who",
        { role: "cell" },
        h("span.dot", { "data-state": peer.state, title: WORDS[peer.state] }),
        h("a", { href: toPeer(peer) }, peer.name),
        h("span.short", {}, peer.short),
        peer.state === "ALIVE" ? null : h("span.word", {}, WORDS[peer.state]),
        peer.hearing ? h("span.word", {}, SHORT[peer.hearing.fault]) : null,
      ),
      h("span.service", { role: "cell" }, peer.service || "–"),
      h("span.offers", { role: "cell" }, chips(peer)),
      h("span.address", { role: "cell" }, peer.site ? "by " + peer.site : (peer.addresses[0] ?? "–")),
      h("span.heard", { role: "cell" }, h("meter.fresh", freshness(peer)), h("span.ago", {}, ago(peer.lastHeard))),
      h("span.since", { role: "cell" }, ago(peer.since)),
    );
  }

  draw() {
    const { here, suspect, services } = this.model.counts();
    const filter = this.input.value;
    const peers = this.model.sorted(filter);
    if (!this.model.listedAt) {
      this.table.hidden = true;
      this.nobody.hidden = false;
      this.nobody.replaceChildren(h("p", {}, "Asking this agent who is there."));
      return;
    }
    this.count.replaceChildren(
      h("b", {}, String(here)),
      here === 1 ? " peer" : " peers",
      suspect ? h("span.alarm", {}, " · " + suspect + (suspect === 1 ? " does" : " do") + " not answer") : "",
      here ? " · " + services + (services === 1 ? " service" : " services") : "",
      filter ? " · " + peers.length + " shown" : "",
    );
    this.table.hidden = peers.length === 0;
    this.table.setAttribute("aria-rowcount", peers.length + 1);
    this.nobody.hidden = peers.length > 0;
    this.nobody.replaceChildren(
      ...(filter
        ? [h("p", {}, "Nobody here says “" + filter + "”.")]
        : [
            h("h2", {}, "Nobody heard yet"),
            h(
              "p",
              {},
              "This agent listens",
              this.model.self ? " at " + this.model.self.addresses.join(", ") : "",
              ". Start another on this network:",
            ),
            h("pre", {}, "pharos agent --name alpha --offer Web=8080"),
          ]),
    );
    this.rows.show(peers);
  }

  tick() {
    this.rows.forEachShown((row, peer) => {
      row.querySelector(".ago").textContent = ago(peer.lastHeard);
      row.querySelector(".since").textContent = ago(peer.since);
      const meter = row.querySelector("meter");
      Object.entries(freshness(peer)).forEach(([name, value]) => meter.setAttribute(name, value));
    });
  }

  /** Up and down the list. */
  move(by) {
    const now = [...this.rows.shown].find(([, row]) => row.element.contains(document.activeElement));
    this.rows.focus(now ? now[0] + by : 0);
  }

  close() {
    this.rows.close();
  }
}

function freshness(peer) {
  return {
    min: 0,
    max: 1,
    low: 0.3,
    high: 0.7,
    optimum: 1,
    value: (1 - staleness(peer)).toFixed(2),
    "aria-label": "heard " + lately(peer),
  };
}

function eventRow(event, withName = true) {
  const isGone = event.event === "GONE";
  return h(
    "div.event",
    { role: "listitem", "data-event": isGone ? event.reason : event.event },
    h("time", { datetime: event.at, title: new Date(event.at).toLocaleString("en-GB") }, clock(event.at)),
    h("span.dot", { "data-state": isGone ? "GONE" : event.event === "SUSPECT" ? "SUSPECT" : "ALIVE" }),
    withName && h("a", { href: toPeer(event.peer) }, event.peer.name),
    h("span.said", {}, said(event)),
    h(
      "span.what",
      {},
      event.event === "ARRIVED" || event.event === "UPDATED"
        ? "offers " + (event.peer.capabilities.map((it) => it.type).join(", ") || "nothing")
        : "",
    ),
  );
}

export class TimelineView {
  title = "Timeline";

  constructor(model) {
    this.model = model;
    this.list = h("div.rows.events", { role: "list", "aria-label": "What happened, the latest first" });
    this.rows = new Rows(this.list, (event) => eventRow(event));
    this.none = h("p.nobody", { hidden: true }, "Nothing has happened since this agent started.");
    this.count = h("p.counts");
    this.element = h("section", {}, h("div.bar", {}, h("h1", {}, "Timeline"), this.count), this.list, this.none);
  }

  draw() {
    const events = this.model.events.toReversed();
    this.none.hidden = events.length > 0 || !this.model.listedAt;
    this.count.textContent = events.length
      ? "since " + new Date(events.at(-1).at).toLocaleString("en-GB")
      : "";
    this.rows.show(events);
  }

  tick() {}

  close() {
    this.rows.close();
  }
}

const MOST_LABELS = 40;

export class NetworkView {
  title = "Network";

  constructor(model) {
    this.model = model;
    this.subnets = h("div.subnets");
    this.ring = h("div.ring");
    this.hearing = h("div");
    this.element = h(
      "section",
      {},
      h("div.bar", {}, h("h1", {}, "Network")),
      h("p.note", {}, "As this agent sees it."),
      h("h2", {}, "Where they are"),
      this.subnets,
      h("h2", {}, "Who hears whom"),
      this.hearing,
      h("h2", {}, "Who watches whom"),
      h(
        "p.note",
        {},
        "All stand on a ring, in the order of their ids. Each keeps a connection to the next two, which tells at once when one of them crashes.",
      ),
      this.ring,
    );
  }

  draw() {
    this.subnets.replaceChildren(
      ...this.model.subnets().map(([subnet, peers]) =>
        h(
          "article.card",
          {},
          h("h3", {}, subnet),
          h("p.counts", {}, h("b", {}, String(peers.length)), peers.length === 1 ? " agent" : " agents"),
          h(
            "p.names",
            {},
            peers.slice(0, 12).map((peer) => h("a.chip", { href: toPeer(peer) }, peer.name)),
            peers.length > 12 && h("span.more", {}, "+" + (peers.length - 12)),
          ),
        ),
      ),
    );
    this.ring.replaceChildren(drawRing(this.model.ring(), this.model.self));
    this.tick();
  }

  tick() {
    this.hearing.replaceChildren(hearingTable([...this.model.peers.values()], this.model.self));
  }

  close() {}
}

function drawRing(peers, self) {
  const size = 560;
  const radius = 200;
  const middle = size / 2;
  const at = (i) => {
    const angle = (2 * Math.PI * i) / peers.length - Math.PI / 2;
    return [middle + radius * Math.cos(angle), middle + radius * Math.sin(angle), angle];
  };
  const drawing = svg("svg", {
    viewBox: "0 0 " + size + " " + size,
    role: "img",
    "aria-label": "A ring of " + peers.length + (peers.length === 1 ? " agent" : " agents"),
  });
  drawing.append(svg("circle", { cx: middle, cy: middle, r: radius, class: "track" }));
  const steps = peers.length > 2 ? [1, 2] : peers.length === 2 ? [1] : [];
  if (peers.length <= 200) {
    for (const step of steps) {
      peers.forEach((peer, i) => {
        const [x1, y1] = at(i);
        const [x2, y2] = at((i + step) % peers.length);
        const pull = step === 1 ? 0.93 : 0.72;
        const [mx, my] = [(x1 + x2) / 2, (y1 + y2) / 2].map((v) => middle + (v - middle) * pull);
        drawing.append(
          svg("path", {
            d: `M${x1} ${y1} Q${mx} ${my} ${x2} ${y2}`,
            class: peer.id === self?.id ? "watch ours" : "watch",
          }),
        );
      });
    }
  }
  peers.forEach((peer, i) => {
    const [x, y, angle] = at(i);
    const isSelf = peer.id === self?.id;
    const dot = svg("circle", {
      cx: x,
      cy: y,
      r: isSelf ? 9 : peers.length > 100 ? 3 : 6,
      class: "node" + (isSelf ? " self" : ""),
      "data-state": peer.state,
    });
    dot.append(svg("title", {}, peer.name + ", " + (WORDS[peer.state] ?? peer.state)));
    drawing.append(dot);
    if (peers.length <= MOST_LABELS) {
      const isRight = Math.cos(angle) >= 0;
      drawing.append(
        svg(
          "text",
          {
            x: middle + (radius + 16) * Math.cos(angle),
            y: middle + (radius + 16) * Math.sin(angle) + 4,
            "text-anchor": Math.abs(Math.cos(angle)) < 0.2 ? "middle" : isRight ? "start" : "end",
          },
          peer.name.length > 16 ? peer.name.slice(0, 15) + "…" : peer.name,
        ),
      );
    }
  });
  return drawing;
}

export class PeerView {
  constructor(model, path) {
    this.model = model;
    this.path = path;
    this.title = "Peer";
    this.why = new Why(path);
    this.element = h("section.peer");
  }

  draw() {
    this.why.draw();
    const found = this.model.find(this.path);
    if (!found) {
      this.element.replaceChildren(
        h("h1", {}, "Nobody of this id"),
        h("p", {}, "It was not heard since this agent started, or that was too long ago."),
        h("p", {}, h("a", { href: "#/" }, "To the peers")),
        h("h2", {}, "Why"),
        this.why.element,
      );
      return;
    }
    const { peer, isHere } = found;
    this.title = peer.name;
    const happened = this.model.events.filter((it) => it.peer.id === peer.id).toReversed();
    const last = happened[0];
    this.heard = h("dd", {}, lately(peer));
    this.element.replaceChildren(
      h(
        "div.bar",
        {},
        h("h1", {}, peer.name),
        state(peer, isHere),
        !isHere && last?.reason && h("span.alarm", {}, said(last) + " at " + clock(last.at)),
      ),
      h(
        "dl.facts",
        {},
        fact("Service", peer.service || "none"),
        fact("Id", h("code", {}, peer.id), copy(peer.id)),
        fact("Short", h("code", {}, peer.short)),
        fact("Addresses", peer.addresses.length ? h("code", {}, peer.addresses.join("  ")) : "none"),
        fact("Asked at", h("code", {}, "TCP " + peer.port)),
        fact("Here since", new Date(peer.since).toLocaleString("en-GB")),
        isHere && [h("dt", {}, "Last heard"), this.heard],
        isHere && heard(peer) && fact("Hearing", heard(peer)),
        fact("Run", h("code", {}, String(peer.incarnation))),
        fact("Known by", { BEACON: "its beacons", FIXED: "its fixed address", GATEWAY: "a gateway" }[peer.source] ?? peer.source),
        peer.site && fact("Network", peer.site),
      ),
      h("h2", {}, "What it offers"),
      peer.capabilities.length ? h("div.offered", {}, peer.capabilities.map(offered)) : h("p.note", {}, "Nothing."),
      h("h2", {}, "Why"),
      this.why.element,
      h("h2", {}, "What happened"),
      happened.length
        ? h("div.history", { role: "list" }, happened.map((event) => eventRow(event, false)))
        : h("p.note", {}, "It has been here, unchanged, for as long as this agent remembers."),
    );
  }

  tick() {
    const found = this.model.find(this.path);
    if (this.heard && found) {
      this.heard.textContent = lately(found.peer);
    }
    this.why.tick();
  }

  close() {
    this.why.close();
  }
}

function fact(name, ...values) {
  return [h("dt", {}, name), h("dd", {}, values)];
}

function copy(text) {
  const button = h(
    "button.copy",
    {
      type: "button",
      "aria-label": "Copy " + text,
      onclick: async () => {
        await navigator.clipboard?.writeText(text);
        button.textContent = "copied";
        setTimeout(() => (button.textContent = "copy"), 1500);
      },
    },
    "copy",
  );
  return button;
}

function offered(it) {
  const attributes = Object.entries(it.attributes ?? {});
  return h(
    "article.card",
    {},
    h("h3", {}, it.type, h("span.protocol", {}, it.protocol)),
    h(
      "ul.endpoints",
      {},
      it.endpoints.map((endpoint) =>
        h(
          "li",
          {},
          link(endpoint)
            ? h("a", { href: endpoint, rel: "noopener noreferrer", target: "_blank" }, endpoint)
            : h("code", {}, endpoint),
          copy(endpoint),
        ),
      ),
    ),
    attributes.length > 0 &&
      h(
        "dl.facts",
        {},
        attributes.map(([name, value]) => fact(name, value)),
      ),
  );
}
