/** What a person reads whose token does not say by which authority the server is known. */

export const SHORT_TOKEN_HINT =
  "a k3s server keeps the whole token (K10…) in /var/lib/rancher/k3s/server/node-token; " +
  "--insecure-first-use takes a short one and trusts the first server that answers";
