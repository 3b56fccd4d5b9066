package pharos.daemon;

import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** A port, or the first that is free of several: {@code 7000} or {@code 7000-7010}. */
record PortRange(int first, int last) {
  /** The port that a text tells; {@code whole} is what it is a part of, for the message. */
  static int port(String text, int least, String whole) {
    try {
      int port = Integer.parseInt(text);
      if (port >= least && port <= 65_535) {
        return port;
      }
    } catch (NumberFormatException e) {
      // The same message as for a number that is none of a port.
    }
    String where = text.equals(whole) ? "" : " in '" + whole + "'";
    throw new TypeConversionException(
        "'" + text + "'" + where + " is no port: " + least + " to 65535");
  }

  static final class Reader implements ITypeConverter<PortRange> {
    @Override
    public PortRange convert(String text) {
      int dash = text.indexOf('-', 1);
      if (dash < 0) {
        int port = port(text, 0, text);
        return new PortRange(port, port);
      }
      int first = port(text.substring(0, dash), 1, text);
      int last = port(text.substring(dash + 1), 1, text);
      if (last < first) {
        throw new TypeConversionException("'" + text + "' ends before it begins");
      }
      return new PortRange(first, last);
    }
  }
}
