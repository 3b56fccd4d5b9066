package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.util.Map;
import java.util.function.Consumer;
import pharos.beacon.Beacon;

/**
 * What may be sent to whom, so that nobody makes us shoot at another: a source address may be
 * forged, and an advertised one is only claimed. An address is proven once it echoed a nonce that
 * was sent there alone, or took or made a TCP connection with us. Any other gets no more bytes than
 * it sent, and at most one datagram and one connection an interval. Our own host needs no proof.
 */
final class Ledger implements Serializable {
  /**
   * More are forgotten, the one not used for longest first, which costs it a moment. A peer keeps
   * by itself where it was proven.
   */
  private static final int MAX_PROVEN = 1_024;

  /** More than so many in one interval are forgotten too soon; they get what they sent, no more. */
  private static final int MAX_UNPROVEN = 4_096;

  /** More than a few of its datagrams nobody saves up. */
  private static final int MAX_CREDIT = 4 * Beacon.MAX_LENGTH;

  private final Turn turn;

  /** Who waits for an address to prove itself. */
  @FunctionalInterface
  interface Proven extends Consumer<InetAddress>, Serializable {}

  private Proven waiting = address -> {};
  private final Map<InetAddress, Boolean> proven = Bounded.byUse(MAX_PROVEN);
  private final Map<InetAddress, Account> unproven = Bounded.byAge(MAX_UNPROVEN);
  private final Timed clearing = Timed.of(this::clear);

  private static final class Account implements Serializable {
    int credit;
    long usedNs;
    long sentNs = Peer.NEVER;
    long connectedNs = Peer.NEVER;
  }

  Ledger(Turn turn) {
    this.turn = turn;
  }

  /** Whoever has something for an address that was not proven is told when it is. */
  void tell(Proven waiting) {
    this.waiting = waiting;
  }

  /** This address is no forgery. */
  void prove(InetAddress address) {
    unproven.remove(address);
    if (proven.put(address, true) == null) {
      waiting.accept(address);
    }
  }

  boolean isProven(InetAddress address) {
    return turn.self.isOwn(address) || proven.get(address) != null;
  }

  /** So many bytes came from there, to which something may be said. */
  void hear(InetAddress address, int length) {
    if (!isProven(address)) {
      Account account = account(address);
      account.credit = Math.min(account.credit + length, MAX_CREDIT);
    }
  }

  /** How long a datagram may be that goes there now; 0 if none may. */
  int room(InetAddress to) {
    if (isProven(to)) {
      return Beacon.MAX_LENGTH;
    }
    Account account = unproven.get(to);
    if (account == null || !turn.mayAgain(account.sentNs, turn.settings.intervalNs())) {
      return 0;
    }
    return Math.min(account.credit, Beacon.MAX_LENGTH);
  }

  /** Whether this may go there now; if so, it is taken for sent. */
  boolean triesToSend(InetAddress to, int length) {
    if (isProven(to)) {
      return true;
    }
    if (length > room(to)) {
      turn.count(Count.HELD_BACK);
      return false;
    }
    Account account = account(to);
    account.sentNs = turn.nowNs;
    account.credit -= length;
    turn.count(Count.SENT_UNPROVEN);
    return true;
  }

  /** Whether a connection may be opened there now. */
  boolean mayConnect(InetAddress to) {
    Account account = isProven(to) ? null : unproven.get(to);
    return account == null || turn.mayAgain(account.connectedNs, turn.settings.intervalNs());
  }

  /** A connection is opened there. */
  void connects(InetAddress to) {
    if (!isProven(to)) {
      account(to).connectedNs = turn.nowNs;
      turn.count(Count.SENT_UNPROVEN);
    }
  }

  private Account account(InetAddress address) {
    Account account = unproven.computeIfAbsent(address, it -> new Account());
    account.usedNs = turn.nowNs;
    if (!turn.timers.isSet(clearing)) {
      turn.timers.set(clearing, turn.nowNs + 2 * turn.settings.intervalNs());
    }
    return account;
  }

  /** What was not used for two intervals bounds nothing any more. */
  private void clear() {
    long longNs = 2 * turn.settings.intervalNs();
    unproven.values().removeIf(account -> turn.isDue(account.usedNs + longNs));
    if (!unproven.isEmpty()) {
      turn.timers.set(clearing, turn.nowNs + longNs);
    }
  }
}
