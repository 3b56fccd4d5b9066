package pharos.kademlia;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

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
    for (String name : List.of("alpha", "k", "maxPaths", "cacheSize")) {
      var thrown =
          assertThrows(
              IllegalArgumentException.class,
              () ->
                  Settings.defaults()
                      .with(
                          change -> {
                            switch (name) {
                              case "alpha" -> change.alpha(0);
                              case "k" -> change.k(1_000);
                              case "maxPaths" -> change.paths(8).maxPaths(4);
                              default -> change.cacheSize(-1);
                            }
                          }));
      assertTrue(String.valueOf(thrown.getMessage()).startsWith(name), thrown::getMessage);
    }
  }
}
