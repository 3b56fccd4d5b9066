package pharos.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.function.Executable;

class ContactTest {
  private static final ContactId ID = ContactId.ofText("alpha-1");

  @Test
  void dataHasAtMostFourKibibytes() {
    assertEquals(4_096, ContactData.of(new byte[4_096]).length());
    var thrown =
        assertThrows(IllegalArgumentException.class, () -> ContactData.of(new byte[4_097]));
    assertTrue(String.valueOf(thrown.getMessage()).contains("4097"), thrown::getMessage);
  }

  @Test
  void endpointsAreFewAndShort() {
    List<String> many = Collections.nCopies(17, "tcp://10.0.0.1:5670");
    assertThrows(
        IllegalArgumentException.class,
        () -> new Contact(ID, many, ContactData.NONE, Version.NONE));
    assertThrows(IllegalArgumentException.class, () -> Contact.of(ID, " "));
    assertThrows(IllegalArgumentException.class, () -> Contact.of(ID, "x".repeat(257)));
  }

  @Test
  void aVersionIsNotNegative() {
    assertThrows(IllegalArgumentException.class, () -> new Version(-1, 0));
    assertThrows(IllegalArgumentException.class, () -> new Version(0, -1));
  }

  @Test
  void anAnnouncementIsSentToItsOwnKey() {
    var announcement = new Announcement(Contact.of(ID), 0, false);
    Key other = ContactId.ofText("alpha-2").key();
    assertThrows(
        IllegalArgumentException.class,
        () -> new Request.FindNode(Optional.empty(), other, Optional.of(announcement)));
  }

  @Test
  void aSettingIsRefusedByItsName() {
    Settings fine = Settings.defaults();
    refused("alpha", () -> fine.with(20, 0));
    refused("k", () -> fine.with(1_000, 5));
    refused("maxPaths", () -> fine.withPaths(8, 4));
    refused("cacheSize", () -> fine.withCacheSize(-1));
    refused("bytes", () -> fine.withBytes(0));
    refused("stall", () -> fine.withTimes(fine.times().withStall(Double.NaN)));
  }

  private static void refused(String name, Executable change) {
    var thrown = assertThrows(IllegalArgumentException.class, change);
    assertTrue(String.valueOf(thrown.getMessage()).startsWith(name + " is "), thrown::getMessage);
  }
}
