// Who hears whom: what each says of it in its beacons.

import { h } from "./dom.js";
import { inPath } from "./model.js";

/** More are counted. */
const MOST = 24;

/** What is wrong, in a word. */
export const SHORT = { NONE: "", DEAF: "deaf", MUTE: "mute", LOSSY: "lossy", ONE_WAY: "one way", BOTH_WAYS: "both ways" };

const FAULTS = {
  DEAF: "hears few of the others",
  MUTE: "is not heard by several others",
  LOSSY: "is badly heard by several",
};

/** What is wrong with it, in words; empty when nothing is. */
export function heard(peer) {
  const { fault, lossIn, lossOut } = peer.hearing ?? {};
  if (FAULTS[fault]) {
    return FAULTS[fault];
  }
  const ways = [lossIn && `${lossIn} % of what it sends is lost on the way here`, lossOut && `${lossOut} % is lost on the way there`];
  return ways.filter(Boolean).join(", ");
}

/**
 * How much is lost from each of those who are badly heard to each who says so: of a listener by id,
 * of a speaker by id, in percent.
 */
export function losses(peers, self) {
  const all = new Map();
  const add = (listener, speaker, percent) => {
    if (percent) {
      all.set(listener, (all.get(listener) ?? new Map()).set(speaker, percent));
    }
  };
  for (const { id, hearing } of peers) {
    if (hearing) {
      add(self, id, hearing.lossIn);
      add(id, self, hearing.lossOut);
      Object.entries(hearing.badlyHeardBy).forEach(([by, percent]) => add(by, id, percent));
    }
  }
  return all;
}

/** A table: who listens on the left, who speaks above. */
export function hearingTable(peers, self) {
  const deaf = peers.filter((peer) => peer.hearing?.fault === "DEAF");
  const lost = losses(peers, self?.id);
  const known = new Map([...peers, ...(self ? [self] : [])].map((peer) => [peer.id, peer]));
  const name = (id) => known.get(id)?.name ?? id.slice(0, 6);
  const listeners = [...lost.keys()].sort((a, b) => name(a).localeCompare(name(b)));
  const speakers = [...new Set([...lost.values()].flatMap((it) => [...it.keys()]))].sort((a, b) =>
    name(a).localeCompare(name(b)),
  );
  if (!deaf.length && !listeners.length) {
    return h("p.note", {}, "Everybody hears everybody, as far as they say.");
  }
  const cell = (listener, speaker) => {
    const percent = lost.get(listener).get(speaker);
    return h("td", { "data-lost": percent ? (percent >= 95 ? "all" : "some") : false }, percent ? percent + " %" : "");
  };
  const link = (id) => h("a", { href: "#/peers/" + inPath(id) }, name(id));
  return h(
    "div.hearing",
    {},
    deaf.map((peer) =>
      h("p.alarm", {}, link(peer.id), ` hears ${peer.hearing.hearsPercent} % of the others, as it says.`),
    ),
    listeners.length > 0 &&
      h(
        "table",
        {},
        h("caption", {}, "How much is lost on the way to those on the left from those above, in percent."),
        h(
          "thead",
          {},
          h("tr", {}, h("td"), speakers.slice(0, MOST).map((id) => h("th", { scope: "col" }, link(id)))),
        ),
        h(
          "tbody",
          {},
          listeners.slice(0, MOST).map((listener) =>
            h(
              "tr",
              {},
              h("th", { scope: "row" }, link(listener)),
              speakers.slice(0, MOST).map((speaker) => cell(listener, speaker)),
            ),
          ),
        ),
      ),
    (listeners.length > MOST || speakers.length > MOST) &&
      h("p.note", {}, `${listeners.length} hear somebody badly, and ${speakers.length} are badly heard; ${MOST} of each are shown.`),
  );
}
