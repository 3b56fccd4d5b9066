package pharos.simulator;

import java.util.Locale;
import java.util.SplittableRandom;

/**
 * A habit of a forger: whose datagrams he copies, what he changes in them, where he lets them come
 * from, and what he answers who asks him. Where nothing was drawn it is a true copy.
 */
final class Forgery {
  private static final long MS = 1_000_000;

  /** Where it seems to come from. */
  enum Source {
    ITS_BROADCASTS,
    ITS_OWN_PORT,
    ITS_ADDRESS,
    FORGER,
    ANOTHER_AGENT,
    NOBODY
  }

  /** In whose name. */
  enum Name {
    SUBJECT,
    RECEIVER,
    GHOST,
    NEW_GHOST
  }

  /** Of which run. */
  enum Run {
    SAME,
    NEXT,
    LATER,
    FAR,
    BEFORE,
    FIRST
  }

  /** With which sequence number. */
  enum Order {
    NEXT,
    SAME,
    LAST,
    ZERO
  }

  /** Offering what. */
  enum Offer {
    SAME,
    FORGED,
    ANOTHERS,
    NOTHING,
    UNKNOWN
  }

  /** When the next one is to come. */
  enum Pace {
    SAME,
    NOW,
    SOON,
    LATE
  }

  /** At which ports. */
  enum Port {
    SAME,
    FORGED,
    CLOSED,
    NONE
  }

  /** Giving back which nonce. */
  enum Echo {
    NONE,
    FOR_HIM,
    BROADCAST,
    RANDOM
  }

  /** In doubt of whom. */
  enum Doubted {
    NOBODY,
    ANOTHER,
    ANOTHER_LATER,
    RECEIVER,
    RECEIVER_LATER
  }

  /** Advertising which address. */
  enum Advertised {
    NOTHING,
    FORGER,
    TRUE,
    NOBODY
  }

  /** With what of a goodbye: of his own making, or what he heard of another one's. */
  enum Goodbye {
    NONE,
    HIS_SECRET,
    HIS_HASH,
    ITS_HASH,
    RECORDED,
    RANDOM
  }

  /** Asking or vouching for which address; and which ones a document of his names. */
  enum Vouched {
    NOTHING,
    FORGER,
    TRUE,
    BOTH
  }

  /** To whom. */
  enum Way {
    BROADCAST,
    TO_ALL,
    TO_ONE
  }

  /** Over what. */
  enum By {
    DATAGRAM,
    RECORD,
    QUESTION
  }

  /** How his ports answer datagrams. */
  enum Udp {
    ECHO,
    ECHO_AS_SUBJECT,
    ECHO_LATE,
    MUTE,
    REFUSE
  }

  /** How his ports answer connections. */
  enum Tcp {
    AS_CLAIMED,
    RELAY,
    TRUE_RUN,
    ANOTHER,
    OPEN_ONLY,
    MUTE,
    REFUSE
  }

  /** What such attacks are about; each begins with these choices, and chance changes some. */
  enum Aim {
    ANYTHING,
    GOODBYE,
    CLAIM,
    MOVE,
    GHOST,
    CLONE,
    HINT,
    DOUBT,
    FREEZE,
    HIDE_DEATH,
    REPLAY,
    INTRODUCE,
    REFLECT
  }

  final int number;
  final SplittableRandom random;
  final Aim aim;
  final int subject;
  final int receiver;
  final long firstNs;
  final long gapNs;
  final int shots;
  Source source = Source.ITS_BROADCASTS;
  Name name = Name.SUBJECT;
  Run run = Run.SAME;
  Order order = Order.NEXT;
  Offer offer = Offer.SAME;
  Pace pace = Pace.SAME;
  Port port = Port.SAME;
  Echo echo = Echo.NONE;
  Doubted doubted = Doubted.NOBODY;
  Advertised advertised = Advertised.NOTHING;
  Goodbye goodbye = Goodbye.NONE;
  Goodbye told = Goodbye.ITS_HASH;
  Vouched vouched = Vouched.NOTHING;
  Vouched sendsFrom = Vouched.TRUE;
  Way way = Way.BROADCAST;
  By by = By.DATAGRAM;
  Udp udp = Udp.ECHO;
  Tcp tcp = Tcp.AS_CLAIMED;
  boolean isLeaving;
  boolean isSolicit;
  boolean isNameless;

  /** Whether each second one is a claim from his own address. */
  boolean isAlternating;

  int host;

  Forgery(int number, SplittableRandom random, int agents, int hosts, long timeNs) {
    this.number = number;
    this.random = random;
    aim = any(Aim.values());
    subject = random.nextInt(agents);
    receiver = (subject + 1 + random.nextInt(Math.max(1, agents - 1))) % agents;
    host = random.nextInt(hosts);
    firstNs = random.nextLong(timeNs / 2);
    gapNs = (long) (20 * MS * Math.pow(100, random.nextDouble()));
    shots = 1 + random.nextInt(random.nextInt(3) == 0 ? 5 : 200);
    begin();
    mutate(aim == Aim.ANYTHING ? 0.45 : random.nextBoolean() ? 0 : 0.12);
  }

  private void begin() {
    switch (aim) {
      case ANYTHING -> {}
      case GOODBYE -> {
        isLeaving = true;
        source = any(Source.values());
        goodbye = any(Goodbye.values());
        told = any(Goodbye.values());
        sendsFrom = any(Vouched.values());
        isAlternating = random.nextBoolean();
      }
      case CLAIM -> {
        source = Source.FORGER;
        run = random.nextBoolean() ? Run.NEXT : Run.LATER;
        port = random.nextBoolean() ? Port.FORGED : Port.SAME;
        offer = any(Offer.SAME, Offer.FORGED);
        sendsFrom = any(Vouched.values());
      }
      case MOVE -> {
        sendsFrom = any(Vouched.values());
        vouched = any(Vouched.values());
        source = Source.FORGER;
        port = any(Port.SAME, Port.FORGED);
        tcp = any(Tcp.RELAY, Tcp.TRUE_RUN);
        offer = any(Offer.SAME, Offer.FORGED);
      }
      case GHOST -> {
        source = Source.FORGER;
        name = any(Name.GHOST, Name.NEW_GHOST);
        port = Port.FORGED;
        offer = any(Offer.SAME, Offer.FORGED);
        tcp = any(Tcp.values());
      }
      case CLONE -> {
        source = Source.FORGER;
        name = Name.RECEIVER;
        run = any(Run.BEFORE, Run.FIRST, Run.SAME, Run.NEXT);
        way = any(Way.TO_ALL, Way.TO_ONE);
        port = Port.FORGED;
        tcp = any(Tcp.AS_CLAIMED, Tcp.RELAY);
      }
      case HINT -> {
        doubted = Doubted.RECEIVER_LATER;
        source = any(Source.ITS_BROADCASTS, Source.FORGER);
        name = any(Name.SUBJECT, Name.GHOST);
        way = any(Way.values());
      }
      case DOUBT -> doubted = any(Doubted.ANOTHER, Doubted.ANOTHER_LATER, Doubted.RECEIVER);
      case FREEZE -> {
        order = Order.LAST;
        offer = any(Offer.values());
        pace = any(Pace.values());
      }
      case HIDE_DEATH -> {
        echo = any(Echo.values());
        pace = any(Pace.SAME, Pace.LATE);
      }
      case REPLAY -> by = By.RECORD;
      case INTRODUCE -> {
        by = By.QUESTION;
        way = any(Way.TO_ALL, Way.TO_ONE);
        offer = any(Offer.SAME, Offer.FORGED);
        run = any(Run.SAME, Run.NEXT, Run.BEFORE);
      }
      case REFLECT -> {
        isSolicit = true;
        source = any(Source.NOBODY, Source.ANOTHER_AGENT, Source.ITS_BROADCASTS);
        name = any(Name.values());
        way = any(Way.values());
      }
    }
  }

  private void mutate(double chance) {
    source = perhaps(chance, source, Source.values());
    name = perhaps(chance, name, Name.values());
    run = perhaps(chance, run, Run.values());
    order = perhaps(chance, order, Order.values());
    offer = perhaps(chance, offer, Offer.values());
    pace = perhaps(chance, pace, Pace.values());
    port = perhaps(chance, port, Port.values());
    echo = perhaps(chance, echo, Echo.values());
    doubted = perhaps(chance, doubted, Doubted.values());
    advertised = perhaps(chance / 2, advertised, Advertised.values());
    way = perhaps(chance, way, Way.values());
    by = perhaps(chance / 3, by, By.values());
    udp = perhaps(Math.max(chance, 0.3), udp, Udp.values());
    tcp = perhaps(Math.max(chance, 0.3), tcp, Tcp.values());
    goodbye = perhaps(chance, goodbye, Goodbye.values());
    told = perhaps(chance, told, Goodbye.values());
    vouched = perhaps(chance, vouched, Vouched.values());
    sendsFrom = perhaps(Math.max(chance, 0.3), sendsFrom, Vouched.values());
    isAlternating ^= random.nextDouble() < chance / 2;
    isLeaving ^= random.nextDouble() < chance / 3;
    isSolicit ^= random.nextDouble() < chance / 2;
    isNameless ^= random.nextDouble() < chance / 2;
  }

  private <T> T perhaps(double chance, T now, T[] all) {
    return random.nextDouble() < chance ? all[random.nextInt(all.length)] : now;
  }

  @SafeVarargs
  private <T> T any(T... all) {
    return all[random.nextInt(all.length)];
  }

  /**
   * Its own port on the forger's hosts, so that what comes there tells which forgery it is about.
   */
  int ownPort() {
    return 20_000 + number;
  }

  @Override
  public String toString() {
    return String.format(
            Locale.ROOT,
            "#%d %s: subject %d, receiver %d, host %d, from %.3f s on every %.0f ms, %d times; %s"
                + " from %s as %s, run %s, order %s, offer %s, next %s, ports %s, echo %s, doubts"
                + " %s, advertises %s, goodbye %s, vouches for %s, to %s%s%s%s%s; his ports: udp"
                + " %s, tcp %s, goodbye %s, sends from %s",
            number,
            aim,
            subject,
            receiver,
            host,
            firstNs / 1e9,
            gapNs / 1e6,
            shots,
            by,
            source,
            name,
            run,
            order,
            offer,
            pace,
            port,
            echo,
            doubted,
            advertised,
            goodbye,
            vouched,
            way,
            isLeaving ? ", leaving" : "",
            isSolicit ? ", solicit" : "",
            isNameless ? ", nameless" : "",
            isAlternating ? ", each second one a claim from his address" : "",
            udp,
            tcp,
            told,
            sendsFrom)
        .toLowerCase(Locale.ROOT);
  }
}
