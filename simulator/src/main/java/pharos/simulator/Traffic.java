package pharos.simulator;

/** What went over the simulated wire. */
final class Traffic {
  long broadcasts;
  long unicasts;
  long bytes;
  long questions;
  long connects;
  long received;

  /** Broadcasts received from somebody whom the receiver shows. */
  long expected;

  /** Nothing yet. */
  Traffic() {}

  /** Datagrams sent to everybody. */
  public long broadcasts() {
    return broadcasts;
  }

  /** Datagrams sent to one. */
  public long unicasts() {
    return unicasts;
  }

  /** All datagrams sent. */
  public long datagrams() {
    return broadcasts + unicasts;
  }

  /** Bytes of all datagrams, without the headers below them. */
  public long bytes() {
    return bytes;
  }

  /** Questions over TCP. */
  public long questions() {
    return questions;
  }

  /** Plain TCP connections that only test a port. */
  public long connects() {
    return connects;
  }

  /** Datagrams received, each receiver of a broadcast counted. */
  public long received() {
    return received;
  }
}
