package pharos.examples.balancer;

import java.io.IOException;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.Agent;
import pharos.agent.Peer;
import pharos.examples.Options;
import pharos.examples.Program;

/**
 * Runs {@code --haproxy} at {@code --listen}, with at most {@code --slots} servers, until told to
 * end. Its agent only listens: nobody sees the balancer.
 */
public final class Main {
  private static final String HAPROXY = "haproxy";
  private static final String LISTEN = "listen";
  private static final String SLOTS = "slots";

  private static final Logger log = LoggerFactory.getLogger(Main.class);

  private final HaProxy haProxy;
  private final Slots slots;

  private Main(HaProxy haProxy, Slots slots) {
    this.haProxy = haProxy;
    this.slots = slots;
  }

  public static void main(String[] args) throws Exception {
    Program.run(args, Set.of(HAPROXY, LISTEN, SLOTS), Main::run);
  }

  private static void run(Options options) throws IOException, InterruptedException {
    int count = options.number(SLOTS, 32);
    if (count < 1 || count > 1_000) {
      throw new IllegalArgumentException("--slots must be 1 to 1000, not " + count);
    }
    String listen = options.text(LISTEN).orElse("127.0.0.1:8080");
    Agent agent = options.agent("Balancer").observer(true).start();
    HaProxy haProxy;
    try {
      haProxy = HaProxy.start(options.text(HAPROXY).orElse("haproxy"), listen, count);
    } catch (IOException | InterruptedException e) {
      agent.close();
      throw e;
    }
    // In this order: what comes later would be told to a program that ends.
    Program.closeAtExit(
        () -> {
          agent.close();
          haProxy.close();
        });
    agent.onPeers(new Main(haProxy, new Slots(count))::follow);
    log.info("HAProxy listens at {}", listen);
    haProxy.awaitEnd();
  }

  /** On the call-back thread, which may wait: meanwhile lists add up to one. */
  private void follow(List<Peer> peers) {
    List<Peer> offering = peers.stream().filter(peer -> peer.offers(Instance.WEB)).toList();
    for (String command : slots.change(offering, Instance.WEB)) {
      try {
        haProxy.tell(command);
        log.info("{}", command);
      } catch (IOException e) {
        log.warn("{}: {}", command, e.getMessage());
      }
    }
    if (slots.missing(offering) > 0) {
      log.warn("{} servers found no slot", slots.missing(offering));
    }
  }
}
