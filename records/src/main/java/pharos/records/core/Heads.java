package pharos.records.core;

/** How what is told of a copy, all but its value, is kept as bytes. */
public interface Heads {
  /** The bytes. */
  byte[] write(Copy copy, long nowMs);

  /**
   * Reads them; the value is elsewhere.
   *
   * @throws IllegalArgumentException when they are none
   */
  Copy read(String key, byte[] head, int valueBytes);

  /** The same of a node: what it knew. */
  byte[] write(Memory memory);

  /**
   * Reads them.
   *
   * @throws IllegalArgumentException when they are none
   */
  Memory readMemory(byte[] head);
}
