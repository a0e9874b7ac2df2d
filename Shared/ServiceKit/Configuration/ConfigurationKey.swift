/// One setting: its name, what it means, and how its text becomes a value.
///
/// Keys are declared next to the type that reads them. What a program reads is also what
/// ``ConfigurationReader/entries(readBy:)`` prints, so the documentation can not fall behind.
public struct ConfigurationKey<Value: Sendable>: Sendable {
    /// What people are told about the key.
    public let entry: ConfigurationEntry
    /// What is used when the setting is absent; `nil` makes the setting required.
    public let defaultValue: Value?
    /// What a reader hands out when the setting is wrong; it never leaves a failed reading.
    let placeholder: Value
    let parse: @Sendable (String) throws(ConfigurationMistake) -> Value

    /// Declares a key of a kind that the chassis does not know yet.
    ///
    /// - Parameters:
    ///   - name: The name of the environment variable.
    ///   - kind: What a value looks like, for people: `integer from 1 to 65535`.
    ///   - defaultValue: Used when the setting is absent; `nil` makes it required.
    ///   - defaultText: How the default is written in documentation.
    ///   - placeholder: Any value; see the property.
    ///   - comment: What the setting does, in one sentence.
    ///   - isSecret: Whether the value may never be printed.
    ///   - parse: Reads the text of the setting.
    public init(
        _ name: String,
        kind: String,
        default defaultValue: Value?,
        defaultText: String? = nil,
        placeholder: Value,
        comment: String,
        isSecret: Bool = false,
        parse: @escaping @Sendable (String) throws(ConfigurationMistake) -> Value
    ) {
        self.entry = ConfigurationEntry(
            name: name,
            kind: kind,
            defaultValue: defaultText ?? defaultValue.map { "\($0)" },
            comment: comment,
            isSecret: isSecret
        )
        self.defaultValue = defaultValue
        self.placeholder = placeholder
        self.parse = parse
    }
}

/// The documented face of a setting.
public struct ConfigurationEntry: Hashable, Sendable, CustomStringConvertible {
    /// The name of the environment variable.
    public let name: String
    /// What a value looks like.
    public let kind: String
    /// The default as text; `nil` when the setting is required or optional without a default.
    public let defaultValue: String?
    /// What the setting does.
    public let comment: String
    /// Whether the value may never be printed.
    public let isSecret: Bool

    /// One line for a terminal.
    public var description: String {
        let value = self.defaultValue.map { "default \($0)" } ?? "no default"
        return "\(self.name)  (\(self.kind), \(value))  \(self.comment)"
    }
}

/// Why the text of a setting is not a value, in words that follow the name of the setting.
public struct ConfigurationMistake: Error, Equatable {
    /// For example `must be an integer from 1 to 65535`.
    public let reason: String

    /// States what a value must be.
    public init(_ reason: String) {
        self.reason = reason
    }
}
