/**
 * Contacts: whatever has an id and can be found by it, wherever it was registered. Start with
 * {@link Main}.
 */
@NullMarked
package pharos.examples.contacts;

import org.jspecify.annotations.NullMarked;
