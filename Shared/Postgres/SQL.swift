/// One statement with its parameters.
///
/// Values that are interpolated become parameters and never part of the text, so that nothing a user sends can change
/// what a statement does:
///
/// ```swift
/// try session.query("SELECT name FROM people WHERE id = \(id)")          // … WHERE id = $1
/// ```
///
/// `\(identifier:)` quotes a name; `\(unescaped:)` inserts text as it is and must never see foreign input. Numbers, dates,
/// UUIDs, JSON and their arrays are declared with their type; texts take the type of their place. Where the place says
/// nothing, a cast does: `\(name)::text IS NULL`.
public struct SQL: Sendable {
    /// The text with `$1`, `$2`, … for the parameters.
    public private(set) var text: String
    private(set) var arguments = Arguments()

    /// A statement without parameters.
    ///
    /// - Parameter text: Must not contain foreign input.
    public init(unescaped text: String) {
        self.text = text
    }

    /// The name in quotes, as the manual's 4.1.1 wants it: a quote inside is doubled.
    static func quoted(identifier name: String) -> String {
        "\"" + name.split(separator: "\"", omittingEmptySubsequences: false).joined(separator: "\"\"") + "\""
    }
}

extension SQL: ExpressibleByStringInterpolation {
    /// A statement without parameters.
    public init(stringLiteral value: String) {
        self.text = value
    }

    /// A statement with parameters.
    public init(stringInterpolation: StringInterpolation) {
        self.text = stringInterpolation.text
        self.arguments = stringInterpolation.arguments
    }

    /// Collects text and parameters.
    public struct StringInterpolation: StringInterpolationProtocol, Sendable {
        var text = ""
        var arguments = Arguments()

        /// Reserves room.
        public init(literalCapacity: Int, interpolationCount: Int) {
            self.text.reserveCapacity(literalCapacity + 3 * interpolationCount)
        }

        /// Appends text of the program.
        public mutating func appendLiteral(_ literal: String) {
            self.text.append(literal)
        }

        /// Appends a parameter.
        public mutating func appendInterpolation(_ value: some PostgresEncodable) {
            self.append(value)
        }

        /// Appends a parameter that may be NULL.
        public mutating func appendInterpolation<Value: PostgresEncodable>(_ value: Value?) {
            self.append(value)
        }

        private mutating func append(_ value: some PostgresEncodable) {
            self.arguments.append(value)
            self.text.append("$")
            self.text.append(String(self.arguments.count))
        }

        /// Appends a name (table, column, channel) in quotes.
        public mutating func appendInterpolation(identifier name: String) {
            self.text.append(SQL.quoted(identifier: name))
        }

        /// Appends text as it is; it must never contain foreign input.
        public mutating func appendInterpolation(unescaped text: String) {
            self.text.append(text)
        }
    }
}

extension SQL: CustomStringConvertible, CustomReflectable {
    /// The text without the parameter values.
    public var description: String { self.text }

    /// Hides the parameter values from `dump` and debuggers' default views.
    public var customMirror: Mirror {
        Mirror(self, children: ["text": self.text])
    }
}
