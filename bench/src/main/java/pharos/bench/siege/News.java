package pharos.bench.siege;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/**
 * What the agents under siege tell of others, as JSON: when each saw somebody come and go, and what
 * they were made to believe of each other, who are all there all the time. Any thread tells and
 * asks.
 */
final class News {
  private static final Pattern EVENT =
      Pattern.compile("\"at\":\"([^\"]*)\",\"event\":\"([A-Z]*)\"(?:,\"reason\":\"([A-Z_]*)\")?");
  private static final Pattern ID =
      Pattern.compile("\"id\":\"([^\"]*)\",(?:\"short\":\"[^\"]*\",)?\"name\":\"([^\"]*)\"");
  private static final String OFFER = "\"type\":\"" + Siege.OFFER + "\"";

  private final int agents;
  private final List<Map<String, Long>> arrived = new ArrayList<>();
  private final List<Map<String, Long>> gone = new ArrayList<>();
  private final List<Set<String>> strangers = new ArrayList<>();
  private final List<Set<String>> known = new ArrayList<>();
  private final Map<String, String> ids = new HashMap<>();
  private final Map<String, Long> takenSince = new HashMap<>();
  private final Map<String, Integer> wrong = new TreeMap<>();
  private long longestTaken;
  private int mostStrangers;

  News(int agents) {
    this.agents = agents;
    for (int i = 0; i < agents; i++) {
      arrived.add(new HashMap<>());
      gone.add(new HashMap<>());
      strangers.add(new HashSet<>());
      known.add(new HashSet<>());
    }
  }

  /** Agent number {@code observer}, from 0 on, told this line. */
  synchronized void told(int observer, String line) {
    Matcher event = EVENT.matcher(line);
    Matcher who = ID.matcher(line);
    if (!event.find() || !who.find()) {
      return;
    }
    String kind = event.group(2);
    String id = who.group(1);
    String name = who.group(2);
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.parse(event.group(1)));
    boolean isGone = kind.equals("GONE");
    if (kind.equals("STARTED")) {
      ids.put(name, id);
    } else if (name.startsWith(Churn.PREFIX)) {
      if (isGone || kind.equals("ARRIVED")) {
        (isGone ? gone : arrived).get(observer).put(name, micros);
      }
    } else if (name.startsWith(Siege.PREFIX)) {
      agent(observer, kind, String.valueOf(event.group(3)), id, name, line, micros);
    } else {
      Set<String> shown = strangers.get(observer);
      if (isGone) {
        shown.remove(id);
      } else {
        shown.add(id);
      }
      mostStrangers = Math.max(mostStrangers, shown.size());
    }
  }

  private void agent(
      int observer, String kind, String reason, String id, String name, String line, long micros) {
    if (!id.equals(ids.getOrDefault(name, id))) {
      count("renamed " + name);
    }
    if (kind.equals("GONE")) {
      known.get(observer).remove(name);
      count("gone " + reason);
      return;
    }
    known.get(observer).add(name);
    if (line.contains("\"" + Field.OWN)) {
      count("at a place of the enemy");
    }
    String key = observer + " " + name;
    if (!line.contains(OFFER)) {
      if (takenSince.putIfAbsent(key, micros) == null) {
        count("offer taken");
      }
    } else {
      Long since = takenSince.remove(key);
      longestTaken = Math.max(longestTaken, since == null ? 0 : micros - since);
    }
  }

  private void count(String what) {
    wrong.merge(what, 1, Integer::sum);
  }

  /** As if nothing had been told of this one, nor anything wrong been believed. */
  synchronized void forget(String name) {
    arrived.forEach(it -> it.remove(name));
    gone.forEach(it -> it.remove(name));
  }

  /** The same of what was believed wrongly. */
  synchronized void forgive() {
    wrong.clear();
    mostStrangers = 0;
    longestTaken = 0;
  }

  /** When the last of all learned that it came, in microseconds; 0 when one does not know. */
  synchronized long arrived(String name) {
    return last(arrived, name);
  }

  /** When the last of all learned that it is gone; 0 when one does not know. */
  synchronized long gone(String name) {
    return last(gone, name);
  }

  /** How many agents told this of this one. */
  synchronized int count(String name, boolean isGone) {
    return (int) (isGone ? gone : arrived).stream().filter(it -> it.containsKey(name)).count();
  }

  /** The numbers of those that did not tell this of this one. */
  synchronized List<Integer> without(String name, boolean isGone) {
    List<Map<String, Long>> told = isGone ? gone : arrived;
    return IntStream.rangeClosed(1, agents)
        .filter(it -> !told.get(it - 1).containsKey(name))
        .boxed()
        .toList();
  }

  private long last(List<Map<String, Long>> told, String name) {
    long last = 0;
    for (Map<String, Long> one : told) {
      Long micros = one.get(name);
      if (micros == null) {
        return 0;
      }
      last = Math.max(last, micros);
    }
    return last;
  }

  /** Whether each lists all the others, with what they offer. */
  synchronized boolean isComplete() {
    return takenSince.isEmpty() && known.stream().allMatch(it -> it.size() == agents - 1);
  }

  /** Who misses how many of the others. */
  synchronized String missing() {
    return known.stream().map(it -> "" + (agents - 1 - it.size())).toList().toString();
  }

  /** What was believed that was not so, and how often. */
  synchronized Map<String, Integer> wrong() {
    return new TreeMap<>(wrong);
  }

  /** How many at most were listed at one agent who are nobody. */
  synchronized int mostStrangers() {
    return mostStrangers;
  }

  /** How many are listed now at one agent, at most. */
  synchronized int strangers() {
    return strangers.stream().mapToInt(Set::size).max().orElse(0);
  }

  /** For how long an offer was missing, in milliseconds. */
  synchronized long longestTakenMs(long nowMicros) {
    long longest = longestTaken;
    for (long since : takenSince.values()) {
      longest = Math.max(longest, nowMicros - since);
    }
    return longest / 1_000;
  }
}
