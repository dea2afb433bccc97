package skerry;

import com.hivemq.extension.sdk.api.ExtensionMain;
import com.hivemq.extension.sdk.api.auth.PublishAuthorizer;
import com.hivemq.extension.sdk.api.auth.SimpleAuthenticator;
import com.hivemq.extension.sdk.api.auth.SubscriptionAuthorizer;
import com.hivemq.extension.sdk.api.auth.parameter.PublishAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.PublishAuthorizerOutput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthInput;
import com.hivemq.extension.sdk.api.auth.parameter.SimpleAuthOutput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerInput;
import com.hivemq.extension.sdk.api.auth.parameter.SubscriptionAuthorizerOutput;
import com.hivemq.extension.sdk.api.interceptor.publish.PublishInboundInterceptor;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundInput;
import com.hivemq.extension.sdk.api.interceptor.publish.parameter.PublishInboundOutput;
import com.hivemq.extension.sdk.api.packets.publish.AckReasonCode;
import com.hivemq.extension.sdk.api.packets.subscribe.SubackReasonCode;
import com.hivemq.extension.sdk.api.parameter.ClientBasedInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStartOutput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopInput;
import com.hivemq.extension.sdk.api.parameter.ExtensionStopOutput;
import com.hivemq.extension.sdk.api.services.Services;
import java.security.cert.X509Certificate;
import javax.naming.InvalidNameException;
import javax.naming.ldap.LdapName;

/** Gives everybody the rights of the common name in their certificate. */
final class CertificateRights
    implements ExtensionMain,
        SimpleAuthenticator,
        PublishInboundInterceptor,
        PublishAuthorizer,
        SubscriptionAuthorizer {
  @Override
  public void extensionStart(ExtensionStartInput input, ExtensionStartOutput output) {
    Services.securityRegistry().setAuthenticatorProvider(provided -> this);
    Services.securityRegistry().setAuthorizerProvider(provided -> this);
    Services.initializerRegistry()
        .setClientInitializer((client, context) -> context.addPublishInboundInterceptor(this));
  }

  @Override
  public void extensionStop(ExtensionStopInput input, ExtensionStopOutput output) {}

  /** Whoever is here has shown a certificate that one of our authorities signed. */
  @Override
  public void onConnect(SimpleAuthInput input, SimpleAuthOutput output) {
    output.authenticateSuccessfully();
  }

  /** Refuses as mosquitto does, by the answer alone: an authorizer's refusal ends the connection as well. */
  @Override
  public void onInboundPublish(PublishInboundInput input, PublishInboundOutput output) {
    if (!Rights.mayWrite(commonName(input), input.getPublishPacket().getTopic())) {
      output.preventPublishDelivery(AckReasonCode.NOT_AUTHORIZED);
    }
  }

  /** Wills come here alone. */
  @Override
  public void authorizePublish(PublishAuthorizerInput input, PublishAuthorizerOutput output) {
    if (Rights.mayWrite(commonName(input), input.getPublishPacket().getTopic())) {
      output.authorizeSuccessfully();
    } else {
      output.failAuthorization(AckReasonCode.NOT_AUTHORIZED);
    }
  }

  @Override
  public void authorizeSubscribe(
      SubscriptionAuthorizerInput input, SubscriptionAuthorizerOutput output) {
    if (Rights.mayRead(commonName(input), input.getSubscription().getTopicFilter())) {
      output.authorizeSuccessfully();
    } else {
      output.failAuthorization(SubackReasonCode.NOT_AUTHORIZED);
    }
  }

  private static String commonName(ClientBasedInput input) {
    X509Certificate certificate =
        input
            .getConnectionInformation()
            .getClientTlsInformation()
            .flatMap(tls -> tls.getClientCertificate())
            .orElseThrow();
    try {
      return new LdapName(certificate.getSubjectX500Principal().getName())
          .getRdns().stream()
              .filter(rdn -> rdn.getType().equals("CN"))
              .map(rdn -> rdn.getValue().toString())
              .findFirst()
              .orElseThrow();
    } catch (InvalidNameException error) {
      throw new IllegalArgumentException(error);
    }
  }
}
