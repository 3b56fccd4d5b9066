package pharos.daemon;

/**
 * An option that was set elsewhere than on the command line.
 *
 * @param option its name, without the dashes
 * @param value as it was written; empty when only its name was
 * @param from where: the variable, or the file and its line
 */
record Preset(String option, String value, String from) {}
