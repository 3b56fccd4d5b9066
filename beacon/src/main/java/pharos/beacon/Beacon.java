package pharos.beacon;

import java.io.ByteArrayOutputStream;
import java.io.Serializable;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * One presence datagram as a value: who is there, where it can be asked, and for how long that
 * holds. What a receiver does not know (flags and extensions of later versions) is not kept.
 * Immutable, for any thread. {@code docs/PROTOCOL.md} tells each field.
 */
public final class Beacon implements Decoded, Presence, Serializable {
  /** The UDP port of presence, shared with other protocols by prefix. */
  public static final int PORT = 5670;

  /** The longest announced wait for the next beacon. */
  public static final int MAX_INTERVAL_MS = 60_000;

  /** How many addresses one beacon may advertise. */
  public static final int MAX_ADDRESSES = 4;

  /** Of how many one beacon may ask or tell. */
  public static final int MAX_SUBJECTS = 16;

  /** How many that it hears badly one beacon may name. */
  public static final int MAX_LOSSES = 4;

  /** The longest datagram, key id and signature not counted. */
  public static final int MAX_LENGTH = Layout.MAX_UNSIGNED_LENGTH;

  private static final byte[] NO_BYTES = {};

  private final int flags;
  private final int nextMs;
  private final int tcpPort;
  private final int udpPort;
  private final int cluster;
  private final NodeId id;
  private final long incarnation;
  private final long sequence;
  private final long digest;
  private final String name;
  private final String service;
  private final byte[] nameBytes;
  private final byte[] serviceBytes;
  private final long nonce;
  private final long echo;
  private final Optional<Doubt> doubt;
  private final List<InetAddress> addresses;
  private final byte[] addressBytes;
  private final long goodbye;
  private final Optional<InetAddress> vouch;
  private final String detail;
  private final byte[] detailBytes;
  private final List<Subject> subjects;
  private final List<Account> accounts;
  private final int heard;
  private final int known;
  private final List<Loss> losses;
  private final int padding;
  private final int length;

  /** How it was received, not what it says: two that say the same are equal. */
  private final boolean isAuthentic;

  /** What a receiver read from a datagram that passed every check. */
  Beacon(BeaconView view) {
    this(new Builder(view), view.length(), view.isAuthentic());
  }

  /**
   * As it was built.
   *
   * @param read how many bytes there were to read; 0 of one that was not read
   */
  private Beacon(Builder builder, int read, boolean isAuthentic) {
    this.flags = builder.flags;
    this.nextMs = builder.nextMs;
    this.tcpPort = builder.tcpPort;
    this.udpPort = builder.udpPort;
    this.cluster = builder.cluster;
    this.id = builder.id;
    this.incarnation = builder.incarnation;
    this.sequence = builder.sequence;
    this.digest = builder.digest;
    this.name = builder.name;
    this.service = builder.service;
    this.nameBytes = Text.encode("name", name);
    this.serviceBytes = Text.encode("service", service);
    this.nonce = builder.nonce;
    this.echo = builder.echo;
    this.doubt = builder.doubt;
    this.addresses = List.copyOf(builder.addresses);
    this.addressBytes = bytes(addresses);
    this.goodbye = builder.goodbye;
    this.vouch = builder.vouch;
    this.detail = builder.detail;
    this.detailBytes = Text.encode("detail", detail, Text.MAX_DETAIL_BYTES);
    this.subjects = List.copyOf(builder.subjects);
    this.accounts = List.copyOf(builder.accounts);
    this.heard = builder.heard;
    this.known = builder.known;
    this.losses = List.copyOf(builder.losses);
    int told = toldLength();
    // The shortest extension takes two bytes: where a single one is missing, it stays so.
    this.padding = builder.padTo - told < Layout.HEAD_LENGTH ? 0 : builder.padTo - told;
    this.length = read == 0 ? told + padding : read;
    this.isAuthentic = isAuthentic;
  }

  /** Starts a beacon of this node; the incarnation and the own UDP port must follow. */
  public static Builder of(NodeId id) {
    return new Builder(id);
  }

  /**
   * The four bytes that keep clusters apart: of SHA-256 over the name, or 0 for the unnamed one. A
   * cluster's name is text like any other here: at most 63 bytes of UTF-8.
   */
  public static int clusterHash(String cluster) {
    byte[] name = Text.encode("cluster", cluster);
    return name.length == 0 ? 0 : sha256(name).getInt();
  }

  /**
   * The hash by which a goodbye is known: whoever heard it before believes the goodbye that tells
   * the secret. The first eight bytes of SHA-256 over the secret's eight; where they are zero by
   * chance, 1.
   */
  public static long goodbyeHash(long secret) {
    long hash = sha256(ByteBuffer.allocate(Long.BYTES).putLong(secret).array()).getLong();
    return hash == 0 ? 1 : hash;
  }

  private static ByteBuffer sha256(byte[] bytes) {
    try {
      return ByteBuffer.wrap(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("this Java has no SHA-256", e);
    }
  }

  @Override
  public boolean isLeaving() {
    return (flags & Layout.LEAVING) != 0;
  }

  @Override
  public boolean isSolicit() {
    return (flags & Layout.SOLICIT) != 0;
  }

  @Override
  public boolean isOverlay() {
    return (flags & Layout.OVERLAY) != 0;
  }

  @Override
  public boolean isWitness() {
    return (flags & Layout.WITNESS) != 0;
  }

  @Override
  public boolean isDirect() {
    return (flags & Layout.DIRECT) != 0;
  }

  @Override
  public boolean isUnheard() {
    return (flags & Layout.UNHEARD) != 0;
  }

  @Override
  public int nextMs() {
    return nextMs;
  }

  @Override
  public int tcpPort() {
    return tcpPort;
  }

  @Override
  public int udpPort() {
    return udpPort;
  }

  @Override
  public int cluster() {
    return cluster;
  }

  @Override
  public boolean isFrom(NodeId sender) {
    return id.equals(sender);
  }

  @Override
  public int idHash() {
    return id.hashCode();
  }

  @Override
  public NodeId id() {
    return id;
  }

  @Override
  public long incarnation() {
    return incarnation;
  }

  @Override
  public long sequence() {
    return sequence;
  }

  @Override
  public long digest() {
    return digest;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public String service() {
    return service;
  }

  @Override
  public long nonce() {
    return nonce;
  }

  @Override
  public long echo() {
    return echo;
  }

  @Override
  public boolean hasDoubt() {
    return doubt.isPresent();
  }

  @Override
  public Optional<Doubt> doubt() {
    return doubt;
  }

  @Override
  public List<InetAddress> addresses() {
    return addresses;
  }

  @Override
  public long goodbye() {
    return goodbye;
  }

  @Override
  public Optional<InetAddress> vouch() {
    return vouch;
  }

  @Override
  public String detail() {
    return detail;
  }

  @Override
  public boolean hasSubjects() {
    return !subjects.isEmpty();
  }

  @Override
  public List<Subject> subjects() {
    return subjects;
  }

  @Override
  public boolean hasAccounts() {
    return !accounts.isEmpty();
  }

  @Override
  public List<Account> accounts() {
    return accounts;
  }

  @Override
  public int known() {
    return known;
  }

  @Override
  public int heard() {
    return heard;
  }

  @Override
  public List<Loss> losses() {
    return losses;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public boolean isAuthentic() {
    return isAuthentic;
  }

  @Override
  public Beacon toBeacon() {
    return this;
  }

  /** A builder with all of this beacon's values, and its length if it was made longer. */
  public Builder toBuilder() {
    Builder builder = new Builder(this);
    builder.padTo = padding == 0 ? 0 : length;
    return builder;
  }

  /** Writes everything but the signature; {@code signed} only sets the flag that announces one. */
  void put(ByteBuffer target, boolean signed) {
    target.putInt(Layout.MAGIC_AND_VERSION);
    target.putShort((short) (signed ? flags | Layout.SIGNED : flags));
    target.putShort((short) nextMs).putShort((short) tcpPort).putShort((short) udpPort);
    target.putInt(cluster);
    id.put(target);
    target.putLong(incarnation).putInt((int) sequence).putLong(digest);
    target.put((byte) nameBytes.length).put(nameBytes);
    target.put((byte) serviceBytes.length).put(serviceBytes);
    put(target, Layout.NONCE, nonce);
    if (doubt.isPresent()) {
      target.put(Layout.DOUBT).put((byte) Layout.DOUBT_LENGTH);
      doubt.get().id().put(target);
      target.putLong(doubt.get().incarnation());
    }
    target.put(addressBytes);
    put(target, Layout.ECHO, echo);
    put(target, Layout.GOODBYE, goodbye);
    if (vouch.isPresent()) {
      byte[] number = vouch.get().getAddress();
      target.put(Layout.VOUCH).put((byte) number.length).put(number);
    }
    if (detailBytes.length != 0) {
      target.put(Layout.DETAIL).put((byte) detailBytes.length).put(detailBytes);
    }
    if (!subjects.isEmpty()) {
      target.put(Layout.SUBJECTS).put((byte) (subjects.size() * Layout.SUBJECT_LENGTH));
      subjects.forEach(it -> target.putLong(it.id()).putShort((short) it.incarnation()));
    }
    if (!accounts.isEmpty()) {
      target.put(Layout.ACCOUNTS).put((byte) (accounts.size() * Layout.ACCOUNT_LENGTH));
      accounts.forEach(it -> target.putInt((int) it.agoMs()).putInt((int) it.sequence()));
    }
    if (known != 0) {
      target.put(Layout.HEARING).put((byte) (hearingLength() - Layout.HEAD_LENGTH));
      target.putShort((short) heard).putShort((short) known);
      losses.forEach(it -> target.putInt(it.id()).put((byte) it.percent()));
    }
    if (padding != 0) {
      int content = padding - Layout.HEAD_LENGTH;
      target.put(Layout.PAD).put((byte) content).put(new byte[content]);
    }
  }

  private static void put(ByteBuffer target, byte type, long nonce) {
    if (nonce != 0) {
      target.put(type).put((byte) Layout.NONCE_LENGTH).putLong(nonce);
    }
  }

  /** The extensions of the addresses, written once, since an address gives only copies. */
  private static byte[] bytes(List<InetAddress> addresses) {
    if (addresses.isEmpty()) {
      return NO_BYTES;
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    for (InetAddress address : addresses) {
      byte[] number = address.getAddress();
      bytes.write(Layout.ADDRESS);
      bytes.write(number.length);
      bytes.writeBytes(number);
    }
    return bytes.toByteArray();
  }

  /** What {@link #put} writes; less than there was to read, if not all of that was known here. */
  int writtenLength() {
    return toldLength() + padding;
  }

  private int toldLength() {
    int length = Layout.FIXED_LENGTH + 2 + nameBytes.length + serviceBytes.length;
    length += nonce == 0 ? 0 : Layout.HEAD_LENGTH + Layout.NONCE_LENGTH;
    length += echo == 0 ? 0 : Layout.HEAD_LENGTH + Layout.NONCE_LENGTH;
    length += doubt.isEmpty() ? 0 : Layout.HEAD_LENGTH + Layout.DOUBT_LENGTH;
    length += goodbye == 0 ? 0 : Layout.HEAD_LENGTH + Layout.NONCE_LENGTH;
    length += vouch.isEmpty() ? 0 : Layout.HEAD_LENGTH + vouch.get().getAddress().length;
    length += detailBytes.length == 0 ? 0 : Layout.HEAD_LENGTH + detailBytes.length;
    length += listLength(subjects, Layout.SUBJECT_LENGTH);
    length += listLength(accounts, Layout.ACCOUNT_LENGTH);
    length += hearingLength();
    return length + addressBytes.length;
  }

  private int hearingLength() {
    return known == 0
        ? 0
        : Layout.HEAD_LENGTH + Layout.HEARING_LENGTH + losses.size() * Layout.LOSS_LENGTH;
  }

  private static int listLength(List<?> list, int each) {
    return list.isEmpty() ? 0 : Layout.HEAD_LENGTH + list.size() * each;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Beacon that
        && flags == that.flags
        && nextMs == that.nextMs
        && tcpPort == that.tcpPort
        && udpPort == that.udpPort
        && cluster == that.cluster
        && id.equals(that.id)
        && incarnation == that.incarnation
        && sequence == that.sequence
        && digest == that.digest
        && Arrays.equals(nameBytes, that.nameBytes)
        && Arrays.equals(serviceBytes, that.serviceBytes)
        && nonce == that.nonce
        && echo == that.echo
        && doubt.equals(that.doubt)
        && goodbye == that.goodbye
        && vouch.equals(that.vouch)
        && detail.equals(that.detail)
        && subjects.equals(that.subjects)
        && accounts.equals(that.accounts)
        && heard == that.heard
        && known == that.known
        && losses.equals(that.losses)
        && addresses.equals(that.addresses);
  }

  @Override
  public int hashCode() {
    return Objects.hash(id, incarnation, sequence);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    text.append(name.isEmpty() ? id.toShortString() : name);
    text.append(service.isEmpty() ? "" : " (" + service + ")");
    text.append(isLeaving() ? " leaving" : "");
    text.append(isSolicit() ? " solicit" : "");
    text.append(echo != 0 ? " answer" : "");
    text.append(isOverlay() ? " overlay" : "");
    doubt.ifPresent(d -> text.append(" doubts ").append(d.id().toShortString()));
    text.append(" tcp:").append(tcpPort).append(" udp:").append(udpPort);
    text.append(" id:").append(id).append('/').append(incarnation).append('#').append(sequence);
    text.append(" next:").append(nextMs).append("ms");
    text.append(addresses.isEmpty() ? "" : " at " + addresses);
    vouch.ifPresent(address -> text.append(" vouch ").append(address.getHostAddress()));
    text.append(detail.isEmpty() ? "" : " detail '" + detail + "'");
    text.append(subjects.isEmpty() ? "" : " asks about " + subjects);
    text.append(accounts.isEmpty() ? "" : " tells " + accounts);
    text.append(known == 0 ? "" : " hears " + heard + " of " + known);
    text.append(losses.isEmpty() ? "" : " and badly " + losses);
    return text.toString();
  }

  /** Collects a beacon. Each value is checked when given, and the whole by {@link #build}. */
  public static final class Builder {
    private final NodeId id;
    private int flags;
    private int nextMs = 1_000;
    private int tcpPort;
    private int udpPort;
    private int cluster;
    private long incarnation;
    private long sequence;
    private long digest;
    private String name = "";
    private String service = "";
    private long nonce;
    private long echo;
    private Optional<Doubt> doubt = Optional.empty();
    private final List<InetAddress> addresses = new ArrayList<>();
    private long goodbye;
    private Optional<InetAddress> vouch = Optional.empty();
    private String detail = "";
    private List<Subject> subjects = List.of();
    private List<Account> accounts = List.of();
    private int heard;
    private int known;
    private List<Loss> losses = List.of();
    private int mostWithNames = Integer.MAX_VALUE;
    private int padTo;

    private Builder(NodeId id) {
      this.id = id;
      if (id.isZero()) {
        throw new IllegalArgumentException("the all-zero node id is reserved");
      }
    }

    private Builder(Presence from) {
      this(from.id());
      flag(Layout.LEAVING, from.isLeaving());
      flag(Layout.SOLICIT, from.isSolicit());
      flag(Layout.OVERLAY, from.isOverlay());
      flag(Layout.WITNESS, from.isWitness());
      flag(Layout.DIRECT, from.isDirect());
      flag(Layout.UNHEARD, from.isUnheard());
      nextMs = from.nextMs();
      tcpPort = from.tcpPort();
      udpPort = from.udpPort();
      cluster = from.cluster();
      incarnation = from.incarnation();
      sequence = from.sequence();
      digest = from.digest();
      name = from.name();
      service = from.service();
      nonce = from.nonce();
      echo = from.echo();
      doubt = from.doubt();
      addresses.addAll(from.addresses());
      goodbye = from.goodbye();
      vouch = from.vouch();
      detail = from.detail();
      subjects = from.subjects();
      accounts = from.accounts();
      heard = from.heard();
      known = from.known();
      losses = from.losses();
    }

    /** Says goodbye. */
    public Builder leaving() {
      return flag(Layout.LEAVING, true);
    }

    /** Asks for an answer that echoes {@code nonce}, a random number that is not 0. */
    public Builder solicit(long nonce) {
      this.nonce = notZero("nonce", nonce);
      return flag(Layout.SOLICIT, true);
    }

    /**
     * Asks what the receiver heard of these, 1 to {@link #MAX_SUBJECTS}; the answer echoes {@code
     * nonce}.
     */
    public Builder ask(long nonce, List<Subject> subjects) {
      range("the number of subjects", subjects.size(), 1, MAX_SUBJECTS);
      this.nonce = notZero("nonce", nonce);
      this.subjects = List.copyOf(subjects);
      return this;
    }

    /** Answers a question about so many others. */
    public Builder tell(long nonce, List<Account> accounts) {
      range("the number of accounts", accounts.size(), 1, MAX_SUBJECTS);
      this.accounts = List.copyOf(accounts);
      return echo(nonce);
    }

    /**
     * Tells of how many others the sender hears how many well, and names some of the rest.
     *
     * @param known 1 to 65,535
     * @param losses at most {@link #MAX_LOSSES}
     */
    public Builder hears(int heard, int known, List<Loss> losses) {
      this.known = (int) range("known", known, 1, 0xFFFF);
      this.heard = (int) range("heard", heard, 0, known);
      range("the number of losses", losses.size(), 0, MAX_LOSSES);
      this.losses = List.copyOf(losses);
      return this;
    }

    /** How many losses it may name, beside what else it says; -1 if it may not tell of hearing. */
    public int roomForLosses() {
      int told = new Beacon(this, 0, false).toldLength();
      int room = MAX_LENGTH - told - Layout.HEAD_LENGTH - Layout.HEARING_LENGTH;
      return room < 0 ? -1 : Math.min(room / Layout.LOSS_LENGTH, MAX_LOSSES);
    }

    /** Announces to the receiver alone, and whether nothing of it is heard by broadcast. */
    public Builder direct(boolean isUnheard) {
      return flag(Layout.DIRECT, true).flag(Layout.UNHEARD, isUnheard);
    }

    /** About how many it may ask, beside what else it says. */
    public int roomForSubjects() {
      return roomFor(Layout.SUBJECT_LENGTH, MAX_LENGTH);
    }

    /** Of how many it may tell, in so many bytes. */
    public int roomForAccounts(int length) {
      return roomFor(Layout.ACCOUNT_LENGTH, Math.min(length, MAX_LENGTH));
    }

    private int roomFor(int each, int most) {
      int number = Layout.HEAD_LENGTH + Layout.NONCE_LENGTH;
      int told = new Beacon(this, 0, false).toldLength() + number + Layout.HEAD_LENGTH;
      return Math.max(0, Math.min((most - told) / each, MAX_SUBJECTS));
    }

    /** Whether the sender answers who asks it about others. */
    public Builder witness(boolean witness) {
      return flag(Layout.WITNESS, witness);
    }

    /** Answers: gives the asker its nonce back. An answer may solicit in its turn. */
    public Builder echo(long nonce) {
      this.echo = notZero("echo", nonce);
      return this;
    }

    /** Whether the sender is a node of the overlay. */
    public Builder overlay(boolean overlay) {
      return flag(Layout.OVERLAY, overlay);
    }

    /** Milliseconds until the next announcement, at most {@link #MAX_INTERVAL_MS}. */
    public Builder nextMs(int nextMs) {
      this.nextMs = (int) range("nextMs", nextMs, 0, MAX_INTERVAL_MS);
      return this;
    }

    /** The port that answers questions; 0, the default, for one that only listens. */
    public Builder tcpPort(int port) {
      this.tcpPort = (int) range("tcpPort", port, 0, 0xFFFF);
      return this;
    }

    /** The port of the sender's own UDP socket. */
    public Builder udpPort(int port) {
      this.udpPort = (int) range("udpPort", port, 1, 0xFFFF);
      return this;
    }

    /** The cluster's hash, see {@link Beacon#clusterHash}. */
    public Builder cluster(int hash) {
      this.cluster = hash;
      return this;
    }

    /** The start of this run in milliseconds since 1970. */
    public Builder incarnation(long incarnation) {
      this.incarnation = range("incarnation", incarnation, 1, Long.MAX_VALUE);
      return this;
    }

    /** The number of this datagram, 0 to 2³²−1. */
    public Builder sequence(long sequence) {
      this.sequence = range("sequence", sequence, 0, 0xFFFF_FFFFL);
      return this;
    }

    /** The capability digest; 0, the default, for none. */
    public Builder digest(long digest) {
      this.digest = digest;
      return this;
    }

    /** At most 63 bytes of UTF-8. */
    public Builder name(String name) {
      Text.encode("name", name);
      this.name = name;
      return this;
    }

    /** At most 63 bytes of UTF-8. */
    public Builder service(String service) {
      Text.encode("service", service);
      this.service = service;
      return this;
    }

    /** Whom the sender lost its connection to. */
    public Builder doubt(Doubt doubt) {
      if (doubt.id().isZero() || doubt.incarnation() <= 0) {
        throw new IllegalArgumentException("a doubt names an id and an incarnation: " + doubt);
      }
      this.doubt = Optional.of(doubt);
      return this;
    }

    /** One more address to be reached at, of at most {@link #MAX_ADDRESSES}. */
    public Builder address(InetAddress address) {
      if (!Addresses.canBeAdvertised(address.getAddress())) {
        throw new IllegalArgumentException(
            "cannot advertise " + address.getHostAddress() + ": nobody can connect to it");
      }
      if (addresses.size() == MAX_ADDRESSES) {
        throw new IllegalArgumentException(
            "at most " + MAX_ADDRESSES + " addresses fit, no room for " + address.getHostAddress());
      }
      // Only the number travels: no host name, no scope of this machine.
      addresses.add(Addresses.of(address.getAddress()));
      return this;
    }

    /** The secret of this run, in a goodbye; else its {@link #goodbyeHash}. Not 0. */
    public Builder goodbye(long goodbye) {
      this.goodbye = notZero("goodbye", goodbye);
      return this;
    }

    /** In a question: do you send from this address? In the answer: I do. */
    public Builder vouch(InetAddress address) {
      byte[] number = address.getAddress();
      if (!Addresses.canBeSource(ByteBuffer.wrap(number), 0, number.length)) {
        throw new IllegalArgumentException(
            "cannot vouch for " + address.getHostAddress() + ": nobody sends from there");
      }
      this.vouch = Optional.of(Addresses.of(number));
      return this;
    }

    /** With a goodbye: that this run failed, and how. At most 64 bytes of UTF-8. */
    public Builder detail(String detail) {
      Text.encode("detail", detail, Text.MAX_DETAIL_BYTES);
      this.detail = detail;
      return this;
    }

    /** Leaves out name and service, if the beacon has more bytes with them. */
    public Builder namesWithin(int length) {
      mostWithNames = length;
      return this;
    }

    /** Fills the beacon up to that many bytes, at most {@link #MAX_LENGTH}, if it has fewer. */
    public Builder padTo(int length) {
      padTo = (int) range("padTo", length, 0, MAX_LENGTH);
      return this;
    }

    /** The beacon, when all its parts fit together, a signature included. */
    public Beacon build() {
      range("udpPort", udpPort, 1, 0xFFFF);
      range("incarnation", incarnation, 1, Long.MAX_VALUE);
      Beacon beacon = new Beacon(this, 0, false);
      if (beacon.toldLength() > mostWithNames) {
        name = "";
        service = "";
        beacon = new Beacon(this, 0, false);
      }
      if (beacon.length() > Layout.MAX_UNSIGNED_LENGTH) {
        throw new IllegalArgumentException(
            ("the beacon has %s bytes, at most %s fit: shorten name '%s' or service '%s',"
                    + " or advertise fewer than %s addresses")
                .formatted(
                    beacon.length(), Layout.MAX_UNSIGNED_LENGTH, name, service, addresses.size()));
      }
      return beacon;
    }

    private static long notZero(String what, long value) {
      if (value == 0) {
        throw new IllegalArgumentException(what + " 0 is reserved");
      }
      return value;
    }

    private Builder flag(int flag, boolean on) {
      flags = on ? flags | flag : flags & ~flag;
      return this;
    }

    private static long range(String what, long value, long min, long max) {
      if (value < min || value > max) {
        throw new IllegalArgumentException(
            what + " must be " + min + " to " + max + ", not " + value);
      }
      return value;
    }
  }
}
