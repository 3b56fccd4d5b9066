package pharos.records.store;

import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;

/** A disk in memory, which crashes when it is told to, and then forgets what was not forced. */
final class FaultyDisk implements Disk {
  /** Parts of a file that reach the disk one by one. */
  private static final int SECTOR_BYTES = 64;

  /** How it is found after a crash. */
  enum Reboot {
    /** Only the process ended. */
    ALL_IS_THERE,
    /** Nothing reached the disk but what was forced. */
    FORCED_ALONE,
    /** Of what was not forced any part reached the disk. */
    ANY_PART
  }

  /** The process ended here. */
  static final class Crashed extends RuntimeException {
    private static final long serialVersionUID = 1;
  }

  private static final class Content {
    private byte[] now = {};
    private byte[] forced = {};
    private int open;
  }

  private interface Change {
    void to(Map<String, Content> names);
  }

  private final Map<String, Content> names = new TreeMap<>();
  private final Map<String, Content> forcedNames = new TreeMap<>();
  private final List<Change> notForced = new ArrayList<>();
  private final Random chance;
  private long stepsLeft = Long.MAX_VALUE;
  private long capacity = Long.MAX_VALUE;
  private boolean failsToForce;
  private long steps;
  private long mostBytes;

  FaultyDisk(long seed) {
    this.chance = new Random(seed);
  }

  void crashAfter(long manySteps) {
    stepsLeft = manySteps;
  }

  void holdAtMost(long bytes) {
    capacity = bytes;
  }

  void failToForce(boolean fails) {
    failsToForce = fails;
  }

  /** Steps so far that change anything. */
  long steps() {
    return steps;
  }

  /** The most bytes there were at one time. */
  long mostBytes() {
    return mostBytes;
  }

  byte[] bytes(String name) {
    return there(name).now.clone();
  }

  void setBytes(String name, byte[] bytes) {
    Content content = names.computeIfAbsent(name, it -> new Content());
    forcedNames.put(name, content);
    content.now = bytes.clone();
    content.forced = bytes.clone();
  }

  /** The same disk, found by the next process. */
  FaultyDisk reboot(Reboot how) {
    var next = new FaultyDisk(chance.nextLong());
    var left = new TreeMap<>(forcedNames);
    int changes =
        switch (how) {
          case ALL_IS_THERE -> notForced.size();
          case FORCED_ALONE -> 0;
          case ANY_PART -> chance.nextInt(notForced.size() + 1);
        };
    notForced.subList(0, changes).forEach(it -> it.to(left));
    left.forEach((name, content) -> next.setBytes(name, left(content, how)));
    return next;
  }

  private byte[] left(Content content, Reboot how) {
    return switch (how) {
      case ALL_IS_THERE -> content.now;
      case FORCED_ALONE -> content.forced;
      case ANY_PART -> anyPart(content);
    };
  }

  private byte[] anyPart(Content content) {
    byte[] now = content.now;
    byte[] forced = content.forced;
    int least = Math.min(now.length, forced.length);
    int size = least + chance.nextInt(Math.max(now.length, forced.length) - least + 1);
    byte[] left = new byte[size];
    for (int at = 0; at < size; at += SECTOR_BYTES) {
      byte[] from = chance.nextBoolean() ? now : forced;
      int end = Math.min(Math.min(at + SECTOR_BYTES, size), from.length);
      if (end > at) {
        System.arraycopy(from, at, left, at, end - at);
      }
    }
    return left;
  }

  private void step() {
    steps++;
    if (stepsLeft-- <= 0) {
      throw new Crashed();
    }
  }

  private void change(Change change) {
    step();
    change.to(names);
    notForced.add(change);
  }

  private Content there(String name) {
    Content content = names.get(name);
    if (content == null) {
      throw new AssertionError("no " + name);
    }
    return content;
  }

  @Override
  public List<String> names() {
    return List.copyOf(names.keySet());
  }

  @Override
  public File open(String name) {
    return new Opened(there(name));
  }

  @Override
  public File create(String name) throws IOException {
    if (names.containsKey(name)) {
      throw new IOException(name + " is there");
    }
    if (all() >= capacity) {
      throw new IOException("No space left on device");
    }
    var content = new Content();
    change(it -> it.put(name, content));
    return new Opened(content);
  }

  @Override
  public void delete(String name) {
    if (names.containsKey(name)) {
      checkNotOpen(name);
      change(it -> it.remove(name));
    }
  }

  @Override
  public void rename(String name, String to) {
    checkNotOpen(name);
    Content content = there(name);
    if (names.containsKey(to)) {
      throw new AssertionError(to + " is there");
    }
    change(
        it -> {
          it.remove(name);
          it.put(to, content);
        });
  }

  private void checkNotOpen(String name) {
    if (there(name).open > 0) {
      throw new AssertionError(name + " is open");
    }
  }

  @Override
  public void force() {
    step();
    forcedNames.clear();
    forcedNames.putAll(names);
    notForced.clear();
  }

  @Override
  public long freeBytes() {
    return capacity - all();
  }

  long all() {
    return names.values().stream().mapToLong(it -> it.now.length).sum();
  }

  @Override
  public void close() {}

  @Override
  public String toString() {
    return "/faulty";
  }

  private final class Opened implements File {
    private final Content content;
    private boolean isOpen = true;

    Opened(Content content) {
      this.content = content;
      content.open++;
    }

    @Override
    public long size() {
      return content.now.length;
    }

    @Override
    public void read(ByteBuffer into, long at) throws IOException {
      if (!isOpen) {
        throw new AssertionError("closed");
      }
      if (at + into.remaining() > content.now.length) {
        throw new EOFException();
      }
      into.put(content.now, (int) at, into.remaining());
    }

    @Override
    public void write(ByteBuffer from, long at) throws IOException {
      int bytes = from.remaining();
      if (stepsLeft == 0) {
        put(from, at, chance.nextInt(bytes + 1));
      }
      step();
      long grows = Math.max(0, at + bytes - content.now.length);
      long room = capacity - all();
      if (grows > room) {
        put(from, at, (int) Math.max(0, bytes - (grows - Math.max(0, room))));
        throw new IOException("No space left on device");
      }
      put(from, at, bytes);
      mostBytes = Math.max(mostBytes, all());
    }

    private void put(ByteBuffer from, long at, int bytes) {
      if (bytes > 0) {
        byte[] next = Arrays.copyOf(content.now, Math.max(content.now.length, (int) at + bytes));
        from.get(next, (int) at, bytes);
        content.now = next;
      }
    }

    @Override
    public void truncate(long size) {
      step();
      content.now = Arrays.copyOf(content.now, (int) Math.min(size, content.now.length));
    }

    @Override
    public void force() throws IOException {
      step();
      if (failsToForce) {
        throw new IOException("Input/output error");
      }
      content.forced = content.now.clone();
    }

    @Override
    public void close() {
      if (isOpen) {
        isOpen = false;
        content.open--;
      }
    }
  }
}
