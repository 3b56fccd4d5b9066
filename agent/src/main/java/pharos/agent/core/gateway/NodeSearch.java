package pharos.agent.core.gateway;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Bounded;
import pharos.beacon.NodeId;
import pharos.kademlia.ContactId;
import pharos.kademlia.FindOptions;
import pharos.kademlia.Result;

/**
 * Finds and browses as a node of the overlay: looks up which gateways know of it, asks all of these
 * at once, and gathers what they tell.
 */
final class NodeSearch {
  private static final long SECOND = 1_000_000_000L;

  /** A gateway that does not answer by then is not waited for. */
  private static final long WHO_NS = 2 * SECOND;

  /** Nor so long, when it said nothing the last time, and that was not long ago. */
  private static final long WHO_SILENT_NS = 300 * SECOND / 1_000;

  private static final long SILENT_NS = 60 * SECOND;
  private static final int MAX_SILENT = 256;
  private static final int MAX_PAGES = 256;

  /** So many gateways are asked at once, in sum and by one call; the others of a call wait. */
  private static final int MAX_ASKED = 512;

  private static final int MAX_ASKED_BY_ONE = 32;

  /** A pointer of 4 KiB that names each gateway as shortly as can be has fewer. */
  private static final int MAX_TARGETS = 64;

  private final Here here;
  private final OpenQuestions questions;
  private final OverlayCalls calls;

  /** Gateways of other LANs that did not answer, and when: pointers to them last for a while. */
  private final Map<Pointers.Target, Long> silent = Bounded.byAge(MAX_SILENT);

  /** What may be kept of what gateways tell, until the calls are over that it is for. */
  private final long mostBytes;

  private final Set<Gathering> running = new LinkedHashSet<>();
  private long bytes;
  private int asked;
  private long cut;

  NodeSearch(Here here, OpenQuestions questions, OverlayCalls calls, long mostBytes) {
    this.here = here;
    this.questions = questions;
    this.calls = calls;
    this.mostBytes = mostBytes;
  }

  /** How often a gateway told more than there was room for, or could not be asked. */
  long cut() {
    return cut;
  }

  /** How many gateways are being asked. */
  int asked() {
    return asked;
  }

  /** What is kept of what they told. */
  long gatheredBytes() {
    return bytes;
  }

  /** How many gateways are remembered as silent. */
  int silent() {
    return silent.size();
  }

  void find(ContactId id, long deadlineNs, Consumer<Reply.Ended> then) {
    Gathering gathering = new Gathering(new Subject.Holder(id), deadlineNs, then);
    gathering.lookUp(id);
    gathering.gather();
    gathering.over();
  }

  void browse(String service, long deadlineNs, Consumer<Reply.Ended> then) {
    Gathering gathering = new Gathering(new Subject.Service(service), deadlineNs, then);
    gathering.gather();
    gathering.over();
  }

  /** What has no time left ends with what is known. */
  void expire() {
    for (Gathering gathering : here.due(running, it -> it.deadlineNs)) {
      gathering.worse(Reply.Status.TIMED_OUT);
      gathering.end();
    }
  }

  /** When the first one has no time left; {@code latestNs} when that is later. */
  long nextNs(long latestNs) {
    return Here.earliestNs(latestNs, running, gathering -> gathering.deadlineNs);
  }

  private boolean isSilent(Pointers.Target gateway) {
    Long sinceNs = silent.get(gateway);
    return sinceNs != null && here.nowNs() - sinceNs < SILENT_NS;
  }

  /** One call that looks in several places, and ends when all have told what they know. */
  private final class Gathering {
    private final Subject subject;
    private final long deadlineNs;
    private final Consumer<Reply.Ended> then;
    private final TreeMap<NodeId, RemotePeer> found = new TreeMap<>();
    private final List<String> path = new ArrayList<>();
    private Reply.@Nullable Ended contact;
    private Reply.Status worst = Reply.Status.NOT_FOUND;
    private int open = 1;

    /** The gateways that are to be asked yet. */
    private final Deque<Pointers.Target> left = new ArrayDeque<>();

    private int askedByThis;
    private long bytesOfThis;

    /** So much each of the gateways may tell, so that one that lies leaves room for the others. */
    private long bytesOfEach;

    Gathering(Subject subject, long deadlineNs, Consumer<Reply.Ended> then) {
      this.subject = subject;
      this.deadlineNs = deadlineNs;
      this.then = then;
      running.add(this);
      here.about(subject).forEach(peer -> found.put(peer.id(), peer));
      if (!found.isEmpty()) {
        path.add("on this LAN");
      }
    }

    /** As a contact that somebody registered. */
    void lookUp(ContactId id) {
      open++;
      calls.find(
          id,
          FindOptions.FIRST,
          result -> {
            Reply.Ended ended = OverlayCalls.ended(result);
            if (ended.status() == Reply.Status.FOUND) {
              // sometimes: a contact is found that somebody registered
              contact = ended;
              path.addAll(ended.path());
            } else {
              worse(ended.status());
            }
            over();
          });
    }

    /** By the gateways that know of it. */
    void gather() {
      Optional<ContactId> pointer = Pointers.id(subject);
      if (pointer.isEmpty()) {
        return;
      }
      open++;
      calls.find(
          pointer.get(),
          FindOptions.CERTIFIED,
          result -> {
            if (result instanceof Result.Found it) {
              askAll(Pointers.targets(it.told(), here.nowMs()));
            } else {
              worse(OverlayCalls.ended(result).status());
            }
            over();
          });
    }

    private void askAll(List<Pointers.Target> targets) {
      targets.stream()
          .filter(target -> !target.gateway().equals(here.self().id()))
          .limit(MAX_TARGETS)
          .forEach(left::add);
      bytesOfEach = mostBytes / 2 / Math.max(1, left.size());
      askNext();
    }

    private void askNext() {
      while (!isOver() && askedByThis < MAX_ASKED_BY_ONE && !left.isEmpty()) {
        Pointers.Target target = left.remove();
        if (asked < MAX_ASKED) {
          asked++;
          askedByThis++;
          who(target, Optional.empty(), 0, bytesOfEach);
        } else {
          cut++;
          worse(Reply.Status.REFUSED);
        }
      }
    }

    private void told() {
      asked--;
      askedByThis--;
      askNext();
      over();
    }

    private long untilNs(Pointers.Target target) {
      long patienceNs = isSilent(target) ? WHO_SILENT_NS : WHO_NS;
      return Math.min(here.nowNs() + patienceNs, deadlineNs);
    }

    /**
     * Asks for a page, and for the next when there is one.
     *
     * @param mayTell how many octets are taken of what it tells
     */
    private void who(Pointers.Target target, Optional<NodeId> after, int pages, long mayTell) {
      open++;
      questions.ask(
          target.endpoints(),
          new Question.Who(subject, after),
          OpenQuestions.NEVER_NS,
          untilNs(target),
          null,
          new OpenQuestions.Outcome() {
            @Override
            public void onReply(String at, Reply reply) {
              silent.remove(target);
              boolean goesOn = false;
              if (reply instanceof Reply.Page page) {
                long told = 0;
                for (RemotePeer peer : page.peers()) {
                  told += peer.sizeBytes();
                  if (told <= mayTell) {
                    add(peer, target.gateway());
                  }
                }
                goesOn = askOn(page, mayTell - told);
              }
              if (goesOn) {
                over();
              } else {
                told();
              }
            }

            /** A page that brings us no further is the last one. */
            private boolean askOn(Reply.Page page, long mayTellYet) {
              int last = page.peers().size() - 1;
              if (mayTellYet < 0) {
                cut++;
                return false;
              }
              if (page.hasMore() && last >= 0 && pages < MAX_PAGES) {
                NodeId next = page.peers().get(last).id();
                if (after.isEmpty() || next.compareTo(after.get()) > 0) {
                  who(target, Optional.of(next), pages + 1, mayTellYet);
                  return true;
                }
              }
              return false;
            }

            @Override
            public void onFailed() {
              // sometimes: a gateway of another network does not answer
              silent.remove(target);
              silent.put(target, here.nowNs());
              worse(Reply.Status.TIMED_OUT); // what it would have told, nobody knows
              told();
            }
          });
    }

    /** What is on our own LAN we know best ourselves; else the later news count. */
    private void add(RemotePeer peer, NodeId gateway) {
      if (isOver()) {
        return;
      }
      RemotePeer known = found.get(peer.id());
      boolean isBetter =
          known == null
              || (!known.gateway().equals(here.self().id())
                  && (peer.incarnation() > known.incarnation()
                      || (peer.incarnation() == known.incarnation()
                          && peer.ageMs() < known.ageMs())));
      // sometimes, if known != null: two gateways tell of the same peer
      if (isBetter && peer.gateway().equals(gateway)) {
        // Nobody of our own LAN gets here: what is known was told and counted.
        int more = peer.sizeBytes() - (known == null ? 0 : known.sizeBytes());
        if (bytes + more > mostBytes) {
          cut++;
          return;
        }
        bytes += more;
        bytesOfThis += more;
        found.put(peer.id(), peer);
        String by = "told by the gateway " + peer.site();
        if (!path.contains(by) && path.size() < 16) {
          path.add(by);
        }
      }
    }

    private void worse(Reply.Status status) {
      if (worst == Reply.Status.NOT_FOUND) {
        worst = status;
      }
    }

    /** One of the places has told; the first is the caller, when all are asked. */
    void over() {
      if (--open == 0) {
        end();
      }
    }

    private boolean isOver() {
      return !running.contains(this);
    }

    private void end() {
      if (!running.remove(this)) {
        return;
      }
      bytes -= bytesOfThis;
      Reply.Ended known = contact;
      boolean isFound = known != null || !found.isEmpty();
      then.accept(
          new Reply.Ended(
              isFound ? Reply.Status.FOUND : worst,
              known == null ? Optional.empty() : known.contact(),
              known == null ? 0 : known.ageMs(),
              List.copyOf(found.values()),
              path));
    }
  }
}
