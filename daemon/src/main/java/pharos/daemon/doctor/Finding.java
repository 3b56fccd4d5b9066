package pharos.daemon.doctor;

import java.util.Map;
import java.util.Optional;
import pharos.agent.json.Json;

/**
 * What came of one check.
 *
 * @param check what was looked at, in a word
 * @param about whom it is about; empty for this host and its network
 * @param text what was found, for people
 * @param mend what to type or do; empty when there is nothing to mend
 */
public record Finding(String check, String about, Verdict verdict, String text, String mend) {
  /** How it is. */
  public enum Verdict {
    OK("ok"),
    WARN("warn"),
    FAIL("fail"),
    NOT_LOOKED_AT("not looked at");

    private final String word;

    Verdict(String word) {
      this.word = word;
    }

    /** As it is printed. */
    public String word() {
      return word;
    }
  }

  /** As a value of JSON. */
  public Map<String, Object> json() {
    return Json.object(
        "check", check,
        "about", Optional.of(about).filter(it -> !it.isEmpty()),
        "verdict", verdict.word(),
        "text", text,
        "mend", Optional.of(mend).filter(it -> !it.isEmpty()));
  }
}
