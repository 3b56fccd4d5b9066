package pharos.daemon.ring;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;
import pharos.daemon.text.Shown;

/** A ring as a picture that stands alone: light or dark as whoever looks likes it, no script. */
public final class RingSvg {
  private static final int WIDTH = 1080;
  private static final int MIDDLE_X = WIDTH / 2;
  private static final int RADIUS = 210;
  private static final int KEY_RADIUS = 172;
  private static final int TOP = 110;
  private static final int LABEL_GAP = 34;
  private static final int LINE = 22;

  /** With more there is no room for names. */
  private static final int MOST_LABELS = 40;

  /** With more, watches are a grey area. */
  private static final int MOST_WATCHERS = 200;

  private static final int MOST_KEYS = 40;
  private static final int MOST_LISTED = 12;
  private static final int MOST_LETTERS = 32;

  private static final String STYLE =
      """
      <style>
      svg{--paper:#fbfaf7;--ink:#16232b;--soft:#54646e;--line:#c9c6bd;--deep:#1d5a78;--glow:#b97a00;--here:#1c7d4d;--gone:#b3261e;\
      background:var(--paper)}
      @media (prefers-color-scheme:dark){svg{--paper:#0f171c;--ink:#e6edf1;--soft:#9fb0ba;--line:#3a4b57;--deep:#7cc4e8;\
      --glow:#f2b135;--here:#5fd39a;--gone:#ff8a80}}
      text{fill:var(--ink);font:13px system-ui,sans-serif;unicode-bidi:isolate}
      .soft{fill:var(--soft);font-size:12px}.title{font-size:18px;font-weight:600}.bold{font-weight:600}
      .track,.lead,.watch,.copy,.table{fill:none;stroke:var(--line)}
      .watch{stroke:var(--deep);opacity:.4}.table{stroke:var(--soft);stroke-dasharray:2 4}.copy{stroke:var(--glow)}
      .node{fill:var(--soft);stroke:var(--paper);stroke-width:2}.holder{fill:var(--here)}.bad{fill:var(--gone)}
      .here{stroke:var(--glow);stroke-width:3}.key{fill:var(--glow)}
      </style>
      """;

  private final Ring ring;
  private final StringBuilder svg = new StringBuilder();
  private final double middleY;
  private int bottom;

  private record Point(double x, double y) {}

  private RingSvg(Ring ring) {
    this.ring = ring;
    middleY = TOP + Math.max(RADIUS + 20, labelsHeight() / 2.0);
  }

  private int labelsHeight() {
    long right = ring.nodes().stream().filter(it -> it.place() < 0.5).count();
    long most = Math.max(right, ring.nodes().size() - right);
    return ring.nodes().size() > MOST_LABELS ? 0 : (int) most * LABEL_GAP;
  }

  /** The picture, as text. */
  public static String of(Ring ring) {
    return new RingSvg(ring).draw();
  }

  private String draw() {
    text(MIDDLE_X, 36, "middle", "title", RingWords.headline(ring));
    text(MIDDLE_X, 60, "middle", "soft", RingWords.records(ring));
    text(MIDDLE_X, 80, "middle", "soft", legend());
    add("<circle class=\"track\" cx=\"%d\" cy=\"%.1f\" r=\"%d\"/>", MIDDLE_X, middleY, RADIUS);
    drawLines();
    drawCopies();
    drawNodes();
    bottom = (int) (middleY + Math.max(RADIUS + 20, labelsHeight() / 2.0)) + 40;
    listKeys();
    String title = escaped(RingWords.headline(ring));
    return "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" role=\"img\" aria-labelledby=\"t d\">\n<title id=\"t\">%s</title>\n<desc id=\"d\">%s</desc>\n"
            .formatted(WIDTH, bottom, title, escaped(RingWords.records(ring)))
        + STYLE
        + svg
        + "</svg>";
  }

  private String legend() {
    String more = ring.moreNodes() > 0 ? "; " + ring.moreNodes() + " nodes more" : "";
    return "blue: who watches whom; dotted: in the table of "
        + ring.seenBy()
        + "; orange: keys and their copies"
        + more;
  }

  private Point at(double place, double radius) {
    double angle = 2 * Math.PI * place;
    return new Point(MIDDLE_X + radius * Math.sin(angle), middleY - radius * Math.cos(angle));
  }

  private void drawLines() {
    Map<String, Ring.Node> nodes = new HashMap<>();
    ring.nodes().forEach(it -> nodes.put(it.id(), it));
    for (Ring.Node node : ring.nodes()) {
      if (ring.nodes().size() <= MOST_WATCHERS) {
        for (String watched : node.watches()) {
          Ring.Node to = nodes.get(watched);
          if (to != null) {
            curve("watch", node, to, 0.85);
          }
        }
      }
      ring.nodes().stream()
          .filter(it -> it.isHere() && node.isInTable())
          .forEach(it -> curve("table", it, node, 0.4));
    }
  }

  private void curve(String kind, Ring.Node from, Ring.Node to, double pull) {
    Point one = at(from.place(), RADIUS);
    Point other = at(to.place(), RADIUS);
    double x = MIDDLE_X + ((one.x + other.x) / 2 - MIDDLE_X) * pull;
    double y = middleY + ((one.y + other.y) / 2 - middleY) * pull;
    add(
        "<path class=\"%s\" d=\"M%.1f %.1f Q%.1f %.1f %.1f %.1f\"/>",
        kind, one.x, one.y, x, y, other.x, other.y);
  }

  private void drawCopies() {
    for (Ring.Key key : ring.keys().subList(0, Math.min(MOST_KEYS, ring.keys().size()))) {
      Point at = at(key.place(), KEY_RADIUS);
      for (int holder : key.holders()) {
        Point to = at(ring.nodes().get(holder).place(), RADIUS);
        add("<path class=\"copy\" d=\"M%.1f %.1f L%.1f %.1f\"/>", at.x, at.y, to.x, to.y);
      }
      add(
          "<circle class=\"key\" cx=\"%.1f\" cy=\"%.1f\" r=\"4\"><title>%s</title></circle>",
          at.x, at.y, escaped(key.key()));
    }
  }

  private void drawNodes() {
    for (Ring.Node node : ring.nodes()) {
      Point at = at(node.place(), RADIUS);
      add(
          "<circle class=\"node%s%s%s\" cx=\"%.1f\" cy=\"%.1f\""
              + " r=\"%d\"><title>%s</title></circle>",
          node.isHolder() ? " holder" : "",
          node.isDoubtful() ? " bad" : "",
          node.isHere() ? " here" : "",
          at.x,
          at.y,
          ring.nodes().size() > 100 ? 4 : 8,
          escaped(node.label() + ", " + node.address()));
    }
    if (ring.nodes().size() <= MOST_LABELS) {
      label(ring.nodes().stream().filter(it -> it.place() < 0.5).toList(), true);
      label(ring.nodes().stream().filter(it -> it.place() >= 0.5).toList(), false);
    }
  }

  /** Those of one side, as near to their nodes as they can be without lying over each other. */
  private void label(List<Ring.Node> side, boolean isRight) {
    List<Ring.Node> down = new ArrayList<>(side);
    down.sort(Comparator.comparingDouble(it -> at(it.place(), RADIUS).y));
    double lowest = middleY - Math.max(RADIUS, labelsHeight() / 2.0) - LABEL_GAP;
    double[] heights = new double[down.size()];
    for (int i = 0; i < heights.length; i++) {
      heights[i] = Math.max(at(down.get(i).place(), RADIUS).y, lowest + LABEL_GAP);
      lowest = heights[i];
    }
    double highest = middleY + Math.max(RADIUS, labelsHeight() / 2.0) + LABEL_GAP;
    for (int i = heights.length - 1; i >= 0; i--) {
      heights[i] = Math.min(heights[i], highest - LABEL_GAP);
      highest = heights[i];
    }
    int x = isRight ? MIDDLE_X + RADIUS + 36 : MIDDLE_X - RADIUS - 36;
    for (int i = 0; i < heights.length; i++) {
      Ring.Node node = down.get(i);
      Point at = at(node.place(), RADIUS + 8);
      add(
          "<path class=\"lead\" d=\"M%.1f %.1f L%d %.1f\"/>",
          at.x, at.y, isRight ? x - 6 : x + 6, heights[i]);
      String anchor = isRight ? "start" : "end";
      text(x, heights[i], anchor, "bold", cut(node.label()));
      text(x, heights[i] + 15, anchor, "soft", RingWords.state(node));
    }
  }

  private void listKeys() {
    List<Ring.Key> listed = ring.keys().subList(0, Math.min(MOST_LISTED, ring.keys().size()));
    for (Ring.Key key : listed) {
      text(40, bottom, "start", "bold", cut(key.key()));
      text(WIDTH / 3, bottom, "start", key.isWhole() ? "soft" : "", holders(key));
      bottom += LINE;
    }
    if (ring.keys().size() > listed.size()) {
      text(40, bottom, "start", "soft", ring.keys().size() - listed.size() + " records more");
      bottom += LINE;
    }
  }

  private String holders(Ring.Key key) {
    String names =
        key.holders().stream()
            .map(it -> cut(ring.nodes().get(it).label()))
            .collect(Collectors.joining(", "));
    return key.bytes()
        + (key.bytes() == 1 ? " byte at " : " bytes at ")
        + (names.isEmpty() ? "nobody" : names)
        + (key.isWhole() ? "" : ", of " + key.meant().size() + " that should have it");
  }

  private static String cut(String text) {
    return text.codePointCount(0, text.length()) <= MOST_LETTERS
        ? text
        : text.substring(0, text.offsetByCodePoints(0, MOST_LETTERS - 1)) + "…";
  }

  private void text(double x, double y, String anchor, String kind, String text) {
    add(
        "<text class=\"%s\" text-anchor=\"%s\" x=\"%.1f\" y=\"%.1f\">%s</text>",
        kind, anchor, x, y, escaped(text));
  }

  private void add(String format, Object... values) {
    svg.append(String.format(Locale.ROOT, format, values)).append('\n');
  }

  /**
   * Whatever others call themselves is text here: no element, no attribute, no turn of direction.
   */
  static String escaped(String text) {
    StringBuilder escaped = new StringBuilder();
    Shown.line(text)
        .codePoints()
        .forEach(
            it -> {
              switch (it) {
                case '<' -> escaped.append("&lt;");
                case '>' -> escaped.append("&gt;");
                case '&' -> escaped.append("&amp;");
                case '"' -> escaped.append("&quot;");
                case '\'' -> escaped.append("&#39;");
                // No letters, and not allowed in XML.
                case 0xFFFE, 0xFFFF -> escaped.append('\uFFFD');
                default -> escaped.appendCodePoint(it);
              }
            });
    return escaped.toString();
  }
}
