package skerry;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rights of deploy/broker/acl, by the common name of a certificate. */
final class Rights {
  private static final String BRIDGE = "skerry-bridge";

  /** A topic, or a filter with or without its share: who it is about, and what. */
  private static final Pattern TOPIC =
      Pattern.compile("(?:\\$share/[^/]+/)?skerry/v1/[^/]+/([^/]+)/(presence|state/.+|journal|down)");

  private Rights() {}

  static boolean mayWrite(String name, String topic) {
    Matcher matcher = TOPIC.matcher(topic);
    if (!matcher.matches()) return false;
    boolean isDown = matcher.group(2).equals("down");
    return name.equals(BRIDGE) ? isDown : !isDown && matcher.group(1).equals(name);
  }

  static boolean mayRead(String name, String filter) {
    Matcher matcher = TOPIC.matcher(filter);
    if (!matcher.matches()) return false;
    boolean isDown = matcher.group(2).equals("down");
    return name.equals(BRIDGE) ? !isDown : isDown && matcher.group(1).equals(name);
  }
}
