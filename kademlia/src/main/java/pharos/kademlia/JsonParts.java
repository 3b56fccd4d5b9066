package pharos.kademlia;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Takes an array or object of JSON apart into its elements, as text without white space between
 * tokens. It knows where strings and brackets end and no more: what an element means is its owner's
 * business.
 */
final class JsonParts {
  private static final int MAX_DEPTH = 32;

  private final String json;
  private final List<String> parts = new ArrayList<>();
  private final StringBuilder part = new StringBuilder();
  private final char[] closers = new char[MAX_DEPTH];
  private int depth;

  private JsonParts(String json) {
    this.json = json;
  }

  /** The elements of an array, when it is one. */
  static Optional<List<String>> ofArray(String json) {
    return of(json, '[', ']');
  }

  /** The members of an object, as {@code "name":value}, when it is one. */
  static Optional<List<String>> ofObject(String json) {
    return of(json, '{', '}');
  }

  private static Optional<List<String>> of(String json, char open, char close) {
    if (json.length() < 2 || json.charAt(0) != open || json.charAt(json.length() - 1) != close) {
      return Optional.empty();
    }
    JsonParts reader = new JsonParts(json.substring(1, json.length() - 1));
    return reader.read() ? Optional.of(reader.parts) : Optional.empty();
  }

  private boolean read() {
    boolean isEmpty = json.isBlank();
    for (int at = 0; at < json.length(); at++) {
      char c = json.charAt(at);
      if (c == '"') {
        int end = endOfString(json, at);
        if (end < 0) {
          return false;
        }
        part.append(json, at, end);
        at = end - 1;
      } else if (c == ',' && depth == 0) {
        if (!take()) {
          return false;
        }
      } else if (!isSpace(c)) {
        part.append(c);
        if (!nest(c)) {
          return false;
        }
      }
    }
    return depth == 0 && (isEmpty || take());
  }

  private boolean take() {
    if (part.isEmpty()) {
      return false;
    }
    parts.add(part.toString());
    part.setLength(0);
    return true;
  }

  private boolean nest(char c) {
    if (c == '[' || c == '{') {
      if (depth == MAX_DEPTH) {
        return false;
      }
      closers[depth++] = c == '[' ? ']' : '}';
    } else if (c == ']' || c == '}') {
      return depth > 0 && closers[--depth] == c;
    }
    return true;
  }

  /** The index behind the closing quote, or -1 when there is none. */
  static int endOfString(String text, int start) {
    for (int at = start + 1; at < text.length(); at++) {
      if (text.charAt(at) == '\\') {
        at++;
      } else if (text.charAt(at) == '"') {
        return at + 1;
      }
    }
    return -1;
  }

  private static boolean isSpace(char c) {
    return c == ' ' || c == '\t' || c == '\n' || c == '\r';
  }
}
