package pharos.records.etcd;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;
import static pharos.records.RecordsContract.done;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import pharos.records.Content;
import pharos.records.Records;
import pharos.records.RecordsException;
import pharos.records.RecordsException.Reason;
import pharos.testkit.Needs;

/** Users, and TLS. */
class EtcdSecurityTest {
  private static final Content ONE = Content.text("one");

  @TempDir Path folder;

  private static RecordsException failure(CompletableFuture<?> call) {
    return assertThrows(RecordsException.class, () -> done(call));
  }

  private static ConditionFactory soon() {
    return Awaitility.await().atMost(Duration.ofSeconds(40)).ignoreExceptions();
  }

  @Test
  void aUserMayDoWhatEtcdLetsHimAndHisTokenIsRenewed() throws IOException {
    try (EtcdMembers etcd = EtcdMembers.start(folder, 1)) {
      etcd.ctl("user", "add", "root:secret");
      etcd.ctl("user", "add", "pharos:pass");
      etcd.ctl("role", "add", "records");
      etcd.ctl("role", "grant-permission", "records", "--prefix=true", "readwrite", "pharos/");
      etcd.ctl("user", "grant-role", "pharos", "records");
      etcd.ctl("auth", "enable");
      try (Records wrong = EtcdBuilder.at(etcd.url()).user("pharos", "no").build();
          Records nobody = EtcdBuilder.at(etcd.url()).build();
          Records elsewhere =
              EtcdBuilder.at(etcd.url()).user("pharos", "pass").prefix("other/").build();
          Records records = EtcdBuilder.at(etcd.url()).user("pharos", "pass").build()) {
        for (Records it : List.of(wrong, nobody, elsewhere)) {
          RecordsException failure = failure(it.put("key", ONE));
          assertEquals(Reason.REFUSED, failure.reason(), failure::getMessage);
          assertFalse(failure.mayHaveHappened());
        }
        assertTrue(
            String.valueOf(failure(elsewhere.get("key")).getMessage())
                .contains("permission denied"));
        List<String> seen = new CopyOnWriteArrayList<>();
        records.watch(
            "key", it -> seen.add(it.content().map(Content::text).orElse("none")), it -> {});
        done(records.put("key", ONE));
        soon().until(() -> seen.contains("one"));
        assertTrue(done(records.overview()).isWhole());
        // It forgets all tokens when it restarts.
        etcd.kill(0);
        etcd.run(0);
        soon().until(() -> done(records.put("key", Content.text("two"))).agreed() == 1);
        soon().until(() -> seen.get(seen.size() - 1).equals("two"));
      }
    }
  }

  @Test
  void whereNobodyHasToBeAUserOneMayBe() throws IOException {
    try (EtcdMembers etcd = EtcdMembers.start(folder, 1);
        Records records = EtcdBuilder.at(etcd.url()).user("pharos", "pass").build()) {
      done(records.put("key", ONE));
    }
  }

  @Test
  void whatIsSaidByTlsIsBelievedFromWhomOneTrusts() throws Exception {
    Path authority = authority("ca");
    Path key = folder.resolve("server.key");
    Path server = signed("server", "subjectAltName=IP:127.0.0.1", authority);
    Path client = signed("client", "extendedKeyUsage=clientAuth", authority);
    List<String> options =
        List.of(
            "--cert-file=" + server,
            "--key-file=" + key,
            "--trusted-ca-file=" + authority,
            "--client-cert-auth");
    try (EtcdMembers etcd = EtcdMembers.start(folder, 1, true, options);
        Records records =
            EtcdBuilder.at(etcd.url())
                .authorities(authority)
                .certificate(client, folder.resolve("client.key"))
                .build();
        Records stranger = EtcdBuilder.at(etcd.url()).timeout(Duration.ofSeconds(1)).build();
        Records unnamed =
            EtcdBuilder.at(etcd.url())
                .authorities(authority)
                .timeout(Duration.ofSeconds(1))
                .build()) {
      List<String> seen = new CopyOnWriteArrayList<>();
      records.watch(
          "key", it -> seen.add(it.content().map(Content::text).orElse("none")), it -> {});
      done(records.put("key", ONE));
      assertEquals("one", done(records.get("key")).content().orElseThrow().text());
      soon().until(() -> seen.contains("one"));
      assertTrue(done(records.overview()).isWhole());
      RecordsException failure = failure(stranger.put("key", ONE));
      assertEquals(Reason.NO_MAJORITY, failure.reason());
      assertTrue(String.valueOf(failure.getMessage()).contains("PKIX"), failure::getMessage);
      assertEquals(Reason.NO_MAJORITY, failure(unnamed.put("key", ONE)).reason());
    }
  }

  private Path authority(String name) throws IOException, InterruptedException {
    Path certificate = folder.resolve(name + ".pem");
    openssl(
        "req",
        "-x509",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-days",
        "2",
        "-subj",
        "/CN=" + name,
        "-keyout",
        folder.resolve(name + ".key").toString(),
        "-out",
        certificate.toString());
    return certificate;
  }

  private Path signed(String name, String extension, Path authority)
      throws IOException, InterruptedException {
    Path request = folder.resolve(name + ".csr");
    Path extensions = Files.writeString(folder.resolve(name + ".ext"), extension + "\n", UTF_8);
    Path certificate = folder.resolve(name + ".pem");
    openssl(
        "req",
        "-newkey",
        "rsa:2048",
        "-nodes",
        "-subj",
        "/CN=" + name,
        "-keyout",
        folder.resolve(name + ".key").toString(),
        "-out",
        request.toString());
    openssl(
        "x509",
        "-req",
        "-days",
        "2",
        "-in",
        request.toString(),
        "-CA",
        authority.toString(),
        "-CAkey",
        authority.toString().replace(".pem", ".key"),
        "-CAcreateserial",
        "-extfile",
        extensions.toString(),
        "-out",
        certificate.toString());
    return certificate;
  }

  private void openssl(String... arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of(arguments));
    command.add(0, "openssl");
    Process process;
    try {
      process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(folder.resolve("openssl.log").toFile())
              .start();
    } catch (IOException e) {
      Needs.that(false, "openssl");
      throw e;
    }
    assertTrue(process.waitFor(60, TimeUnit.SECONDS));
    assertEquals(0, process.exitValue(), () -> String.join(" ", command));
  }

  @Test
  void whatCannotBeAnEtcdIsRefusedAndNamed() throws IOException {
    for (String text :
        List.of(
            "",
            "127.0.0.1:2379",
            "http://127.0.0.1",
            "etcd://",
            "etcd://a,",
            "etcd://a:0",
            "etcd://a:99999",
            "etcd://a b",
            "etcd://u:p@a",
            "etcd://a/path",
            "etcd://a?b",
            "etcd://" + "a,".repeat(16) + "a")) {
      IllegalArgumentException failure =
          assertThrows(IllegalArgumentException.class, () -> EtcdBuilder.at(text), text);
      assertTrue(String.valueOf(failure.getMessage()).contains("'" + text + "'"));
    }
    assertEquals("a:2379,[::1]:7", Endpoints.of("etcds://a,[::1]:7").toString());
    EtcdBuilder plain = EtcdBuilder.at("etcd://a");
    assertThrows(IllegalArgumentException.class, () -> plain.user("", ""));
    assertThrows(IllegalArgumentException.class, () -> plain.timeout(Duration.ofMillis(1)));
    assertThrows(IllegalArgumentException.class, () -> plain.prefix("a".repeat(200)));
    Path none = folder.resolve("none.pem");
    assertThrows(IllegalArgumentException.class, () -> plain.authorities(none).build());
    EtcdBuilder tls = EtcdBuilder.at("etcds://a").authorities(none);
    assertThrows(IOException.class, tls::build);
    Files.writeString(none, "no certificate", UTF_8);
    IOException failure = assertThrows(IOException.class, tls::build);
    assertTrue(String.valueOf(failure.getMessage()).contains("none.pem"), failure::toString);
  }
}
