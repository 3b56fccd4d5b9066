// Follows /v1/events, and comes back when the connection is lost. An EventSource would hide why it
// failed, and would not say from which event on it wants to be told.

const FIRST_WAIT_MS = 500;
const LONGEST_WAIT_MS = 10_000;

/** The agent tells something every 5 s, be it that there is nothing. */
const SILENT_MS = 12_000;

/** Thrown where a token is wanted. */
export class Locked extends Error {}

async function* lines(body, signal) {
  const reader = body.pipeThrough(new TextDecoderStream()).getReader();
  let rest = "";
  while (true) {
    const { value, done } = await within(reader.read(), SILENT_MS, signal);
    if (done) {
      return;
    }
    const parts = (rest + value).split("\n");
    rest = parts.pop();
    yield* parts;
  }
}

function within(promise, ms, controller) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => {
      controller?.abort();
      reject(new Error("nothing was heard for " + ms / 1000 + " s"));
    }, ms);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}

/** The events of one connection: {id, kind, data}. */
export async function* events(lastId, controller) {
  const headers = lastId ? { "Last-Event-ID": lastId } : {};
  const answer = await within(
    fetch("/v1/events", { headers, signal: controller.signal, cache: "no-store" }),
    SILENT_MS,
    controller,
  );
  if (answer.status === 401) {
    throw new Locked();
  }
  if (!answer.ok) {
    throw new Error("the agent answered " + answer.status);
  }
  yield { kind: "open" };
  let event = {};
  for await (const line of lines(answer.body, controller)) {
    if (line === "") {
      if (event.data) {
        yield { id: event.id, kind: event.kind, data: JSON.parse(event.data) };
      }
      event = {};
    } else if (line.startsWith("id: ")) {
      event.id = line.slice(4);
    } else if (line.startsWith("event: ")) {
      event.kind = line.slice(7);
    } else if (line.startsWith("data: ")) {
      event.data = line.slice(6);
    }
  }
}

/**
 * Follows for ever.
 *
 * @param onEvent called with each
 * @param onLink called with {isLive, why, againAtMs}
 */
export async function follow(onEvent, onLink) {
  let lastId = null;
  let waitMs = FIRST_WAIT_MS;
  while (true) {
    const controller = new AbortController();
    try {
      for await (const event of events(lastId, controller)) {
        lastId = event.id ?? lastId;
        waitMs = FIRST_WAIT_MS;
        onLink({ isLive: true });
        onEvent(event);
      }
      throw new Error("the agent ended the connection");
    } catch (e) {
      controller.abort();
      if (e instanceof Locked) {
        throw e;
      }
      onLink({ isLive: false, why: plain(e), againAtMs: Date.now() + waitMs });
      await new Promise((then) => setTimeout(then, waitMs));
      waitMs = Math.min(LONGEST_WAIT_MS, waitMs * 2);
    }
  }
}

/** What happened before this event, as far back as the agent remembers: oldest first. */
export async function before(id) {
  const [run, number] = [id.slice(0, id.lastIndexOf(".")), Number(id.slice(id.lastIndexOf(".") + 1))];
  for (let back = number; back > 0; back = Math.floor(back / 4)) {
    const told = await between(run, number - back, number);
    if (told) {
      return told;
    }
  }
  return [];
}

/** Those after the first number up to the last, or null when they are not remembered any more. */
async function between(run, first, last) {
  const controller = new AbortController();
  const told = [];
  try {
    for await (const event of events(run + "." + first, controller)) {
      if (event.kind === "resync") {
        return null;
      }
      if (event.id) {
        told.push(event);
      }
      if (event.id === run + "." + last) {
        return told;
      }
    }
    return told;
  } finally {
    controller.abort();
  }
}

function plain(e) {
  return e instanceof TypeError ? "the agent cannot be reached" : e.message;
}
