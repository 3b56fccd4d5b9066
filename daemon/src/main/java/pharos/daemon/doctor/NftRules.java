package pharos.daemon.doctor;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * The rules of Linux as {@code nft list ruleset} prints them, and what they do to a packet that
 * begins something new. It knows what most rules are made of. A condition that it does not know may
 * hold or not: then a rule that accepts is taken to accept, and one that drops is taken not to, so
 * that nobody is alarmed by what was not understood.
 */
public final class NftRules {
  private static final int MAX_LINES = 20_000;
  private static final int MAX_JUMPS = 16;

  private static final Pattern TABLE = Pattern.compile("table (\\S+) (\\S+) \\{.*");
  private static final Pattern CHAIN = Pattern.compile("chain (\\S+) \\{.*");
  private static final Pattern HOOK =
      Pattern.compile(
          "type filter hook (\\w+)(?: device \\S+)? priority ([^;]+);(?: policy (\\w+);)?");

  private final List<Chain> chains = new ArrayList<>();

  /**
   * A packet that begins something.
   *
   * @param isIncoming whether it arrives; else it leaves
   * @param protocol {@code udp} or {@code tcp}
   * @param nic the interface
   */
  public record Packet(
      boolean isIncoming, String protocol, int port, String nic, boolean isBroadcast) {}

  /** The rule that drops it, and where that stands. */
  public record Dropped(String rule, String where) {}

  private static final class Chain {
    final String table;
    final String name;
    final List<String> rules = new ArrayList<>();
    String hook = "";
    int priority;
    String policy = "accept";

    Chain(String table, String name) {
      this.table = table;
      this.name = name;
    }

    String where() {
      return table + " " + name;
    }
  }

  private enum Fate {
    ACCEPT,
    DROP,
    ON
  }

  private record Outcome(Fate fate, String rule) {
    static final Outcome ON = new Outcome(Fate.ON, "");
    static final Outcome ACCEPTED = new Outcome(Fate.ACCEPT, "");
  }

  private NftRules() {}

  /** Reads what the tool printed. */
  public static NftRules parse(List<String> lines) {
    NftRules rules = new NftRules();
    String table = "";
    Chain chain = null;
    int skipped = 0;
    String begun = "";
    for (String line : lines.subList(0, Math.min(MAX_LINES, lines.size()))) {
      String text = (begun + " " + line.strip()).strip();
      Matcher tableMatcher = TABLE.matcher(text);
      Matcher chainMatcher = CHAIN.matcher(text);
      if (skipped > 0) {
        skipped += balance(text);
      } else if (tableMatcher.matches()) {
        table = tableMatcher.group(1) + " " + tableMatcher.group(2);
      } else if (chainMatcher.matches()) {
        chain = new Chain(table, chainMatcher.group(1));
        rules.chains.add(chain);
      } else if (chain == null) {
        skipped = Math.max(0, balance(text));
      } else if (balance(text) > 0) {
        begun = text; // a set that goes on in the next line
        continue;
      } else if (text.equals("}")) {
        chain = null;
      } else if (!text.isEmpty() && !text.startsWith("#")) {
        take(chain, text);
      }
      begun = "";
    }
    rules.chains.sort(Comparator.comparingInt(it -> it.priority));
    return rules;
  }

  private static int balance(String text) {
    int balance = 0;
    for (char each : text.replaceAll("\"[^\"]*\"", "").toCharArray()) {
      balance += each == '{' ? 1 : each == '}' ? -1 : 0;
    }
    return text.equals("}") ? -1 : balance;
  }

  private static void take(Chain chain, String text) {
    Matcher hook = HOOK.matcher(text);
    if (hook.find()) {
      chain.hook = hook.group(1);
      chain.priority = priority(hook.group(2));
      chain.policy = hook.group(3) == null ? "accept" : hook.group(3);
    } else {
      chain.rules.add(text);
    }
  }

  private static int priority(String text) {
    Matcher number = Pattern.compile("-?\\d+$").matcher(text.replace("+ ", "").replace("- ", "-"));
    int named = text.startsWith("raw") ? -300 : text.startsWith("mangle") ? -150 : 0;
    return named + (number.find() ? Integer.parseInt(number.group()) : 0);
  }

  /** Whether there are any that look at what arrives or leaves. */
  public boolean isEmpty() {
    return chains.stream().noneMatch(it -> isBase(it, true) || isBase(it, false));
  }

  private static boolean isBase(Chain chain, boolean isIncoming) {
    boolean isOurs = chain.table.startsWith("ip ") || chain.table.startsWith("inet ");
    return isOurs && chain.hook.equals(isIncoming ? "input" : "output");
  }

  /** What drops this packet; each chain at its hook must let it pass. */
  public Optional<Dropped> dropped(Packet packet) {
    for (Chain chain : chains) {
      if (!isBase(chain, packet.isIncoming())) {
        continue;
      }
      Outcome outcome = walk(chain, packet, 0);
      if (outcome.fate() == Fate.DROP) {
        return Optional.of(new Dropped(outcome.rule(), chain.where()));
      }
      if (outcome.fate() == Fate.ON && chain.policy.equals("drop")) {
        return Optional.of(new Dropped("policy drop", chain.where()));
      }
    }
    return Optional.empty();
  }

  private Outcome walk(Chain chain, Packet packet, int jumps) {
    for (String rule : chain.rules) {
      Rule read = new Rule(rule, packet);
      if (read.holds == Holds.NO) {
        continue;
      }
      switch (read.verdict) {
        case "accept", "queue" -> {
          return Outcome.ACCEPTED;
        }
        case "drop", "reject" -> {
          if (read.holds == Holds.YES) {
            return new Outcome(Fate.DROP, rule);
          }
        }
        case "return" -> {
          if (read.holds == Holds.YES) {
            return Outcome.ON;
          }
        }
        case "jump", "goto" -> {
          Outcome there = jump(chain, read.target, packet, jumps);
          boolean isCertain = read.holds == Holds.YES || there.fate() == Fate.ACCEPT;
          if (isCertain && there.fate() != Fate.ON) {
            return there;
          }
          if (read.verdict.equals("goto") && read.holds == Holds.YES) {
            return Outcome.ON;
          }
        }
        default -> {} // it only counts or logs
      }
    }
    return Outcome.ON;
  }

  private Outcome jump(Chain from, String target, Packet packet, int jumps) {
    if (jumps >= MAX_JUMPS) {
      return Outcome.ACCEPTED;
    }
    return chains.stream()
        .filter(it -> it.table.equals(from.table) && it.name.equals(target))
        .findFirst()
        .map(it -> walk(it, packet, jumps + 1))
        .orElse(Outcome.ON);
  }

  private enum Holds {
    YES,
    NO,
    MAYBE
  }

  /** A rule, read word by word against a packet. */
  private static final class Rule {
    private static final Pattern WORD = Pattern.compile("\"[^\"]*\"|\\S+");
    private static final Map<String, String> PROTOCOLS = new LinkedHashMap<>();

    static {
      PROTOCOLS.put("6", "tcp");
      PROTOCOLS.put("17", "udp");
    }

    final Packet packet;
    final List<String> words = new ArrayList<>();
    int at;
    Holds holds = Holds.YES;
    String verdict = "";
    String target = "";

    Rule(String text, Packet packet) {
      this.packet = packet;
      Matcher matcher = WORD.matcher(text);
      while (matcher.find()) {
        words.add(matcher.group().replace("\"", ""));
      }
      if (words.contains("vmap")) {
        readMap(text);
        return;
      }
      while (at < words.size() && verdict.isEmpty()) {
        readNext();
      }
    }

    /** A map of verdicts: it is looked only for one that lets our port pass. */
    private void readMap(String text) {
      boolean isPort = text.contains("dport vmap") && text.contains(packet.protocol());
      boolean lets = text.matches(".*[{, ]" + packet.port() + " : (accept|jump|goto).*");
      holds = isPort && lets ? Holds.MAYBE : Holds.NO;
      verdict = "accept";
    }

    private String next() {
      return at < words.size() ? words.get(at++) : "";
    }

    private void readNext() {
      String word = next();
      switch (word) {
        case "accept", "drop", "reject", "return", "queue" -> verdict = word;
        case "jump", "goto" -> {
          verdict = word;
          target = next();
        }
        case "counter" -> skipCounter();
        case "comment" -> next();
        case "log" -> skipLog();
        case "iifname", "iif" -> match(packet.isIncoming() ? packet.nic() : "");
        case "oifname", "oif" -> match(packet.isIncoming() ? "" : packet.nic());
        case "udp", "tcp", "th" -> readPort(word);
        case "meta" -> readMeta(next());
        case "pkttype" -> match(packet.isBroadcast() ? "broadcast" : "host");
        case "ip" -> readIp(next());
        case "ip6", "icmp", "icmpv6" -> {
          next();
          match("");
        }
        case "ct" -> readState(next());
        case "fib" -> readFib();
        default -> maybe();
      }
    }

    private void skipCounter() {
      if (at < words.size() && words.get(at).equals("packets")) {
        at += 4;
      }
    }

    private void skipLog() {
      while (at < words.size() && !words.get(at).matches("accept|drop|reject|return|jump|goto")) {
        at++;
      }
    }

    private void readPort(String protocol) {
      String field = next();
      if (!protocol.equals("th") && !protocol.equals(packet.protocol())) {
        match("");
      } else if (field.equals("dport")) {
        match(String.valueOf(packet.port()));
      } else {
        matchUnknown();
      }
    }

    private void readMeta(String key) {
      switch (key) {
        case "l4proto" -> match(packet.protocol());
        case "pkttype" -> match(packet.isBroadcast() ? "broadcast" : "host");
        case "iifname", "iif" -> match(packet.isIncoming() ? packet.nic() : "");
        case "oifname", "oif" -> match(packet.isIncoming() ? "" : packet.nic());
        case "nfproto" -> match("ipv4");
        default -> maybe();
      }
    }

    private void readIp(String field) {
      if (field.equals("protocol")) {
        match(packet.protocol());
      } else {
        matchUnknown();
      }
    }

    private void readState(String key) {
      if (key.equals("state")) {
        match("new");
      } else if (key.equals("status")) {
        match(""); // nobody has sent it elsewhere than it was meant for
      } else {
        maybe();
      }
    }

    private void readFib() {
      boolean isOfTarget = next().equals("daddr") && next().equals("type");
      if (isOfTarget) {
        match(packet.isBroadcast() ? "broadcast" : "local");
      } else {
        maybe();
      }
    }

    private void maybe() {
      holds = holds == Holds.NO ? Holds.NO : Holds.MAYBE;
    }

    private void matchUnknown() {
      match(null);
    }

    /**
     * Reads what follows, a value or a set, and whether this is of it: empty never, null perhaps.
     */
    private void match(@Nullable String value) {
      boolean isNegated = at < words.size() && words.get(at).equals("!=");
      if (isNegated || (at < words.size() && words.get(at).equals("=="))) {
        at++;
      }
      List<String> values = new ArrayList<>();
      String first = next();
      if (first.equals("{")) {
        for (String word = next(); !word.equals("}") && !word.isEmpty(); word = next()) {
          values.addAll(List.of(word.split(",", -1)));
        }
      } else {
        values.addAll(List.of(first.split(",", -1)));
      }
      if (value == null || first.startsWith("@") || first.equals("&")) {
        maybe();
      } else if (values.stream().anyMatch(it -> isOne(value, it)) == isNegated) {
        holds = Holds.NO;
      }
    }

    private static boolean isOne(String value, String listed) {
      String one = PROTOCOLS.getOrDefault(listed, listed);
      if (one.endsWith("*")) {
        return !value.isEmpty() && value.startsWith(one.substring(0, one.length() - 1));
      }
      if (one.matches("\\d+-\\d+") && value.matches("\\d+")) {
        String[] ends = one.split("-", -1);
        long number = Long.parseLong(value);
        return ends[0].length() < 10
            && ends[1].length() < 10
            && number >= Long.parseLong(ends[0])
            && number <= Long.parseLong(ends[1]);
      }
      return !value.isEmpty() && one.equals(value);
    }
  }
}
