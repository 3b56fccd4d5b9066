package pharos.daemon.story;

import java.net.Inet6Address;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import pharos.agent.Observation;
import pharos.beacon.Addresses;
import pharos.beacon.NodeId;

/**
 * Stories in words, for people who know nothing of probes. Each sentence begins with what happened,
 * and says what that means where it is not plain.
 */
public final class Sentences {
  private final String self;
  private final Function<NodeId, String> names;

  /**
   * For stories that this agent tells.
   *
   * @param names what others are called
   */
  public Sentences(String self, Function<NodeId, String> names) {
    this.self = self;
    this.names = names;
  }

  /** An address and port as people write them. */
  public static String at(InetSocketAddress where) {
    String host = Addresses.zonedText(where.getAddress());
    boolean isIpv6 = where.getAddress() instanceof Inet6Address;
    return (isIpv6 ? "[" + host + "]" : host) + ":" + where.getPort();
  }

  /** Milliseconds, of which only the first matters below one. */
  static String ms(Duration time) {
    long ms = Math.round(time.toNanos() / 1e6);
    return ms == 0 && !time.isZero() ? "<1 ms" : ms + " ms";
  }

  private static String count(long number, String what) {
    return number + " " + what + (number == 1 ? "" : "s");
  }

  /** Each entry in one sentence. */
  public List<String> of(List<Entry> entries) {
    List<String> texts = new ArrayList<>();
    long run = 0;
    for (int i = 0; i < entries.size(); i++) {
      Entry entry = entries.get(i);
      boolean isOtherRun = run != 0 && entry.incarnation() != 0 && entry.incarnation() != run;
      run = entry.incarnation() == 0 ? run : entry.incarnation();
      texts.add((isOtherRun ? "another run of it: " : "") + of(entry, isAnswered(entries, i)));
    }
    return texts;
  }

  /** Whether what was asked there was answered, or refused, before the peer moved. */
  private static boolean isAnswered(List<Entry> entries, int at) {
    Entry asked = entries.get(at);
    for (int i = at + 1; i < entries.size() && !entries.get(i).isMove(); i++) {
      Entry entry = entries.get(i);
      boolean isEnd = entry.is("ECHOED") || entry.is("CONNECTED") || entry.is("REFUSED_TCP");
      boolean isThere = entry.where().equals(asked.where());
      if (asked.is("PROBED")
          ? entry.is("ECHOED") || (entry.is("REFUSED_UDP") && isThere)
          : isEnd && isThere) {
        return true;
      }
    }
    return false;
  }

  private String of(Entry entry, boolean isAnswered) {
    Observation first = entry.first();
    if (first instanceof Observation.Moved it) {
      return moved(it);
    } else if (first instanceof Observation.Asked it) {
      return asked(entry, it);
    } else if (first instanceof Observation.Noted) {
      return "this agent stood still itself, and saw nothing of anybody meanwhile: "
          + ((Observation.Noted) entry.last()).text();
    }
    return noticed(entry, isAnswered);
  }

  // Moves.

  private static String moved(Observation.Moved it) {
    return switch (it.to()) {
      case "ASKING" -> met(it);
      case "ALIVE" ->
          it.from().equals("SUSPECT")
              ? "here again: it was heard from " + at(it.where())
              : "arrived: it answered, and what it offers is known, "
                  + ms(it.took())
                  + " after it was heard";
      case "SUSPECT" -> "suspect: " + suspected(it);
      case "GONE" -> "gone " + gone(it);
      case "UNKNOWN" -> "given up: it was heard of, and never answered";
      default -> "moved from " + it.from() + " to " + it.to() + " by " + it.evidence();
    };
  }

  private static String met(Observation.Moved it) {
    String from = " from " + at(it.where());
    if (it.evidence().equals("ECHO")) {
      return "it lived all along: it answers" + from;
    }
    return it.from().equals("GONE")
        ? "heard again" + from + ", and asked whether it is there"
        : "heard for the first time," + from;
  }

  private static String suspected(Observation.Moved it) {
    String silent = "it was heard last " + ms(it.unheard()) + " ago";
    return it.evidence().equals("CUT_OFF")
        ? "its connection broke " + ms(it.took()) + " ago, and it answers nothing"
        : "it answers no probe, and " + silent;
  }

  private static String gone(Observation.Moved it) {
    String took = ", " + ms(it.took()) + ": ";
    return switch (it.evidence()) {
      case "LEAVING" ->
          it.detail().isEmpty()
              ? "LEFT" + took + "it said goodbye, as who ends in good order does"
              : "CRASHED" + took + "it said so itself at its end, and why: " + it.detail();
      case "REFUSED" ->
          "CRASHED"
              + took
              + at(it.where())
              + " refuses, where it answered before: it is not running";
      case "CUT_OFF_LONG" ->
          "CRASHED" + took + "its connection broke and it answers nothing since, while others do";
      case "SILENCE" ->
          "SILENT"
              + took
              + "no beacon and no answer for that long; its host is off, or the way there is cut";
      case "DISPLACED" ->
          "REPLACED" + took + "another run of it, or another program at its port, is there now";
      default -> "by " + it.evidence() + took.replace(": ", "");
    };
  }

  // Questions.

  private static String asked(Entry entry, Observation.Asked it) {
    String what =
        switch (it.purpose()) {
          case "MEET" -> "what it offers";
          case "CHECK" -> "whether it is who it claims to be";
          default -> "whether it is there";
        };
    String how =
        switch (it.outcome()) {
          case "ANSWERED" -> "it answered after " + ms(entry.took());
          case "LATE" -> "no answer within " + ms(entry.took());
          default -> "the connection failed after " + ms(entry.took());
        };
    return "asked by TCP at " + at(it.where()) + " " + what + ": " + how + times(entry);
  }

  private static String times(Entry entry) {
    return entry.times() > 1 ? " (" + entry.times() + " times)" : "";
  }

  // What was noticed.

  private String noticed(Entry entry, boolean isAnswered) {
    String at = entry.where().map(Sentences::at).orElse("");
    String again = times(entry);
    return switch (entry.what()) {
      case "MISSED" ->
          count(entry.times(), "beacon")
              + " missed: it was heard last "
              + ms(entry.took())
              + " before";
      case "HEARD_AGAIN" ->
          "beacons come again, after " + ms(entry.took()) + " of silence" + again(entry);
      case "PROBED" ->
          count(entry.times(), "probe")
              + (isAnswered ? "" : " unanswered")
              + " at "
              + at
              + ": asked by UDP whether it is there";
      case "ECHOED" -> "answered the probe from " + at + " after " + ms(entry.took()) + again;
      case "TRIED" ->
          "connection to " + at + " tried" + (isAnswered ? "" : ", without an answer") + again;
      case "CONNECTED" -> "connected: its port " + at + " takes connections" + again;
      case "REFUSED_UDP" -> "refused at " + at + " by UDP: no program has this port now";
      case "REFUSED_TCP" -> "refused at " + at + " by TCP: no program has this port now";
      case "DISPROVED" ->
          "that refusal was false: it lives, and something on the way, a firewall perhaps, refuses"
              + " in its name";
      case "HEARD_BY_OTHERS" ->
          count(entry.times(), "other")
              + " that were asked hear it: only the way between it and this agent is cut, and it"
              + " stays in the list";
      case "UNHEARD_BY_OTHERS" ->
          count(entry.times(), "other") + " that were asked do not hear it either";
      case "GOODBYE_UNPROVED" ->
          "goodbye not believed: whoever said it does not know the secret of this peer" + again;
      default -> place(entry, at, again) + watch(entry, at, again);
    };
  }

  private static String again(Entry entry) {
    return entry.times() > 1 ? "; " + count(entry.times(), "beacon") + " missed" : "";
  }

  private String watch(Entry entry, String at, String again) {
    String ours = "watch by " + self + " (this agent) ";
    return switch (entry.what()) {
      case "WATCHED" -> ours + "begins: a connection to " + at + ", whose end tells of a crash";
      case "WATCH_BROKEN" -> ours + "broke: the connection to " + at + " ended" + again;
      case "WATCH_FAILED" -> ours + "did not come about: nothing to say at " + at + again;
      case "DOUBTED" ->
          entry
                  .by()
                  .map(it -> "watch by " + names.apply(it) + " broke: it told all to look")
                  .orElse("looked after once more, since there was doubt")
              + again;
      case "BEACONING" -> "beacons come all the same, though it answers nothing" + again;
      default -> "";
    };
  }

  private static String place(Entry entry, String at, String again) {
    return switch (entry.what()) {
      case "CLAIMED" -> "claimed: " + at + " says to be this peer, and is asked" + again;
      case "CLAIM_REFUSED" ->
          "claim not believed: this peer lives where it was known, not at " + at + again;
      case "MOVED_PLACE" -> "moved: it is reached at " + at + " from now on";
      case "ADDRESS_CAME" -> "address came: it speaks from " + at + " too" + again;
      case "ADDRESS_WENT" -> "address went: it speaks from " + at + " no more" + again;
      case "OFFERS_CHANGED" -> "offers changed: it announced others" + again;
      case "FAILED" ->
          count(entry.times(), "failure") + ": a program here says that it did not do its part";
      case "WORKS_AGAIN" -> "no more failures: a program here says so, or none complained for long";
      default -> "";
    };
  }

  // In one line.

  /** What led to where it stands: "watch by gamma broke · refused at 10.0.0.5:41873 · …". */
  public String summary(Told told) {
    List<Entry> entries = told.entries();
    int last = entries.size() - 1;
    while (last >= 0 && !entries.get(last).isMove()) {
      last--;
    }
    if (last < 0) {
      return "";
    }
    int begin = last;
    while (begin > 0 && !isSettled(entries.get(begin - 1))) {
      begin--;
    }
    List<String> parts = new ArrayList<>();
    for (Cause cause : causes(entries, begin, last)) {
      String part = part(cause.entry(), cause.isAnswered());
      if (!part.isEmpty() && !parts.contains(part)) {
        parts.add(part);
      }
    }
    Observation.Moved move = (Observation.Moved) entries.get(last).first();
    if (!move.detail().isEmpty()) {
      parts.add("said at its end: " + move.detail());
    }
    parts.add(head(moved(move)));
    return String.join(" · ", parts);
  }

  private record Cause(Entry entry, boolean isAnswered) {}

  /** Each kind once, though there was a move in between: the same silence, and all its probes. */
  private static List<Cause> causes(List<Entry> entries, int begin, int end) {
    List<Cause> causes = new ArrayList<>();
    for (int i = begin; i < end; i++) {
      Entry entry = entries.get(i);
      boolean isAnswered = isAnswered(entries, i);
      int at = causes.size() - 1;
      while (at >= 0 && !causes.get(at).entry().isLike(entry.first())) {
        at--;
      }
      if (at < 0) {
        causes.add(new Cause(entry, isAnswered));
      } else {
        Cause former = causes.remove(at);
        Entry both = entry.is("MISSED") ? entry : former.entry().with(entry);
        causes.add(new Cause(both, isAnswered || former.isAnswered()));
      }
    }
    return causes;
  }

  /** What leads to a move comes behind the last time that all was well. */
  private static boolean isSettled(Entry entry) {
    boolean isAlive = entry.first() instanceof Observation.Moved it && it.to().equals("ALIVE");
    return isAlive || entry.isCalm() || entry.is("WATCHED") || entry.is("OFFERS_CHANGED");
  }

  private String part(Entry entry, boolean isAnswered) {
    if (entry.first() instanceof Observation.Asked it) {
      return it.outcome().equals("ANSWERED") ? "" : "no answer by TCP at " + at(it.where());
    }
    return switch (entry.what()) {
      case "PROBED" -> isAnswered ? "" : head(noticed(entry, false));
      case "HEARD_BY_OTHERS" -> count(entry.times(), "other") + " hear it";
      case "UNHEARD_BY_OTHERS" -> "nor by " + count(entry.times(), "other");
      case "TRIED", "ECHOED" -> "";
      case "WATCH_BROKEN" -> "watch by " + self + " broke";
      case "REFUSED_UDP", "REFUSED_TCP" ->
          "refused at " + entry.where().map(Sentences::at).orElse("");
      default -> entry.isMove() ? "" : head(of(entry, isAnswered));
    };
  }

  /** Up to what explains it; a port behind a colon is no explanation. */
  private static String head(String sentence) {
    int end = sentence.indexOf(": ");
    return end < 0 ? sentence : sentence.substring(0, end);
  }
}
