package pharos.daemon;

import java.lang.reflect.Proxy;
import java.util.OptionalInt;

/**
 * The signals of this process. Java has them in a class of its own that not all systems need to
 * have, so it is looked up.
 */
final class Signals {
  private static final String SIGNAL = "sun.misc.Signal";

  private Signals() {}

  /** Has this done at each such signal; false where that cannot be. */
  static boolean handle(String name, Runnable then) {
    try {
      Class<?> signal = Class.forName(SIGNAL);
      Class<?> handler = Class.forName("sun.misc.SignalHandler");
      Object proxy =
          Proxy.newProxyInstance(
              Signals.class.getClassLoader(),
              new Class<?>[] {handler},
              (self, method, args) -> {
                then.run();
                return null;
              });
      signal
          .getMethod("handle", signal, handler)
          .invoke(null, signal.getConstructor(String.class).newInstance(name), proxy);
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** Its number on this system; none where there is no such signal. */
  static OptionalInt number(String name) {
    try {
      Class<?> signal = Class.forName(SIGNAL);
      Object it = signal.getConstructor(String.class).newInstance(name);
      return OptionalInt.of((int) signal.getMethod("getNumber").invoke(it));
    } catch (ReflectiveOperationException e) {
      return OptionalInt.empty();
    }
  }
}
