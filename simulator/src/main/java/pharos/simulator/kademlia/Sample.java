package pharos.simulator.kademlia;

import java.util.function.UnaryOperator;
import pharos.kademlia.Count;
import pharos.kademlia.Key;
import pharos.kademlia.Result;
import pharos.kademlia.Route;
import pharos.kademlia.Settings;

/** What many lookups in one network cost and found. */
final class Sample {
  final Figures hops = new Figures();
  final Figures requestsToSight = new Figures();
  final Figures roundTripsToSight = new Figures();
  final Figures roundTrips = new Figures();
  final Figures requests = new Figures();
  final Figures table = new Figures();
  final Figures closest = new Figures();
  final StillNetwork network;
  private final int lookups;
  private int found;

  private Sample(StillNetwork network, int lookups) {
    this.network = network;
    this.lookups = lookups;
  }

  /** What settings a plain Kademlia has, with no path but one. */
  static UnaryOperator<Settings> plain(int alpha, double stall) {
    return settings ->
        settings
            .with(settings.k(), alpha)
            .withPaths(1, 1)
            .withTimes(settings.times().withStall(stall));
  }

  /** Each lookup twice: up to the first who names the target, and up to the certified end. */
  static Sample ofNodes(StillNetwork network, int lookups, boolean isCertifiedToo) {
    Sample sample = new Sample(network, lookups);
    for (int i = 0; i < lookups; i++) {
      int asker = network.anyone();
      int target = network.anyone();
      while (target == asker) {
        target = network.anyone();
      }
      sample.addSight(network.find(asker, target));
      if (isCertifiedToo) {
        sample.addEnd(asker, network.population().node(target).key());
      }
    }
    return sample;
  }

  /** Looks contacts up that are registered with the nearest nodes. */
  static Sample ofContacts(StillNetwork network, int lookups) {
    Sample sample = new Sample(network, lookups);
    for (int i = 0; i < lookups; i++) {
      sample.addSight(network.findRegistered(network.anyone(), i));
    }
    return sample;
  }

  private void addSight(Result result) {
    if (result instanceof Result.Found sight) {
      Route route = sight.route();
      found++;
      hops.add(route.hops());
      requestsToSight.add(route.requests());
      roundTripsToSight.add(units(route.tookNs()));
    }
  }

  private void addEnd(int asker, Key key) {
    table.add(network.tableSize(asker));
    Result result = network.nearest(asker, key);
    if (result instanceof Result.Nearest end) {
      roundTrips.add(units(end.route().tookNs()));
      requests.add(end.route().requests());
      closest.add(network.share(key, asker, end.nodes()));
    }
  }

  private static double units(long tookNs) {
    return tookNs / (double) StillNetwork.UNIT_NS;
  }

  double foundShare() {
    return found / (double) lookups;
  }

  /** Whether every request was answered, failed, or was still open at the end of its lookup. */
  boolean isAccountedFor() {
    return network.count(Count.SENT)
        == network.count(Count.ANSWERED) + network.count(Count.FAILED) + network.open();
  }
}
