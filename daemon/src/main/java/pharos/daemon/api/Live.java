package pharos.daemon.api;

import java.nio.ByteBuffer;
import java.util.Optional;

/** A stream of events for one reader. One thread at a time asks for more of it. */
public non-sealed interface Live extends Answer {
  /** The media type. */
  String TYPE = "text/event-stream";

  /**
   * What is to be written next; nothing when there is nothing new.
   *
   * @throws LostException when the reader was too slow, and has missed what is not kept any more
   */
  Optional<ByteBuffer> next();

  /** What an idle stream is kept open with. */
  ByteBuffer heartbeat();

  /** What to call, from any thread, when there may be more. */
  void onMore(Runnable wake);

  /** It is read no more; a second time, nothing happens. */
  void close(Ending why);

  /** Why a stream ends. */
  enum Ending {
    /** Its reader went away. */
    READER_LEFT,
    /** Its reader did not read. */
    READER_SLOW
  }

  /** The reader was too slow. */
  final class LostException extends RuntimeException {
    private static final long serialVersionUID = 1;

    LostException() {
      super("events were dropped that this reader had not read", null, false, false);
    }
  }
}
