/// An event as the services tell it.
struct TraceEvent: Codable, Equatable, Sendable {
    let id: String
    let type: String
    let source: String?
    let stream: String?
    let streamVersion: Int?
    let occurredAt: String?
    let correlationId: String?
    let causationId: String?
    let actor: String?
}
