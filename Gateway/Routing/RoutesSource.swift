internal import ServiceKit
internal import SystemPackage

/// Where routes come from: a file that an operator keeps, or what was built in.
enum RoutesSource: Sendable {
    case builtIn
    case file(String)
    /// Without a file; for tests.
    case definitions([RouteDefinition])

    /// Reads them.
    ///
    /// - Throws: What is wrong with the file.
    func load(metrics: MetricsRegistry) throws -> RoutingTable {
        switch self {
        case .builtIn: return try Self.table(PackageResources.routes_yaml, metrics)
        case .file(let path):
            do {
                return try Self.table(try Self.read(path), metrics)
            } catch {
                throw UnusableFile(path: path, reason: error)
            }
        case .definitions(let routes): return try RoutingTable(routes, metrics: metrics)
        }
    }

    private static func table(_ text: [UInt8], _ metrics: MetricsRegistry) throws -> RoutingTable {
        try RoutingTable(try RoutesFile(String(decoding: text, as: UTF8.self)).routes, metrics: metrics)
    }

    private static func read(_ path: String) throws -> [UInt8] {
        let file = try FileDescriptor.open(FilePath(path), .readOnly)
        return try file.closeAfter {
            let length = Int(try file.seek(offset: 0, from: .end))
            guard length <= 1 << 20 else { throw RoutesFileError(mistakes: ["\(path) is longer than a megabyte"]) }
            return try [UInt8](unsafeUninitializedCapacity: length) { buffer, count in
                count = try file.read(fromAbsoluteOffset: 0, into: UnsafeMutableRawBufferPointer(buffer))
            }
        }
    }
}
