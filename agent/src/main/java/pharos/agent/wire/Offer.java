package pharos.agent.wire;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One thing that an agent offers, as its document tells it.
 *
 * @param type what it is, such as {@code Alpha.Orders}
 * @param port where it answers
 * @param protocol how it is spoken to; {@code tcp} unless something else is told
 * @param attributes what else is told of it, in its owner's order
 */
public record Offer(String type, int port, String protocol, Map<String, String> attributes) {
  /** Copies the attributes, and keeps their order. */
  public Offer {
    attributes = Collections.unmodifiableMap(new LinkedHashMap<>(attributes));
  }
}
