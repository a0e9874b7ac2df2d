internal import ServiceKit

/// Before stage 5, where a route allows it: lets a request wait for the answer to one that is the same.
enum Coalesce {
    /// - Returns: Whether the exchange can go on at once; else the connection is resumed when that answer has come.
    static func apply(to exchange: inout ProxiedExchange, for connection: ClientConnection) -> Bool {
        guard exchange.mayShare, exchange.flight == nil, !exchange.hasWaited, let key = Flight.Key(exchange) else {
            return true
        }
        if let flight = connection.worker.flights[key], flight.isKept {
            exchange.hasWaited = true
            flight.join(connection)
            return false
        }
        let flight = Flight(key: key)
        connection.worker.flights[key] = flight
        exchange.flight = flight
        return true
    }
}
