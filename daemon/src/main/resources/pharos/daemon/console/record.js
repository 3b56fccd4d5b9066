// One record, to be read and written. What is saved stands on the version that was shown.

import { clock, h } from "./dom.js";

const TEXT = "text/plain; charset=utf-8";
const PATIENCE_MS = 10_000;

/** What can be shown in a field without being changed by it. */
function isText(type) {
  return /^text\/|[/+](json|xml)\b|javascript/.test(type ?? "");
}

/** Slashes too: a browser would else take .. for the folder above. */
function path(key) {
  return "/v1/records/" + encodeURIComponent(key);
}

async function send(method, key, { query = "", headers = {}, body } = {}) {
  return fetch(path(key) + query, {
    method,
    headers,
    body,
    cache: "no-store",
    signal: AbortSignal.timeout(PATIENCE_MS),
  });
}

async function why(answer) {
  try {
    return (await answer.json()).detail ?? "the agent answered " + answer.status;
  } catch (e) {
    return "the agent answered " + answer.status;
  }
}

export class RecordForm {
  constructor({ changed, closed }) {
    this.changed = changed;
    this.key = null;
    this.version = null;
    this.type = TEXT;
    this.name = h("input", { id: "key", autocomplete: "off", spellcheck: "false", required: true, maxlength: 256 });
    this.value = h("textarea", { id: "value", rows: 6, spellcheck: "false", oninput: () => (this.isDirty = true) });
    this.about = h("p.note");
    this.told = h("p.note.told", { role: "status" });
    this.rivals = h("div.rivals", { hidden: true });
    this.save = h("button", { type: "submit" }, "Save");
    this.remove = h("button", { type: "button", onclick: () => this.drop() }, "Delete");
    this.element = h(
      "form.record.card",
      {
        hidden: true,
        onsubmit: (event) => {
          event.preventDefault();
          this.write();
        },
      },
      h("label", { for: "key" }, "Key"),
      this.name,
      h("label", { for: "value" }, "Value"),
      this.value,
      this.about,
      h("div.buttons", {}, this.save, this.remove, h("button", { type: "button", onclick: closed }, "Close")),
      this.told,
      this.rivals,
    );
  }

  close() {
    this.key = null;
    this.isNew = false;
    this.element.hidden = true;
  }

  begin() {
    this.reset("");
    this.isNew = true;
    this.name.readOnly = false;
    this.remove.hidden = true;
    this.element.hidden = false;
    this.name.focus();
  }

  reset(key) {
    this.key = key || null;
    this.isNew = false;
    this.version = null;
    this.type = TEXT;
    this.isDirty = false;
    this.name.value = key;
    this.value.value = "";
    this.value.disabled = false;
    this.save.disabled = false;
    this.about.textContent = "";
    this.told.textContent = "";
    this.rivals.hidden = true;
  }

  async open(key) {
    this.reset(key);
    this.name.readOnly = true;
    this.remove.hidden = false;
    this.element.hidden = false;
    await this.read();
  }

  /** What the ring tells of it: another version is read anew, unless this one is being changed. */
  know(it, nodes) {
    if (this.key === null || !it || this.isBusy) {
      return;
    }
    const names = it.holders.map((i) => nodes[i].name || nodes[i].short);
    this.about.textContent = `Version ${it.version}, ${it.bytes} bytes, at ${names.join(", ") || "nobody"}.`;
    if (this.version !== null && it.version !== this.version) {
      if (this.isDirty) {
        this.tell("It was changed meanwhile, to version " + it.version + ": Save is refused, Close and choose it again.");
      } else {
        this.read();
      }
    }
  }

  tell(text) {
    if (this.told.textContent !== text) {
      this.told.textContent = text;
    }
  }

  async busy(work, isWriting = true) {
    this.isBusy = true;
    this.save.disabled = isWriting || this.value.disabled;
    try {
      await work();
    } catch (e) {
      this.tell("It is not known whether that was done: " + e.message + ".");
    } finally {
      this.isBusy = false;
      this.save.disabled = this.value.disabled;
    }
  }

  async read() {
    const { key, version } = this;
    await this.busy(async () => {
      const answer = await send("GET", key);
      // What was typed or saved meanwhile is not written over.
      if (this.key !== key || this.version !== version || this.isDirty) {
        return;
      }
      if (!answer.ok) {
        this.tell(await why(answer));
        return;
      }
      this.version = (answer.headers.get("ETag") ?? "").replaceAll('"', "");
      this.type = answer.headers.get("Content-Type") ?? TEXT;
      const bytes = await answer.arrayBuffer();
      this.value.disabled = !isText(this.type);
      this.value.value = this.value.disabled ? `${bytes.byteLength} bytes of ${this.type}` : new TextDecoder().decode(bytes);
      this.isDirty = false;
      if (answer.headers.has("Pharos-Conflicts")) {
        await this.showRivals(key);
      } else {
        this.rivals.hidden = true;
      }
    }, false);
  }

  async showRivals(key) {
    const answer = await send("GET", key, { query: "?conflicts" });
    if (!answer.ok || this.key !== key) {
      return;
    }
    const { conflicts } = await answer.json();
    this.rivals.hidden = conflicts.length === 0;
    this.rivals.replaceChildren(
      h("h3", {}, "Conflicts: written at the same time, and kept"),
      h(
        "ul",
        {},
        conflicts.map((it) =>
          h(
            "li",
            {},
            h("bdi", {}, it.isDeletion ? "a deletion" : (it.text ?? it.bytes + " bytes of " + it.type)),
            h("span.note", {}, ` version ${it.version}, at ${clock(it.written)}; ${it.winner} won `),
            it.text !== undefined &&
              h("button", { type: "button", onclick: () => this.take(it.text) }, "Take this one"),
          ),
        ),
      ),
    );
  }

  take(text) {
    this.value.value = text;
    this.isDirty = true;
    this.value.focus();
  }

  async write() {
    const key = this.name.value;
    if (key === "." || key === "..") {
      this.tell("A browser cannot name this key; 'pharos records put' can.");
      return;
    }
    await this.busy(async () => {
      const headers = { "Content-Type": this.type };
      if (!this.isNew && this.version) {
        headers["If-Match"] = '"' + this.version + '"';
      }
      const answer = await send(this.isNew ? "POST" : "PUT", key, { headers, body: this.value.value });
      if (!answer.ok) {
        this.tell("Not saved: " + (await why(answer)) + ".");
        return;
      }
      const { version, agreed, copies } = await answer.json();
      this.key = key;
      this.version = version;
      this.isNew = false;
      this.isDirty = false;
      this.name.readOnly = true;
      this.remove.hidden = false;
      // Maven would put in its own version in a template.
      this.tell("Saved as version " + version + `; ${agreed} of ${copies} copies have it.`);
      this.changed(key);
    });
  }

  async drop() {
    const { key } = this;
    await this.busy(async () => {
      const headers = this.version ? { "If-Match": '"' + this.version + '"' } : {};
      const answer = await send("DELETE", key, { headers });
      if (!answer.ok) {
        this.tell("Not deleted: " + (await why(answer)) + ".");
        return;
      }
      this.version = null;
      this.isDirty = false;
      this.value.value = "";
      this.about.textContent = "";
      this.isNew = true;
      this.remove.hidden = true;
      this.tell("Deleted. Save writes it anew.");
      this.changed(null);
    });
  }
}
