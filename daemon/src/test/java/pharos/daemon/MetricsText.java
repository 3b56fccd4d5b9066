package pharos.daemon;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Reads the text format of Prometheus, version 0.0.4, and is stricter than it must be: every family
 * has its help and its type, in this order and once, before its samples, which stand together; no
 * series comes twice; a histogram has all of its parts, and its buckets grow.
 */
final class MetricsText {
  private static final String NAME = "[a-zA-Z_:][a-zA-Z0-9_:]*";
  private static final Pattern HELP =
      Pattern.compile("# HELP (" + NAME + ") ((?:[^\\\\]|\\\\[\\\\n])+)");
  private static final Pattern TYPE = Pattern.compile("# TYPE (" + NAME + ") ([a-z]+)");
  private static final Pattern LABEL =
      Pattern.compile("([a-zA-Z_][a-zA-Z0-9_]*)=\"((?:[^\"\\\\\\n]|\\\\[\\\\\"n])*)\"");
  private static final Pattern SAMPLE =
      Pattern.compile(
          "(" + NAME + ")(?:\\{(" + LABEL + "(?:," + LABEL + ")*),?})? (NaN|[+-]Inf|[0-9.eE+-]+)");
  private static final Set<String> TYPES = Set.of("counter", "gauge", "histogram");
  private static final List<String> PARTS = List.of("_bucket", "_sum", "_count");

  /** One metric: its type, its labels without the bound of buckets, and its samples. */
  record Family(String type, Set<String> labels, Map<String, Double> samples) {}

  private final Map<String, Family> families = new LinkedHashMap<>();
  private @Nullable String helped;
  private @Nullable String current;

  private MetricsText() {}

  /** All of it, by name. */
  static Map<String, Family> read(String text) {
    assertTrue(text.endsWith("\n"), "the last line has an end");
    MetricsText reader = new MetricsText();
    text.lines().forEach(reader::line);
    reader.families.forEach(MetricsText::check);
    return reader.families;
  }

  private void line(String line) {
    Matcher help = HELP.matcher(line);
    Matcher type = TYPE.matcher(line);
    Matcher sample = SAMPLE.matcher(line);
    if (help.matches()) {
      helped = help.group(1);
    } else if (type.matches()) {
      assertEquals(helped, type.group(1), "a type follows its help");
      assertTrue(TYPES.contains(type.group(2)), line);
      current = type.group(1);
      Family family = new Family(type.group(2), new TreeSet<>(), new LinkedHashMap<>());
      assertEquals(null, families.put(type.group(1), family), line);
    } else {
      assertTrue(sample.matches(), line);
      sample(line, sample);
    }
  }

  private void sample(String line, Matcher sample) {
    String name = sample.group(1);
    String told = current;
    assertNotNull(told, line);
    Family family = families.get(told);
    assertNotNull(family, line);
    boolean isPart = PARTS.stream().anyMatch(part -> name.equals(told + part));
    assertTrue(family.type().equals("histogram") ? isPart : name.equals(told), line);
    assertEquals(family.type().equals("counter"), name.endsWith("_total"), line);
    Set<String> names = new HashSet<>();
    Matcher label = LABEL.matcher(sample.group(2) == null ? "" : sample.group(2));
    while (label.find()) {
      assertTrue(names.add(label.group(1)), line);
    }
    assertEquals(name.equals(told + "_bucket"), names.remove("le"), line);
    if (family.samples().isEmpty()) {
      family.labels().addAll(names);
    }
    assertEquals(family.labels(), names, line);
    double value = Double.parseDouble(sample.group(sample.groupCount()).replace("Inf", "Infinity"));
    assertTrue(family.type().equals("gauge") || value >= 0, line);
    String series = line.substring(0, line.lastIndexOf(' '));
    assertEquals(null, family.samples().put(series, value), line);
  }

  private static void check(String name, Family family) {
    assertFalse(family.samples().isEmpty(), name + " has a sample");
    if (family.type().equals("histogram")) {
      Map<String, List<Double>> buckets = new LinkedHashMap<>();
      family.samples().forEach((series, value) -> bucket(name, series, value, buckets));
      assertFalse(buckets.isEmpty(), name);
      buckets.forEach((labels, counts) -> checkBuckets(name, labels, counts, family));
    }
  }

  private static void bucket(
      String name, String series, double value, Map<String, List<Double>> buckets) {
    if (series.startsWith(name + "_bucket")) {
      String labels =
          series
              .substring((name + "_bucket").length())
              .replaceFirst(",?le=\"[^\"]*\"", "")
              .replace("{}", "");
      buckets.computeIfAbsent(labels, any -> new ArrayList<>()).add(value);
    }
  }

  private static void checkBuckets(String name, String labels, List<Double> counts, Family family) {
    assertEquals(counts.stream().sorted().toList(), counts, name + labels);
    String head = labels.isEmpty() ? "{" : labels.replace("}", ",");
    assertTrue(
        family.samples().containsKey(name + "_bucket" + head + "le=\"+Inf\"}"), name + labels);
    assertEquals(
        counts.get(counts.size() - 1), family.samples().get(name + "_count" + labels), name);
    assertTrue(family.samples().containsKey(name + "_sum" + labels), name + labels);
  }
}
