package pharos.daemon;

import java.util.LinkedHashMap;
import java.util.Map;
import pharos.agent.wire.Offer;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/**
 * One thing to offer, as it is written on the command line: {@code TYPE=PORT[,key=value...]}. What
 * the key {@code protocol} says is how it is spoken to, else tcp.
 */
final class Offering implements ITypeConverter<Offer> {
  private static final String PROTOCOL = "protocol";

  @Override
  public Offer convert(String text) {
    String[] parts = text.split(",", -1);
    int equal = parts[0].indexOf('=');
    if (equal < 0) {
      throw new TypeConversionException(
          "'" + text + "' has no port: write TYPE=PORT, such as Alpha.Orders=7001");
    }
    String type = parts[0].substring(0, equal);
    if (type.isEmpty()) {
      throw new TypeConversionException(
          "'" + text + "' has no type: write TYPE=PORT, such as Alpha.Orders=7001");
    }
    int port = PortRange.port(parts[0].substring(equal + 1), 1, text);
    Map<String, String> attributes = new LinkedHashMap<>();
    for (int i = 1; i < parts.length; i++) {
      int at = parts[i].indexOf('=');
      if (at < 1) {
        throw new TypeConversionException(
            "'" + parts[i] + "' in '" + text + "' is no attribute: write key=value");
      }
      if (attributes.put(parts[i].substring(0, at), parts[i].substring(at + 1)) != null) {
        throw new TypeConversionException(
            "'" + parts[i].substring(0, at) + "' is there twice in '" + text + "'");
      }
    }
    String protocol = attributes.remove(PROTOCOL);
    return new Offer(type, port, protocol == null ? "tcp" : protocol, attributes);
  }
}
