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

/**
 * What a command logs: one line for each thing that happens, with the time, to standard error,
 * since standard output is for what a script reads. The story of who met whom comes as it is; other
 * lines say how bad they are. Logback finds this class by its name in META-INF, so that no XML is
 * read.
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
    line.append(' ').append(event.getFormattedMessage().replace('\n', ' ').replace('\r', ' '));
    IThrowableProxy thrown = event.getThrowableProxy();
    if (thrown != null && isTraced) {
      line.append('\n').append(ThrowableProxyUtil.asString(thrown).stripTrailing());
    } else if (thrown != null) {
      line.append(" (").append(thrown.getClassName()).append(": ");
      line.append(thrown.getMessage()).append(')');
    }
    return line.toString();
  }

  private static final class Lines extends AppenderBase<ILoggingEvent> {
    private final PrintStream out;

    Lines(PrintStream out) {
      this.out = out;
    }

    @Override
    protected void append(ILoggingEvent event) {
      out.println(line(event, logger("pharos").getLevel() == Level.DEBUG));
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
