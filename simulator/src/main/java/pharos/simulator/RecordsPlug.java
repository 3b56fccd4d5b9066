package pharos.simulator;

import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.function.ToIntFunction;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.PeerInfo;
import pharos.agent.wire.WireException;
import pharos.records.core.Ask;
import pharos.records.core.Event;
import pharos.records.core.Heads;
import pharos.records.core.Outcome;
import pharos.records.core.RecordsMachine;
import pharos.records.core.RecordsSettings;
import pharos.records.core.Reply;
import pharos.records.core.Store;
import pharos.records.core.Stored;
import pharos.records.core.Wish;
import pharos.records.wire.RecordsCodec;

/** A node of a program that holds records, its disk, and the wishes of its application. */
final class RecordsPlug implements Plug<Ask, Reply, Event> {
  private final RecordsSettings settings;
  private final @Nullable Disk disk;
  private final boolean isWritten;
  private final Map<Long, Consumer<Outcome>> calls = new HashMap<>();
  private long numbers;
  private @Nullable RecordsMachine machine;
  private int leftAtHandOver = -1;
  private Runnable handedOver = () -> {};
  private boolean isSetAside;
  private @Nullable BiConsumer<RecordsPlug, String> contested;

  /** What outlives a run. */
  static final class Disk implements Store {
    private final Map<String, Stored> all = new LinkedHashMap<>();
    boolean isFull;

    @Override
    public void load(Loading each) {
      all.forEach((key, stored) -> each.key(key, stored.head(), stored.value().length));
    }

    @Override
    public List<String> damages() {
      return List.of();
    }

    @Override
    public void write(List<Stored> batch) throws IOException {
      if (isFull) {
        throw new IOException("no space left");
      }
      for (Stored it : batch) {
        if (it.isRemoved()) {
          all.remove(it.key());
        } else {
          all.put(it.key(), it);
        }
      }
    }

    @Override
    public byte[] value(String key) throws IOException {
      Stored stored = all.get(key);
      if (stored == null) {
        throw new IOException("nothing is kept of " + key);
      }
      return stored.value();
    }

    @Override
    public boolean isForced() {
      return true;
    }

    @Override
    public void close() {}

    /** Nothing is on it any more. */
    void lose() {
      all.clear();
    }
  }

  /**
   * @param disk null for one that keeps all in memory
   * @param isWritten whether its messages travel as bytes; all programs of a network do the same
   */
  RecordsPlug(RecordsSettings settings, @Nullable Disk disk, boolean isWritten) {
    this.settings = settings;
    this.disk = disk;
    this.isWritten = isWritten;
  }

  /** The records of this program. */
  static RecordsPlug of(Program program) {
    if (program.plug() instanceof RecordsPlug plug) {
      return plug;
    }
    throw new IllegalStateException(program.name() + " knows nothing of records");
  }

  boolean holds() {
    return settings.holds();
  }

  @Nullable Disk disk() {
    return disk;
  }

  RecordsMachine machine() {
    if (machine == null) {
      throw new IllegalStateException("its program did not start");
    }
    return machine;
  }

  @Override
  public RecordsMachine machine(
      PeerInfo self, RandomGenerator random, long nowNs, ToIntFunction<String> agentsAt) {
    Heads heads = RecordsCodec.heads();
    RecordsMachine made =
        new RecordsMachine(settings, self, disk, heads, List::of, random, nowNs, agentsAt);
    if (disk != null) {
      restore(disk, heads, made);
    }
    if (contested != null) {
      made.tellContested();
    }
    machine = made;
    return made;
  }

  private static void restore(Disk from, Heads heads, RecordsMachine into) {
    Stored memory = from.all.get("");
    if (memory != null) {
      into.restore(heads.readMemory(memory.head()));
    }
    from.load(
        (key, head, size) -> {
          if (!key.isEmpty()) {
            into.restore(heads.read(key, head, size));
          }
        });
  }

  @Override
  public boolean isNode() {
    return settings.holds();
  }

  @Override
  public RecordsPlug anew() {
    RecordsPlug next = new RecordsPlug(settings, disk, isWritten);
    next.contested = contested;
    return next;
  }

  /** Is told each key that it is to decide on, after the turn; before it starts. */
  void onContested(BiConsumer<RecordsPlug, String> told) {
    contested = told;
  }

  /** Lets the application wish something, as part of a turn. */
  void wish(Wish wish, Consumer<Outcome> then) {
    long number = ++numbers;
    calls.put(number, then);
    machine().wish(number, wish);
  }

  /** How many calls are not over. */
  int open() {
    return calls.size();
  }

  /** Has this done at once when it has handed over. */
  void onHandedOver(Runnable then) {
    handedOver = then;
  }

  /** How many keys were not handed over when it was done; below zero before that. */
  int leftAtHandOver() {
    return leftAtHandOver;
  }

  @Override
  public void onEvent(Event event) {
    if (event instanceof Event.Ended it) {
      Consumer<Outcome> then = calls.remove(it.wish());
      if (then == null) {
        throw new AssertionError("wish " + it.wish() + " ended twice");
      }
      then.accept(it.outcome());
    } else if (event instanceof Event.Contested it && contested != null) {
      contested.accept(this, it.key());
    } else if (event instanceof Event.HandedOver it) {
      leftAtHandOver = it.left();
      handedOver.run();
    } else if (event instanceof Event.TooOld) {
      isSetAside = true;
      if (disk != null) {
        disk.lose();
      }
    }
  }

  boolean isSetAside() {
    return isSetAside;
  }

  // Its messages.

  @Override
  public Object writeQuestion(Ask question) {
    return isWritten ? RecordsCodec.write(question) : question;
  }

  @Override
  public Object writeAnswer(Reply answer) {
    return isWritten ? RecordsCodec.write(answer) : answer;
  }

  @Override
  public Ask readQuestion(Object body) throws WireException {
    return body instanceof Ask ask ? ask : RecordsCodec.readAsk((byte[]) body);
  }

  @Override
  public Reply readAnswer(Object body) throws WireException {
    if (body instanceof Reply reply) {
      return reply;
    }
    if (body instanceof byte[] bytes) {
      return RecordsCodec.readReply(bytes);
    }
    throw WireException.at("", "no answer of records");
  }

  /** All keys that are on a disk. */
  static List<String> keys(Disk disk) {
    return new ArrayList<>(disk.all.keySet());
  }
}
