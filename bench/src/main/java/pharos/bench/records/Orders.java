package pharos.bench.records;

import java.util.Iterator;
import java.util.List;

/**
 * What is to be done with records.
 *
 * @param killings how often two are killed; 0 to measure the speed
 * @param isEtcd whether it is etcd that is killed, one of three at a time
 * @param isWaiting whether the next ones are killed only when all is whole again
 */
public record Orders(
    boolean isQuick,
    int killings,
    int nodes,
    int copies,
    boolean isState,
    boolean isEtcd,
    boolean isWaiting) {
  /** What can be written. */
  public static final String USAGE =
      "records [--quick | --killing N [--nodes N] [--copies N] [--state] [--etcd]"
          + " [--without-waiting]]";

  /** Reads them; an {@link IllegalArgumentException} says what makes no sense. */
  public static Orders of(List<String> args) {
    int killings = 0;
    int nodes = 7;
    int copies = 5;
    Iterator<String> rest = args.iterator();
    while (rest.hasNext()) {
      String arg = rest.next();
      switch (arg) {
        case "--killing" -> killings = number(arg, rest, 1, 10_000);
        case "--nodes" -> nodes = number(arg, rest, 3, 20);
        case "--copies" -> copies = number(arg, rest, 1, 5);
        case "--quick", "--state", "--etcd", "--without-waiting" -> {}
        default -> throw new IllegalArgumentException("unknown argument '" + arg + "'");
      }
    }
    boolean isQuick = args.contains("--quick");
    if (killings > 0 ? isQuick : args.size() > (isQuick ? 1 : 0)) {
      throw new IllegalArgumentException("--quick has no others, the others want --killing");
    }
    return new Orders(
        isQuick,
        killings,
        nodes,
        copies,
        args.contains("--state"),
        args.contains("--etcd"),
        !args.contains("--without-waiting"));
  }

  private static int number(String option, Iterator<String> rest, int least, int most) {
    String text = rest.hasNext() ? rest.next() : "";
    int number = text.matches("[0-9]{1,5}") ? Integer.parseInt(text) : -1;
    if (number < least || number > most) {
      throw new IllegalArgumentException(
          option + " '" + text + "' is not " + least + " to " + most);
    }
    return number;
  }
}
