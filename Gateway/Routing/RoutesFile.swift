internal import NIOCore
internal import ServiceKit

/// Reads `routes.yaml`; all mistakes are told at once.
struct RoutesFile {
    let routes: [RouteDefinition]

    /// Reads the text of a file.
    init(_ text: String) throws(RoutesFileError) {
        let document: Document
        do {
            document = try YAMLDocument.decode(Document.self, from: text)
        } catch {
            throw RoutesFileError(mistakes: error.errors.map { "\($0.field): \($0.message)" })
        }
        var mistakes: [String] = []
        self.routes = document.routes.compactMap { line in
            do throws(LineError) {
                return try line.definition()
            } catch {
                mistakes.append("\(line.path): \(error.message)")
                return nil
            }
        }
        if document.routes.isEmpty { mistakes.append("holds no route at all") }
        guard mistakes.isEmpty else { throw RoutesFileError(mistakes: mistakes) }
    }

    private struct Document: Decodable {
        let routes: [Line]
    }

    private struct LineError: Error {
        let message: String
    }

    private struct Line: Decodable {
        let path: String
        let service: ServiceName?
        let gateway: ControlEndpoint?
        let access: RouteDefinition.Access
        let limit: LimitClass?
        let cost: Int?
        let body: String?
        let timeout: String?
        let coalesce: Bool?
        let stream: Bool?
        let upgrade: Bool?

        func definition() throws(LineError) -> RouteDefinition {
            let destination: RouteDefinition.Destination
            switch (self.service, self.gateway) {
            case (let service?, nil): destination = .service(service)
            case (nil, let endpoint?): destination = .gateway(endpoint)
            default: throw LineError(message: "needs either service or gateway")
            }
            guard self.gateway != .unknownPath else { throw LineError(message: "unknown is no endpoint") }
            guard self.limit.map({ !$0.isForSites }) ?? true else {
                throw LineError(message: "\(self.limit?.rawValue ?? "") is counted besides, it is no limit of a route")
            }
            guard self.coalesce != true || self.stream != true && self.upgrade != true else {
                throw LineError(message: "coalesce needs an answer that ends")
            }
            guard self.access != .open || self.limit != nil else {
                throw LineError(message: "is open, so it has to name its limit")
            }
            guard (1...10).contains(self.cost ?? 1) else { throw LineError(message: "cost must be from 1 to 10") }
            return RouteDefinition(
                self.path,
                destination,
                self.access,
                self.limit ?? .general,
                cost: self.cost ?? 1,
                maximumBodySize: try Self.read(self.body, "body", "1 MiB", RouteQuantity.bytes) ?? 1 << 20,
                timeout: try Self.read(self.timeout, "timeout", "10 s", RouteQuantity.time) ?? .seconds(10),
                isCoalesced: self.coalesce ?? false,
                isStream: self.stream ?? false,
                allowsUpgrade: self.upgrade ?? false
            )
        }

        private static func read<Value>(
            _ text: String?,
            _ name: String,
            _ example: String,
            _ parse: (String) -> Value?
        ) throws(LineError) -> Value? {
            guard let text else { return nil }
            guard let value = parse(text) else { throw LineError(message: "\(name) must be like \(example)") }
            return value
        }
    }
}

/// Everything that is wrong with a file of routes.
struct RoutesFileError: Error, CustomStringConvertible {
    let mistakes: [String]

    var description: String { "routes: \(self.mistakes.joined(separator: "; "))" }
}
