package pharos.beacon;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/**
 * What a presence datagram says, be it a value ({@link Beacon}) or read where it lies ({@link
 * BeaconView}). {@code docs/PROTOCOL.md} tells each field.
 */
public sealed interface Presence permits Beacon, BeaconView {
  /** The sender says goodbye; this incarnation sends no more. */
  boolean isLeaving();

  /** The sender wants an answer, to its own socket, that echoes its nonce. */
  boolean isSolicit();

  /** The sender is a node of the overlay across subnets. */
  boolean isOverlay();

  /** The sender answers who asks it about others. */
  boolean isWitness();

  /** An announcement to the receiver alone, since broadcasts do not reach one of the two. */
  boolean isDirect();

  /** In such a one: the sender hears none of the receiver's broadcasts. */
  boolean isUnheard();

  /** Milliseconds until the sender's next announcement, jitter included. */
  int nextMs();

  /** Where the sender answers questions over TCP; 0 when it only listens and is no peer. */
  int tcpPort();

  /** The sender's own UDP socket, which receives answers and probes. */
  int udpPort();

  /** See {@link Beacon#clusterHash}. */
  int cluster();

  /** Whether this is the sender; builds no id. */
  boolean isFrom(NodeId sender);

  /** The hash code of the sender's {@link NodeId}, to find it in a table of one's own. */
  int idHash();

  /** Who sends. */
  NodeId id();

  /** When this run of the sender began, in milliseconds since 1970: a later start is higher. */
  long incarnation();

  /** Orders the datagrams of an incarnation: 0 to 2³²−1. */
  long sequence();

  /** The first eight bytes of SHA-256 over the sender's capabilities; 0 when it has none. */
  long digest();

  /** What people call the sender; empty when left out, as answers and doubts may. */
  String name();

  /** The kind of program that the sender is; empty when left out. */
  String service();

  /** The nonce that an answer shall echo; 0 when there is none. */
  long nonce();

  /** The nonce of ours that the sender gives back; 0 when it answers nobody. */
  long echo();

  /** Whether there is a {@link #doubt}; builds none. */
  boolean hasDoubt();

  /** Whom the sender lost its connection to. */
  Optional<Doubt> doubt();

  /**
   * In a goodbye the secret of this run, else its hash ({@link Beacon#goodbyeHash}), by which the
   * goodbye will be known; 0 when neither is told.
   */
  long goodbye();

  /**
   * In a question, an address: do you send from there? In the answer the same one: I do. Builds an
   * address only where there is one.
   */
  Optional<InetAddress> vouch();

  /**
   * With a goodbye: that this run failed, and how, such as {@code exit 3}; empty when it did not.
   */
  String detail();

  /** Whether there are {@link #subjects}; builds none. */
  boolean hasSubjects();

  /** Of whom the sender wants to know when the receiver heard them last; empty mostly. */
  List<Subject> subjects();

  /** Whether there are {@link #accounts}; builds none. */
  boolean hasAccounts();

  /** What the sender knows of those it was asked about, in the order of the question. */
  List<Account> accounts();

  /** How many others the sender knows, where it tells of how many it hears; else 0. */
  int known();

  /** How many of {@link #known} it hears well. */
  int heard();

  /** Some of those that it hears badly; empty mostly. */
  List<Loss> losses();

  /**
   * Whether it is signed by one who has a key of ours, so that it counts wherever it came from; it
   * may still be a copy of an earlier one. False where there are no keys.
   */
  boolean isAuthentic();

  /** How many bytes the datagram has, key id and signature not counted. */
  int length();

  /** Where the sender wants to be reached instead of where its datagrams come from. */
  List<InetAddress> addresses();

  /** This presence as a value that may be kept; a view shows one only after a check that passed. */
  Beacon toBeacon();
}
