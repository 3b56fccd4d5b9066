package pharos.simulator;

/**
 * What the network does to datagrams. All chances are from 0 to 1, for each receiver by itself.
 *
 * @param latencyNs the least time a datagram takes
 * @param jitterNs how much longer it may take, all receivers of a broadcast alike
 * @param loss the chance to be lost
 * @param duplication the chance to arrive twice
 * @param reordering the chance to be overtaken: to arrive up to {@code lateNs} later
 * @param corruption the chance that one bit is wrong
 * @param lateNs by how much a datagram may be late
 */
record Weather(
    long latencyNs,
    long jitterNs,
    double loss,
    double duplication,
    double reordering,
    double corruption,
    long lateNs) {
  /** A quiet wired LAN. */
  public static final Weather FAIR = new Weather(50_000, 200_000, 0, 0, 0, 0, 5_000_000);

  /** Whether all datagrams arrive as they were sent, once and in time. */
  boolean isFair() {
    return loss == 0 && duplication == 0 && reordering == 0 && corruption == 0;
  }

  /** The same with this loss. */
  public Weather withLoss(double loss) {
    return new Weather(latencyNs, jitterNs, loss, duplication, reordering, corruption, lateNs);
  }

  /** The same where what is overtaken, or comes twice, is late by up to so much. */
  public Weather withLateNs(long lateNs) {
    return new Weather(latencyNs, jitterNs, loss, duplication, reordering, corruption, lateNs);
  }

  /** The same with these mishaps. */
  public Weather withMishaps(double duplication, double reordering, double corruption) {
    return new Weather(latencyNs, jitterNs, loss, duplication, reordering, corruption, lateNs);
  }
}
