package pharos.agent.wire;

import java.util.Map;
import java.util.Optional;

/** Judges what the application offers: a mistake is told at once, with offer, field and value. */
final class Offers {
  static final String DEFAULT_PROTOCOL = "tcp";

  private Offers() {}

  static void check(Offer offer) {
    refuse(offer, "type", offer.type(), WireText.fault(offer.type(), 1, Limits.TYPE_BYTES));
    if (offer.port() < 1 || offer.port() > Limits.MAX_PORT) {
      throw refused(offer, "port", offer.port() + " is not 1 to " + Limits.MAX_PORT);
    }
    refuse(offer, "protocol", offer.protocol(), WireText.protocolFault(offer.protocol()));
    if (offer.attributes().size() > Limits.ATTRIBUTES) {
      throw refused(
          offer, "attributes", offer.attributes().size() + " are more than " + Limits.ATTRIBUTES);
    }
    for (Map.Entry<String, String> attribute : offer.attributes().entrySet()) {
      String key = attribute.getKey();
      refuse(offer, "name of an attribute", key, WireText.fault(key, 1, Limits.KEY_BYTES));
      String value = attribute.getValue();
      refuse(
          offer,
          "attribute '" + WireText.shown(key) + "'",
          value,
          WireText.fault(value, 0, Limits.VALUE_BYTES));
    }
  }

  private static void refuse(Offer offer, String field, String value, Optional<String> fault) {
    if (fault.isPresent()) {
      throw refused(offer, field, "'" + WireText.shown(value) + "' " + fault.get());
    }
  }

  static IllegalArgumentException refused(Offer offer, String field, String what) {
    return new IllegalArgumentException(
        "offer '" + WireText.shown(offer.type()) + "': " + field + ": " + what);
  }
}
