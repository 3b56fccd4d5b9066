// What this page knows: the peers, and what happened. It draws nothing and asks nobody.

const MOST_EVENTS = 5000;

/** A base64 id as it stands in paths. */
export function inPath(id) {
  return id.replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, "");
}

const collator = new Intl.Collator("en", { numeric: true });

/** The order of the list: by name, and by id where names are alike. */
export function byName(a, b) {
  return collator.compare(a.name, b.name) || (a.id < b.id ? -1 : 1);
}

/** Where a peer is reached by a link, or nothing when a browser cannot open it. */
export function link(endpoint) {
  return /^https?:\/\//.test(endpoint) ? endpoint : null;
}

/** The network that an address seems to be in: what is told does not say how long its prefix is. */
export function subnetOf(address) {
  if (address.includes(":")) {
    return address.startsWith("fe80") ? "link-local" : expanded(address).slice(0, 4).join(":") + "::/64";
  }
  return address.split(".").slice(0, 3).join(".") + ".0/24";
}

function expanded(address) {
  const [head, tail = ""] = address.split("%")[0].split("::");
  const left = head ? head.split(":") : [];
  const right = tail ? tail.split(":") : [];
  return [...left, ...Array(Math.max(0, 8 - left.length - right.length)).fill("0"), ...right];
}

/** The bytes of an id as text that sorts as they do. */
export function ringPlace(id) {
  return Array.from(atob(id), (c) => c.charCodeAt(0).toString(16).padStart(2, "0")).join("");
}

export class Model {
  constructor() {
    this.peers = new Map();
    this.events = [];
    this.self = null;
    this.listedAt = 0;
    this.inOrder = null;
  }

  /** Everybody, anew. */
  list(peers) {
    this.peers = new Map(peers.map((peer) => [peer.id, peer]));
    this.listedAt = Date.now();
    this.inOrder = null;
  }

  /** When each was heard, of those who are known by their events. */
  refresh(peers) {
    for (const peer of peers) {
      const known = this.peers.get(peer.id);
      if (known && known.incarnation === peer.incarnation) {
        known.lastHeard = peer.lastHeard;
        known.held = peer.held;
        known.lossPercent = peer.lossPercent;
        known.hearing = peer.hearing;
      }
    }
  }

  /** Something happened. */
  happened(number, event) {
    const { peer } = event;
    const before = this.peers.get(peer.id);
    if (event.event === "GONE") {
      if (this.peers.get(peer.id)?.incarnation === peer.incarnation) {
        this.peers.delete(peer.id);
      }
    } else {
      this.peers.set(peer.id, peer);
    }
    if (before?.name !== this.peers.get(peer.id)?.name) {
      this.inOrder = null;
    }
    this.remember(number, event);
  }

  /** Something happened before; it is told in its place. */
  remember(number, event) {
    const at = this.events.findLastIndex((it) => it.number <= number);
    if (at >= 0 && this.events[at].number === number) {
      return;
    }
    this.events.splice(at + 1, 0, { number, ...event });
    if (this.events.length > MOST_EVENTS) {
      this.events.shift();
    }
  }

  sorted(filter = "") {
    const words = filter.toLowerCase().split(/\s+/).filter(Boolean);
    this.inOrder ??= [...this.peers.values()].sort(byName).map((peer) => peer.id);
    const all = this.inOrder.map((id) => this.peers.get(id));
    return words.length ? all.filter((peer) => words.every((word) => says(peer, word))) : all;
  }

  /** By its id as it stands in paths; one that is gone is known by what happened last. */
  find(path) {
    for (const peer of this.peers.values()) {
      if (inPath(peer.id) === path) {
        return { peer, isHere: true };
      }
    }
    if (this.self && inPath(this.self.id) === path) {
      return { peer: this.self, isHere: true };
    }
    const last = this.events.findLast((it) => inPath(it.peer.id) === path);
    return last ? { peer: last.peer, isHere: false } : null;
  }

  /** Whether some are as they were when this agent still heard anybody. */
  isHeld() {
    return [...this.peers.values()].some((peer) => peer.held);
  }

  counts() {
    let suspect = 0;
    const services = new Set();
    for (const peer of this.peers.values()) {
      suspect += peer.state === "ALIVE" ? 0 : 1;
      services.add(peer.service);
    }
    return { here: this.peers.size, suspect, services: services.size };
  }

  /** Who is where, oneself included. */
  subnets() {
    const found = new Map();
    for (const peer of this.everybody()) {
      for (const subnet of new Set(peer.addresses.map(subnetOf))) {
        found.set(subnet, [...(found.get(subnet) ?? []), peer]);
      }
    }
    return [...found].sort(([a], [b]) => collator.compare(a, b));
  }

  everybody() {
    return this.self && !this.peers.has(this.self.id)
      ? [...this.peers.values(), this.self]
      : [...this.peers.values()];
  }

  /** In the order of their ids, in which each watches the next ones. */
  ring() {
    const places = this.everybody().map((peer) => [ringPlace(peer.id), peer]);
    return places.sort(([a], [b]) => (a < b ? -1 : 1)).map(([, peer]) => peer);
  }
}

function says(peer, word) {
  return [
    peer.name,
    peer.service,
    peer.short,
    peer.state,
    ...peer.addresses,
    ...peer.capabilities.map((it) => it.type),
  ].some((text) => (text ?? "").toLowerCase().includes(word));
}
