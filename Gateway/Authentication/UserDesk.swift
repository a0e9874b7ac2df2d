internal import Contracts
internal import EventSourcing
internal import FoundationEssentials
internal import NIOCore
internal import ServiceKit

/// What the gateway asks the user service: public keys and ended sessions; any instance may answer.
struct UserDesk: Sendable {
    /// No instance gave an answer that can be used.
    struct Failure: Error, CustomStringConvertible {
        let description: String
    }

    let users: Upstream
    let client: InternalClient
    /// Where keys are instead, if they are not the user service's.
    var jwksURL: String?

    func keys() async throws -> JSONWebKeySet {
        if let jwksURL { return try Self.decode(try await self.client.page(url: jwksURL)) }
        return try await self.ask("/.well-known/jwks.json")
    }

    func endedSessions(since: Date) async throws -> EndedSessionsPage {
        try await self.ask("/internal/sessions/ended?since=\(RFC3339.string(since))")
    }

    /// The first answer of an instance, those that are ready first.
    private func ask<Page: Decodable>(_ path: String) async throws -> Page {
        var failure: any Error = Failure(description: "no instance of the user service is known")
        for instance in self.users.instances.sorted(by: { $0.isReady && !$1.isReady }) {
            do {
                let isInternal = path.hasPrefix("/internal/")
                let page = try await self.client.page(url: "\(instance.address)\(path)", isInternal: isInternal)
                return try Self.decode(page)
            } catch {
                failure = error
            }
        }
        throw failure
    }

    private static func decode<Page: Decodable>(_ body: ByteBuffer) throws -> Page {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .custom { decoder in
            let text = try decoder.singleValueContainer().decode(String.self)
            guard let date = RFC3339.date(text) else { throw Failure(description: "\(text) is no time") }
            return date
        }
        return try decoder.decode(Page.self, from: Data(body.readableBytesView))
    }
}
