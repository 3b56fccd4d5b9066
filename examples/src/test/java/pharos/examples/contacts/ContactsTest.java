package pharos.examples.contacts;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import org.junit.jupiter.api.Test;
import pharos.examples.Trial;
import pharos.testkit.JavaProcess;

class ContactsTest {
  private static final List<String> STORY =
      List.of(
          "find(\"here\") there: FOUND",
          "register(\"my.secret.dns.com\") here: REGISTERED",
          "find(\"my.secret.dns.com\") there: FOUND 'my.secret.dns.com' at [tcp://10.0.0.7:443]"
              + " {\"room\":1}",
          "find(ofBase64(\"bXkuc2VjcmV0LmRucy5jb20=\")) there: FOUND 'my.secret.dns.com' at"
              + " [tcp://10.0.0.7:443] {\"room\":1}",
          "register(\"Zm9v\") here: REGISTERED",
          "find(\"Zm9v\") there: FOUND 'Zm9v' at [tcp://10.0.0.8:1]",
          "find(ofBase64(\"Zm9v\")) there: NOT_FOUND",
          "register(ofBase64(\"Zm9v\")) there: REGISTERED",
          "find(\"foo\") here: FOUND 'foo' at [tcp://10.0.0.9:1]",
          "find(\"workerService\") there: FOUND 'workerService' at ",
          "find(\"workerService\") here: FOUND 'workerService' at ",
          "unregister(\"my.secret.dns.com\") here: UNREGISTERED",
          "find(\"my.secret.dns.com\") there: NOT_FOUND");

  @Test
  void whatOneNetworkRegistersTheOtherFindsAndNothingGuesses() throws InterruptedException {
    try (Trial trial = new Trial()) {
      JavaProcess program = trial.startBare(Main.class);
      int from = 0;
      for (String step : STORY) {
        String line = program.awaitLine(from, step, Trial.PATIENCE);
        from = program.lines().lastIndexOf(line) + 1;
        if (step.contains("workerService")) {
          assertTrue(line.endsWith(" [\"ada\",\"bob\",\"cyd\",\"dan\"]"), line);
        }
      }
      assertEquals(0, program.awaitEnd(Trial.PATIENCE));
    }
  }
}
