package pharos.daemon.doctor;

import java.util.ArrayList;
import java.util.List;

/** What was found so far of one host, or of this one. */
final class Findings {
  private final String about;
  private final List<Finding> all = new ArrayList<>();

  Findings(String about) {
    this.about = about;
  }

  void ok(String check, String text) {
    all.add(new Finding(check, about, Finding.Verdict.OK, text, ""));
  }

  void warn(String check, String text, String mend) {
    all.add(new Finding(check, about, Finding.Verdict.WARN, text, mend));
  }

  void fail(String check, String text, String mend) {
    all.add(new Finding(check, about, Finding.Verdict.FAIL, text, mend));
  }

  void unseen(String check, String why, String mend) {
    all.add(new Finding(check, about, Finding.Verdict.NOT_LOOKED_AT, why, mend));
  }

  void addAll(List<Finding> others) {
    all.addAll(others);
  }

  List<Finding> all() {
    return List.copyOf(all);
  }
}
