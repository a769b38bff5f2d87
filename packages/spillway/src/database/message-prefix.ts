/** The prefix of our messages in the write-ahead log, by which the tailer knows them. */
export const messagePrefix = "spillway";
