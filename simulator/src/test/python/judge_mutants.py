#!/usr/bin/env python3
"""Tries the judge: of runs that it agrees with, it must refuse each in which one thing is told otherwise.

    pharos simulate --seed 1 --seeds 30 --trace | judge_mutants.py [EACH]

Tries so many of each kind in each run, 1 if nothing is said. Prints how many were tried and refused. Ends with 1 if one was not refused that must be, or of one kind none was found.
"""

import random
import re
import sys

import judge

NEWS = re.compile(r" *(\d+\.\d{6})  (\S+) hears: (\S+) ([A-Z]+)(?: ([A-Z]+))?, (\S+)")


class News:
    def __init__(self, at, parts):
        self.at, self.time, self.observer, self.subject = at, float(parts[1]), parts[2], parts[3]
        self.kind, self.reason, self.run = parts[4], parts[5], parts[6]
        self.next = None


def line(time, subject, what):
    return f"{time:12.6f}  {subject} {what}"


class Runs:
    """What a trace tells of itself, as far as mutants need it."""

    def __init__(self, lines):
        self.lines = lines
        self.news = [News(at, parts) for at, text in enumerate(lines) if (parts := NEWS.fullmatch(text))]
        starts = [(at, text.split()[1]) for at, text in enumerate(lines) if text.endswith(" starts")]
        latest = {}
        for news in self.news:
            start = max(at for at, name in starts if name == news.observer and at < news.at)
            before = latest.get((start, news.run))
            if before:
                before.next = news
            latest[start, news.run] = news
        self.facts = [text for text in lines[1:] if not re.search(r" (hears|shows|keeps back): |  \S+ [A-Z_]+: ", text)]
        self.is_lossless = "loss=0.0," in lines[1] and "corruption=0.0," in lines[1]
        self.end = float(lines[-1].split()[0])
        self.left = {text.split()[1] for text in lines if text.endswith(" leaves")}
        runs = [(text.split()[1], text.split()[3]) for text in lines if re.search(r"  \S+ is \w+[+-]\d+$", text)]
        ends = {text.split()[1] for text in lines if re.search(r"  \S+ (is killed.*|ends|pauses|sleeps|is held back)$", text)}
        self.lasting = {name for name, _ in runs} - ends
        self.only_run = {name for name, _ in runs if sum(it[0] == name for it in runs) == 1}
        core = re.findall(r"the core is \[(.*)\]", "\n".join(lines))
        well = core[0].split(", ") if core else {name for name, _ in runs}
        self.present = [
            it
            for it in latest.values()
            if it.kind in ("ARRIVED", "RECOVERED") and it.time < self.end - 10 and it.observer in well and it.subject in well
        ]

    def of(self, *kinds):
        return [it for it in self.news if it.kind in kinds]

    def without(self, at):
        return self.lines[:at] + self.lines[at + 1 :]

    def otherwise(self, at, text):
        return self.lines[:at] + [text] + self.lines[at + 1 :]

    def before(self, at, *texts):
        return self.lines[:at] + list(texts) + self.lines[at:]

    def swapped(self, one, other):
        """Two things that were told are told the other way round, each at the time of the other."""
        lines = list(self.lines)
        lines[one.at] = self.lines[one.at][:12] + self.lines[other.at][12:]
        lines[other.at] = self.lines[other.at][:12] + self.lines[one.at][12:]
        return lines

    def with_reason(self, news, reason):
        return self.otherwise(news.at, self.lines[news.at].replace(news.reason + ", ", reason + ", "))

    def at_the_end(self, news, *whats):
        time = self.end - 0.5
        return self.before(len(self.lines) - 1, *(line(time, news.observer, what) for what in whats))


def is_quiet_after(runs, news):
    """Whether nothing happens to these two for so long that they must know each other."""
    theirs = re.compile(rf"\b({news.observer}|{news.subject}|the network)\b")
    return not any(news.time < float(text.split()[0]) < news.time + 4 and theirs.search(text) for text in runs.facts)


def shown_late(runs, news):
    """Where its application is told at last, if that is the end of it."""
    if news.next or not is_kept_back(runs, news) or news.time > runs.end - 62:
        return None
    for at in range(news.at + 1, len(runs.lines)):
        text = runs.lines[at]
        if " shows: " in text and text.split()[1] == news.observer and text.endswith(" " + news.run):
            return at
    return None


def followed(news, kind):
    return news.next is not None and news.next.kind == kind


def is_kept_back(runs, news):
    return "keeps back: " in runs.lines[news.at + 1]


# What is told otherwise: each of these gives all lines with one such thing.
KINDS = {
    "no ARRIVED": lambda r: [r.without(it.at) for it in r.of("ARRIVED") if it.next],
    "no SUSPECT before RECOVERED": lambda r: [r.without(it.at) for it in r.of("SUSPECT") if followed(it, "RECOVERED")],
    "no RECOVERED before SUSPECT": lambda r: [r.without(it.at) for it in r.of("RECOVERED") if followed(it, "SUSPECT")],
    "no GONE before ARRIVED": lambda r: [r.without(it.at) for it in r.of("GONE") if followed(it, "ARRIVED")],
    "no GONE at all": lambda r: [
        r.without(it.at)
        for it in r.of("GONE")
        if not it.next and it.reason == "LEFT" and r.is_lossless and it.time < r.end - 60 and it.observer in r.lasting
    ],
    "told twice": lambda r: [r.before(it.at, r.lines[it.at]) for it in r.of("ARRIVED", "SUSPECT", "RECOVERED", "GONE")],
    "told twice, UPDATED": lambda r: [
        r.before(it.at, r.lines[it.at]) for it in r.of("UPDATED") if r.is_lossless and sum(" offers " in text for text in r.lines) == 1
    ],
    "ARRIVED and what follows swapped": lambda r: [r.swapped(it, it.next) for it in r.of("ARRIVED") if it.next],
    "SUSPECT and what follows swapped": lambda r: [
        r.swapped(it, it.next) for it in r.of("SUSPECT") if it.next and it.next.kind != "UPDATED"
    ],
    "LEFT, who did not": lambda r: [
        r.with_reason(it, "LEFT") for it in r.of("GONE") if it.reason != "LEFT" and it.subject not in r.left
    ],
    "REPLACED, by nobody": lambda r: [
        r.with_reason(it, "REPLACED") for it in r.of("GONE") if it.reason != "REPLACED" and it.subject in r.only_run
    ],
    "a reason that is none": lambda r: [r.with_reason(it, "TIRED") for it in r.of("GONE")],
    "of another's name": lambda r: [
        r.otherwise(it.at, r.lines[it.at].replace(": " + it.subject + " ", ": " + it.observer + " "))
        for it in r.of("ARRIVED")
        if r.is_lossless
    ],
    "of a run that never was": lambda r: [r.otherwise(it.at, r.lines[it.at] + "7") for it in r.news],
    "told to who is not there yet": lambda r: [r.before(1, line(0, it.observer, r.lines[it.at].split("  ")[-1].partition(" ")[2])) for it in r.news],
    "nobody left": lambda r: [
        r.without(at)
        for at, text in enumerate(r.lines)
        if text.endswith(" leaves")
        and any(it.reason == "LEFT" and it.subject == text.split()[1] and it.subject in r.only_run and it.at > at for it in r.of("GONE"))
    ],
    "GONE, who is well": lambda r: [
        r.at_the_end(it, f"hears: {it.subject} GONE {reason}, {it.run}", f"hears: {it.subject} ARRIVED, {it.run}")
        for it in r.present
        for reason in ("SILENT", "CRASHED", "LEFT")
    ],
    "GONE for ever, who is well": lambda r: [
        r.before(it.at + 1, line(it.time, it.observer, f"hears: {it.subject} GONE SILENT, {it.run}"))
        for it in r.present
        if it.kind == "ARRIVED" and r.is_lossless and it.time < 4 and is_quiet_after(r, it)
    ],
    "SUSPECT, who is well": lambda r: [
        r.at_the_end(it, f"hears: {it.subject} SUSPECT, {it.run}", f"hears: {it.subject} RECOVERED, {it.run}") for it in r.present if r.is_lossless
    ],
    "UPDATED, who offers nothing else": lambda r: [
        r.at_the_end(it, f"hears: {it.subject} UPDATED, {it.run}") for it in r.present if r.is_lossless and not any(" offers " in text for text in r.lines)
    ],
    "isolated, who hears all": lambda r: [r.at_the_end(it, "is isolated", "is isolated no more") for it in r.present if r.is_lossless],
    "kept back, who came once": lambda r: [
        r.before(it.at + 1, r.lines[it.at].replace("hears: ", "keeps back: "))
        for it in r.of("ARRIVED")
        if it.time < 4 and not followed(it, "GONE")
    ],
    "never shown again": lambda r: [r.without(at) for it in r.of("ARRIVED", "RECOVERED") if (at := shown_late(r, it))],
    "shown at once, then again": lambda r: [
        r.without(it.at + 1)
        for it in r.of("ARRIVED", "RECOVERED")
        if is_kept_back(r, it) and any(" shows: " in text and text.endswith(it.run) and text.split()[1] == it.observer for text in r.lines[it.at :])
    ],
}


def is_refused(lines):
    try:
        judge.judge(lines)
        return False
    except judge.Refused:
        return True


def main():
    each = int(sys.argv[1]) if len(sys.argv) > 1 else 1
    tried, refused = dict.fromkeys(KINDS, 0), dict.fromkeys(KINDS, 0)
    chance = random.Random(1)
    for lines in judge.runs(sys.stdin):
        if is_refused(lines):
            continue
        runs = Runs(lines)
        for kind, mutants in KINDS.items():
            all_mutants = mutants(runs)
            for mutant in chance.sample(all_mutants, min(each, len(all_mutants))):
                tried[kind] += 1
                if is_refused(mutant):
                    refused[kind] += 1
                else:
                    at = next((at for at, (was, now) in enumerate(zip(lines, mutant)) if was != now), len(lines) - 1)
                    print(f"{lines[0]}: agrees though '{kind}' at line {at + 1}:{lines[at]} | {mutant[at]}")
    for kind, count in tried.items():
        print(f"{kind:36}{refused[kind]:6} of {count}")
    sys.exit(0 if all(tried.values()) and tried == refused else 1)


if __name__ == "__main__":
    main()
