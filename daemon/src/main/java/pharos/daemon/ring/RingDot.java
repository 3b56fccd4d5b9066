package pharos.daemon.ring;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import pharos.daemon.text.Shown;

/**
 * A ring for Graphviz: {@code neato -n} and {@code dot} keep each node in its place. Names of
 * others stand in labels alone, never where Graphviz would read them as something else.
 */
public final class RingDot {
  private static final double RADIUS_INCHES = 3.2;
  private static final double KEY_RADIUS_INCHES = 2.2;

  /** More edges than these are no picture any more. */
  private static final int MOST_KEYS = 100;

  private RingDot() {}

  /** The graph, as text. */
  public static String of(Ring ring) {
    StringBuilder dot = new StringBuilder("digraph ring {\n");
    dot.append("  graph [layout=neato, overlap=true, splines=true, labelloc=t, label=")
        .append(quoted(RingWords.headline(ring) + "\n" + RingWords.records(ring)))
        .append("];\n  node [fontname=\"sans-serif\", fontsize=10];\n  edge [arrowsize=0.6];\n");
    Map<String, Integer> at = new HashMap<>();
    for (Ring.Node node : ring.nodes()) {
      int index = at.size();
      at.put(node.id(), index);
      String state = RingWords.state(node);
      dot.append(
          "  n%d [label=%s, pos=%s, shape=%s, style=%s%s];\n"
              .formatted(
                  index,
                  quoted(node.label() + (state.isEmpty() ? "" : "\n" + state)),
                  position(node.place(), RADIUS_INCHES),
                  node.isHolder() ? "box" : "ellipse",
                  node.isDoubtful() ? "dashed" : node.isHere() ? "bold" : "solid",
                  node.isDoubtful() ? ", color=red" : ""));
    }
    for (Ring.Node node : ring.nodes()) {
      for (String watched : node.watches()) {
        if (at.containsKey(watched)) {
          dot.append(
              "  n%d -> n%d [color=steelblue, tooltip=\"watches\"];\n"
                  .formatted(at.get(node.id()), at.get(watched)));
        }
      }
      ring.nodes().stream()
          .filter(it -> it.isHere() && node.isInTable())
          .forEach(
              it ->
                  dot.append(
                      "  n%d -> n%d [style=dotted, color=gray50, tooltip=\"in its table\"];\n"
                          .formatted(at.get(it.id()), at.get(node.id()))));
    }
    appendKeys(dot, ring);
    return dot.append("}").toString();
  }

  private static void appendKeys(StringBuilder dot, Ring ring) {
    int index = 0;
    for (Ring.Key key : ring.keys().subList(0, Math.min(MOST_KEYS, ring.keys().size()))) {
      dot.append(
          "  k%d [label=%s, pos=%s, shape=plaintext];\n"
              .formatted(index, quoted(key.key()), position(key.place(), KEY_RADIUS_INCHES)));
      for (int holder : key.holders()) {
        dot.append(
            "  k%d -> n%d [color=darkorange, arrowhead=dot, tooltip=\"has a copy\"];\n"
                .formatted(index, holder));
      }
      index++;
    }
    int more = ring.keys().size() - index;
    if (more > 0) {
      dot.append(
          "  more [label=\"%d more records\", pos=\"0,0!\", shape=plaintext];\n".formatted(more));
    }
  }

  /** From the top, as a clock goes. */
  private static String position(double place, double radius) {
    double angle = 2 * Math.PI * place;
    return String.format(
        Locale.ROOT, "\"%.3f,%.3f!\"", radius * Math.sin(angle), radius * Math.cos(angle));
  }

  /**
   * A label. A backslash would begin an escape, such as the name of the graph, and an ampersand a
   * sign of HTML.
   */
  static String quoted(String text) {
    StringBuilder quoted = new StringBuilder("\"");
    String separator = "";
    for (String line : text.split("\n", -1)) {
      quoted
          .append(separator)
          .append(
              Shown.line(line).replace("\\", "\\\\").replace("\"", "\\\"").replace("&", "&amp;"));
      separator = "\\n";
    }
    return quoted.append('"').toString();
  }
}
