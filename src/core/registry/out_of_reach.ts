/** Tells from a failed pull whether its registry could not be asked at all. What a registry answers is another matter: it counts. */

/** How containerd, and Go below it, word that there was no answer, or none of a registry. */
const signs: readonly RegExp[] = [
  /connection (refused|reset|timed out)/,
  /(no route to host|network is unreachable|host is down|broken pipe)/,
  /(no such host|server misbehaving|failure in name resolution)/,
  /(i\/o timeout|handshake timeout|deadline exceeded|timeout awaiting response|Client\.Timeout)/,
  /\bEOF\b/,
  /\b(x509|tls|proxyconnect tcp): /,
  /server gave HTTP response to HTTPS client/,
  /unexpected media type text\/html/,
  /unexpected status[^:]*:? ?\S*:? 5\d\d\b/,
  /\b5\d\d (Internal Server Error|Bad Gateway|Service Unavailable|Gateway Time-?out)/i,
];

/** An answer of the registry, whatever else went wrong beside it. */
const answer =
  /: not found\b|\b40[134]\b|access denied|authorization failed|unauthorized|forbidden/i;

/** `message` is the runtime's; names and addresses in it, which stand between quotes, tell nothing. */
export function isOutOfReach(message: string): boolean {
  const words = message.replaceAll(/"[^"]*"/g, '""');
  return !answer.test(words) && signs.some((sign) => sign.test(words));
}
