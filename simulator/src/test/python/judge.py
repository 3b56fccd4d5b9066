#!/usr/bin/env python3
"""Judges what agents were told in runs of the simulator, by a small model of what may be told. It shares no code with the core.

    pharos simulate --faults --seed 1 --seeds 30 --trace | judge.py

It reads what happened (to programs, hosts, the network, the weather) and what was told, and knows nothing else. An interval is that
of announcements; two *talk* when both run, neither stands still, is leaving or behind a firewall, and nothing is cut, held back or
lost for a reason of theirs, either way. The promises:

  news       of each run of a node: ARRIVED, then UPDATED, and SUSPECT and RECOVERED in turn, then GONE. There was such a run.
  ARRIVED    nobody who is dead for longer than his last words take, nor who was told gone after his end.
  UPDATED    as often as its offer changed, at most; once more where datagrams are lost: a move to where it was is told too.
    ELSEWHERE only a suspect, whom others hear; HELD whom one cannot ask others about; both only as SUSPECT:
  SUSPECT    nobody who talks to who is told since 6.2 intervals, where the weather loses nothing.
  RECOVERED  only who could be heard just now.
  GONE       nobody who talks to who is told since 6.2 intervals.
    LEFT     only who said goodbye; and who did, and could be heard, for no other reason.
    CRASHED  only who ended or is behind a firewall (of those once for each, and nobody whose ports never answered).
    SILENT   nobody who could be heard within 4.5 intervals; nor by who is isolated, for 60 s.
    REPLACED only where another run of that node or host began later.
  isolated   only who has no link, or had three around, and hears none of them.
  in time    to who talked to them since 6.2 intervals, where nothing is lost: a goodbye within 0.3 s, a crash within 3 intervals,
             another offer within 3 s. One who is dead is listed nowhere after 6.6 intervals of quiet; 40, where much was lost.
             Who talk know each other within 3 s of a start, 6 s of anything else; 10 s where up to 5 % are lost, 45 s where more
             are; 62 s where one reached the other and was not reached before: who could not be asked is left alone for a minute.
  shown      to the application all is told at once; that one is back may wait, for a minute, if it is back twice in 160 s.

Prints each run that breaks one, with the line of its trace and why, and ends with 1 then.
"""

import heapq
import itertools
import re
import sys

LINE = re.compile(r" *(\d+\.\d{6})  (the \w+|\S+) (.*)")
SEED = re.compile(r"(?:\S+, )?seed -?\d+")
NEWS = re.compile(r"(hears|shows|keeps back): (\S+) ([A-Z]+)(?: ([A-Z]+))?, (\S+)")
LOSES = re.compile(r"loses (\d+) % (of broadcasts )?(?:(out|into) .*|between it and (\S+))")
WEATHER = re.compile(r"(\w+)=([0-9.E-]+)")
IGNORED = re.compile(r"[A-Z_]+: |is now |fails: |has its clock set ")
FACTS = {
    "is unplugged": ("plugged", False),
    "is plugged in": ("plugged", True),
    "hears nothing any more": ("deaf", True),
    "is heard by nobody any more": ("mute", True),
    "is behind a firewall": ("walled", True),
    "is behind a firewall for datagrams": ("walled", True),
    "is held back": ("held", True),
    "is released": ("held", False),
    "is on the side of most": ("side", 0),
}
OF_HOSTS = "starts", "is killed", "is well again", "loses nothing any more"
NEVER, NOW = float("-inf"), float("inf")


class Refused(Exception):
    """What was told is not what may be told."""


def require(holds, why):
    if not holds:
        raise Refused(why)


class Host:
    """A machine, what is wrong with it, and what last was; and the program that runs there."""

    def __init__(self):
        self.plugged, self.deaf, self.mute, self.walled, self.held, self.side = True, False, False, False, False, 0
        self.touched, self.walled_at, self.walled_until, self.released, self.program = NEVER, NEVER, NEVER, NEVER, None


class Program:
    """One start of a program, what it was told of others, and what it showed to its application."""

    def __init__(self, name, host, now):
        self.name, self.host, self.began, self.awake, self.slept = name, host, now, now, NEVER
        self.paused, self.left, self.ended, self.unreached = False, None, None, host.walled
        self.offers, self.run, self.listed, self.buried, self.refused, self.updates = [], None, {}, set(), set(), {}
        self.isolated, self.isolated_at = False, NEVER
        self.shown, self.silent, self.back, self.waiting = {}, set(), {}, {}


class Run:
    """One incarnation of a node: a program has another one when it learns of a later run, or takes another id."""

    def __init__(self, name, program, now):
        self.name, self.node, self.program, self.since, self.until = name, re.split("[+-]", name)[0], program, now, None

    def ended(self):
        return self.program.ended if self.until is None else self.until


class Listed:
    """What one was told of a run."""

    def __init__(self, run, now):
        self.run, self.suspect, self.at, self.updated = run, False, now, now


class Pair:
    """Two hosts: since when they have a link and their programs talk; each way by its sender; what was wrong between them last."""

    def __init__(self):
        self.link = self.talk = None
        self.open, self.heard, self.faint = {}, {}, {}
        self.lossy = self.cut = self.uneven = self.met = NEVER
        self.wrong = False, False, False


class World:
    def __init__(self):
        self.hosts, self.runs, self.pairs, self.losses, self.due, self.serial = {}, {}, {}, {}, [], itertools.count()
        self.weather = {"loss": 0, "corruption": 0, "reordering": 0, "duplication": 0}
        self.interval, self.now, self.line, self.over, self.told = 1.0, 0.0, 0, False, None

    # What happened.

    def read(self, line, time, subject, what):
        while self.due and self.due[0][0] < time:
            self.now, _, self.line, check = heapq.heappop(self.due)
            check()
        self.line = line
        require(time >= self.now and not self.over, "time goes back")
        self.now = time
        if self.told and not what.startswith("keeps back: "):
            self.show(*self.told)
        news = NEWS.fullmatch(what)
        if news:
            self.tell(subject, *news.groups())
        elif subject == "the network":
            self.told = None
            self.change_network(what)
        elif subject.startswith("the "):
            self.told = None
            self.change_all(subject, what)
        else:
            self.told = None
            if not IGNORED.match(what):
                self.change(subject, what)

    def later(self, delay, check):
        heapq.heappush(self.due, (self.now + delay, next(self.serial), self.line, check))

    def change_all(self, subject, what):
        if subject == "the weather":
            self.weather = {key: float(value) for key, value in WEATHER.findall(what)}
        elif subject == "the interval":
            self.interval = max(self.interval, int(what.split()[1]) / 1000)
        self.over = subject == "the run"

    def change_network(self, what):
        cut_off = what.partition(": ")[2].split()
        for name, host in self.hosts.items():
            host.side = (1 if name in cut_off else host.side) if cut_off or what.startswith("loses") else 0
            if what == "is whole again":
                self.heal(name, host)
        self.refresh(self.hosts)

    def heal(self, name, host):
        host.walled_until = self.now if host.walled else host.walled_until
        host.released = self.now if host.held else host.released
        host.deaf = host.mute = host.walled = host.held = False
        self.losses = {place: loss for place, loss in self.losses.items() if name not in place[1:]}
        if host.program:
            host.program.unreached = False

    def change(self, name, what):
        host = self.hosts.setdefault(name, Host())
        program, loses = host.program, LOSES.fullmatch(what)
        require(program or loses or what in FACTS or what.startswith(OF_HOSTS), "it does not run")
        if what == "starts":
            require(program is None, "it runs already")
            host.program = Program(name, host, self.now)
        elif re.fullmatch(r"is \S+[+-]\d+", what):
            return self.begin(program, what.split()[1])
        elif what in ("is isolated", "is isolated no more"):
            return self.isolate(program, what == "is isolated")
        elif what == "offers something else":
            program.offers.append(self.now)
            return self.await_offer(program)
        elif what == "leaves":
            program.left = self.now
            self.await_end(program, 0.3)
        elif what in ("ends", "is killed", "is killed with its network"):
            host.plugged &= "network" not in what
            if program:
                self.end(host, program, what)
        elif what in ("pauses", "sleeps"):
            if program.slept == NEVER or self.now - program.awake > 2:
                program.slept = self.now
            program.paused = True
        elif what == "goes on":
            program.paused, program.awake = False, self.now
        elif loses:
            share, broadcasts, way, other = loses.groups()
            self.losses[self.between(name, other) if other else (way, name)] = (int(share), bool(broadcasts))
        elif what.startswith("loses nothing any more between it and "):
            self.losses.pop(self.between(name, what.split()[-1]), None)
        elif what == "is well again":
            self.heal(name, host)
        else:
            require(what in FACTS, "nobody knows what that means")
            fact, value = FACTS[what]
            setattr(host, fact, value)
            if fact == "walled":
                host.walled_at, host.walled_until = self.now, NOW
            elif fact == "held":
                host.released = self.now
        return self.refresh(self.hosts if loses or "again" in what or "nothing" in what else [name])

    def begin(self, program, name):
        if program.run:
            program.run.until = self.now
        program.run = Run(name, program, self.now)
        self.runs.setdefault(name, []).append(program.run)

    def end(self, host, program, what):
        program.ended = self.now
        if what == "is killed":
            self.await_end(program, 3 * self.interval)
        for other in self.others(program):
            self.await_gone(other, program)
        host.program = None

    def others(self, program):
        return [host.program for host in self.hosts.values() if host.program not in (None, program)]

    # Who can hear whom.

    @staticmethod
    def between(one, other):
        return ("between", *sorted((one, other)))

    def way(self, one, other):
        """0: nothing gets from the one to the other; 1: something may; 2: whatever the weather lets pass."""
        sender, receiver = self.hosts[one], self.hosts[other]
        losses = [self.losses.get(place) for place in (("out", one), ("into", other), self.between(one, other))]
        is_cut = sender.side != receiver.side or not sender.plugged or not receiver.plugged or sender.mute or receiver.deaf
        if is_cut or (100, False) in losses:
            return 0
        return 1 if any(losses) or sender.held or receiver.held else 2

    def pair(self, one, other):
        return self.pairs.setdefault(self.between(one, other), Pair())

    def refresh(self, names):
        done = set()
        for name in names:
            self.hosts[name].touched = self.now
            done.add(name)
            for other in self.hosts:
                if other not in done:
                    self.refresh_pair(self.pair(name, other), name, other)

    def refresh_pair(self, pair, one, other):
        programs = self.hosts[one].program, self.hosts[other].program
        is_awake = all(it and not it.paused for it in programs)
        is_walled = self.hosts[one].walled or self.hosts[other].walled
        ways = self.way(one, other), self.way(other, one)
        pair.met = self.met(pair)
        for way, sender in zip(ways, (one, other)):
            pair.heard[sender] = self.heard(pair, sender)
            pair.open[sender] = self.since(pair.open.get(sender), way == 2 and is_awake)
            sending = self.hosts[sender].program
            pair.faint[sender] = NOW if way and sending and not sending.paused else min(self.now, pair.faint.get(sender, NEVER))
        wrong = 1 in ways, min(ways) < 2, 1 in ways or ways[0] != ways[1] or is_walled
        pair.lossy = self.now if wrong[0] or pair.wrong[0] else pair.lossy
        pair.cut = self.now if wrong[1] or pair.wrong[1] else pair.cut
        pair.uneven = self.now if wrong[2] or pair.wrong[2] else pair.uneven
        pair.wrong = wrong
        pair.link = self.since(pair.link, min(ways) == 2 and not is_walled)
        talked = pair.talk
        pair.talk = self.since(talked, pair.link is not None and is_awake and programs[0].left is programs[1].left is None)
        if talked is None and pair.talk is not None:
            self.await_known(pair, *programs)

    def since(self, former, is_so):
        return (self.now if former is None else former) if is_so else None

    def heard(self, pair, sender):
        """When an announcement of it was surely heard at the earliest, if none was later."""
        since, sure = pair.open.get(sender), self.now - 1.25 * self.interval
        return sure if since is not None and since < sure else pair.heard.get(sender, NEVER)

    def met(self, pair):
        """From when on both surely know by now from where the other speaks: they have to ask each other for that."""
        return self.now - 1.25 * self.interval if self.talk_since(pair, 1.25) else pair.met

    def talk_since(self, pair, intervals):
        return pair.talk is not None and pair.talk <= self.now - intervals * self.interval

    def is_lossless(self):
        return self.weather["loss"] == 0 and self.weather["corruption"] == 0

    def late(self):
        is_late = self.weather["reordering"] or self.weather["duplication"]
        return self.weather["lateNs"] / 1e9 if is_late else 0

    def last_words(self, pair):
        """How long what somebody sent may be on its way, or wait to be sent again by TCP."""
        is_lossy = not self.is_lossless() or self.now - pair.cut < 15
        return (15 if is_lossy else 0.5) + self.late()

    def arrived_at(self, observer):
        """When it arrived, what is told now: what came while it stood still is taken when it goes on."""
        return observer.slept if self.now - observer.awake < 2 and observer.slept > NEVER else self.now

    # What must be told.

    def await_known(self, pair, one, other):
        since = pair.talk
        if self.now - pair.uneven < 62:
            delay = 62
        elif self.weather["loss"] > 0.05 or self.weather["corruption"]:
            delay = 45
        else:
            delay = 10 if self.weather["loss"] else 3 if since in (one.began, other.began) else 6

        def check():
            for observer, subject in ((one, other), (other, one)):
                if pair.talk != since:
                    continue
                rest = subject.run.since + delay * self.interval - self.now
                if rest > 0.001:
                    self.later(rest, check)
                else:
                    listed = observer.listed.get(subject.run.name)
                    require(listed, f"{observer.name} does not know {subject.name} {delay} s later")
                    require(not listed.suspect or not self.is_lossless(), f"{observer.name} still suspects {subject.name}")

        self.later(delay * self.interval, check)

    def await_offer(self, subject):
        at, run = self.now, subject.run
        for observer in self.others(subject):
            pair = self.pair(observer.name, subject.name)

            def check(observer=observer, pair=pair):
                if self.talk_since(pair, 9.2) and subject.offers[-1] == at and subject.run is run:
                    listed = observer.listed.get(run.name)
                    require(listed and listed.updated >= at, f"{observer.name} does not know what {subject.name} offers")

            if run and run.name in observer.listed and self.is_lossless():
                self.later(3 * self.interval, check)

    def is_told_well(self, observer, pair, since):
        """Whether it hears its peers and was well for six intervals before, and nothing of this pair is lost."""
        long = since - 6.2 * self.interval
        is_well = observer.ended is None and observer.left is None and not observer.paused and observer.awake <= long
        is_linked = pair.link is not None and pair.link <= long
        return is_well and is_linked and self.is_lossless() and self.late() < 0.1

    def await_end(self, subject, delay):
        run, at = subject.run, self.now
        for observer in self.others(subject):
            pair = self.pair(observer.name, subject.name)
            is_mutual = what_is_listed(subject, observer) or delay > 1

            def check(observer=observer, pair=pair):
                if self.is_told_well(observer, pair, at):
                    require(run.name not in observer.listed, f"{observer.name} still lists {subject.name} {delay} s later")

            if run and run.name in observer.listed and is_mutual and self.talk_since(pair, 6.2):
                self.later(delay, check)

    def await_gone(self, observer, dead):
        pair = self.pair(observer.name, dead.name)

        def check():
            held = [it for it in observer.listed.values() if it.run.program is dead]
            if not held or observer.ended is not None or observer.left is not None:
                return
            is_lossy = not self.is_lossless() or self.now - pair.lossy < 60
            bound = (40 if is_lossy else 6.6) * self.interval + self.late()
            quiet = self.now - max(dead.ended, observer.awake, observer.host.touched, observer.isolated_at)
            is_due = quiet >= bound and not observer.paused and not observer.isolated
            require(not is_due, f"{observer.name} still lists {dead.name}, which is dead since {dead.ended:.6f}")
            self.later(max(bound - quiet, 0.1), check)

        self.later(6.6 * self.interval, check)

    # What was told.

    def tell(self, name, verb, subject, kind, reason, run_name):
        observer = self.hosts[name].program if name in self.hosts else None
        require(observer and not observer.paused, f"{name} does not run")
        news, told, self.told = (observer, run_name, kind), self.told, None
        if verb == "shows":
            self.show(*news)
        elif verb == "keeps back":
            require(told == news, "it was not told that just now")
            self.keep_back(*news)
        else:
            require(run_name in self.runs, "there was no such run")
            listed = observer.listed.get(run_name)
            run = listed.run if listed else self.runs[run_name][-1]
            require(run.program.name == subject or self.weather["corruption"], f"that is no run of {subject}")
            require((listed is None) == (kind == "ARRIVED"), "it is listed" if listed else "it is not listed")
            pair = self.pair(name, run.program.name)
            getattr(self, "on_" + kind.lower())(observer, run, listed, pair, reason)
            self.told = news

    def on_arrived(self, observer, run, _, pair, __):
        require(run.program is not observer, "that is itself")
        ended = run.ended()
        is_recent = ended is None or self.arrived_at(observer) - ended < self.last_words(pair)
        require(is_recent, f"it is dead since {ended}")
        require(run.name not in observer.buried or self.late() > 0.5, "it was told gone after its end")
        observer.listed[run.name] = Listed(run, self.now)
        if run.name in observer.silent:
            observer.back.setdefault(run.name, []).append(self.now)

    def on_updated(self, observer, run, listed, pair, why):
        if why:
            require(why in ("HELD", "ELSEWHERE"), "there is no such update")
            require(why == "HELD" or listed.suspect, "it is no suspect")
            self.require_trouble(run, pair)
            return
        listed.updated = self.now
        count = observer.updates[run.program] = observer.updates.get(run.program, 0) + 1
        more = 1 if self.weather["loss"] else 0
        require(count <= len(run.program.offers) + more or self.weather["corruption"], "it offers nothing else")

    def on_suspect(self, observer, run, listed, pair, _):
        require(not listed.suspect, "it is suspect already")
        self.require_trouble(run, pair)
        listed.suspect = True

    def require_trouble(self, run, pair):
        is_well = run.ended() is None and self.is_lossless() and self.talk_since(pair, 6.2)
        require(not is_well, "they talk since six intervals")

    def on_recovered(self, observer, run, listed, pair, _):
        require(listed.suspect, "it was not suspect")
        heard = max(pair.faint.get(run.program.name, NEVER), observer.host.released, run.program.host.released)
        require(self.arrived_at(observer) - heard < self.last_words(pair), f"it cannot be heard since {heard}")
        listed.suspect = False
        observer.back.setdefault(run.name, []).append(self.now)

    def on_gone(self, observer, run, listed, pair, reason):
        del observer.listed[run.name]
        program, ended = run.program, run.ended()
        is_there = ended is None and program.left is None
        require(not is_there or not self.talk_since(pair, 6.2), "they talk since six intervals")
        if ended is not None:
            observer.buried.add(run.name)
        if program.left is not None and self.is_told_well(observer, pair, program.left):
            require(reason == "LEFT" or not what_is_listed(program, observer), "it said goodbye")
        if reason == "LEFT":
            require(program.left is not None, "it said no goodbye")
        elif reason == "CRASHED":
            if is_there:
                self.check_refused(observer, run, listed, pair)
        elif reason == "SILENT":
            observer.silent.add(run.name)
            is_held = observer.isolated and self.now - observer.isolated_at < 59.9
            require(not is_held, "who is isolated holds the list")
            silent = self.now - min(self.heard(pair, program.name), NOW if ended is None else ended - 1.25 * self.interval)
            is_sure = self.weather["loss"] == 0 and self.met(pair) >= listed.at
            require(not is_sure or silent >= 4.5 * self.interval, f"it could be heard {silent:.3f} s ago")
        else:
            require(reason == "REPLACED", "that is no reason")
            later = [it for its in self.runs.values() for it in its if it.since > run.since]
            is_replaced = any(it.program.name == program.name or it.node == run.node for it in later)
            require(is_replaced, "nobody took its place")

    def check_refused(self, observer, run, listed, pair):
        """It lives, so its ports must have refused, or those of who is told: then no answer gets there."""
        host = run.program.host
        is_walled = max(host.walled_until, observer.host.walled_until) > self.arrived_at(observer) - 3 * self.interval
        require(is_walled, "it runs, and no firewall refuses in its name")
        if self.is_lossless() and not listed.suspect and pair.lossy == NEVER:
            wall = run, host.walled_at
            require(wall not in observer.refused, "it was refused before")
            require(not run.program.unreached, "it never answered where it is refused")
            observer.refused.add(wall)

    def isolate(self, observer, is_isolated):
        require(observer.isolated != is_isolated, "it is so already")
        observer.isolated, observer.isolated_at = is_isolated, self.now
        if is_isolated and observer.host.plugged and self.now - observer.host.touched > 2:
            around = {it.run.program.name for it in observer.listed.values()}
            require(len(around) >= 3, "it knows hardly one")
            for name in around:
                since = self.pair(observer.name, name).open.get(name)
                is_heard = since is not None and self.now - since > 1.7 * self.interval and self.is_lossless()
                require(not is_heard, f"it hears {name}")

    # What is shown to the application.

    def show(self, observer, name, kind):
        was = {"ARRIVED": (None,), "SUSPECT": ("ALIVE",), "RECOVERED": ("SUSPECT",)}.get(kind, ("ALIVE", "SUSPECT"))
        require(observer.shown.get(name) in was, "its application knows otherwise")
        if kind != "UPDATED":
            observer.waiting.pop(name, None)
            observer.shown[name] = {"GONE": None, "SUSPECT": "SUSPECT"}.get(kind, "ALIVE")

    def keep_back(self, observer, name, kind):
        if kind not in ("ARRIVED", "RECOVERED"):
            observer.waiting.pop(name, None)
            known = observer.shown.get(name)
            require(known is None or known == kind == "SUSPECT", "its application must know")
            return
        require(sum(self.now - at < 160 for at in observer.back.get(name, ())) > 1, "it is not back twice")
        at = observer.waiting[name] = self.now

        def check():
            is_awake = observer.ended is None and not observer.paused and self.now - observer.awake > 1
            require(observer.waiting.get(name) != at or not is_awake, f"{observer.name} does not show {name} for a minute")

        self.later(60.1, check)


def what_is_listed(observer, subject):
    return subject.run and observer.listed.get(subject.run.name)


def judge(lines):
    """One run: its lines, of which the first has the seed. Raises Refused."""
    world = World()
    for number, text in enumerate(lines, 1):
        parts = LINE.fullmatch(text)
        try:
            if parts:
                world.read(number, float(parts[1]), parts[2], parts[3])
        except Refused as e:
            raise Refused(f"line {world.line} at {world.now:.6f}: {e}: {lines[world.line - 1].strip()}") from None
    require(world.over, "the trace has no end")


def runs(lines):
    """The runs in a text of many."""
    run = []
    for text in lines:
        text = text.rstrip("\n")
        if SEED.fullmatch(text):
            if run:
                yield run
            run = []
        run.append(text)
    if run:
        yield run


def main():
    count = refused = 0
    for run in runs(sys.stdin):
        count += 1
        try:
            judge(run)
        except Refused as e:
            refused += 1
            print(f"{run[0]}: {e}")
    print(f"{count} runs judged, {refused} refused")
    sys.exit(1 if refused or not count else 0)


if __name__ == "__main__":
    main()
