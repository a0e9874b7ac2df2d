import Testing

/// The tests that run whole gateways, one after the other: dozens at once would measure the machine, not the gateway.
@Suite("A running gateway", .serialized)
enum RunningGateway {}
