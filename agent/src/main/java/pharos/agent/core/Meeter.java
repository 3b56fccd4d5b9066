package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import pharos.agent.core.Question.Progress;
import pharos.agent.core.Question.Purpose;
import pharos.agent.core.Series.Why;
import pharos.beacon.Beacon;
import pharos.beacon.Doubt;
import pharos.beacon.NodeId;
import pharos.beacon.Presence;

/**
 * From first sight to ARRIVED: a peer is shown when its capabilities are known and it has proved to
 * be there. Both take one question; where the capabilities are known by their digest, an echoed
 * nonce and a plain connection to its port are the proof.
 */
final class Meeter implements Serializable {
  /** Of two that meet, the higher id waits this long for the question of the lower. */
  private static final long POLITENESS_NS = 50 * Settings.MS;

  private static final long MAX_RETRY_NS = 60 * Settings.SECOND;

  /** Who is shown with what it offered once is asked again sooner. */
  private static final long MAX_RETRY_OF_SHOWN_NS = 10 * Settings.SECOND;

  /** Who is met for the first time is not believed to announce itself more rarely. */
  private static final long MAX_FIRST_INTERVAL_NS = 10 * Settings.SECOND;

  /** For so many intervals one is asked for each change whose datagrams said what it denied. */
  private static final int CONTESTED = 10;

  private static final int MAX_EARLY_ASKERS = 1_024;

  /** Which run of somebody asked us, and from where. */
  private record Asked(long incarnation, InetAddress from) implements Serializable {}

  private final Turn turn;
  private final Roster roster;
  private final Asker asker;
  private final Announcer announcer;
  private final Prober prober;
  private final Deadlines deadlines;
  private final Judge judge;
  private final Documents documents = new Documents();

  /** Which run of whom asked us before we heard of it: in a crowd, answers by UDP take longer. */
  private final Map<NodeId, Asked> earlyAskers = Bounded.byAge(MAX_EARLY_ASKERS);

  Meeter(
      Turn turn,
      Roster roster,
      Asker asker,
      Announcer announcer,
      Prober prober,
      Deadlines deadlines,
      Judge judge) {
    this.turn = turn;
    this.roster = roster;
    this.asker = asker;
    this.announcer = announcer;
    this.prober = prober;
    this.deadlines = deadlines;
    this.judge = judge;
  }

  /** A datagram of somebody unknown. */
  @Nullable Peer onFirstSight(Beacon beacon, InetSocketAddress from) {
    if (beacon.isLeaving() || beacon.tcpPort() == 0 || !roster.makesRoom()) {
      return null;
    }
    Peer peer = new Peer(deadlines, beacon, from);
    long announcedNs = Math.min(announcedNs(beacon), MAX_FIRST_INTERVAL_NS);
    peer.intervalNs = Math.max(turn.settings.intervalNs(), announcedNs);
    peer.nonce = turn.nonce();
    roster.add(peer);
    meet(peer, beacon);
    return peer;
  }

  /** A later run of somebody who is gone. */
  void onReturn(Peer peer, Beacon beacon, InetSocketAddress from) {
    peer.incarnate(beacon, from);
    peer.nonce = turn.nonce();
    roster.move(peer, Evidence.HEARD);
    meet(peer, beacon);
  }

  private void meet(Peer peer, Beacon beacon) {
    Asked asked = earlyAskers.remove(peer.id);
    if (asked != null && asked.incarnation() == peer.incarnation) {
      // sometimes: one asked us before it was heard
      peer.addAsked(asked.from());
    }
    peer.heardNs = turn.nowNs;
    peer.sequence = beacon.sequence();
    peer.sequencedNs = turn.nowNs;
    if (turn.self.id().compareTo(peer.id) > 0 && !needsNoQuestion(beacon)) {
      peer.plan(Plan.ASK, turn.nowNs + POLITENESS_NS);
    }
    pursue(peer);
  }

  /**
   * An answer that solicits wants a proof alone: its sender knows what we offer, and will not ask.
   * Then there is no question of the lower to wait for.
   */
  private static boolean needsNoQuestion(Presence presence) {
    return presence.isSolicit() && presence.echo() != 0;
  }

  /** A datagram of a peer that is being met. */
  void onDatagram(Peer peer, Presence presence) {
    if (peer.state == State.ASKING && peer.isPlanned(Plan.ASK) && needsNoQuestion(presence)) {
      // sometimes: an answer wants a proof alone, and no question is waited for
      peer.drop(Plan.ASK);
      pursue(peer);
    }
  }

  /** The interval that an announcement promises; other datagrams only tell what remains of it. */
  static long announcedNs(Presence presence) {
    boolean isAnnouncement = presence.nonce() == 0 && presence.echo() == 0 && !presence.hasDoubt();
    return isAnnouncement ? presence.nextMs() * Settings.MS : 0;
  }

  /** Does what is still missing to show this peer. */
  void pursue(Peer peer) {
    if (peer.state != State.ASKING) {
      return;
    }
    if (turn.isPast(peer, Plan.ASK)) {
      peer.drop(Plan.ASK);
    }
    Document document = documents.get(peer.digest);
    boolean isProven = isProven(peer);
    if (document != null && isProven && isNamed(peer) && !isContested(peer)) {
      peer.meeting.document = document;
      roster.move(peer, Evidence.MET);
      judge.onArrival(peer);
    } else if (document != null && !isProven && mayProve(peer) && !isContested(peer)) {
      prove(peer);
    } else if (document == null && documents.awaits(peer)) {
      // sometimes: another is asked for the same document already
      peer.meeting.mustProve = true;
      peer.plan(Plan.ASK, turn.nowNs + turn.settings.answerNs());
    } else if (!peer.isPlanned(Plan.ASK)) {
      askWhereProven(peer);
    }
  }

  /** Nobody is asked on the word of who proved nothing. */
  private void askWhereProven(Peer peer) {
    if (!peer.meeting.hasEchoed && !peer.meeting.hasAnswered && isElsewhere(peer)) {
      proveWhereItSends(peer);
    } else {
      ask(peer);
    }
  }

  /** It wants to be asked at an address that is on no network of ours, and may be anybody's. */
  private boolean isElsewhere(Peer peer) {
    InetAddress address = peer.tcpEndpoint(peer.meeting.failures).getAddress();
    return !peer.advertised.isEmpty()
        && !address.equals(peer.source.getAddress())
        && !announcer.isOnLink(address);
  }

  /** It is asked there once it answered a datagram where it sends from. */
  private void proveWhereItSends(Peer peer) {
    peer.meeting.mustProve = true;
    if (peer.series == null) {
      long nonce = peer.nonce;
      prober.begin(peer, Why.PROOF, 0);
      peer.nonce = nonce;
      prober.continueSeries(peer);
    }
  }

  /**
   * An echo alone is not enough, since thousands of ports that echo cost nothing; nor is a question
   * from it, which says that it lives, not where. So its port is tried.
   */
  private static boolean isProven(Peer peer) {
    return peer.meeting.hasAnswered
        || (peer.meeting.isThere() && peer.places.hasConnectedAt(peer.tcpEndpoint(0)));
  }

  /** A short answer has no room for names: nobody is shown without the one that it has. */
  private static boolean isNamed(Peer peer) {
    return peer.meeting.hasAnswered || !peer.name.isEmpty() || !peer.service.isEmpty();
  }

  /** Who failed to prove itself is asked; but not who is there, and whose port is all we want. */
  private static boolean mayProve(Peer peer) {
    return peer.meeting.failures == 0 || (peer.meeting.isThere() && peer.advertised.size() < 2);
  }

  /**
   * Another is shown at its endpoint, or it is ours: only an answer to a question asked since then
   * displaces it. What was asked before may have been answered by one who is dead now.
   */
  private boolean isContested(Peer peer) {
    if (turn.self.isOwnPort(peer.tcpEndpoint(0))) {
      return !peer.meeting.hasAnswered;
    }
    Peer holder = roster.holder(peer);
    // sometimes, if holder != null: another is shown at the endpoint of a newcomer
    return holder != null
        && (peer.meeting.askedNs == Peer.NEVER || peer.meeting.askedNs - holder.sinceNs < 0);
  }

  /**
   * Its capabilities are known from another: no question is needed, but a proof. Most prove
   * themselves by an answer that is on its way; the others are probed once those are through.
   */
  private void prove(Peer peer) {
    peer.meeting.mustProve = true;
    if (!peer.places.hasConnectedAt(peer.tcpEndpoint(0))) {
      tryPort(peer);
    }
    if (!peer.meeting.isThere() && peer.series == null && peer.probes() == 0) {
      probe(peer);
    }
  }

  /** It is the first thing, since it also proves the address, which may be told more then. */
  private void tryPort(Peer peer) {
    boolean isTooSoon = peer.meeting.failures > 0 && peer.isPlanned(Plan.ASK);
    if (peer.meeting.question != null && peer.meeting.question.progress == Progress.WAITING) {
      // sometimes: a question that waits is not needed any more
      asker.cancel(peer.meeting.question); // it need not wait to be asked what we know
      peer.meeting.question = null;
    }
    if (peer.meeting.question == null && !isTooSoon) {
      peer.meeting.question = asker.ask(peer, Purpose.PORT, peer.tcpEndpoint(0));
    }
  }

  private void probe(Peer peer) {
    boolean isCrowd = roster.shown() > Settings.FEW;
    long answersNs = prober.answersNs();
    long nonce = peer.nonce;
    prober.begin(peer, Why.PROOF, answersNs + turn.upTo(isCrowd ? peer.intervalNs : answersNs));
    peer.nonce = nonce;
  }

  private void ask(Peer peer) {
    peer.drop(Plan.ASK);
    if (peer.meeting.question == null) {
      Question question = asker.ask(peer, Purpose.MEET, peer.tcpEndpoint(peer.meeting.failures));
      peer.meeting.question = question;
      if (question != null) {
        documents.expect(peer.digest, question);
      }
    }
  }

  /** A plain connection to it was taken, or refused. */
  void onPort(Peer peer, InetSocketAddress by, boolean isTaken) {
    Question question = peer.meeting.question;
    if (isTaken && question != null && question.purpose == Purpose.PORT && question.to.equals(by)) {
      peer.meeting.question = null;
      peer.meeting.failures = 0;
      peer.meeting.isUnreachable = false;
    }
    asker.onPort(question, by, isTaken);
    if (isTaken) {
      onProof(peer);
    }
  }

  /** A plain connection was taken, or an answer echoed our nonce: perhaps that was all it took. */
  void onProof(Peer peer) {
    asker.promote(peer.meeting.question);
    pursue(peer);
  }

  /** A question is over; who waited for its answer too sees for itself, each in its own turn. */
  void onEnded(Question question) {
    for (Peer peer : documents.ended(question)) {
      if (peer.state == State.ASKING) {
        peer.plan(Plan.ASK, turn.nowNs);
      }
    }
  }

  /** A shown peer announces other capabilities. */
  void onDigestChanged(Peer peer) {
    Document document = documents.get(peer.digest);
    if (document == null) {
      asker.cancel(peer.meeting.question);
      peer.meeting.question = null;
      ask(peer);
    } else {
      // sometimes: what is offered now is known already, from another
      update(peer, document);
    }
  }

  /** Where it could not be asked was perhaps the wrong port; it waits for no longer than that. */
  void onOtherPort(Peer peer) {
    if (peer.meeting.failures == 0 || peer.meeting.question != null) {
      return;
    }
    if (turn.mayAgain(peer.bounds.contradictedNs, peer.intervalNs / 4)) {
      peer.bounds.contradictedNs = turn.nowNs;
      peer.drop(Plan.ASK);
      pursue(peer);
    } else {
      peer.plan(Plan.ASK, peer.bounds.contradictedNs + peer.intervalNs / 4);
    }
  }

  /** Whether its datagrams told the truth about its offers for a while. */
  boolean isCredible(Peer peer) {
    return turn.mayAgain(peer.meeting.contestedNs, CONTESTED * peer.intervalNs);
  }

  /** Its datagrams contradict each other, or did lately: it is asked, and its answer counts. */
  void onContradiction(Peer peer) {
    if (peer.meeting.question == null
        && turn.mayAgain(peer.bounds.contradictedNs, peer.intervalNs / 4)) {
      // sometimes: datagrams contradict each other, and the peer is asked
      peer.bounds.contradictedNs = turn.nowNs;
      ask(peer);
    }
  }

  private void update(Peer peer, Document document) {
    if (!document.equals(peer.meeting.document)) {
      peer.meeting.document = document;
      turn.notice(peer, Sign.OFFERS_CHANGED, peer.source);
      roster.tell(Change.Kind.UPDATED, peer);
    }
  }

  /** The answer came from another place than it names: it is asked again where it names. */
  void onElsewhere(Question question, Introduction answer) {
    // sometimes: an answer names another place than the one it came from
    question.peer.meeting.question = null;
    question.peer.meeting.failures = 0;
    learn(answer.document());
    pursue(question.peer);
  }

  /** What the question for capabilities brought. */
  void onMet(Question question, Introduction answer) {
    Peer peer = question.peer;
    peer.meeting.question = null;
    learn(answer.document());
    boolean isOther = !answer.id().equals(peer.id) || answer.incarnation() != peer.incarnation;
    if (isOther && !correct(peer, answer)) {
      // sometimes: another run answers than the one that was asked
      turn.count(Count.WRONG_ANSWERS);
      onUnmet(question);
      return;
    }
    peer.goodbye.learn(answer.goodbye());
    peer.places.addAnswered(question.to);
    if (!peer.state.isShown()) {
      peer.tcpPort = question.to.getPort(); // whatever its datagrams said meanwhile
    }
    peer.meeting.hasAnswered = true;
    peer.meeting.askedNs = question.sentNs;
    peer.meeting.isUnreachable = false;
    peer.meeting.failures = 0;
    if (peer.name.isEmpty() && peer.service.isEmpty()) {
      peer.name = answer.name();
      peer.service = answer.service();
    }
    judge.answered(peer, question);
    if (peer.state.isShown()) {
      if (answer.document().digest() != peer.digest) {
        // Its own answer is the truth; what a datagram said of its offers was forged, or is older.
        peer.digest = answer.document().digest();
        // sometimes: an answer contradicts what a datagram said of an offer
        peer.sequencedNs = Peer.NEVER;
        peer.meeting.contestedNs = turn.nowNs;
      }
      update(peer, answer.document());
    } else if (documents.get(peer.digest) == null) {
      // It changed between beacon and answer: its next beacon is on the way already.
      turn.count(Count.WRONG_ANSWERS);
      retryLater(peer);
    } else {
      pursue(peer);
    }
  }

  /**
   * A peer that nobody was told of has the incarnation it answers with, not one somebody forged.
   */
  private static boolean correct(Peer peer, Introduction answer) {
    boolean isUnmet = peer.state == State.ASKING && !peer.meeting.hasAnswered;
    if (!isUnmet || !answer.id().equals(peer.id)) {
      return false;
    }
    // sometimes: a newcomer is another run than its datagrams said
    peer.incarnation = answer.incarnation();
    peer.digest = answer.document().digest();
    return true;
  }

  /** The question for capabilities failed for good. */
  void onUnmet(Question question) {
    Peer peer = question.peer;
    peer.meeting.question = null;
    if (peer.state == State.ASKING && !peer.meeting.isUnreachable) {
      // sometimes: one cannot be asked
      peer.meeting.isUnreachable = true;
      turn.note(NoteKind.UNREACHABLE, peer.name + " cannot be asked at tcp:/" + question.to);
    }
    retryLater(peer);
  }

  /**
   * Where it was heard first was perhaps only said to be its place: the next place where it was
   * heard is asked at once, and all of them before it is left alone for a while.
   */
  private void retryLater(Peer peer) {
    peer.meeting.failures++;
    int times = peer.meeting.failures;
    if (peer.isAtOneOfSeveral()) {
      // sometimes: one that did not answer is asked at its next place
      Elsewhere elsewhere = peer.elsewhere();
      int rounds = elsewhere.rounds;
      peer.tryAt(elsewhere.next(peer.here()), turn.nonce());
      if (elsewhere.rounds == rounds) {
        pursue(peer);
        return;
      }
      times = elsewhere.rounds;
    }
    long retryNs = peer.intervalNs << Math.min(times, 6);
    long mostNs = peer.state.isShown() ? MAX_RETRY_OF_SHOWN_NS : MAX_RETRY_NS;
    peer.plan(Plan.ASK, turn.nowNs + Math.min(retryNs, mostNs));
  }

  /** Somebody asks us over TCP, and introduces itself by the way. */
  void onQuestion(Introduction asking, InetAddress from) {
    learn(asking.document());
    Peer peer = roster.get(asking.id());
    if (peer != null && peer.incarnation == asking.incarnation()) {
      if (peer.state == State.GONE) {
        // TCP delivers what the dead had sent: they are asked again before they live.
        judge.stir(peer);
      } else {
        peer.addAsked(from);
        if (peer.state == State.ASKING) {
          judge.life(peer);
        }
        pursue(peer);
      }
    } else if (peer == null) {
      // sometimes: somebody asks us before it was heard
      earlyAskers.put(asking.id(), new Asked(asking.incarnation(), from));
    }
  }

  void learn(Document document) {
    documents.put(document).forEach(this::pursue);
  }

  /** Its clock went back: it learns from us that it needs a higher incarnation. */
  void hint(Peer peer, Presence presence, InetSocketAddress from) {
    if (turn.mayAgain(peer.bounds.hintedNs, peer.intervalNs)) {
      // sometimes: one whose clock went back is told of its later run
      peer.bounds.hintedNs = turn.nowNs;
      Beacon hint =
          announcer
              .beacon()
              .doubt(new Doubt(peer.id, peer.incarnation))
              .namesWithin(turn.ledger.room(from.getAddress()))
              .build();
      InetSocketAddress to = new InetSocketAddress(from.getAddress(), presence.udpPort());
      if (turn.ledger.triesToSend(to.getAddress(), hint.length())) {
        turn.emit(new Effect.Send(hint, to));
      }
    }
  }

  /**
   * A claim is believed: another run of it is there from now on, where it answered. What else its
   * datagram asks to be reached at nobody proved, unless it was known by that before.
   */
  void displace(Peer peer, Claim claim) {
    // sometimes: a claim to be another run is believed
    List<InetAddress> known = peer.state.isShown() ? peer.advertised : List.of();
    roster.move(peer, Evidence.DISPLACED);
    peer.incarnate(claim.beacon, claim.source);
    peer.advertised = peer.advertised.equals(known) ? known : List.of();
    peer.nonce = turn.nonce();
    peer.meeting.hasAnswered = true;
    peer.goodbye.learn(claim.goodbye);
    peer.places.addAnswered(claim.tcpEndpoint());
    peer.meeting.askedNs = claim.sinceNs;
    peer.heardNs = turn.nowNs;
    roster.move(peer, Evidence.HEARD);
    pursue(peer);
  }

  /** The same, of the very run that is known: it is at another place from now on. */
  void move(Peer peer, Claim claim) {
    // sometimes: a claim to be elsewhere is believed
    peer.tcpPort = claim.beacon.tcpPort();
    peer.udpPort = claim.beacon.udpPort();
    peer.settleAt(claim.source);
    if (!claim.beacon.addresses().equals(peer.advertised)) {
      peer.advertised = List.of(); // here too it is shown where it answered
    }
    peer.goodbye.learn(claim.goodbye);
    peer.nonce = turn.nonce();
    peer.places.addAnswered(claim.tcpEndpoint());
    peer.meeting.hasAnswered = true;
    peer.meeting.askedNs = claim.sinceNs;
    peer.drop(Plan.VERDICT);
    judge.proof(peer);
    if (peer.state.isShown()) {
      roster.relocate(peer);
    } else {
      pursue(peer); // nothing was proved of it, and this is
    }
  }
}
