package pharos.beacon;

/** Plain beacons, for tests in which only one thing matters. */
final class TestBeacons {
  static final NodeId ID = NodeId.ofBase64("AAECAwQFBgcICQoLDA0ODxAREhM=");

  private TestBeacons() {}

  static Beacon.Builder builder() {
    return Beacon.of(ID).udpPort(5671).incarnation(1_732_176_000_000L);
  }

  /** A beacon of that many bytes unsigned, filled up with names and an echo. */
  static Beacon ofLength(int length) {
    int rest = length - Layout.MIN_LENGTH;
    Beacon.Builder builder = builder();
    while (rest > 2 * Text.MAX_BYTES) {
      if (rest >= 2 * Text.MAX_BYTES + 30) {
        builder.doubt(new Doubt(ID, 1));
        rest -= 30;
      } else if (rest >= 2 * Text.MAX_BYTES + 12) {
        builder.address(Addresses.of(new byte[] {10, 0, 0, 1}));
        builder.address(Addresses.of(new byte[] {10, 0, 0, 2}));
        rest -= 12;
      } else {
        builder.echo(1);
        rest -= 10;
      }
    }
    int name = Math.min(rest, Text.MAX_BYTES);
    return builder.name("n".repeat(name)).service("s".repeat(rest - name)).build();
  }
}
