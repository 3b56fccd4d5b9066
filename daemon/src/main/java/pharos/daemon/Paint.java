package pharos.daemon;

/** The few colours there are: of what is bold, and of what is doubtful. */
enum Paint {
  NONE("", ""),
  TERMINAL("\u001b[1m", "\u001b[33m");

  private static final String END = "\u001b[0m";

  private final String bold;
  private final String doubtful;

  Paint(String bold, String doubtful) {
    this.bold = bold;
    this.doubtful = doubtful;
  }

  static Paint of(Caller caller, Caller.Stream stream) {
    return caller.isPainted(stream) ? TERMINAL : NONE;
  }

  String bold(String line) {
    return painted(bold, line);
  }

  String doubtful(String line) {
    return painted(doubtful, line);
  }

  private static String painted(String begin, String line) {
    return begin.isEmpty() ? line : begin + line + END;
  }
}
