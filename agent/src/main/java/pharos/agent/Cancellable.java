package pharos.agent;

/** Something that can be ended, from any thread; a second time, nothing happens. */
@FunctionalInterface
public interface Cancellable extends AutoCloseable {
  /**
   * Ends it. When this returns, no call back is running and none will come; only when it is called
   * from within the call back itself, that one call still runs to its end.
   */
  void cancel();

  /** The same as {@link #cancel}. */
  @Override
  default void close() {
    cancel();
  }
}
