package pharos.daemon;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;

/** What a command printed in this process, and its exit code. */
record Ran(int code, String out, String err) {
  static Ran of(String... args) {
    return in(Map.of(), Path.of("/nowhere"), args);
  }

  /** The same with these variables and this root of the file system, in which root is at home. */
  static Ran in(Map<String, String> variables, Path system, String... args) {
    Map<String, String> environment = new HashMap<>(variables);
    environment.putIfAbsent("HOME", system.resolve("root").toString());
    environment.putIfAbsent("XDG_RUNTIME_DIR", Program.RUNTIME.toString());
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Caller caller =
        new Caller(
            new PrintStream(out, true, UTF_8),
            new PrintStream(err, true, UTF_8),
            environment,
            system);
    int code = Main.run(caller, args);
    return new Ran(code, out.toString(UTF_8), err.toString(UTF_8));
  }
}
