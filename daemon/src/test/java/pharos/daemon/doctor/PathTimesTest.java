package pharos.daemon.doctor;

import static org.junit.jupiter.api.Assertions.assertEquals;

import org.junit.jupiter.api.Test;
import pharos.agent.json.Json;

class PathTimesTest {
  @Test
  void itTellsHowManyWereLostAndOnWhichWay() {
    PathTimes times = new PathTimes("udp 10.9.0.2 by eth0");
    for (int i = 1; i <= 6; i++) {
      times.add(i * 1_000_000L);
    }
    for (int i = 0; i < 4; i++) {
      times.add(-1);
    }
    times.compare(10, 8, 6);
    assertEquals(
        "udp 10.9.0.2 by eth0: 10 sent, 6 answered, 40 % lost, 20 % on the way there, 25 % back,"
            + " min/avg/max 1.00/3.50/6.00 ms",
        times.line());
    assertEquals(
        "{\"path\":\"udp 10.9.0.2 by eth0\",\"sent\":10,\"answered\":6,\"lostThere\":2,"
            + "\"lostBack\":2,\"minMs\":1.0,\"avgMs\":3.5,\"maxMs\":6.0}",
        Json.write(times.json()));
  }

  @Test
  void whatTheOtherDidNotTellIsNotMadeUp() {
    PathTimes times = new PathTimes("tcp 10.9.0.2");
    times.add(-1);
    assertEquals("tcp 10.9.0.2: 1 sent, 0 answered, 100 % lost", times.line());
    assertEquals("{\"path\":\"tcp 10.9.0.2\",\"sent\":1,\"answered\":0}", Json.write(times.json()));
  }

  @Test
  void moreThatArriveThanWereSentAreCopies() {
    PathTimes times = new PathTimes("udp");
    times.add(-1);
    times.add(1_000_000);
    times.compare(2, 5, 1);
    assertEquals(
        "udp: 2 sent, 1 answered, 50 % lost, 0 % on the way there, 50 % back, min/avg/max"
            + " 1.00/1.00/1.00 ms",
        times.line());
  }
}
