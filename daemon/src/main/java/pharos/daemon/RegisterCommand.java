package pharos.daemon;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import pharos.agent.Agent;
import pharos.agent.Finding;
import pharos.agent.json.Json;
import pharos.kademlia.Contact;
import pharos.kademlia.ContactData;
import pharos.kademlia.ContactId;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code pharos register}: announces a contact, and withdraws it at the end. */
@Command(
    name = "register",
    description = {
      "Announces a contact to all networks by a gateway, and keeps it announced for as long as this"
          + " runs.",
      "It runs until SIGTERM or Ctrl-C, withdraws the contact, and ends with 0."
    },
    footer = {
      "  pharos register receptionist --endpoint tcp://10.0.0.7:7001",
      "      so that 'pharos find receptionist' finds it everywhere",
      "  pharos register desk-1 --endpoint tcp://10.0.0.7:7001 --data '{\"room\":12}'",
      "      with something to tell; --data @FILE reads it from a file",
      "",
      "Ends with 0 when it was announced and asked to end, 1 when it could not be announced, 2 when"
          + " the options make no sense."
    })
final class RegisterCommand extends Subcommand {
  /** Who holds it drops it by itself a minute later. */
  private static final long WITHDRAWAL_MS = 2_000;

  private static final Logger log = LoggerFactory.getLogger(RegisterCommand.class);

  @Mixin private IdOptions id = new IdOptions();

  @Option(
      names = "--endpoint",
      paramLabel = "PROTOCOL://WHERE",
      description = "Where it is reached, the best first. Up to 16 times.")
  private List<String> endpoints = new ArrayList<>();

  @Option(
      names = "--data",
      paramLabel = "JSON|@FILE",
      description = "What it tells about itself, at most 4 KiB of JSON.")
  private @Nullable String data;

  @Mixin private Seconds seconds = new Seconds();

  @Option(names = "--json", description = "Tell as one JSON document, in a line, when it is done.")
  private boolean isJson;

  @Mixin private Visit visit = new Visit();

  @Override
  public Integer call() {
    Contact contact = contact();
    try (Agent agent = visit.join();
        Lifetime lifetime = new Lifetime(agent, () -> withdraw(agent, contact.id()))) {
      Finding finding = visit.ask(agent, it -> it.register(contact));
      if (finding.status() != Finding.Status.REGISTERED) {
        throw visit.notRegistered(contact.id().toString(), finding);
      }
      print(
          isJson
              ? Json.write(Json.object("id", contact.id().toBase64(), "path", finding.path()))
              : contact.id() + " is registered" + holders(finding));
      caller.out().flush();
      return lifetime.await(seconds.limit());
    }
  }

  /** A gateway that is alone keeps it until there are others. */
  private static String holders(Finding finding) {
    return finding.path().isEmpty()
        ? ", held by a gateway that has no others yet"
        : ", " + String.join(", ", finding.path());
  }

  private Contact contact() {
    ContactId read = id.read();
    String text = data;
    if (endpoints.isEmpty() && text == null) {
      throw new Misuse("an --endpoint or --data is needed: there would be nothing to find");
    }
    for (String endpoint : endpoints) {
      if (!endpoint.matches("[\\w.+-]+://\\S+")) {
        throw new Misuse(
            "--endpoint: '" + endpoint + "' is no PROTOCOL://WHERE, such as tcp://10.0.0.7:7001");
      }
    }
    try {
      Contact bare = Contact.of(read, endpoints.toArray(String[]::new));
      return text == null ? bare : bare.withData(data(text));
    } catch (IllegalArgumentException e) {
      throw new Misuse(String.valueOf(e.getMessage()), e);
    }
  }

  private ContactData data(String given) {
    String text =
        given.startsWith("@") ? TextFile.read("--data", Path.of(given.substring(1))) : given;
    ContactData read = ContactData.ofText(text.strip());
    if (!Json.isJson(read.toString())) {
      throw new Misuse("--data: this is no JSON: " + given);
    }
    return read;
  }

  private static void withdraw(Agent agent, ContactId id) {
    try {
      Finding.Status status =
          agent.unregister(id).get(WITHDRAWAL_MS, TimeUnit.MILLISECONDS).status();
      log.debug("withdrawing {} ended with {}", id, status);
    } catch (TimeoutException | ExecutionException e) {
      log.debug("{} could not be withdrawn and will run out", id, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
