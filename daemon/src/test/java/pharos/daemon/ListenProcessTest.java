package pharos.daemon;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import pharos.agent.Agent;

/** {@code pharos listen} beside an agent and a stranger, on the loopback. */
class ListenProcessTest {
  private final int beaconPort = Ports.udp();
  private final List<Program> started = new ArrayList<>();

  @AfterEach
  void closeAll() {
    started.forEach(Program::close);
  }

  private Program listen(String... options) {
    List<String> args =
        new ArrayList<>(List.of("listen", "--loopback", "--beacon-port", "" + beaconPort));
    args.addAll(List.of(options));
    Program program = Program.start(args.toArray(String[]::new));
    started.add(program);
    program.awaitErr("pharos listen: UDP port " + beaconPort + " on lo");
    return program;
  }

  private Agent alpha() {
    return Agent.builder().name("alpha-1").loopback(true).beaconPort(beaconPort).start();
  }

  private void say(byte[] bytes) throws IOException {
    InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
    InetAddress all =
        InetAddress.getByAddress(new byte[] {127, (byte) 255, (byte) 255, (byte) 255});
    try (DatagramSocket socket = new DatagramSocket(new InetSocketAddress(here, 0))) {
      socket.setBroadcast(true);
      socket.send(new DatagramPacket(bytes, bytes.length, all, beaconPort));
    }
  }

  @Test
  void eachBeaconIsALineAndTheEndTellsHowMany() throws Exception {
    Program listen = listen();
    try (Agent alpha = alpha()) {
      await().until(() -> listen.out().stream().anyMatch(it -> it.contains("announce")));
      say("ZRE\1".getBytes(StandardCharsets.US_ASCII));
      say("hello".getBytes(StandardCharsets.US_ASCII));
      say(new byte[400]);
      await().until(() -> listen.out().stream().anyMatch(it -> it.contains("'hello'")));
      assertTrue(listen.out().get(0).contains("alpha-1 " + alpha.self().id().toShortString()));
    }
    await().until(() -> listen.out().stream().anyMatch(it -> it.contains("leaving")));
    listen.terminate();
    assertEquals(0, listen.awaitEnd());
    String last = listen.err().get(listen.err().size() - 1);
    assertTrue(
        last.matches("pharos listen: heard \\d+ in .* s, and 1 longer than any beacon.*"), last);
    assertTrue(
        listen.out().stream().anyMatch(it -> it.contains("  zre  ")), listen.out()::toString);
  }

  @Test
  void aFilterAndACountEndIt() throws Exception {
    Program listen = listen("--filter", "HELLO", "--count", "2", "--hex");
    try (Agent alpha = alpha()) {
      await()
          .until(
              () -> {
                say("hello".getBytes(StandardCharsets.US_ASCII));
                return !listen.process().isAlive();
              });
      assertEquals("alpha-1", alpha.self().name());
    }
    assertEquals(0, listen.awaitEnd());
    assertEquals(4, listen.out().size(), listen.out()::toString);
    assertEquals("    0000  68 65 6c 6c 6f" + " ".repeat(35) + "hello", listen.out().get(1));
  }

  @Test
  void aFloodIsCountedAndNotPrintedWhole() throws Exception {
    Program listen = listen("--filter", "flood");
    byte[] flood = "flood".getBytes(StandardCharsets.US_ASCII);
    await()
        .until(
            () -> {
              for (int i = 0; i < 5_000; i++) {
                say(flood);
              }
              return listen.err().stream().anyMatch(it -> it.contains(" more were not shown"));
            });
    listen.terminate();
    assertEquals(0, listen.awaitEnd());
  }

  @Test
  void statsTellWhoSendsHowMuch() throws Exception {
    Program listen = listen("--stats");
    try (Agent alpha = alpha()) {
      say("hello".getBytes(StandardCharsets.US_ASCII));
      await()
          .until(
              () ->
                  alpha.counters().stream()
                      .anyMatch(it -> it.name().equals("HEARD_BACK") && it.value() > 1));
      listen.terminate();
      assertEquals(0, listen.awaitEnd());
    }
    assertTrue(listen.out().get(0).startsWith("FROM       KIND"), listen.out()::toString);
    assertTrue(
        listen.out().get(1).startsWith("127.0.0.1  pharos   alpha-1"), listen.out()::toString);
    assertTrue(
        listen.out().get(2).startsWith("127.0.0.1  foreign  -        1"), listen.out()::toString);
  }
}
