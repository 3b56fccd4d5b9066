/**
 * What the HTTP of an agent costs where many are known: how fast lists are answered, and how soon
 * who follows the events has one. {@link pharos.bench.http.Serving} measures a {@link
 * pharos.bench.http.Crowd} in a process of its own.
 */
@NullMarked
package pharos.bench.http;

import org.jspecify.annotations.NullMarked;
