internal import FoundationEssentials
internal import NIOCore
internal import ServiceKit

/// The events of one request over all services, as a tree by causation.
struct Trace {
    /// What a service told.
    struct Contribution: Encodable {
        let name: String
        /// `answered` or `unavailable`.
        let status: String
        let events: Int
    }

    let correlationID: String
    let services: [Contribution]
    let roots: [TraceNode]
    let count: Int

    /// Asks one instance of every service.
    init(
        of correlationID: CorrelationID,
        upstreams: Upstreams,
        client: InternalClient,
        asked request: ControlRequest
    ) async {
        let answers = await withTaskGroup(of: (ServiceName, [TraceEvent]?).self) { group in
            for upstream in upstreams.services {
                group.addTask {
                    (
                        upstream.name,
                        await Self.events(of: correlationID, upstream: upstream, client: client, asked: request)
                    )
                }
            }
            return await group.reduce(into: [ServiceName: [TraceEvent]?]()) { $0[$1.0] = $1.1 }
        }
        self.correlationID = correlationID.description
        self.services = ServiceName.allCases.map { name in
            let events = answers[name] ?? nil
            return Contribution(
                name: name.rawValue,
                status: events == nil ? "unavailable" : "answered",
                events: events?.count ?? 0
            )
        }
        let events = answers.values.compactMap(\.self).flatMap(\.self)
        self.count = events.count
        self.roots = TraceNode.forest(of: events)
    }

    /// The answer's body.
    var body: [UInt8] {
        JSONBody.encode(
            Document(correlationID: self.correlationID, events: self.count, services: self.services, tree: self.roots)
        )
    }

    private struct Document: Encodable {
        let correlationID: String
        let events: Int
        let services: [Contribution]
        let tree: [TraceNode]
    }

    private struct Page: Decodable {
        let events: [TraceEvent]
    }

    /// What the first instance that answers knows; `nil` when none does.
    private static func events(
        of correlationID: CorrelationID,
        upstream: Upstream,
        client: InternalClient,
        asked request: ControlRequest
    ) async -> [TraceEvent]? {
        for instance in upstream.instances.sorted(by: { $0.isReady && !$1.isReady }) {
            do {
                let page = try await client.page(
                    "/internal/traces/\(correlationID)",
                    of: instance,
                    correlationID: request.correlationID,
                    traceParent: request.traceParent
                )
                guard let page else { continue }
                let decoder = JSONDecoder()
                decoder.keyDecodingStrategy = .convertFromSnakeCase
                return try decoder.decode(Page.self, from: Data(page.readableBytesView)).events
            } catch {
                // The next instance may know; if none does, the answer says so.
                continue
            }
        }
        return nil
    }
}
