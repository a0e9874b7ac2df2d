/// Everything that is wrong with the settings of a program.
///
/// It never holds a value, only names and what was expected, so it may be printed as it is.
public struct ConfigurationIssues: Error, Equatable, CustomStringConvertible {
    /// What a program exits with when its configuration is wrong: `EX_CONFIG` of sysexits.h.
    public static let exitCode: Int32 = 78

    /// One sentence per mistake, in the order of reading.
    public let descriptions: [String]

    /// All mistakes, one per line.
    public var description: String {
        let count = self.descriptions.count == 1 ? "1 mistake" : "\(self.descriptions.count) mistakes"
        return (["configuration: \(count)"] + self.descriptions.map { "  \($0)" }).joined(separator: "\n")
    }
}
