package skerry;

import com.hivemq.embedded.EmbeddedExtension;
import com.hivemq.embedded.EmbeddedHiveMQ;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * HiveMQ Community Edition, until SIGTERM: {@code java -Ddir=DIR -Dport=N -DwebSocketPort=N -cp ... skerry.Broker CONF}.
 *
 * <p>DIR holds ca.crt, broker.crt and broker.key, and keeps sessions and messages over a restart; CONF holds config.xml.
 */
public final class Broker {
  private Broker() {}

  public static void main(String[] args) throws Exception {
    Path dir = Path.of(System.getProperty("dir"));
    KeyStores.write(dir);
    EmbeddedHiveMQ broker =
        EmbeddedHiveMQ.builder()
            .withConfigurationFolder(Path.of(args[0]))
            .withDataFolder(Files.createDirectories(dir.resolve("data")))
            .withExtensionsFolder(Files.createDirectories(dir.resolve("extensions")))
            .withEmbeddedExtension(certificateRights())
            .build();
    broker.start().join();
    Runtime.getRuntime().addShutdownHook(new Thread(() -> broker.stop().join()));
    System.out.println("HiveMQ is running");
  }

  private static EmbeddedExtension certificateRights() {
    return EmbeddedExtension.builder()
        .withId("certificate-rights")
        .withName("Rights by the common name of the certificate")
        .withVersion("1")
        .withAuthor("Skerry")
        .withExtensionMain(new CertificateRights())
        .build();
  }
}
