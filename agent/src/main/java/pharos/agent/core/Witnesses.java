package pharos.agent.core;

import java.io.Serializable;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import pharos.agent.core.Inquiry.Witness;
import pharos.agent.core.Inquiry.Word;
import pharos.beacon.Account;
import pharos.beacon.Beacon;
import pharos.beacon.Presence;
import pharos.beacon.Subject;

/**
 * Before a peer is said to be gone since nothing is heard of it, others on other hosts are asked
 * when they heard it: perhaps only the way from it to us is cut. If they hear it, it stays in the
 * list as one that cannot be reached from here, for as long as each time others, and half of them,
 * say so anew. {@code docs/decisions} has why.
 */
final class Witnesses implements Serializable {
  /** So many are asked at once, and so many more once if these do not decide it. */
  private static final int ASKED = 3;

  /** Each so often, since a datagram may be lost. */
  private static final int TRIES = 3;

  private static final long MOST_TRY_NS = 60 * Settings.MS;

  /** What one is asked within this time goes in one datagram. */
  private static final long GATHER_NS = Settings.MS;

  /** In halves of an interval: who hears a peer heard it within this. */
  private static final int HEARD = 5;

  /** Who is asked was heard within this. */
  private static final int FRESH = 3;

  /** In intervals: whom others hear has to be heard by them anew. */
  private static final int ROUND = 2;

  /** After so many rounds without a yes it is gone. */
  private static final int MOST_FAILED = 2;

  /** So many rounds a second are begun, whatever there is to ask. */
  private static final int ROUNDS_PER_SECOND = 10;

  /** For so long a peer stays on the word of one alone, or without a round. */
  private static final long UNVERIFIED_NS = 60 * Settings.SECOND;

  /** So many hosts that all keep silent tell that it is us. */
  private static final int HOSTS = 3;

  /** So many answers one asker gets in a second. */
  static final int ANSWERS_PER_SECOND = 100;

  private static final int MOST_SENT = 4_096;

  /** What comes out. */
  interface Verdict extends Serializable {
    /** Nobody hears it, of so many who could tell. */
    void unheard(Peer peer, Evidence evidence, int witnesses);

    /** So many others hear it. */
    void heardByOthers(Peer peer, int witnesses);
  }

  /** A question that was sent. */
  private record Sent(Peer witness, List<Inquiry> inquiries) implements Serializable {}

  private final Turn turn;
  private final Roster roster;
  private final Announcer announcer;
  private final Prober prober;
  private final Verdict verdict;
  private final Budget rounds;
  private final Map<Peer, List<Inquiry>> wanted = new LinkedHashMap<>();
  private final Map<Long, Sent> sent = Bounded.byAge(MOST_SENT);
  private final Timed sending = Timed.of(this::send);

  Witnesses(Turn turn, Roster roster, Announcer announcer, Prober prober, Verdict verdict) {
    this.turn = turn;
    this.roster = roster;
    this.announcer = announcer;
    this.prober = prober;
    this.verdict = verdict;
    rounds = new Budget(turn);
  }

  // To ask.

  /** Others are asked whether this may be; false when there is nobody to ask. */
  boolean ask(Peer peer, Evidence evidence) {
    long sinceNs = evidence == Evidence.CUT_OFF_LONG ? peer.cutOffNs() : Peer.NEVER;
    Inquiry inquiry = new Inquiry(this, peer, evidence, sinceNs);
    inquiry.begin(others(inquiry));
    if (inquiry.others.isEmpty()) {
      // sometimes: nobody can be asked about one that is silent
      return false;
    }
    turn.count(Count.INQUIRIES);
    peer.inquiry = inquiry;
    peer.touch();
    choose(inquiry, ASKED);
    return true;
  }

  /**
   * Those who can tell, in an order that differs with who asks and about whom: so no host is asked
   * by all, and nobody chooses to be the one that is asked. Who never answered a datagram, and
   * perhaps cannot, comes last.
   */
  private List<Peer> others(Inquiry inquiry) {
    List<Peer> others = new ArrayList<>();
    roster.forEachShown(
        peer -> {
          if (canTell(peer, inquiry)) {
            others.add(peer);
          }
        });
    long seed = turn.self.id().first() * 31 + inquiry.peer.id.first();
    Comparator<Peer> byAnswers = Comparator.comparing(peer -> !peer.meeting.hasEchoed);
    others.sort(byAnswers.thenComparingLong(peer -> mixed(seed + peer.id.first())));
    return others;
  }

  private static long mixed(long number) {
    long mixed = (number ^ (number >>> 30)) * 0xBF58476D1CE4E5B9L;
    mixed = (mixed ^ (mixed >>> 27)) * 0x94D049BB133111EBL;
    return mixed ^ (mixed >>> 31);
  }

  /** Who was heard of late, and shares neither our host nor the peer's. */
  private boolean canTell(Peer other, Inquiry inquiry) {
    InetAddress host = other.source.getAddress();
    boolean isWell =
        other.state == State.ALIVE
            && other.isWitness
            && !other.isHeld
            && other.inquiry == null
            && (other.series == null || other.isProbedFor(Series.Why.WATCH));
    return isWell
        && !other.id.equals(inquiry.peer.id)
        && !host.equals(inquiry.peer.source.getAddress())
        && !turn.self.isOwn(host)
        && prober.isProvenAt(other, other.udpEndpoint(0).getAddress())
        && !turn.mayAgain(other.heardNs, FRESH * other.everyNs() / 2)
        && (inquiry.sinceNs == Peer.NEVER || other.heardNs - inquiry.sinceNs > 0);
  }

  /** The next so many are asked, as far as there are any. */
  private void choose(Inquiry inquiry, int count) {
    for (int i = 0; i < count && inquiry.next < inquiry.others.size(); i++) {
      Witness witness = new Witness(inquiry.others.get(inquiry.next++));
      inquiry.asked.add(witness);
      want(inquiry, witness);
    }
    turn.timers.set(inquiry, turn.nowNs + tryNs(inquiry));
  }

  private void want(Inquiry inquiry, Witness witness) {
    witness.tries++;
    wanted.computeIfAbsent(witness.peer, it -> new ArrayList<>()).add(inquiry);
    if (!turn.timers.isSet(sending)) {
      turn.timers.set(sending, turn.nowNs + GATHER_NS);
    }
  }

  private void send() {
    wanted.forEach(this::send);
    wanted.clear();
  }

  private void send(Peer witness, List<Inquiry> inquiries) {
    List<Inquiry> open = inquiries.stream().filter(Inquiry::isOpen).toList();
    for (int from = 0; from < open.size() && witness.state.isShown(); ) {
      Beacon.Builder question = announcer.beacon().name("").service("").padTo(Beacon.MAX_LENGTH);
      int to = Math.min(open.size(), from + question.roomForSubjects());
      if (to == from) {
        return; // what we advertise leaves no room
      }
      List<Inquiry> part = List.copyOf(open.subList(from, to));
      long nonce = turn.nonce();
      question.ask(
          nonce, part.stream().map(it -> Subject.of(it.peer.id, it.peer.incarnation)).toList());
      sent.put(nonce, new Sent(witness, part));
      turn.count(Count.WITNESSES_ASKED);
      turn.emit(new Effect.Send(question.build(), witness.udpEndpoint(0)));
      from = to;
    }
  }

  /** A datagram of a peer that is shown, from where it is known. */
  void onDatagram(Presence presence, Peer peer, InetSocketAddress from) {
    if (turn.isStale) {
      // sometimes: what a witness said had to wait for a process that stood still
      return; // it waited for us, who knows how long
    }
    if (presence.hasSubjects()) {
      onSubjects(presence, peer, from);
    }
    if (presence.hasAccounts()) {
      onAccounts(presence, peer);
    }
  }

  // What they say.

  /** A peer tells what it heard of those whom we asked it about. */
  private void onAccounts(Presence presence, Peer witness) {
    Sent question = sent.get(presence.echo());
    if (question == null || !question.witness().id.equals(witness.id)) {
      // sometimes: a witness tells what nobody asked, or tells it too late
      return;
    }
    sent.remove(presence.echo());
    List<Account> accounts = presence.accounts();
    int told = Math.min(accounts.size(), question.inquiries().size());
    for (int i = 0; i < told; i++) {
      Inquiry inquiry = question.inquiries().get(i);
      if (inquiry.isOpen()) {
        onAccount(inquiry, witness, accounts.get(i));
      }
    }
  }

  private void onAccount(Inquiry inquiry, Peer witness, Account account) {
    for (Witness asked : inquiry.asked) {
      if (asked.word == Word.OPEN && asked.peer.id.equals(witness.id)) {
        asked.word = word(inquiry, account);
        if (asked.word == Word.UNSURE) {
          // sometimes: a witness is not sure, and another one is asked instead
          choose(inquiry, 1); // instead
        } else if (asked.word == Word.HEARD) {
          onVoice(inquiry, witness, account.sequence());
        }
        decide(inquiry);
        return;
      }
    }
  }

  private Word word(Inquiry inquiry, Account account) {
    if (account.agoMs() == Account.UNSURE) {
      return Word.UNSURE;
    } else if (account.agoMs() == Account.NEVER || isOld(inquiry, account)) {
      return Word.NOT_HEARD;
    }
    long heardNs = turn.nowNs - account.agoMs() * Settings.MS;
    boolean isCounted = inquiry.isVouched || inquiry.sinceNs == Peer.NEVER;
    boolean isHeard =
        isCounted
            ? !turn.mayAgain(heardNs, HEARD * inquiry.peer.everyNs() / 2)
            : heardNs - inquiry.sinceNs > 0;
    return isHeard ? Word.HEARD : Word.NOT_HEARD;
  }

  /** It heard no more than we did: a copy that came late. */
  private static boolean isOld(Inquiry inquiry, Account account) {
    return !inquiry.isVouched && account.sequence() <= inquiry.sequence;
  }

  private static void onVoice(Inquiry inquiry, Peer witness, long sequence) {
    inquiry.heardSequence = Math.max(inquiry.heardSequence, sequence);
    inquiry.hasSeveralVoices |= inquiry.voice != null && !inquiry.voice.equals(witness.id);
    inquiry.voice = witness.id;
  }

  /** Its time has come: somebody did not answer, or has to be asked anew. */
  void onTimer(Inquiry inquiry) {
    if (!inquiry.isOpen()) {
      return;
    }
    if (!inquiry.asked.isEmpty()) {
      askAgain(inquiry);
    } else if (inquiry.isVouched) {
      beginRound(inquiry);
    } else if (turn.isDue(inquiry.heldUntilNs)) {
      // sometimes: the hold ends by time, since no witness ever answered
      unheard(inquiry);
    } else {
      // sometimes: witnesses are asked anew about one that is held
      inquiry.begin(others(inquiry));
      choose(inquiry, ASKED);
      decide(inquiry);
    }
  }

  private void askAgain(Inquiry inquiry) {
    boolean isAnyOpen = false;
    for (Witness witness : inquiry.asked) {
      if (witness.word == Word.OPEN && witness.tries < TRIES) {
        // sometimes: a witness does not answer at once, and is asked again
        want(inquiry, witness);
        isAnyOpen = true;
      } else if (witness.word == Word.OPEN) {
        witness.tries++; // it had its time
      }
    }
    if (isAnyOpen) {
      turn.timers.set(inquiry, turn.nowNs + tryNs(inquiry));
    }
    decide(inquiry);
  }

  /** So long an answer may take; short beside the interval. */
  private static long tryNs(Inquiry inquiry) {
    return Math.min(MOST_TRY_NS, inquiry.peer.intervalNs * 3 / 50);
  }

  private static boolean isAwaited(Inquiry inquiry) {
    return inquiry.asked.stream().anyMatch(it -> it.word == Word.OPEN && it.tries <= TRIES);
  }

  private void decide(Inquiry inquiry) {
    if (inquiry.isVouched) {
      if (!isAwaited(inquiry)) {
        endRound(inquiry);
      }
      return;
    }
    int heard = inquiry.count(Word.HEARD);
    int unheard = inquiry.count(Word.NOT_HEARD);
    boolean isAlone = inquiry.others.size() == 1 && heard == 1;
    boolean isMost = heard >= 2 && 2 * heard >= inquiry.asked.size();
    if (isMost || isAlone) {
      // sometimes: most witnesses hear one that is not heard here
      vouch(inquiry);
    } else if (!isAwaited(inquiry)) {
      boolean isOpen = heard == 1 || heard + unheard == 0;
      if (heard >= 2 && inquiry.isHeardByHalf()) {
        // sometimes: all have told, and half of them hear it
        vouch(inquiry);
      } else if (isOpen && !inquiry.isSecond && inquiry.next < inquiry.others.size()) {
        // sometimes: a witness says yes once, or none answers, and three more are asked
        inquiry.isSecond = true;
        choose(inquiry, ASKED);
      } else if (heard + unheard == 0 && (inquiry.isHeld() || inquiry.answering() >= HOSTS)) {
        // sometimes: no witness answers, and it is held
        hold(inquiry);
      } else {
        // sometimes: witnesses are asked, and say no
        unheard(inquiry);
      }
    }
  }

  private void unheard(Inquiry inquiry) {
    release(inquiry);
    inquiry.peer.inquiry = null;
    Evidence evidence = inquiry.isVouched ? Evidence.SILENCE : inquiry.evidence;
    verdict.unheard(inquiry.peer, evidence, inquiry.count(Word.NOT_HEARD));
  }

  /**
   * Others are heard and none of them answers: it is us who are not heard, and it is held as by
   * that. They are asked again and again meanwhile.
   */
  private void hold(Inquiry inquiry) {
    Peer peer = inquiry.peer;
    if (!inquiry.isHeld()) {
      inquiry.heldUntilNs = peer.heardNs + FRESH * peer.intervalNs / 2 + turn.settings.holdNs();
      peer.endSeries();
      roster.tell(Change.Kind.UPDATED, peer);
    }
    long restNs = Math.min(ROUND * peer.intervalNs, inquiry.heldUntilNs - turn.nowNs);
    rest(inquiry, Math.max(restNs, tryNs(inquiry)));
  }

  private void release(Inquiry inquiry) {
    turn.timers.cancel(inquiry);
    inquiry.heldUntilNs = Peer.NEVER;
  }

  // Whom others hear.

  private void vouch(Inquiry inquiry) {
    turn.count(Count.HEARD_BY_OTHERS);
    int witnesses = inquiry.count(Word.HEARD);
    release(inquiry);
    inquiry.isVouched = true;
    inquiry.vouchedNs = turn.nowNs;
    verified(inquiry);
    verdict.heardByOthers(inquiry.peer, witnesses);
  }

  private void verified(Inquiry inquiry) {
    inquiry.failed = 0;
    inquiry.sequence = inquiry.heardSequence;
    inquiry.verifiedNs = turn.nowNs;
    rest(inquiry, ROUND * inquiry.peer.intervalNs);
  }

  private void rest(Inquiry inquiry, long restNs) {
    inquiry.asked.clear();
    turn.timers.set(inquiry, turn.nowNs + restNs);
  }

  /** Others than those before are asked, so that no two who lie can keep the dead in the list. */
  private void beginRound(Inquiry inquiry) {
    if (!rounds.take(ROUNDS_PER_SECOND)) {
      if (turn.isDue(inquiry.verifiedNs + UNVERIFIED_NS)) {
        unheard(inquiry);
      } else {
        rest(inquiry, inquiry.peer.intervalNs / 2);
      }
      return;
    }
    prober.ask(inquiry.peer);
    List<Peer> others = others(inquiry);
    int first = others.isEmpty() ? 0 : (++inquiry.rounds * ASKED) % others.size();
    Collections.rotate(others, -first);
    inquiry.begin(others);
    choose(inquiry, ASKED);
    decide(inquiry);
  }

  private void endRound(Inquiry inquiry) {
    boolean isHeard = inquiry.count(Word.HEARD) > 0 && inquiry.isHeardByHalf();
    boolean isOnOneWord =
        !inquiry.hasSeveralVoices && turn.isDue(inquiry.vouchedNs + UNVERIFIED_NS);
    // sometimes, if isOnOneWord: for a minute one alone said that it hears it
    if (isHeard && inquiry.heardSequence > inquiry.sequence && !isOnOneWord) {
      // sometimes: others go on to hear one that is not heard here
      verified(inquiry);
    } else if (++inquiry.failed >= MOST_FAILED || isOnOneWord) {
      // sometimes: two rounds without a yes end what others vouched for
      unheard(inquiry);
    } else {
      rest(inquiry, inquiry.peer.intervalNs); // soon, so that one that died is gone in time
    }
  }

  // To be asked.

  /** A peer asks when we heard some others; the answer is no longer than the question. */
  private void onSubjects(Presence presence, Peer asker, InetSocketAddress from) {
    boolean mayAnswer =
        !turn.settings.observer() && asker.bounds.takesAnswer(turn, ANSWERS_PER_SECOND);
    if (!mayAnswer || presence.nonce() == 0) {
      return;
    }
    Beacon.Builder answer = announcer.beacon().name("").service("");
    int room = answer.roomForAccounts(presence.length());
    List<Account> accounts = presence.subjects().stream().limit(room).map(this::account).toList();
    if (!accounts.isEmpty()) {
      Beacon told = answer.tell(presence.nonce(), accounts).build();
      turn.emit(
          new Effect.Send(told, new InetSocketAddress(from.getAddress(), presence.udpPort())));
    }
  }

  private Account account(Subject subject) {
    Peer peer = roster.find(subject);
    if (peer == null || peer.state == State.ASKING) {
      // sometimes: a witness is asked about somebody that it does not know
      return new Account(Account.NEVER, 0);
    }
    // While this process stood still its time did too, and who speaks was perhaps not heard.
    boolean hasSlept =
        turn.awakeNs != Peer.NEVER
            && peer.heardNs - turn.awakeNs <= 0
            && !turn.isDue(turn.awakeNs + HEARD * peer.intervalNs / 2);
    // sometimes, if hasSlept: a witness that stood still is not sure itself
    long agoMs = (turn.nowNs - peer.heardNs) / Settings.MS;
    return peer.isNotJudged() || hasSlept
        ? new Account(Account.UNSURE, 0)
        : new Account(Math.min(agoMs, Account.UNSURE - 1), peer.sequence);
  }
}
