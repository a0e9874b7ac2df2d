internal import EventStorePostgres
internal import Messaging
internal import Postgres
internal import ServiceLifecycle

/// Looks every few seconds how far behind the service is, for its metrics.
struct LagMeter: Service {
    let client: PostgresClient
    let metrics: MetricsRegistry

    func run() async throws {
        let cursor = RelayCursor(client: self.client)
        let letters = DeadLetters(client: self.client)
        let waiting = self.metrics.gauge("relay_lag_events", "Events that wait to be published (at most 10,000).")
        let age = self.metrics.gauge("relay_lag_seconds", "Age of the oldest of them.")
        let dead = self.metrics.gauge("dead_letters_open", "Events that nobody has decided about yet.")
        await cancelWhenGracefulShutdown {
            repeat {
                // While the database is away the last known values stand; its own metric says that it is away.
                if let lag = try? await cursor.lag() {
                    waiting.set(Double(lag.events))
                    age.set(lag.seconds)
                }
                if let count = try? await letters.count() { dead.set(Double(count)) }
            } while (try? await Task.sleep(for: .seconds(5))) != nil
        }
    }
}
