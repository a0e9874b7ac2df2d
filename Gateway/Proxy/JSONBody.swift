internal import FoundationEssentials

/// JSON as the platform writes it: snake_case, keys in order, slashes as they are.
enum JSONBody {
    static func encode(_ value: some Encodable) -> [UInt8] {
        let encoder = JSONEncoder()
        encoder.keyEncodingStrategy = .convertToSnakeCase
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        do {
            return [UInt8](try encoder.encode(value))
        } catch {
            // Only numbers that are not finite can not be written, and nothing here has any.
            return Array("{}".utf8)
        }
    }
}
