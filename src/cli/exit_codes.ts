/** The exit codes of the `skerry` command; docs/configuration.md lists them. */

export const ExitCode = {
  /** Done what was asked. */
  ok: 0,
  /** It was tried and failed; the message on stderr says why. */
  failure: 1,
  /** The command line is wrong: an unknown command or flag, or a wrong value of one that sets no configuration. */
  usage: 2,
  /** A configuration file (or a flag that sets one of its fields) is invalid; every problem is listed. */
  configuration: 3,
  /** The agent does not answer on its control socket. */
  unreachable: 4,
  /** The pod, container or file that was named does not exist. */
  notFound: 5,
  /** Ctrl-C (128 + SIGINT), as a shell reports it. */
  interrupted: 130,
} as const;

/** One of the documented exit codes. */
export type ExitCode = typeof ExitCode[keyof typeof ExitCode];
