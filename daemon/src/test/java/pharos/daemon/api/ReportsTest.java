package pharos.daemon.api;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import pharos.agent.Peer;
import pharos.agent.testing.TestPeers;

/** What programs say of the peers that they talk to. */
class ReportsTest {
  private static final Peer ALPHA = TestPeers.peer("alpha").build();

  private final TestPeers peers = new TestPeers();
  private final List<String> taken = new ArrayList<>();
  private final Table table =
      new Table(new Reports(peers, (id, failure) -> taken.add(id + " " + failure)).resources());

  ReportsTest() {
    peers.put(ALPHA);
  }

  private Reply post(String peer, String body) {
    return (Reply)
        Tables.ask(table, Tables.asked("POST", "/v1/peers/" + peer + "/reports"), body).join();
  }

  @Test
  void aFailureAndASuccessAreTaken() {
    assertEquals(204, post("alpha", "{\"outcome\":\"failure\",\"cause\":\"timeout\"}").status());
    assertEquals(204, post("alpha", "{\"outcome\":\"failure\"}").status());
    assertEquals(204, post(ALPHA.id().toString(), "{\"outcome\":\"success\"}").status());
    assertEquals(
        List.of(
            ALPHA.id() + " Optional[timeout]",
            ALPHA.id() + " Optional[]",
            ALPHA.id() + " Optional.empty"),
        taken);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          alpha | {}                                  | 400 | 'outcome' is
          alpha | {"outcome":"maybe"}                 | 400 | 'outcome' is
          alpha | {"outcome":7}                       | 400 | 'outcome' is a text
          alpha | {"outcome":"success","cause":"x"}   | 400 | a success has no 'cause'
          alpha | {"outcome":"failure","why":"x"}     | 400 | unknown field 'why'
          alpha | nonsense                            | 400 | the body is no object of JSON
          nobody | {"outcome":"success"}              | 404 | nobody here is 'nobody'
          twin  | {"outcome":"success"}               | 409 | 2 here are 'twin'
          self  | {"outcome":"success"}               | 409 | 'self' is the agent that was asked
          """)
  void whatIsWrongIsNamed(String peer, String body, int status, String words) {
    peers.put(TestPeers.peer("twin").build());
    peers.put(TestPeers.peer("other").name("twin").build());
    Reply reply = post(peer, body);
    assertEquals(status, reply.status());
    assertTrue(reply.body().contains(words), reply.body());
    assertEquals(List.of(), taken);
  }

  @Test
  void aCauseThatCannotBeToldIsNamed() {
    Table strict =
        new Table(
            new Reports(
                    peers,
                    (id, failure) -> {
                      throw new IllegalArgumentException("cause must have at most 63 bytes");
                    })
                .resources());
    String body = "{\"outcome\":\"failure\",\"cause\":\"" + "x".repeat(64) + "\"}";
    Reply reply =
        (Reply) Tables.ask(strict, Tables.asked("POST", "/v1/peers/alpha/reports"), body).join();
    assertEquals(400, reply.status());
    assertTrue(reply.body().contains("63 bytes"), reply.body());
  }
}
