package pharos.agent.io;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One TCP connection as {@link Guard} sees it. What arrives is told on JeroMQ's thread, what is
 * read and answered on the loop's.
 */
final class Line {
  /** Of one message: route, request id, delimiter, body, and plenty of room. */
  private static final int MAX_FRAMES = 64;

  private static final int MAX_OCTETS = ZeroMqOptions.MAX_MESSAGE_BYTES + 4 * 1024;

  private final Guard guard;
  private final SocketChannel channel;
  private final InetSocketAddress remote;
  private final InetAddress group;
  private final long acceptedNs;
  private final Quota octets;

  // The message that is arriving; JeroMQ's thread alone writes these.
  private int frames;
  private int length;
  private volatile long openedNs;
  private volatile boolean isOpen;

  private volatile long spokenNs;
  private volatile boolean hasSpoken;
  private final AtomicBoolean isCounted = new AtomicBoolean();
  private volatile boolean isEnded;
  private volatile long endedNs;

  // What is held of it; under its own lock.
  private long held;
  private int unsent;
  private long unsentNs;
  private boolean isSettled;

  Line(
      Guard guard, SocketChannel channel, InetSocketAddress remote, InetAddress group, long nowNs) {
    this.guard = guard;
    this.channel = channel;
    this.remote = remote;
    this.group = group;
    this.acceptedNs = nowNs;
    this.spokenNs = nowNs;
    octets = guard.octets();
  }

  InetSocketAddress remote() {
    return remote;
  }

  /** As JeroMQ names it in what arrives. */
  String name() {
    return remote.getAddress().getHostAddress() + ":" + remote.getPort();
  }

  /** Under which address it is counted. */
  InetAddress group() {
    return group;
  }

  SocketChannel channel() {
    return channel;
  }

  boolean hasSpoken() {
    return hasSpoken;
  }

  /** A place among the connections was taken for it. */
  void count() {
    isCounted.set(true);
  }

  /** It leaves that place; whether it had one. */
  boolean leave() {
    return isCounted.getAndSet(false);
  }

  boolean isIdlerThan(Line other) {
    if (hasSpoken != other.hasSpoken) {
      return !hasSpoken;
    }
    return quietSinceNs() - other.quietSinceNs() < 0;
  }

  boolean isEnded() {
    return isEnded;
  }

  /** Since when nothing came. */
  long quietSinceNs() {
    return hasSpoken ? spokenNs : acceptedNs;
  }

  /** Takes so many octets; whether its address has them. */
  boolean charge(int amount) {
    if (!octets.take(group, amount)) {
      if (guard.isMine(this)) {
        return true;
      }
      guard.onQuotaMet();
      return false;
    }
    synchronized (this) {
      if (!isSettled) {
        held += amount;
        return true;
      }
    }
    octets.give(group, amount);
    return false;
  }

  /** Gives octets back; those of a line that was settled were given back with it. */
  void discharge(int amount) {
    synchronized (this) {
      if (held < amount) {
        return;
      }
      held -= amount;
    }
    octets.give(group, amount);
  }

  /** The connection is gone, and so is all that was held of it. */
  void settle() {
    long rest;
    synchronized (this) {
      rest = held;
      held = 0;
      isSettled = true;
    }
    octets.give(group, rest);
  }

  /** A frame begins to arrive. */
  void onBegun(long nowNs) {
    if (!isOpen) {
      openedNs = nowNs;
      isOpen = true;
    }
  }

  /** A whole frame of a message came; whether the line may go on. */
  boolean onFrame(int size, boolean hasMore, long nowNs) {
    frames++;
    length += size;
    boolean isFine = frames <= MAX_FRAMES && length <= MAX_OCTETS;
    if (!hasMore) {
      // Only who said something whole has spoken: parts of it cost nothing.
      spokenNs = nowNs;
      hasSpoken = true;
      frames = 0;
      length = 0;
      isOpen = false;
    }
    return isFine;
  }

  /** A whole command came. */
  void onCommand() {
    isOpen = frames > 0;
  }

  /** An answer waits to be sent. */
  synchronized void onQueued(long nowNs) {
    if (unsent++ == 0) {
      unsentNs = nowNs;
    }
  }

  /** It is being sent. */
  synchronized void onSending(long nowNs) {
    unsent--;
    unsentNs = nowNs;
  }

  /** Whether its message stays unfinished for so long, or it reads no answer for so long. */
  boolean isStuck(long nowNs, long patienceNs) {
    if (isOpen && nowNs - openedNs >= patienceNs) {
      return true;
    }
    synchronized (this) {
      return unsent > 0 && nowNs - unsentNs >= patienceNs;
    }
  }

  boolean wasEndedFor(long nowNs, long forNs) {
    return isEnded && nowNs - endedNs >= forNs;
  }

  void onGone(long nowNs) {
    endedNs = nowNs;
    isEnded = true;
  }

  /** By the clock of its agent. */
  long nowNs() {
    return guard.nowNs();
  }

  /**
   * Ends it, from any thread. JeroMQ reads an end and cleans up as after any other; to close the
   * channel under it would leave all that belongs to it.
   */
  void end() {
    isEnded = true;
    endedNs = guard.nowNs();
    try {
      channel.shutdownInput();
    } catch (IOException | RuntimeException e) {
      // It is gone already, or not connected yet and will fail.
    }
  }
}
