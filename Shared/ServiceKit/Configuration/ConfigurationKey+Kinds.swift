internal import FoundationEssentials

extension ConfigurationKey where Value == String {
    /// Any text.
    public static func string(_ name: String, default value: String? = nil, _ comment: String) -> Self {
        Self(name, kind: "text", default: value, placeholder: "", comment: comment) { text in text }
    }

    /// A text that is never printed and has no default.
    ///
    /// - Parameter minimumLength: Shorter secrets are refused; in bytes of UTF-8.
    public static func secret(_ name: String, minimumLength: Int = 1, _ comment: String) -> Self {
        Self(
            name,
            kind: minimumLength > 1 ? "secret of \(minimumLength) bytes or more" : "secret",
            default: nil,
            placeholder: "",
            comment: comment,
            isSecret: true
        ) { text throws(ConfigurationMistake) in
            guard text.utf8.count >= minimumLength else {
                throw ConfigurationMistake("must have \(minimumLength) bytes or more")
            }
            return text
        }
    }
}

extension ConfigurationKey where Value == Int {
    /// A whole number.
    public static func integer(
        _ name: String,
        default value: Int? = nil,
        in range: ClosedRange<Int> = 0...Int.max,
        _ comment: String
    ) -> Self {
        let kind =
            range.upperBound == .max
            ? "integer, \(range.lowerBound) or more" : "integer from \(range.lowerBound) to \(range.upperBound)"
        return Self(name, kind: kind, default: value, placeholder: range.lowerBound, comment: comment) {
            text throws(ConfigurationMistake) in
            guard let number = Int(text), range.contains(number) else {
                throw ConfigurationMistake("must be an \(kind)")
            }
            return number
        }
    }

    /// A TCP port.
    public static func port(_ name: String, default value: Int? = nil, _ comment: String) -> Self {
        .integer(name, default: value, in: 1...65535, comment)
    }
}

extension ConfigurationKey where Value == Bool {
    /// `true` or `false`.
    public static func boolean(_ name: String, default value: Bool? = nil, _ comment: String) -> Self {
        Self(name, kind: "true or false", default: value, placeholder: false, comment: comment) {
            text throws(ConfigurationMistake) in
            switch text.lowercased() {
            case "true", "1", "yes": return true
            case "false", "0", "no": return false
            default: throw ConfigurationMistake("must be true or false")
            }
        }
    }
}

extension ConfigurationKey where Value == Duration {
    /// A time span, written as a number of seconds.
    public static func seconds(_ name: String, default value: Duration? = nil, _ comment: String) -> Self {
        Self(
            name,
            kind: "seconds",
            default: value,
            defaultText: value.map { "\($0 / .seconds(1))" },
            placeholder: .zero,
            comment: comment
        ) { text throws(ConfigurationMistake) in
            guard let seconds = Double(text), (0...86_400 * 366).contains(seconds) else {
                throw ConfigurationMistake("must be a number of seconds")
            }
            return .seconds(seconds)
        }
    }
}

extension ConfigurationKey where Value == [UInt8] {
    /// Key material, written in base64.
    ///
    /// - Parameter count: How many bytes it must have.
    public static func secretBytes(_ name: String, count: Int, _ comment: String) -> Self {
        let kind = "secret: base64 of \(count) bytes"
        return Self(name, kind: kind, default: nil, placeholder: [], comment: comment, isSecret: true) {
            text throws(ConfigurationMistake) in
            guard let data = Data(base64Encoded: text), data.count == count else {
                throw ConfigurationMistake("must be the base64 text of \(count) bytes")
            }
            return [UInt8](data)
        }
    }
}

extension ConfigurationKey where Value: RawRepresentable & CaseIterable, Value.RawValue == String {
    /// One of the cases of an enumeration.
    public static func choice(_ name: String, default value: Value, _ comment: String) -> Self {
        let names = Value.allCases.map(\.rawValue).joined(separator: ", ")
        return Self(
            name,
            kind: "one of \(names)",
            default: value,
            defaultText: value.rawValue,
            placeholder: value,
            comment: comment
        ) { text throws(ConfigurationMistake) in
            guard let choice = Value(rawValue: text.lowercased()) else {
                throw ConfigurationMistake("must be one of \(names)")
            }
            return choice
        }
    }
}

extension ConfigurationKey where Value == [String] {
    /// Texts, separated by commas.
    public static func list(_ name: String, default value: [String] = [], _ comment: String) -> Self {
        Self(
            name,
            kind: "comma-separated",
            default: value,
            defaultText: value.joined(separator: ","),
            placeholder: [],
            comment: comment
        ) { $0.listItems }
    }
}

extension String {
    /// The parts between commas and blanks.
    public var listItems: [String] {
        self.split { $0 == "," || $0.isWhitespace }.map(String.init)
    }
}
