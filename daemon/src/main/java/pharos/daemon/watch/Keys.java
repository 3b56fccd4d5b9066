package pharos.daemon.watch;

import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import pharos.daemon.watch.Key.Name;

/** Reads keys out of what a terminal sends. One that sends more than is known is no letter. */
public final class Keys {
  private static final int ESCAPE = 0x1B;
  private static final int DELETE = 0x7F;

  /** A key's sequence comes at once; who presses Escape alone waits for no longer. */
  private static final long SEQUENCE_MS = 50;

  private static final int LONGEST = 16;

  private static final Map<String, Name> SEQUENCES =
      Map.ofEntries(
          Map.entry("A", Name.UP),
          Map.entry("B", Name.DOWN),
          Map.entry("H", Name.HOME),
          Map.entry("F", Name.END),
          Map.entry("1~", Name.HOME),
          Map.entry("7~", Name.HOME),
          Map.entry("4~", Name.END),
          Map.entry("8~", Name.END),
          Map.entry("5~", Name.PAGE_UP),
          Map.entry("6~", Name.PAGE_DOWN));

  private final Letters letters;

  /** A letter that was read and is a key of its own; 0 for none. */
  private int pending;

  /** Where letters come from. */
  public interface Letters {
    /** The next one; -1 at the end, another negative number when none came in time. */
    int read(long withinMs) throws IOException;
  }

  /** Those that come from there. */
  public Keys(Letters letters) {
    this.letters = letters;
  }

  /** Waits for the next key; nothing at the end. */
  public Optional<Key> next() throws IOException {
    int letter = pending == 0 ? letters.read(0) : pending;
    pending = 0;
    return letter < 0 ? Optional.empty() : Optional.of(key(letter));
  }

  private Key key(int letter) throws IOException {
    return switch (letter) {
      case '\r', '\n' -> Key.of(Name.ENTER);
      case '\b', DELETE -> Key.of(Name.BACKSPACE);
      case ESCAPE -> sequence();
      default -> letter < ' ' ? Key.of(Name.OTHER) : Key.letter(whole(letter));
    };
  }

  /** Some letters come in halves. */
  private int whole(int letter) throws IOException {
    if (!Character.isHighSurrogate((char) letter)) {
      return letter;
    }
    int low = letters.read(SEQUENCE_MS);
    return Character.isLowSurrogate((char) low)
        ? Character.toCodePoint((char) letter, (char) low)
        : '?';
  }

  private Key sequence() throws IOException {
    int next = letters.read(SEQUENCE_MS);
    if (next == ESCAPE) {
      pending = ESCAPE;
    }
    if (next != '[' && next != 'O') {
      return Key.of(next < 0 || next == ESCAPE ? Name.ESCAPE : Name.OTHER);
    }
    StringBuilder sequence = new StringBuilder();
    for (int i = 0; i < LONGEST; i++) {
      int part = letters.read(SEQUENCE_MS);
      if (part < 0) {
        break;
      }
      sequence.append((char) part);
      if (part >= '@' && part <= '~') {
        break;
      }
    }
    return Key.of(SEQUENCES.getOrDefault(sequence.toString(), Name.OTHER));
  }
}
