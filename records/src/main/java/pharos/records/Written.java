package pharos.records;

/**
 * What was written.
 *
 * @param isNew whether there was no value before
 * @param agreed how many copies have it, as far as known when it was told
 * @param copies how many there are meant to be
 */
public record Written(String key, Version version, boolean isNew, int agreed, int copies) {}
