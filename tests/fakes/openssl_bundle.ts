/** A certificate authority below a root, as openssl made it and as a k3s server with a custom one serves it. */

/** ECDSA, valid for a hundred years from 2026-11: CN=k3s-server-ca, signed by CN=site-intermediate, signed by CN=site-root. */
export const opensslBundle = {
  authority: `-----BEGIN CERTIFICATE-----
MIIBnDCCAUGgAwIBAgIUBQie/KqYDKd1c1uhxB8iYgijZAUwCgYIKoZIzj0EAwIw
HDEaMBgGA1UEAwwRc2l0ZS1pbnRlcm1lZGlhdGUwIBcNMjYxMTI1MjIxNjEyWhgP
MjEyNjExMDEyMjE2MTJaMBgxFjAUBgNVBAMMDWszcy1zZXJ2ZXItY2EwWTATBgcq
hkjOPQIBBggqhkjOPQMBBwNCAASj4NnKn9QKR5wNXCbyPadX5MkMWfvbCjIfPKIT
DZbJ53qp0GmRyzrXM4ckpivbYsiKS4BvECEG+H5xfvVFm3w3o2MwYTAPBgNVHRMB
Af8EBTADAQH/MA4GA1UdDwEB/wQEAwICBDAdBgNVHQ4EFgQUbuTHJhc9/p98ICXg
1idq/7viPTIwHwYDVR0jBBgwFoAUucMwB+4SKCZL4ApQWj9uQE4JgiwwCgYIKoZI
zj0EAwIDSQAwRgIhALuiX+fEViZ2ASZCDpFmSxr0WCh2rJlETq6/R7De519DAiEA
tDObjfwUr/PuuZJy3ZmICQCklgS77DoqJ8Of+Y6wB+o=
-----END CERTIFICATE-----
`,
  intermediate: `-----BEGIN CERTIFICATE-----
MIIBljCCAT2gAwIBAgIUH+z865k7udBVnIPpbfaLS1S4q9kwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJc2l0ZS1yb290MCAXDTI2MTEyNTIyMTYxMVoYDzIxMjYxMTAx
MjIxNjExWjAcMRowGAYDVQQDDBFzaXRlLWludGVybWVkaWF0ZTBZMBMGByqGSM49
AgEGCCqGSM49AwEHA0IABGvnHxV6dUWDjMxE1Venbq7ZqFpSNmJnSg/jKQgJ8/fA
k+xhNC33e3fdRUAlo5l5RceDGruQ2tqaXyMFAYkAoVqjYzBhMA8GA1UdEwEB/wQF
MAMBAf8wDgYDVR0PAQH/BAQDAgIEMB0GA1UdDgQWBBS5wzAH7hIoJkvgClBaP25A
TgmCLDAfBgNVHSMEGDAWgBTEmGSyDeR/c/hihomPCcNGOHt+MjAKBggqhkjOPQQD
AgNHADBEAiA5020SOoJNYIkzfmuER/u3h+IF4o823b/Du6vIwFg1lAIgapeOY+Ft
jCEuwbFUnxUCeDKGVxM7Y2wj1h13kRWIvBw=
-----END CERTIFICATE-----
`,
  root: `-----BEGIN CERTIFICATE-----
MIIBfjCCASWgAwIBAgIURk2o9zsJkNCwFl9cPN5iG/cedYgwCgYIKoZIzj0EAwIw
FDESMBAGA1UEAwwJc2l0ZS1yb290MCAXDTI2MTEyNTIyMTYxMVoYDzIxMjYxMTAx
MjIxNjExWjAUMRIwEAYDVQQDDAlzaXRlLXJvb3QwWTATBgcqhkjOPQIBBggqhkjO
PQMBBwNCAAT5GAc2fQ2c2S/niLSkHIMDjOaCqh1QrLsNa+88oQCgbvGg97RBGpbm
9cGLN2tEzt5mA8gvYwrBLTfWV+iA/o1xo1MwUTAdBgNVHQ4EFgQUxJhksg3kf3P4
YoaJjwnDRjh7fjIwHwYDVR0jBBgwFoAUxJhksg3kf3P4YoaJjwnDRjh7fjIwDwYD
VR0TAQH/BAUwAwEB/zAKBggqhkjOPQQDAgNHADBEAiBq+WEc0t64x5k8CWlY/NKX
udb+nn1BuF/lpz6xodoRkwIgXd46ddS/rYk9xon6XVV8z2lexXAwHX3maqXtzgjP
wwk=
-----END CERTIFICATE-----
`,
  /** What `openssl x509 -outform der | sha256sum` prints of the root. */
  rootHash: "4edf8756ec953c361e82adac8a2a4d86c45ef0970898c0617a6df0d9c13f07bb",
  /** What `sha256sum` prints of the root's file. */
  rootTextHash: "079077c5a39385812089d29baee82b0be5d09f499fb250f4df9d93b2554f8045",
} as const;
