package pharos.bench.siege;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The process that attacks, told by lines what to do: {@code attack NAME}, {@code stop}, and {@code
 * strikes}, to which it tells how often each struck and how often that was ended by the other side.
 * Ends with its input.
 */
public final class Enemy {
  /** After a strike that failed: whoever is refused need not spin. */
  private static final int REFUSED_MS = 10;

  /** What is printed by others shall not stand between our lines. */
  private static final PrintStream OUT = System.out;

  private final Field field;
  private final Eavesdropper ears;
  private final int pace;
  private final Map<String, Running> running = new HashMap<>();

  private Enemy(Field field, int pace, Eavesdropper ears) {
    this.pace = pace;
    this.field = field;
    this.ears = ears;
  }

  /** Arguments: a name, how many own addresses, agents and gateways there are, and the pace. */
  public static void main(String[] args) throws IOException {
    System.setOut(System.err);
    Field field =
        Field.of(Integer.parseInt(args[1]), Integer.parseInt(args[2]), Integer.parseInt(args[3]));
    new Enemy(field, Integer.parseInt(args[4]), new Eavesdropper()).run();
  }

  private void run() throws IOException {
    tell("ready", "");
    try (BufferedReader in =
        new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8))) {
      for (String line = in.readLine(); line != null; line = in.readLine()) {
        String[] words = line.split(" ", 2);
        switch (words[0]) {
          case "attack" -> begin(words[1]);
          case "strikes" ->
              running.forEach(
                  (name, it) ->
                      tell("strikes", name + " " + it.strikes.get() + " " + it.failed.get()));
          case "stop" -> {
            running.values().forEach(Running::stop);
            running.clear();
            tell("stopped", "");
          }
          default -> tell("unknown", line);
        }
      }
    }
    System.exit(0);
  }

  private void begin(String name) {
    Attack attack =
        Attack.all().stream()
            .filter(it -> it.name().equals(name))
            .findFirst()
            .orElseThrow(() -> new IllegalArgumentException("no attack is called " + name));
    Running it = new Running(attack, pace, new Camp(field, ears, List.of()));
    if (running.putIfAbsent(name, it) == null) {
      it.start();
    }
    tell("attacking", name);
  }

  /** One attack on its thread. */
  private static final class Running {
    private final Attack attack;
    private final long pauseMs;
    private final Camp camp;
    private final AtomicInteger strikes = new AtomicInteger();
    private final AtomicInteger failed = new AtomicInteger();
    private final Thread thread;

    Running(Attack attack, int pace, Camp camp) {
      pauseMs = Math.max(attack.pauseMs(), 1) * 100L / pace;
      this.attack = attack;
      this.camp = camp;
      thread = new Thread(this::run, attack.name());
      thread.setDaemon(true);
    }

    void start() {
      thread.start();
    }

    private void run() {
      try {
        Attack.Strike strike = attack.plan().strikes(camp);
        while (!Thread.currentThread().isInterrupted()) {
          strikes.incrementAndGet();
          try {
            strike.strike();
          } catch (IOException e) {
            failed.incrementAndGet();
            Thread.sleep(REFUSED_MS);
          }
          Thread.sleep(pauseMs);
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (IOException | RuntimeException e) {
        tell("failed", attack.name() + " " + e);
      }
    }

    void stop() {
      thread.interrupt();
      camp.close();
    }
  }

  private static synchronized void tell(String what, String detail) {
    long micros = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    OUT.println(micros + " " + what + " " + detail.replace('\n', ' '));
    OUT.flush();
  }
}
