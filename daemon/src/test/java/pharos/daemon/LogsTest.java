package pharos.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.LoggingEvent;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LogsTest {
  private final LoggerContext context = new LoggerContext();

  private LoggingEvent event(
      String logger, Level level, String message, @Nullable Throwable thrown, Object... values) {
    Logger from = context.getLogger(logger);
    return new LoggingEvent("test", from, level, message, thrown, values);
  }

  private static String withoutTime(String line) {
    assertTrue(line.matches("(?s)\\d\\d:\\d\\d:\\d\\d\\.\\d{3} .*"), line);
    return line.substring(line.indexOf(' ') + 1);
  }

  @Test
  void theStoryComesAsItIs() {
    LoggingEvent event = event("pharos.story", Level.INFO, "{} left", null, "beta");
    assertEquals("beta left", withoutTime(Logs.line(event, false)));
  }

  @Test
  void otherLinesSayHowBadTheyAreAndNoClass() {
    LoggingEvent event =
        event("pharos.agent.Agent", Level.WARN, "it failed", new IllegalStateException("why"));
    assertEquals(
        "WARN it failed (java.lang.IllegalStateException: why)",
        withoutTime(Logs.line(event, false)));
    assertTrue(Logs.line(event, true).contains("\n\tat "), "who wants everything gets the trace");
  }

  @Test
  void aLineIsOneLine() {
    LoggingEvent event = event("pharos.story", Level.INFO, "one\r\ntwo", null);
    assertEquals("one  two", withoutTime(Logs.line(event, false)));
  }

  @Test
  void whatATerminalWouldObeyIsWrittenOut() {
    LoggingEvent event =
        event(
            "pharos.agent.Agent",
            Level.WARN,
            "{} failed",
            new IllegalStateException("\u001b[2J"),
            "\u009b31m");
    assertEquals(
        "WARN \\u009B31m failed (java.lang.IllegalStateException: \\u001B[2J)",
        withoutTime(Logs.line(event, false)));
    assertTrue(Logs.line(event, true).contains("IllegalStateException: \\u001B[2J\n\tat "));
  }
}
