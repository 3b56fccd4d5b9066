package pharos.records.embedded;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.io.Plugin;
import pharos.kademlia.Contact;
import pharos.records.core.Ask;
import pharos.records.core.Event;
import pharos.records.core.RecordsMachine;
import pharos.records.core.RecordsSettings;
import pharos.records.core.Reply;
import pharos.records.wire.RecordsCodec;

/** The machine of records, plugged into an agent; any thread may {@link #want} something of it. */
final class RecordsPlugin implements Plugin<Ask, Reply, Event> {
  private static final Logger log = LoggerFactory.getLogger("pharos.records");

  private final RecordsSettings settings;
  private final @Nullable Kept kept;
  private final Consumer<Event> listener;
  private final Runnable ended;
  private @Nullable RecordsMachine machine;
  private Supplier<List<Contact>> overlay = List::of;
  private volatile @Nullable Consumer<Runnable> submit;
  private boolean isArbitrated;

  /**
   * @param kept what is on the disk; null for one that has none
   * @param listener hears what the machine tells, on the loop's thread
   * @param ended is called when the agent ended
   */
  RecordsPlugin(
      RecordsSettings settings, @Nullable Kept kept, Consumer<Event> listener, Runnable ended) {
    this.settings = settings;
    this.kept = kept;
    this.listener = listener;
    this.ended = ended;
  }

  @Override
  public void overlay(Supplier<List<Contact>> nodes) {
    overlay = nodes;
  }

  @Override
  public RecordsMachine machine(Surroundings surroundings) {
    if (machine != null) {
      throw new IllegalStateException("these records belong to another agent already");
    }
    RecordsMachine made =
        new RecordsMachine(
            settings,
            surroundings.self(),
            kept,
            RecordsCodec.heads(),
            this::addresses,
            surroundings.random(),
            surroundings.nowNs(),
            surroundings.agentsAt());
    if (kept != null) {
      kept.restore(made);
    }
    if (isArbitrated) {
      made.tellContested();
    }
    machine = made;
    submit = surroundings.submit();
    return made;
  }

  private List<String> addresses() {
    List<String> all = new ArrayList<>();
    overlay.get().forEach(contact -> all.addAll(contact.endpoints()));
    return all;
  }

  /** Conflicts are to be told, from the beginning. */
  void arbitrate() {
    if (machine != null) {
      throw new IllegalStateException("an arbiter comes before the agent");
    }
    isArbitrated = true;
  }

  /** What somebody wants of the machine; false when there is no agent yet. */
  boolean want(Consumer<RecordsMachine> wish) {
    Consumer<Runnable> to = submit;
    RecordsMachine on = machine;
    if (to == null || on == null) {
      return false;
    }
    to.accept(() -> wish.accept(on));
    return true;
  }

  @Override
  public void onEvent(Event event) {
    if (event instanceof Event.Noted it) {
      if (it.isWarning()) {
        log.warn("{}", it.note());
      } else {
        log.info("{}", it.note());
      }
    } else if (event instanceof Event.TooOld it) {
      setAside(it);
    }
    listener.accept(event);
  }

  private void setAside(Event.TooOld it) {
    if (kept == null) {
      return;
    }
    try {
      log.warn(
          "copies of {} keys are older than what others still know to be deleted (away for {} s):"
              + " set aside in {}",
          it.keys(),
          it.awayMs() / 1_000,
          kept.setAside());
    } catch (IOException e) {
      log.error("old copies cannot be set aside: {}", e.getMessage());
    }
  }

  @Override
  public Messages<Ask, Reply> messages() {
    return new Messages<>(
        RecordsCodec.KINDS,
        RecordsCodec::write,
        RecordsCodec::write,
        (asker, body) -> RecordsCodec.readAsk(body),
        RecordsCodec::readReply);
  }

  @Override
  public void close() {
    submit = null;
    ended.run();
    if (kept != null) {
      kept.close();
    }
  }
}
