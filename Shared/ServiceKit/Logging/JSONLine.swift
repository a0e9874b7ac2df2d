internal import Logging

/// One JSON object on one line, built field by field.
///
/// A name that comes twice is written once: the first counts.
struct JSONLine {
    private var bytes: [UInt8] = [UInt8(ascii: "{")]
    private var names: Set<String> = []

    init() {
        self.bytes.reserveCapacity(512)
    }

    mutating func add(_ name: String, _ value: String) {
        guard self.begin(name) else { return }
        JSONText.append(value, to: &self.bytes)
    }

    mutating func add(_ name: String, _ value: Logger.MetadataValue) {
        guard self.begin(name) else { return }
        Self.append(value, to: &self.bytes)
    }

    consuming func finish() -> [UInt8] {
        self.bytes.append(contentsOf: "}\n".utf8)
        return self.bytes
    }

    private mutating func begin(_ name: String) -> Bool {
        guard self.names.insert(name).inserted else { return false }
        if self.names.count > 1 { self.bytes.append(UInt8(ascii: ",")) }
        JSONText.append(name, to: &self.bytes)
        self.bytes.append(UInt8(ascii: ":"))
        return true
    }

    private static func append(_ value: Logger.MetadataValue, to bytes: inout [UInt8]) {
        switch value {
        case .string(let text): JSONText.append(text, to: &bytes)
        case .stringConvertible(let value as Int): bytes.append(contentsOf: String(value).utf8)
        case .stringConvertible(let value as Double) where value.isFinite:
            bytes.append(contentsOf: String(value).utf8)
        case .stringConvertible(let value as Bool): bytes.append(contentsOf: String(value).utf8)
        case .stringConvertible(let value): JSONText.append(value.description, to: &bytes)
        case .array(let values):
            bytes.append(UInt8(ascii: "["))
            for (index, value) in values.enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                Self.append(value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "]"))
        case .dictionary(let values):
            bytes.append(UInt8(ascii: "{"))
            for (index, (name, value)) in values.sorted(by: { $0.key < $1.key }).enumerated() {
                if index > 0 { bytes.append(UInt8(ascii: ",")) }
                JSONText.append(name, to: &bytes)
                bytes.append(UInt8(ascii: ":"))
                Self.append(value, to: &bytes)
            }
            bytes.append(UInt8(ascii: "}"))
        }
    }
}
