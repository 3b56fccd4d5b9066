package pharos.examples.contacts;

import java.io.IOException;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import pharos.agent.Agent;
import pharos.agent.AgentBuilder;
import pharos.agent.Finding;
import pharos.kademlia.Arbiter;
import pharos.kademlia.Arbiters;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;

/**
 * Two networks in one program, each with a gateway and two workers, that hear nothing of each
 * other's beacons; one gateway has the other as its seed. Contacts are registered in one network
 * and found in the other; each step is printed. It ends by itself.
 */
public final class Main implements AutoCloseable {
  static final ContactId WORKERS = ContactId.ofText("workerService");

  private static final String SECRET = "my.secret.dns.com";
  private static final String SECRET_IN_BASE64 = "bXkuc2VjcmV0LmRucy5jb20=";
  private static final int PATIENCE_SECONDS = 30;
  private static final int AGAIN_MS = 100;

  /** Who works is gathered; of everything else the later version counts. The same on all nodes. */
  private static final Arbiter ARBITER =
      Arbiters.byId(id -> id.equals(WORKERS) ? Arbiters.growOnlySet() : Arbiters.versions());

  private final List<Agent> agents = new ArrayList<>();
  private final int portHere = freePort();
  private final int portThere = freePort();
  private final Agent here = start(on(portHere, "here").gateway(true));
  private final Agent there = start(on(portThere, "there").seeds("127.0.0.1:" + here.port()));

  private Main() {}

  public static void main(String[] args) throws Exception {
    // Before the first logger is made: what the agents tell is not what this program shows.
    System.setProperty("PHAROS_STORY", "WARN");
    try (Main example = new Main()) {
      example.join();
      example.oneContactTwoSpellings();
      example.anyBytes();
      example.workers();
      example.unregister();
    }
  }

  /** Two networks need a moment to become one overlay. */
  private void join() throws Exception {
    say("# 'here' and 'there' hear nothing of each other; 'there' has 'here' as its seed");
    until(() -> there.find("here"));
    say("find(\"here\") there: FOUND");
  }

  private void oneContactTwoSpellings() throws Exception {
    say("\n# one id, as text and in base64");
    Contact secret =
        Contact.of(ContactId.ofText(SECRET), "tcp://10.0.0.7:443")
            .withData(ContactData.ofText("{\"room\":1}"));
    tell("register(\"" + SECRET + "\") here", here.register(secret));
    tell("find(\"" + SECRET + "\") there", there.find(SECRET));
    tell(
        "find(ofBase64(\"" + SECRET_IN_BASE64 + "\")) there",
        there.find(ContactId.ofBase64(SECRET_IN_BASE64)));
  }

  private void anyBytes() throws Exception {
    say("\n# an id is bytes, and nothing guesses: the text Zm9v is four, in base64 it is three");
    Contact text = Contact.of(ContactId.ofText("Zm9v"), "tcp://10.0.0.8:1");
    tell("register(\"Zm9v\") here", here.register(text));
    tell("find(\"Zm9v\") there", there.find("Zm9v"));
    tell("find(ofBase64(\"Zm9v\")) there", there.find(ContactId.ofBase64("Zm9v")));
    Contact bytes = Contact.of(ContactId.ofBase64("Zm9v"), "tcp://10.0.0.9:1");
    tell("register(ofBase64(\"Zm9v\")) there", there.register(bytes));
    tell("find(\"foo\") here", here.find("foo"));
  }

  /** These agents are no gateways: each asks the one of its network. */
  private void workers() throws Exception {
    say("\n# one contact that all workers share: a set that only grows");
    work(portHere, "ada");
    work(portThere, "bob");
    work(portHere, "cyd");
    work(portThere, "dan");
    tell("find(\"workerService\") there", there.find(WORKERS));
    tell("find(\"workerService\") here", here.find(WORKERS));
  }

  private void work(int network, String name) throws Exception {
    Agent agent = start(on(network, name));
    Contact worker =
        Contact.of(WORKERS, "tcp://" + name + ":5000")
            .withData(ContactData.ofText("[\"" + name + "\"]"));
    until(() -> agent.register(worker));
    say(name + " registers \"workerService\" with " + worker.data());
  }

  private void unregister() throws Exception {
    ContactId id = ContactId.ofText(SECRET);
    say("\n# and gone again");
    tell("unregister(\"" + SECRET + "\") here", here.unregister(id));
    tell("find(\"" + SECRET + "\") there", there.find(SECRET));
  }

  private Agent start(AgentBuilder builder) {
    Agent agent = builder.arbiter(ARBITER).start();
    agents.add(agent);
    return agent;
  }

  private static AgentBuilder on(int network, String name) {
    return Agent.builder().name(name).loopback(true).beaconPort(network);
  }

  /** Calls again until it is found or registered: before, there may be no gateway or no network. */
  private static void until(Supplier<CompletableFuture<Finding>> call) throws Exception {
    long beganNs = System.nanoTime();
    Finding finding = end(call.get());
    while (!finding.isFound() && finding.status() != Finding.Status.REGISTERED) {
      if (System.nanoTime() - beganNs > TimeUnit.SECONDS.toNanos(PATIENCE_SECONDS)) {
        throw new IllegalStateException("the two networks do not join: " + finding.status());
      }
      Thread.sleep(AGAIN_MS);
      finding = end(call.get());
    }
  }

  private static void tell(String what, CompletableFuture<Finding> call) throws Exception {
    Finding finding = end(call);
    String found =
        finding
            .contact()
            .filter(it -> finding.isFound())
            .map(it -> " " + (it.id() + " at " + it.endpoints() + " " + it.data()).strip())
            .orElse("");
    say(what + ": " + finding.status() + found);
  }

  private static Finding end(CompletableFuture<Finding> call) throws Exception {
    return call.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
  }

  private static void say(String line) {
    System.out.println(line);
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException("no port is free", e);
    }
  }

  @Override
  public void close() {
    agents.forEach(Agent::close);
  }
}
