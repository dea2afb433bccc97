/** What docs/compatibility.md says of k3s: what has been checked, and against what. */

/** Markdown, from its heading on. */
export function k3sSection(): string {
  return `## k3s

**A real k3s server has not been run.** Its module and its images could not be had where the tests run. They use a stand-in of the project's own
(\`tests/cluster/supervisor\`), which is written from k3s' sources and stands in front of a real kube-apiserver. Whoever has a k3s
cluster should take \`skerry check --server\` before \`skerry join\`.

| what | checked against |
|---|---|
| forms of tokens; the user is always \`node\` | \`pkg/clientaccess/token.go\`, \`pkg/agent/run.go\` (\`WithUser("node")\`) |
| hash of the authority: of the text for one certificate, of the root's DER for a bundle | \`hashCA\` in \`pkg/clientaccess/token.go\`; the figures by openssl and sha256sum |
| paths, and who may ask for them | \`pkg/server/handlers/router.go\`, \`pkg/server/auth/auth.go\` |
| certificates: a PKCS #10 request in DER is posted, only its key is read; releases that read none give a shared key, which is refused | \`signAndSend\` in \`pkg/server/handlers/handlers.go\`, \`pkg/agent/config/config.go\` |
| headers, node password, 401 after the Node was deleted, 403 for another password | \`pkg/nodepassword/validate.go\`, \`pkg/agent/config/config.go\` |
| 20 reading and 10 writing requests at once, 429 beyond | \`pkg/server/handlers/router.go\` |
| fields of \`config\`, the list of \`apiservers\` | \`Config\` and \`APIServers\` in \`pkg/server/handlers/handlers.go\` |

Otherwise than an agent of k3s Skerry verifies the hash also where the machine's own authorities vouch for the server, believes of a bundle only what leads to
the pinned root, takes no key from the server, and reads the cluster's settings when it joins and not at each start.
Not checked with anything but the stand-in: a cluster authority that was replaced while the node was running. One certificate in the place of another has
another hash, and needs a new token; below a root that stays, \`skerry join\` takes up the new authority.
`;
}
