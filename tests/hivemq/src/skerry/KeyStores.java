package skerry;

import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Collection;

/** PEM files as the key stores that HiveMQ reads. */
final class KeyStores {
  private static final char[] PASSWORD = "broker".toCharArray();

  private KeyStores() {}

  /** Writes broker.jks from broker.crt and broker.key, and ca.jks from the authorities in ca.crt. */
  static void write(Path dir) throws Exception {
    KeyStore own = empty();
    Certificate[] chain = certificates(dir.resolve("broker.crt")).toArray(new Certificate[0]);
    own.setKeyEntry("broker", privateKey(dir.resolve("broker.key")), PASSWORD, chain);
    save(own, dir.resolve("broker.jks"));
    KeyStore authorities = empty();
    for (Certificate each : certificates(dir.resolve("ca.crt"))) {
      authorities.setCertificateEntry("authority-" + authorities.size(), each);
    }
    save(authorities, dir.resolve("ca.jks"));
  }

  private static KeyStore empty() throws Exception {
    KeyStore store = KeyStore.getInstance("JKS");
    store.load(null, PASSWORD);
    return store;
  }

  private static Collection<? extends Certificate> certificates(Path pem) throws Exception {
    try (InputStream input = Files.newInputStream(pem)) {
      return CertificateFactory.getInstance("X.509").generateCertificates(input);
    }
  }

  private static PrivateKey privateKey(Path pem) throws Exception {
    String base64 = Files.readString(pem).replaceAll("-----[A-Z ]+-----|\\s", "");
    var encoded = new PKCS8EncodedKeySpec(Base64.getDecoder().decode(base64));
    return KeyFactory.getInstance("EC").generatePrivate(encoded);
  }

  private static void save(KeyStore store, Path path) throws Exception {
    try (OutputStream output = Files.newOutputStream(path)) {
      store.store(output, PASSWORD);
    }
  }
}
