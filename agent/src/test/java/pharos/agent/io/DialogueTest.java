package pharos.agent.io;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DialogueTest {
  @ParameterizedTest
  @CsvSource({
    "tcp://10.0.0.7:5671, 10.0.0.7",
    "tcp://[fd00::7]:1, fd00:0:0:0:0:0:0:7",
    "tcp://[fe80::1%1]:65535, fe80:0:0:0:0:0:0:1%1"
  })
  void aLiteralAddressIsRead(String endpoint, String address) {
    assertEquals(
        address, Dialogue.parsed(endpoint).orElseThrow().getAddress().getHostAddress(), endpoint);
  }

  /** The second to fourth would all be asked of a resolver, which takes its time. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "tcp://localhost:1",
        "tcp://999.0.0.1:1",
        "tcp://[cafe]:1",
        "tcp://[1.2.3]:1",
        "tcp://10.0.0.7:0",
        "tcp://10.0.0.7:65536",
        "tcp://10.0.0.7",
        "tcp://fd00::7:1",
        "ipc://10.0.0.7:1",
        "tcp://[fe80::1%nowhere]:1",
        ""
      })
  void everythingElseIsRefused(String endpoint) {
    assertEquals(Optional.empty(), Dialogue.parsed(endpoint));
  }
}
