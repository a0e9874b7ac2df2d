internal import Logging
internal import NIOCore
internal import ServiceKit
internal import Synchronization

/// The contract of the whole platform: the gateway's own and those of all services, as far as they can be reached.
///
/// Services are asked at most every half minute. What a service said last is kept while it does not answer.
final class PlatformDocument: Sendable {
    private static let renewal = TimeAmount.seconds(30)

    /// The document in both forms, ready to be sent.
    struct Text: Sendable {
        let json: ByteBuffer
        let yaml: ByteBuffer
    }

    private struct State {
        var chapters: [ServiceName: String] = [:]
        var text: Text?
        var madeAt: NIODeadline?
    }

    private let upstreams: Upstreams
    private let client: InternalClient
    private let logger: Logger
    private let state = Mutex(State())

    init(upstreams: Upstreams, client: InternalClient, logger: Logger) {
        self.upstreams = upstreams
        self.client = client
        self.logger = logger
    }

    /// The document as it is now.
    ///
    /// - Parameter routes: Whatever none of them leads to is left out.
    func text(_ routes: RoutingTable) async throws(Problem) -> Text {
        let now = NIODeadline.now()
        let fresh = self.state.withLock { state -> Text? in
            guard let madeAt = state.madeAt, now - madeAt < Self.renewal else { return nil }
            return state.text
        }
        if let fresh { return fresh }
        let answers = await self.ask()
        let chapters = self.state.withLock { state in
            state.chapters.merge(answers) { _, new in new }
            return state.chapters
        }
        do {
            let text = try Self.merge(chapters, routes)
            self.state.withLock { state in
                state.text = text
                // With a service missing it is soon looked for again.
                let isComplete = chapters.count == ServiceName.allCases.count
                state.madeAt = isComplete ? now : now - Self.renewal + .seconds(2)
            }
            return text
        } catch {
            self.logger.error("contracts can not be put together: \(error)")
            throw .unavailable("The contracts of the services can not be put together.", retryAfter: 30)
        }
    }

    private func ask() async -> [ServiceName: String] {
        await withTaskGroup(of: (ServiceName, String?).self) { group in
            for upstream in self.upstreams.services {
                group.addTask { (upstream.name, await self.chapter(of: upstream)) }
            }
            return await group.reduce(into: [:]) { $0[$1.0] = $1.1 }
        }
    }

    private func chapter(of upstream: Upstream) async -> String? {
        for instance in upstream.instances.sorted(by: { $0.isReady && !$1.isReady }) {
            do {
                return String(buffer: try await self.client.page(url: "\(instance.address)/openapi.yaml"))
            } catch {
                self.logger.debug("no contract from \(instance.address): \(error)")
            }
        }
        return nil
    }

    private static func merge(_ chapters: [ServiceName: String], _ routes: RoutingTable) throws -> Text {
        let own = OpenAPICatalogue.Chapter(
            service: "gateway",
            yaml: String(decoding: PackageResources.openapi_yaml, as: UTF8.self)
        )
        let services = ServiceName.allCases.compactMap { name in
            chapters[name].map { OpenAPICatalogue.Chapter(service: name.rawValue, yaml: $0) }
        }
        let document = try OpenAPICatalogue.merge(title: "RepitBot API", [own] + services) { service, path in
            // Any value will do for a parameter: routes tell paths apart by their fixed parts.
            let target = path.split(separator: "/").map { $0.first == "{" ? "0" : String($0) }.joined(separator: "/")
            switch routes.route(for: "/\(target)").definition.destination {
            case .service(let name): return name.rawValue == service
            case .gateway(let endpoint): return service == "gateway" && endpoint != .unknownPath
            }
        }
        return Text(json: ByteBuffer(string: document.json), yaml: ByteBuffer(string: document.yaml))
    }
}
