package pharos.daemon.json;

import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import pharos.agent.Finding;
import pharos.agent.Peer;
import pharos.agent.json.Json;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;

/**
 * What was found, as one line of JSON: {@code contact} (when there is one: {@code id} in base64,
 * {@code text} when it can be read so, {@code endpoints}, {@code data}, {@code ageMs}), {@code
 * peers} (as the library writes them) and {@code path}. More fields may be added.
 */
public final class FindingJson {
  private FindingJson() {}

  /**
   * The document.
   *
   * @param peers those of the finding that are to be told of
   */
  public static String of(Finding finding, List<Peer> peers) {
    return Json.write(
        Json.object(
            "contact", finding.contact().map(contact -> of(contact, finding.age().toMillis())),
            "peers", peers.stream().map(peer -> new Json.Raw(peer.toJson())).toList(),
            "path", finding.path()));
  }

  /** Nobody on the way has looked inside the data: what is no JSON would break what is around. */
  private static Map<String, Object> of(Contact contact, long ageMs) {
    ContactData data = contact.data();
    // Between the values of JSON alone there are ends of lines.
    Optional<Json.Raw> json =
        Optional.of(data.toString())
            .filter(Json::isJson)
            .map(text -> new Json.Raw(text.replace('\n', ' ').replace('\r', ' ')));
    Optional<String> bytes =
        Optional.of(Base64.getEncoder().encodeToString(data.toBytes()))
            .filter(text -> json.isEmpty() && data.length() > 0);
    return Json.object(
        "id",
        contact.id().toBase64(),
        "text",
        contact.id().toText(),
        "endpoints",
        contact.endpoints(),
        "data",
        json,
        "data64",
        bytes,
        "ageMs",
        ageMs);
  }
}
