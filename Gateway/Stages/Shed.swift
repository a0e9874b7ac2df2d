/// Refuses what would only wait, while more is asked than can be done: a quick 503 costs less than a slow one, and whoever
/// is served meanwhile is served well.
///
/// The gateway's own endpoints are never refused: whoever operates it has to see what is going on.
enum Shed {
    static func isDue(_ exchange: borrowing ProxiedExchange, worker: Worker) -> Bool {
        guard worker.isOverloaded, case .service = exchange.route.definition.destination else { return false }
        return true
    }
}
