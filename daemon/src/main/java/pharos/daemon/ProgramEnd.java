package pharos.daemon;

import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * How a program ended.
 *
 * @param code the exit code that whoever ran it gets: its own, or 128 and the signal's number
 * @param detail what its peers are told of how it failed; empty when it did not
 */
record ProgramEnd(int code, String detail) {
  private static final int BY_SIGNAL = 128;

  private static final List<String> NAMES =
      List.of(
          "HUP", "INT", "QUIT", "ILL", "TRAP", "ABRT", "BUS", "FPE", "KILL", "USR1", "SEGV", "USR2",
          "PIPE", "ALRM", "TERM", "STOP", "TSTP", "TTIN", "TTOU", "XCPU", "XFSZ", "SYS");

  /** Their numbers differ between systems. */
  private static final Map<Integer, String> SIGNALS = new TreeMap<>();

  static {
    for (String name : NAMES) {
      Signals.number(name).ifPresent(number -> SIGNALS.put(number, name));
    }
  }

  /**
   * Of a program with this exit code.
   *
   * @param asked the signals that asked it to end: one that ends by them did what it was told
   * @param isOutOfMemory whether the system killed something for the sake of memory meanwhile
   */
  static ProgramEnd of(int code, Set<String> asked, boolean isOutOfMemory) {
    String signal = signal(code - BY_SIGNAL);
    if (code == 0 || asked.contains(signal)) {
      return new ProgramEnd(code, "");
    }
    if (signal.isEmpty()) {
      return new ProgramEnd(code, "exit " + code);
    }
    boolean isKilledForMemory = isOutOfMemory && signal.equals("KILL");
    return new ProgramEnd(code, isKilledForMemory ? "out of memory" : "SIG" + signal);
  }

  /** The name of a signal, without SIG; empty for one without a name. */
  static String signal(int number) {
    return SIGNALS.getOrDefault(number, "");
  }
}
