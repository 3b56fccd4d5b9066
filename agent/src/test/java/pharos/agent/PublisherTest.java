package pharos.agent;

import static org.junit.jupiter.api.Assertions.assertTrue;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.time.Duration;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Flow;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.reactivestreams.tck.TestEnvironment;
import org.reactivestreams.tck.flow.FlowPublisherVerification;
import org.testng.SkipException;
import org.testng.annotations.Test;

/** The kit of Reactive Streams, whose methods are made for TestNG, each as a test of JUnit. */
class PublisherTest {
  private static final ConcurrentLinkedQueue<Runnable> CLEANUPS = new ConcurrentLinkedQueue<>();

  /** A publisher that has news all the time. */
  public static final class Kit extends FlowPublisherVerification<List<Peer>> {
    public Kit() {
      super(new TestEnvironment(1_000, 100), 300);
    }

    @Override
    public Flow.Publisher<List<Peer>> createFlowPublisher(long elements) {
      CallLine line = PeerBoardTest.started();
      PeerBoard board = PeerBoardTest.on(line);
      AtomicBoolean over = new AtomicBoolean();
      Thread news =
          new Thread(
              () -> {
                for (int i = 0; !over.get(); i++) {
                  Peer peer = PeerFixture.peer(i % 100);
                  board.publish(
                      PeerBoardTest.of(peer),
                      List.of(PeerFixture.event(PeerEvent.Kind.ARRIVED, peer)));
                  LockSupport.parkNanos(100_000);
                }
              },
              "news");
      news.setDaemon(true);
      news.start();
      CLEANUPS.add(
          () -> {
            over.set(true);
            board.end(Optional.empty());
            line.awaitEnd(Duration.ofSeconds(5));
          });
      return board.publisher();
    }

    @Override
    public Flow.Publisher<List<Peer>> createFailedFlowPublisher() {
      CallLine line = PeerBoardTest.started();
      PeerBoard board = PeerBoardTest.on(line);
      board.end(Optional.of(new PharosException("ended")));
      line.awaitEnd(Duration.ofSeconds(5));
      return board.publisher();
    }

    @Override
    public long maxElementsFromPublisher() {
      return publisherUnableToSignalOnComplete();
    }
  }

  @AfterEach
  void cleanUp() {
    for (Runnable one = CLEANUPS.poll(); one != null; one = CLEANUPS.poll()) {
      one.run();
    }
  }

  @TestFactory
  Stream<DynamicTest> itFollowsReactiveStreams() {
    List<Method> methods =
        Arrays.stream(Kit.class.getMethods())
            .filter(method -> method.isAnnotationPresent(Test.class))
            .sorted(Comparator.comparing(Method::getName))
            .toList();
    assertTrue(methods.size() > 30, () -> methods.size() + " tests in the kit");
    return methods.stream()
        .map(method -> DynamicTest.dynamicTest(method.getName(), () -> run(method)));
  }

  private void run(Method method) throws Throwable {
    Kit kit = new Kit();
    kit.setUp();
    try {
      method.invoke(kit);
    } catch (InvocationTargetException e) {
      Throwable cause = e.getCause();
      if (cause instanceof SkipException skip) {
        Assumptions.abort(skip.getMessage());
      }
      throw cause;
    } finally {
      cleanUp();
    }
  }
}
