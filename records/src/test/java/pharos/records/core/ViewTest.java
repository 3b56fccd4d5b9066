package pharos.records.core;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import pharos.beacon.NodeId;

class ViewTest {
  private static NodeState node(SplittableRandom random, int host) {
    return new NodeState(
        NodeId.random(random),
        1,
        "n",
        List.of("tcp://10.0.0." + host + ":1"),
        true,
        false,
        false,
        false,
        0,
        0);
  }

  private static List<NodeState> nodes(SplittableRandom random, int count, int hosts) {
    List<NodeState> nodes = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      nodes.add(node(random, i % hosts));
    }
    return nodes;
  }

  @Test
  void whoMayHaveAKeyInCommonIsANeighbour() {
    for (long seed = 1; seed <= 300; seed++) {
      SplittableRandom random = new SplittableRandom(seed);
      int copies = 1 + 2 * random.nextInt(3);
      View view = View.of(nodes(random, 1 + random.nextInt(80), 1 + random.nextInt(6)), copies);
      Map<NodeId, Set<NodeId>> neighbours = new HashMap<>();
      view.ids().forEach(id -> neighbours.put(id, view.neighbours(id)));
      for (int i = 0; i < 300; i++) {
        List<NodeId> holders = view.holders(random.nextLong());
        assertEquals(Math.min(copies, view.size()), holders.size());
        for (NodeId one : holders) {
          Set<NodeId> others = new HashSet<>(holders);
          others.remove(one);
          assertTrue(neighbours.getOrDefault(one, Set.of()).containsAll(others), "seed " + seed);
        }
      }
    }
  }

  @Test
  void whereAKeyLiesIsTheSameInWhateverOrderNodesAreKnown() {
    SplittableRandom random = new SplittableRandom(1);
    List<NodeState> nodes = nodes(random, 20, 4);
    View view = View.of(nodes, 3);
    Collections.shuffle(nodes, new Random(2));
    View other = View.of(nodes, 3);
    assertEquals(view, other);
    for (int i = 0; i < 100; i++) {
      long place = random.nextLong();
      assertEquals(view.holders(place), other.holders(place));
    }
  }

  @Test
  void copiesLieOnDifferentHostsWhereSeveralAreNear() {
    SplittableRandom random = new SplittableRandom(3);
    List<NodeState> nodes = nodes(random, 12, 3);
    Map<NodeId, String> hosts = new HashMap<>();
    nodes.forEach(node -> hosts.put(node.id(), node.host()));
    View view = View.of(nodes, 3);
    int different = 0;
    for (int i = 0; i < 1_000; i++) {
      Set<String> used = new HashSet<>();
      view.holders(random.nextLong()).forEach(id -> used.add(hosts.getOrDefault(id, "")));
      different += used.size() == 3 ? 1 : 0;
    }
    assertTrue(different > 600, different + " of 1000");
  }

  @Test
  void aCrowdHasFewNeighbours() {
    SplittableRandom random = new SplittableRandom(4);
    View view = View.of(nodes(random, 500, 500), 3);
    double mean =
        view.ids().stream().mapToInt(id -> view.neighbours(id).size()).average().orElse(0);
    assertTrue(mean < 40, "" + mean);
  }
}
