package pharos.bench.records;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import pharos.bench.records.History.Verdict;

class HistoryTest {
  private final History history = new History(2);

  @Test
  void whatWasAcknowledgedOrALaterValueHasToBeThere() {
    String first = write(1);
    String second = write(2);
    String open = history.next(0);

    assertEquals(2, history.least(0));
    assertEquals(Verdict.MISSED, history.judge(0, 2, "", ""));
    assertEquals(Verdict.MISSED, history.judge(0, 2, first, "{\"conflicts\":[]}"));
    assertEquals(Verdict.THERE, history.judge(0, 2, second, ""));
    assertEquals(Verdict.THERE, history.judge(0, 2, open, ""));
    assertEquals(0, history.least(1));
    assertEquals(Verdict.THERE, history.judge(1, 0, "", ""));
  }

  @Test
  void aValueThatAnotherWonOverIsNotLost() {
    String first = write(1);
    String second = write(2);

    String told = "{\"conflicts\":[{\"key\":\"history/0\",\"text\":\"" + second + "\"}]}";

    assertEquals(Verdict.CONFLICT, history.judge(0, 2, first, told));
  }

  @Test
  void whatWasReadOnceIsReadAgain() {
    write(1);
    String refused = history.next(0);

    assertEquals(Verdict.THERE, history.judge(0, history.least(0), refused, ""));

    assertEquals(2, history.least(0));
    assertEquals(1, history.acknowledged(0));
  }

  @Test
  void whatNobodyWroteIsInvented() {
    write(1);

    assertEquals(Verdict.INVENTED, history.judge(0, 1, "n2 v", ""));
    assertEquals(Verdict.INVENTED, history.judge(0, 1, "nonsense", ""));
  }

  @Test
  void aVersionThatIsNotAboveTheOneBeforeIsCounted() {
    write(4);
    write(5);
    assertEquals(0, history.wentBack());

    write(5);

    assertEquals(1, history.wentBack());
    assertEquals(3, history.writes());
  }

  @Test
  void aLossIsToldOnce() {
    write(1);

    history.forget(0);

    assertEquals(Verdict.THERE, history.judge(0, history.least(0), "", ""));
  }

  private String write(long version) {
    String value = history.next(0);
    history.acknowledge(0, version);
    return value;
  }
}
