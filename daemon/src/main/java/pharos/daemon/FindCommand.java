package pharos.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.net.URLEncoder;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import pharos.agent.Agent;
import pharos.agent.Finding;
import pharos.agent.Peer;
import pharos.agent.json.Json;
import pharos.kademlia.ContactId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pharos find}: looks for one thing, here and past this network. */
@Command(
    name = "find",
    description =
        "Looks for a contact that was registered, and for agents of this name or id: on this"
            + " network, and by a gateway on all others.",
    footer = {
      "  pharos find beta-1",
      "      by the name of an agent; several may have it",
      "  pharos find receptionist --json | jq -r '.contact.endpoints[0]'",
      "      where to connect to",
      "  pharos find --base64 bXkuc2VjcmV0LmRucy5jb20=",
      "      by the bytes of an id; without --base64 this is text like any other",
      "  pharos find beta-1 --seed gate.example:5671",
      "      where no gateway is on this network",
      "",
      "Ends with 0 when it is found, 1 when it is not, no gateway was heard or it failed, 2 when"
          + " the options make no sense."
    })
final class FindCommand extends Subcommand {
  @Mixin private IdOptions id = new IdOptions();

  @Option(names = "--json", description = "Print what was found as one JSON document.")
  private boolean isJson;

  @Mixin private DaemonOptions daemons = new DaemonOptions();

  @Mixin private Visit visit = new Visit();

  @Override
  public Integer call() {
    ContactId sought = id.read();
    Optional<Daemon> daemon = daemons.find(caller, visit::isOf);
    if (daemon.isPresent()) {
      return toldBy(daemon.get(), sought);
    }
    try (Agent agent = visit.join()) {
      Finding finding = visit.ask(agent, it -> it.find(sought));
      List<Peer> peers = Visit.peers(agent, finding);
      if (finding.contact().isEmpty() && peers.isEmpty()) {
        caller.out().print(isJson ? FindingTable.of(finding, peers, true) : "");
        throw visit.nothing(sought.toString(), finding);
      }
      caller.out().print(FindingTable.of(finding, peers, isJson));
      return caller.done("find", "asked the network, since no agent with HTTP could be");
    }
  }

  private int toldBy(Daemon daemon, ContactId sought) {
    String query = URLEncoder.encode(sought.toBase64(), UTF_8);
    Daemon.Answer answer = daemon.ask("/v1/contacts?id64=" + query);
    Map<String, Object> told = answer.isOk() ? Json.members(answer.body()) : new LinkedHashMap<>();
    List<Map<String, Object>> peers = new ArrayList<>();
    if (told.get("peers") instanceof List<?> list) {
      list.forEach(it -> peers.add(Json.members(it)));
    }
    if (peers.isEmpty()) {
      // The daemon itself is none of its peers.
      Members.of(daemon).objects().stream().filter(it -> isIt(it, sought)).forEach(peers::add);
    }
    told.put("peers", peers);
    if (told.get("contact") == null && peers.isEmpty()) {
      caller.out().print(isJson ? FindingTable.of(told, List.of(), true) : "");
      throw notFound(daemon, sought, answer);
    }
    caller.out().print(FindingTable.of(told, new Members(peers).peers(), isJson));
    return caller.done("find", "asked " + daemon.label());
  }

  private static boolean isIt(Map<String, Object> member, ContactId sought) {
    return sought.toText().equals(Optional.ofNullable(member.get("name")))
        || sought.toBase64().equals(member.get("id"));
  }

  private static Failure notFound(Daemon daemon, ContactId sought, Daemon.Answer answer) {
    return new Failure(
        answer.status() == 404 || answer.isOk()
            ? "nobody knows " + sought + " (asked " + daemon.label() + ")"
            : sought + ": " + answer.why() + " (asked " + daemon.label() + ")");
  }
}
