internal import Logging
internal import ServiceKit
internal import ServiceLifecycle
internal import UnixSignals

/// Reads routes, certificate and public keys again on SIGHUP: no connection is lost, and what has a mistake changes nothing.
struct Reloader: Service {
    let routes: RoutesSource
    let certificate: ServerCertificate?
    let keys: RemoteKeySet
    let workers: Workers
    let metrics: MetricsRegistry
    let logger: Logger

    func run() async {
        await cancelWhenGracefulShutdown {
            for await _ in await UnixSignalsSequence(trapping: .sighup) { await self.reload() }
        }
    }

    /// Reads everything now.
    func reload() async {
        await self.keys.renew()
        let counter = { (outcome: String) in
            self.metrics.counter(
                "gateway_reloads_total",
                "How often routes and certificate were read again.",
                labels: [("outcome", outcome)]
            )
        }
        do {
            let table = try self.routes.load(metrics: self.metrics)
            try self.certificate?.reload()
            await self.workers.follow(table)
            counter("success").increment()
            self.logger.notice("reloaded", metadata: ["routes": "\(table.routes.count)"])
        } catch {
            counter("failure").increment()
            self.logger.error("not reloaded; what was in force stays: \(error)")
        }
    }
}
