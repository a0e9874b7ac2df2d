internal import Foundation

/// One result, as a line of JSON on standard output.
struct Report: Encodable {
    /// What was measured.
    let name: String
    /// The figures by name, units in the names.
    let figures: [String: Double]

    func print() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        Swift.print(String(decoding: try encoder.encode(self), as: UTF8.self))
    }
}

extension Duration {
    /// The duration in seconds.
    var seconds: Double { self / .seconds(1) }
}
