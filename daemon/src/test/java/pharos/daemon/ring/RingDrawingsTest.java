package pharos.daemon.ring;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.w3c.dom.Document;
import org.w3c.dom.Element;
import org.w3c.dom.NodeList;
import pharos.testkit.Needs;

class RingDrawingsTest {
  private static final List<Ring> RINGS =
      List.of(
          Rings.ring(1),
          Rings.ring(5, "a", "b/c"),
          Rings.hostile(),
          Ring.of(Rings.peers(3), List.of(), Optional.empty(), Ring.NO_RECORDS));

  /** One statement of the language, as far as ours go: identifiers, quoted texts, attributes. */
  private static final Pattern STATEMENT =
      Pattern.compile(
          "  (?:graph|node|edge|more|[nk]\\d+(?: -> [nk]\\d+)?)"
              + " \\[(?:\\w+=(?:\\w[\\w.]*|\"(?:[^\"\\\\\n]|\\\\[\\\\\"n])*\")(?:, )?)+];");

  @TempDir Path folder;

  private static Document parsed(String svg) throws Exception {
    DocumentBuilderFactory factory = DocumentBuilderFactory.newInstance();
    factory.setFeature("http://apache.org/xml/features/disallow-doctype-decl", true);
    return factory.newDocumentBuilder().parse(new ByteArrayInputStream(svg.getBytes(UTF_8)));
  }

  @Test
  void thePictureIsXmlOfOurElementsAlone() throws Exception {
    for (Ring ring : RINGS) {
      NodeList all = parsed(RingSvg.of(ring)).getElementsByTagName("*");
      Set<String> names = new TreeSet<>();
      Set<String> attributes = new TreeSet<>();
      for (int i = 0; i < all.getLength(); i++) {
        Element element = (Element) all.item(i);
        names.add(element.getTagName());
        for (int a = 0; a < element.getAttributes().getLength(); a++) {
          attributes.add(element.getAttributes().item(a).getNodeName());
        }
      }
      names.removeAll(Set.of("svg", "title", "desc", "style", "circle", "path", "text"));
      assertEquals(Set.of(), names);
      assertEquals(
          List.of(),
          attributes.stream().filter(it -> it.startsWith("on") || it.contains("href")).toList());
    }
  }

  @Test
  void whatOthersAreCalledIsTextInThePicture() throws Exception {
    Document picture = parsed(RingSvg.of(Rings.hostile()));
    String all = picture.getDocumentElement().getTextContent();
    for (String name :
        List.of("</text><script>alert(1)</script>", "&lt;b&gt; &amp;", "שלום עולם")) {
      assertTrue(all.contains(name), name);
    }
    assertTrue(all.contains("\\u202Eevil"), "a turn of direction is written out");
    assertFalse(all.codePoints().anyMatch(it -> it < ' ' && it != '\n'), "no controls");
  }

  @Test
  void namesDoNotLieOverEachOther() throws Exception {
    Ring crowded = crowded();
    NodeList texts = parsed(RingSvg.of(crowded)).getElementsByTagName("text");
    List<double[]> places = new ArrayList<>();
    for (int i = 0; i < texts.getLength(); i++) {
      Element text = (Element) texts.item(i);
      if (text.getAttribute("class").equals("bold")) {
        double x = Double.parseDouble(text.getAttribute("x"));
        double y = Double.parseDouble(text.getAttribute("y"));
        for (double[] other : places) {
          assertFalse(other[0] == x && Math.abs(other[1] - y) < 30, "two names at " + x + " " + y);
        }
        places.add(new double[] {x, y});
      }
    }
    assertEquals(20, places.size());
  }

  /** Twenty in a hundredth of the ring. */
  private static Ring crowded() {
    List<Ring.Node> nodes = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      nodes.add(
          new Ring.Node(
              "id" + i,
              "abcd",
              "node-" + i,
              "",
              0.3 + i / 2_000.0,
              false,
              "ALIVE",
              "",
              false,
              false,
              0,
              0,
              false,
              List.of()));
    }
    return new Ring("node-0", Optional.empty(), "", nodes, List.of(), 0);
  }

  @Test
  void theGraphHasOurStatementsAlone() {
    for (Ring ring : RINGS) {
      String[] lines = RingDot.of(ring).lines().toArray(String[]::new);
      assertEquals("digraph ring {", lines[0]);
      assertEquals("}", lines[lines.length - 1]);
      for (int i = 1; i < lines.length - 1; i++) {
        assertTrue(STATEMENT.matcher(lines[i]).matches(), lines[i]);
      }
    }
  }

  @Test
  void labelsAreTheNamesAgainOnceTheyAreRead() {
    for (String name : Rings.HOSTILE) {
      String quoted = RingDot.quoted(name.replace("\n", ""));
      Matcher escape = Pattern.compile("\\\\(.)").matcher(quoted.substring(1, quoted.length() - 1));
      String read = escape.replaceAll(it -> Matcher.quoteReplacement(it.group(1)));
      assertEquals(
          pharos.daemon.text.Shown.line(name.replace("\n", "")), read.replace("&amp;", "&"));
    }
  }

  @Test
  void graphvizDrawsIt() throws IOException, InterruptedException {
    for (Ring ring : RINGS) {
      Path file = Files.writeString(folder.resolve("ring.dot"), RingDot.of(ring));
      Process dot;
      try {
        dot =
            new ProcessBuilder("dot", "-Tsvg", file.toString())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("ring.svg").toFile())
                .start();
      } catch (IOException e) {
        Needs.that(false, "dot, of Graphviz");
        throw e;
      }
      assertTrue(dot.waitFor(60, TimeUnit.SECONDS));
      String drawn = Files.readString(folder.resolve("ring.svg"));
      assertEquals(0, dot.exitValue(), drawn);
      assertTrue(drawn.contains("<svg"), drawn);
    }
  }
}
