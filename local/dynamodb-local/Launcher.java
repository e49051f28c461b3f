import com.amazonaws.services.dynamodbv2.local.main.ServerRunner;
import com.amazonaws.services.dynamodbv2.local.server.DynamoDBProxyServer;
import java.lang.reflect.Field;
import org.eclipse.jetty.server.Connector;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;

/**
 * DynamoDB Local, in memory and on the loopback interface only: its own command line has no option for the
 * interface and listens on all of them.
 *
 * <p>Takes the port as its argument (0 for any free one) and prints the one in use as {@code port=N} when it
 * accepts requests. It ends when its standard input is closed, which also happens when the parent dies.
 */
public final class Launcher {
  private static final String LOOPBACK = "127.0.0.1";

  private Launcher() {}

  public static void main(String[] args) throws Exception {
    int port = Integer.parseInt(args[0]);
    DynamoDBProxyServer proxy =
        ServerRunner.createServerFromCommandLineArgs(
            new String[] {"-inMemory", "-sharedDb", "-disableTelemetry", "-port", "8000"});
    Server server = serverOf(proxy);
    for (Connector connector : server.getConnectors()) {
      ServerConnector listening = (ServerConnector) connector;
      listening.setHost(LOOPBACK);
      listening.setPort(port);
    }
    endWithStandardInput();
    server.start();
    System.out.println("port=" + ((ServerConnector) server.getConnectors()[0]).getLocalPort());
    server.join();
  }

  /** The field is private and there is no accessor. */
  private static Server serverOf(DynamoDBProxyServer proxy) throws ReflectiveOperationException {
    Field field = DynamoDBProxyServer.class.getDeclaredField("server");
    field.setAccessible(true);
    return (Server) field.get(proxy);
  }

  private static void endWithStandardInput() {
    Thread watcher =
        new Thread(
            () -> {
              try {
                while (System.in.read() >= 0) {}
              } catch (java.io.IOException closed) {
                // The same as its end.
              }
              Runtime.getRuntime().halt(0);
            },
            "end-with-parent");
    watcher.setDaemon(true);
    watcher.start();
  }
}
