package pharos.agent.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.random.RandomGenerator;
import java.util.zip.InflaterInputStream;
import org.junit.jupiter.api.Test;
import pharos.agent.core.CoreFixture.Friend;
import pharos.testkit.Seeds;

class BlackBoxTest {
  /** So small that a story has many copies of the state. */
  private static final int SMALL = 60_000;

  private static CoreFixture story(BlackBox box, RandomGenerator random, int steps) {
    CoreFixture lan = CoreFixture.recorded(box);
    List<Friend> friends = new ArrayList<>();
    for (int i = 0; i < 6; i++) {
      friends.add(lan.friend("f" + i, random.nextInt(256)));
    }
    lan.turn(() -> lan.core.tellMoves(random.nextBoolean()));
    for (int i = 0; i < steps; i++) {
      CoreTest.something(lan, friends, random);
      lan.runFor(random.nextInt(500));
    }
    return lan;
  }

  private static BlackBox box(int maxBytes) {
    return new BlackBox(CoreFixture.chance(), maxBytes);
  }

  private static Replay replay(BlackBox box) {
    try {
      return Replay.of(box.toBytes("of a test"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Replay.Outcome outcome(Replay replay) {
    try {
      return replay.run();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theSameIsDecidedAnewFromAnyCopyOfTheState() {
    Seeds.forEach(
        60,
        random -> {
          BlackBox box = box(SMALL);
          CoreFixture lan = story(box, random, 300);
          lan.turn(() -> lan.core.offer(CoreFixture.document("more")));
          lan.turn(lan.core::leave);
          lan.runFor(200);
          Replay replay = replay(box);
          assertEquals("of a test", replay.about());
          assertEquals(2, replay.spans().size());
          Replay.Outcome outcome = outcome(replay);
          assertEquals(Optional.empty(), outcome.difference());
          assertFalse(outcome.news().isEmpty());
          assertTrue(outcome.inputs() > 100);
        });
  }

  @Test
  void aCrowdIsDecidedAnewAndItsBoxStaysWithinItsBound() throws IOException {
    BlackBox box = box(BlackBox.MAX_BYTES);
    CoreFixture lan = CoreFixture.recorded(box);
    List<Friend> friends = lan.met(100);
    for (int i = 0; i < 240; i++) {
      for (Friend friend : friends) {
        friend.beacons();
      }
      if (i % 10 == 9) {
        friends.get(i / 10).dies();
      }
      lan.runFor(1_000);
      assertTrue(box.size() <= BlackBox.MAX_BYTES, () -> box.size() + " bytes");
    }
    Replay replay = Replay.of(box.toBytes("of a crowd"));
    assertEquals(2, replay.spans().size(), replay.spans()::toString);
    assertEquals(Optional.empty(), replay.run().difference());
  }

  @Test
  void aFullPartEndsUntilItIsTimeForAnother() throws IOException {
    BlackBox box = box(2_000);
    CoreFixture lan = story(box, new Random(1), 200);
    Replay replay = Replay.of(box.toBytes(""));
    assertTrue(
        replay.spans().stream().allMatch(it -> it.endsWith(", when it was full")),
        replay.spans()::toString);
    assertEquals(Optional.empty(), replay.run().difference());
    assertTrue(lan.nowNs > 0);
  }

  @Test
  void itHasNoSecret() throws IOException {
    BlackBox box = box(BlackBox.MAX_BYTES);
    CoreFixture lan = story(box, new Random(1), 20);
    lan.forget();
    lan.turn(lan.core::leave);
    long secret = lan.done(Effect.Broadcast.class).get(0).beacon().goodbye();
    byte[] all = box.toBytes("of a test");
    int packed = new String(all, StandardCharsets.ISO_8859_1).indexOf("\n\n") + 2;
    String content;
    try (InflaterInputStream in =
        new InflaterInputStream(new ByteArrayInputStream(all, packed, all.length - packed))) {
      content = new String(in.readAllBytes(), StandardCharsets.ISO_8859_1);
    }
    byte[] bytes = ByteBuffer.allocate(Long.BYTES).putLong(secret).array();
    assertFalse(content.contains(new String(bytes, StandardCharsets.ISO_8859_1)));
  }

  @Test
  void whatIsNoBoxIsToldAsThat() {
    for (String text : List.of("", "hello", BlackBox.MAGIC, BlackBox.MAGIC + "of\n\n")) {
      assertThrows(
          IOException.class, () -> Replay.of(text.getBytes(StandardCharsets.US_ASCII)), text);
    }
  }

  @Test
  void aGarbledBoxIsAnErrorOrADifferenceAndNothingElse() {
    BlackBox box = box(SMALL);
    story(box, new Random(1), 60);
    byte[] good = box.toBytes("of a test");
    Random random = new Random(7);
    for (int i = 0; i < 500; i++) {
      byte[] bad = good.clone();
      for (int flips = 1 + random.nextInt(3); flips > 0; flips--) {
        bad[random.nextInt(bad.length)] ^= (byte) (1 << random.nextInt(8));
      }
      try {
        Replay.of(bad).run();
      } catch (IOException e) {
        assertFalse(String.valueOf(e.getMessage()).isEmpty());
      }
    }
  }
}
