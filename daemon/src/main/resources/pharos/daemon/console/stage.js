// The programs of a demo, and what may be done to them: only the page of a demo has it.

import { h } from "./dom.js";

const WORDS = { STARTING: "starts", UP: "runs", PAUSED: "is paused", ENDED: "ended" };

export class StageBar {
  constructor(changed) {
    this.changed = changed;
    this.told = h("p.note", { role: "status" });
    this.list = h("ul.cast", { "aria-label": "The programs of this demo" });
    this.start = h("button", { type: "button", onclick: () => this.act("start", "") }, "Start one more");
    this.element = h("div.stage.card", { hidden: true }, this.start, this.list, this.told);
  }

  show(stage) {
    this.element.hidden = !stage;
    const text = JSON.stringify(stage);
    if (!stage || text === this.text) {
      return;
    }
    this.text = text;
    const focused = document.activeElement?.dataset.does;
    this.start.disabled = !stage.hasRoom;
    this.list.replaceChildren(...stage.programs.map((it) => this.program(it, stage.canPause)));
    [...this.list.querySelectorAll("button")].find((it) => it.dataset.does === focused)?.focus();
  }

  program({ name, pid, state, ended }, canPause) {
    const button = (act, text) =>
      h("button", { type: "button", "data-does": act + " " + name, onclick: () => this.act(act, name) }, text, h("span.quiet", {}, " " + name));
    const isUp = state === "UP";
    return h(
      "li",
      { "data-state": state },
      h("b", {}, name),
      h("span", {}, WORDS[state] + (state === "ENDED" ? (ended ? ": " + ended : "") : pid ? ", process " + pid : "")),
      isUp && button("leave", "Leave"),
      (isUp || state === "PAUSED") && button("kill", "Kill"),
      isUp && canPause && button("pause", "Pause"),
      state === "PAUSED" && button("resume", "Resume"),
    );
  }

  async act(act, name) {
    try {
      const answer = await fetch("/v1/stage", {
        method: "POST",
        headers: { "Content-Type": "application/json" },
        body: JSON.stringify(name ? { act, name } : { act }),
        signal: AbortSignal.timeout(5_000),
      });
      const told = await answer.json();
      this.told.textContent = answer.ok ? told.done : "Not done: " + told.detail + ".";
    } catch (e) {
      this.told.textContent = "Not done: " + e.message + ".";
    }
    this.changed();
  }
}
