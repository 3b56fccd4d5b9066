// Brings the parts together: what the agent tells goes to the model, and what changed is drawn.

import { h } from "./dom.js";
import { Model } from "./model.js";
import { RingView } from "./ring.js";
import { Locked, before, follow } from "./stream.js";
import { NetworkView, PeerView, PeersView, TimelineView, said } from "./views.js";

/** Who has few peers looks often how lately they were heard; it costs a list. */
const FRESH_MS = 2_000;
const FRESH_OF_MANY_MS = 15_000;
const MANY = 100;

const DRAW_GAP_MS = 150;

/** More than so many at once are told as a number. */
const MOST_SAID = 3;

const model = new Model();
const main = document.getElementById("main");
const lost = document.getElementById("lost");
const linkState = document.getElementById("link");
const spoken = document.getElementById("said");
let view = null;
let filter = "";
let isDrawn = true;
let drawnAt = 0;
let toSay = [];
let link = { isLive: false };
/** The token is asked for, and nothing is known: no view may say that nobody is there. */
let isLocked = false;

// What is shown.

function open() {
  if (isLocked) {
    return;
  }
  const [, name = "", path = ""] = location.hash.split("/");
  view?.close();
  view =
    name === "timeline"
      ? new TimelineView(model)
      : name === "network"
        ? new NetworkView(model)
        : name === "ring"
          ? new RingView(model)
          : name === "peers" && path
            ? new PeerView(model, path)
            : new PeersView(model, filter, (text) => (filter = text));
  main.replaceChildren(view.element);
  for (const to of document.querySelectorAll("nav a")) {
    const isHere = to.dataset.view === (name || "peers");
    to.toggleAttribute("data-here", isHere);
    isHere ? to.setAttribute("aria-current", "page") : to.removeAttribute("aria-current");
  }
  scrollTo(0, 0);
  draw();
}

function draw() {
  isDrawn = true;
  drawnAt = performance.now();
  view.draw();
  document.title = view.title + " · " + (model.self?.name ?? "Pharos");
  say();
}

/** At once, but not more often than eyes can follow. */
function drawSoon() {
  if (isDrawn) {
    isDrawn = false;
    const waitMs = Math.max(0, drawnAt + DRAW_GAP_MS - performance.now());
    setTimeout(() => requestAnimationFrame(draw), waitMs);
  }
}

/** For those who do not see it. */
function say() {
  if (toSay.length) {
    spoken.textContent =
      toSay.length > MOST_SAID
        ? toSay.length + " things happened"
        : toSay.map((event) => event.peer.name + " " + said(event)).join(", ");
    toSay = [];
  }
}

function showLink() {
  document.body.toggleAttribute("data-lost", !link.isLive);
  linkState.textContent = link.isLive ? "live" : "not live";
  linkState.dataset.live = link.isLive;
  lost.hidden = link.isLive ? !model.isHeld() : !link.why;
  if (link.isLive && model.isHeld()) {
    lost.textContent = "This agent hears nobody on one of its networks: who is there is shown as it was.";
  }
  if (!link.isLive && link.why) {
    const seconds = Math.max(0, Math.ceil((link.againAtMs - Date.now()) / 1000));
    const age = model.listedAt ? " What you see is as it was then." : "";
    lost.textContent =
      "The connection is lost: " + link.why + "." + age + (seconds ? " Trying again in " + seconds + " s." : " Trying again.");
  }
}

// What the agent tells.

function number(id) {
  return Number(id.slice(id.lastIndexOf(".") + 1));
}

function onEvent({ id, kind, data }) {
  if (kind === "open") {
    return;
  }
  if (kind === "peers" || kind === "resync") {
    model.list(data.peers);
    if (kind === "peers") {
      remember(id);
    }
  } else if (data.peer) {
    model.happened(number(id), data);
    toSay.push(data);
  }
  drawSoon();
}

async function remember(id) {
  try {
    for (const event of await before(id)) {
      if (event.data.peer) {
        model.remember(number(event.id), event.data);
      }
    }
    drawSoon();
  } catch (e) {
    console.warn("what happened before is not known", e);
  }
}

async function ask(path) {
  const answer = await fetch(path, { cache: "no-store" });
  if (answer.status === 401) {
    throw new Locked();
  }
  if (!answer.ok) {
    throw new Error(path + ": " + answer.status);
  }
  return answer.json();
}

async function askSelf() {
  model.self = await ask("/v1/self");
  document
    .getElementById("self")
    .replaceChildren("seen by ", h("b", {}, model.self.name), h("span.short", {}, model.self.short));
  drawSoon();
}

async function refresh() {
  if (link.isLive && !document.hidden) {
    try {
      model.refresh((await ask("/v1/peers")).peers);
      view.tick();
      showLink();
    } catch (e) {
      // The stream tells whether the agent is there.
    }
  }
  setTimeout(refresh, model.peers.size > MANY ? FRESH_OF_MANY_MS : FRESH_MS);
}

// The token.

/** The link that the agent prints has it behind #: it is changed for a cookie, and goes. Tells whether there was one. */
async function enter() {
  const token = new URLSearchParams(location.hash.slice(1)).get("token");
  if (!token) {
    return false;
  }
  history.replaceState(null, "", location.pathname + "#/");
  await show(token);
  return true;
}

async function show(token) {
  const answer = await fetch("/v1/session", {
    method: "POST",
    headers: { "Content-Type": "application/json" },
    body: JSON.stringify({ token }),
  });
  // An agent without a token has no sessions.
  return answer.ok || answer.status === 404;
}

function askForToken() {
  isLocked = true;
  document.body.toggleAttribute("data-lost", false);
  linkState.textContent = "locked";
  lost.hidden = true;
  const input = h("input", { type: "password", id: "token", autocomplete: "current-password", required: true });
  const wrong = h("p.alarm", { role: "alert", hidden: true }, "That is not its token.");
  main.replaceChildren(
    h(
      "form.door",
      {
        onsubmit: async (event) => {
          event.preventDefault();
          if (await show(input.value.trim())) {
            location.reload();
          } else {
            wrong.hidden = false;
            input.select();
          }
        },
      },
      h("h1", {}, "This agent wants its token"),
      h("p", {}, "It was printed when it started, in the link to this page; or it was given to it."),
      h("label", { for: "token" }, "Token"),
      input,
      wrong,
      h("button", {}, "Open"),
    ),
  );
  input.focus();
}

// The keyboard.

addEventListener("keydown", (event) => {
  const isTyping = event.target instanceof HTMLInputElement || event.target instanceof HTMLTextAreaElement;
  if (event.ctrlKey || event.metaKey || event.altKey) {
    return;
  }
  if (event.key === "Escape" && isTyping && view?.input === event.target) {
    event.target.value = "";
    event.target.dispatchEvent(new Event("input"));
    event.target.blur();
  } else if (event.key === "/" && !isTyping) {
    event.preventDefault();
    if (!view.input) {
      location.hash = "#/";
    }
    setTimeout(() => view.input?.focus());
  } else if (isTyping && event.target !== view?.input) {
    return;
  } else if ((event.key === "ArrowDown" || event.key === "ArrowUp") && view?.move) {
    event.preventDefault();
    view.move(event.key === "ArrowDown" ? 1 : -1);
  }
});

async function begin() {
  await enter();
  addEventListener("hashchange", async () => {
    // Who has the page open already, and then the whole link, changes nothing but what is behind #.
    if (await enter()) {
      location.reload();
    } else {
      open();
    }
  });
  open();
  setInterval(() => {
    if (isLocked) {
      return;
    }
    view.tick();
    if (!link.isLive) {
      showLink();
    }
  }, 1000);
  setTimeout(refresh, FRESH_MS);
  await follow(onEvent, (now) => {
    const wasLive = link.isLive;
    link = now;
    if (now.isLive && !wasLive) {
      askSelf().catch(() => {});
    }
    showLink();
  });
}

begin().catch((e) => {
  if (e instanceof Locked) {
    askForToken();
  } else {
    throw e;
  }
});
