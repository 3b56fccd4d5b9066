package pharos.daemon.watch;

/**
 * A key that was pressed.
 *
 * @param point the letter, of a {@link Name#LETTER}
 */
public record Key(Name name, int point) {
  /** Which key. */
  public enum Name {
    LETTER,
    ENTER,
    ESCAPE,
    BACKSPACE,
    UP,
    DOWN,
    PAGE_UP,
    PAGE_DOWN,
    HOME,
    END,
    /** One that means nothing here. */
    OTHER
  }

  public static Key of(Name name) {
    return new Key(name, 0);
  }

  public static Key letter(int point) {
    return new Key(Name.LETTER, point);
  }

  boolean is(char letter) {
    return name == Name.LETTER && point == letter;
  }
}
