public import EventSourcing
internal import Foundation
public import Testing

/// The bytes that events had when they were first written, kept in a folder `Golden` beside the tests.
///
/// New code must read them, and write the same ones. A file that is missing is a failure, and `UPDATE_GOLDEN=1` writes it;
/// a file that differs is a broken promise to the past or to another service: think of an upcaster or a new event type
/// before thinking of `UPDATE_GOLDEN`.
public struct GoldenFiles: Sendable {
    private let folder: String

    /// The golden files of the tests in a source file's folder.
    public init(besides file: String = #filePath) {
        self.folder = URL(fileURLWithPath: file).deletingLastPathComponent().appendingPathComponent("Golden").path
    }

    /// Holds a stored event against its file.
    public func expectStable<Event: DomainEvent>(
        _ event: Event,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let payload = event.payload
        let type = Swift.type(of: payload)
        let bytes = try payload.encoded(event: Self.eventID, cipher: OpenCipher())
        guard let golden = try self.golden(type.type, type.schemaVersion, bytes, sourceLocation) else { return }
        #expect(Self.text(golden) == Self.text(bytes), "what is written changed", sourceLocation: sourceLocation)
        try self.expect(type.type, version: type.schemaVersion, reads: event, sourceLocation: sourceLocation)
    }

    /// Holds a public event against its file.
    public func expectStable<Payload: PublicPayload>(
        _ payload: Payload,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        let bytes = [UInt8](try JSONEncoder.wire().encode(payload))
        guard let golden = try self.golden(Payload.type, Payload.schemaVersion, bytes, sourceLocation) else { return }
        #expect(Self.text(golden) == Self.text(bytes), "what is sent changed", sourceLocation: sourceLocation)
        let read = try JSONDecoder.wire().decode(Payload.self, from: Data(golden))
        #expect(read == payload, "what was sent reads differently", sourceLocation: sourceLocation)
    }

    /// Expects that a file, of today's form or an older one, is read as an event.
    public func expect<Event: DomainEvent>(
        _ type: String,
        version: Int,
        reads event: Event,
        sourceLocation: SourceLocation = #_sourceLocation
    ) throws {
        guard let golden = try self.golden(type, version, nil, sourceLocation) else { return }
        let stored = NewEvent(
            id: Self.eventID,
            type: type,
            schemaVersion: version,
            data: golden,
            metadata: EventMetadata(correlationID: "golden"),
            recordedAt: Date(timeIntervalSince1970: 0)
        )
        let read = try Event.codec.decode(stored, cipher: OpenCipher())
        #expect(read == event, "what was stored reads differently", sourceLocation: sourceLocation)
    }

    /// Expects a file for each of these wire names, and no others.
    public func expectFiles(for types: [String], sourceLocation: SourceLocation = #_sourceLocation) throws {
        let files = try FileManager.default.contentsOfDirectory(atPath: self.folder)
        let named = Set(files.compactMap { $0.components(separatedBy: ".v").first })
        #expect(named == Set(types), sourceLocation: sourceLocation)
    }

    /// Sealed fields are bound to an identity; golden ones to this.
    private static let eventID = UUID(uuid: (1, 147, 22, 142, 216, 0, 112, 0, 128, 0, 0, 0, 0, 0, 0, 1))

    private func golden(
        _ type: String,
        _ version: Int,
        _ fresh: [UInt8]?,
        _ sourceLocation: SourceLocation
    ) throws -> [UInt8]? {
        let url = URL(fileURLWithPath: "\(self.folder)/\(type).v\(version).json")
        if let fresh, ProcessInfo.processInfo.environment["UPDATE_GOLDEN"] == "1" {
            try FileManager.default.createDirectory(atPath: self.folder, withIntermediateDirectories: true)
            try Data(fresh + [UInt8(ascii: "\n")]).write(to: url, options: .atomic)
        }
        guard FileManager.default.fileExists(atPath: url.path) else {
            Issue.record(
                "no golden file \(url.path): run the test once with UPDATE_GOLDEN=1, read the file, commit it",
                sourceLocation: sourceLocation
            )
            return nil
        }
        return [UInt8](try Data(contentsOf: url).dropLast())
    }

    private static func text(_ bytes: [UInt8]) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}
