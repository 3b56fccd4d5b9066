package pharos.records.core;

import java.util.List;
import java.util.Optional;
import pharos.records.Content;
import pharos.records.Version;

/** What an application wants of the records. */
public sealed interface Wish {
  /** What must be so. */
  enum If {
    /** Nothing. */
    ANY,
    /** There is no value. */
    ABSENT,
    /** There is one. */
    PRESENT,
    /** It is this one. */
    IS
  }

  /**
   * Write a value, or delete it.
   *
   * @param expiryMs after which it is gone; 0 for never
   */
  record Put(String key, Optional<Content> content, If condition, Version is, long expiryMs)
      implements Wish {}

  /**
   * Write a value in place of one and of those that it won over, which are then no conflicts any
   * more. Only of a node that has them.
   *
   * @param losers of which versions it takes the place
   */
  record Settle(String key, Version winner, List<Version> losers, Content content)
      implements Wish {}

  /** Read a value. */
  record Get(String key, boolean isLocal) implements Wish {}

  /** Tell when it is another one than this; without it, at once. */
  record Next(String key, Version have, boolean isDeleted, int losers) implements Wish {}

  /** Tell the keys. */
  record Keys(String prefix, String after, int most) implements Wish {}

  /** Tell what lost, of a key or of all. */
  record Conflicts(String key) implements Wish {}

  /** Tell who holds what. */
  record Look() implements Wish {}

  /** Count this node no more. */
  record Forget(String node) implements Wish {}
}
