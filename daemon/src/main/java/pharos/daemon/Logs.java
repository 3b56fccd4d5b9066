package pharos.daemon;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.ThrowableProxyUtil;
import ch.qos.logback.core.AppenderBase;
import ch.qos.logback.core.spi.ContextAwareBase;
import java.io.PrintStream;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.function.BiConsumer;
import org.slf4j.LoggerFactory;
import pharos.daemon.text.Shown;

/**
 * What a command logs: one line for each thing that happens, with the time, to standard error,
 * since standard output is for what a script reads. The story of who met whom comes as it is; other
 * lines say how bad they are. Strangers have a part in what is told, so what a terminal would obey
 * is written out, and what repeats is left out ({@link Sieve}), except with {@code -vv}. Logback
 * finds this class by its name in META-INF, so that no XML is read.
 */
public final class Logs extends ContextAwareBase implements Configurator {
  private static final String STORY = "pharos.story";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss.SSS").withZone(ZoneId.systemDefault());

  @Override
  public ExecutionStatus configure(LoggerContext context) {
    Lines lines = new Lines(System.err);
    lines.setContext(context);
    lines.start();
    Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
    root.setLevel(Level.WARN);
    root.addAppender(lines);
    context.getLogger(STORY).setLevel(Level.INFO);
    return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
  }

  /** How much is told: 0 who comes and goes, 1 also who asks whom, 2 everything of ours. */
  static void tell(int verbosity) {
    logger(STORY).setLevel(verbosity > 0 ? Level.DEBUG : Level.INFO);
    logger("pharos").setLevel(verbosity > 1 ? Level.DEBUG : Level.WARN);
  }

  /** Only what is wrong. */
  static void quiet() {
    logger(STORY).setLevel(Level.WARN);
  }

  /** Hands each line of the story on, with its time, besides logging it. */
  static void followStory(BiConsumer<Instant, String> follower) {
    Follower appender = new Follower(follower);
    appender.setContext((LoggerContext) LoggerFactory.getILoggerFactory());
    appender.start();
    logger(STORY).addAppender(appender);
  }

  private static Logger logger(String name) {
    return (Logger) LoggerFactory.getLogger(name);
  }

  /** The line for an event, without its end. */
  static String line(ILoggingEvent event, boolean isTraced) {
    StringBuilder line = new StringBuilder();
    TIME.formatTo(event.getInstant(), line);
    if (!event.getLoggerName().equals(STORY)) {
      line.append(' ').append(event.getLevel());
    }
    line.append(' ').append(text(event));
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null && isTraced) {
      line.append('\n').append(Shown.lines(ThrowableProxyUtil.asString(thrown).stripTrailing()));
    }
    return line.toString();
  }

  /** Strangers may have had a part in it. */
  private static String text(ILoggingEvent event) {
    String message = event.getFormattedMessage();
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null) {
      message += " (" + thrown.getClassName() + ": " + thrown.getMessage() + ")";
    }
    return Shown.line(message.replace('\n', ' ').replace('\r', ' '));
  }

  /** How many lines were held back before this one, or -1 when this one is to be held back too. */
  private static long held(Sieve sieve, ILoggingEvent event) {
    return event.getLoggerName().equals(STORY)
        ? sieve.pass(System.nanoTime())
        : sieve.pass(event.getLoggerName() + event.getMessage(), text(event), System.nanoTime());
  }

  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final PrintStream out;
    private final Paint paint;
    private final Sieve sieve = new Sieve();

    Lines(PrintStream out) {
      this.out = out;
      paint = Paint.of(Caller.ofThisProcess(out, out), Caller.Stream.ERR);
    }

    /** Called by one thread at a time. */
    @Override
    protected void append(ILoggingEvent event) {
      boolean tellsAll = logger("pharos").getLevel() == Level.DEBUG;
      long held = tellsAll ? 0 : held(sieve, event);
      if (held >= 0) {
        String more = held == 0 ? "" : " (" + held + " such lines were left out before)";
        String line = line(event, tellsAll) + more;
        out.println(event.getLevel().isGreaterOrEqual(Level.WARN) ? paint.doubtful(line) : line);
      }
    }
  }

  private static final class Follower extends AppenderBase<ILoggingEvent> {
    private final BiConsumer<Instant, String> follower;

    Follower(BiConsumer<Instant, String> follower) {
      this.follower = follower;
    }

    @Override
    protected void append(ILoggingEvent event) {
      follower.accept(event.getInstant(), event.getFormattedMessage());
    }
  }
}
