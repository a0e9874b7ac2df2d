/// The text exposition format 0.0.4 of Prometheus, written line by line.
public struct MetricsText {
    /// The media type of the text.
    public static let contentType = "text/plain; version=0.0.4; charset=utf-8"

    private var lines = ""

    /// Writes a gauge that was read just now.
    public mutating func gauge(_ name: String, _ help: String, labels: [(String, String)] = [], _ value: Double) {
        self.begin(name, help, .gauge)
        self.sample(name, Self.labels(labels), value)
    }

    /// Writes a gauge with several series that were read just now.
    public mutating func gauges(_ name: String, _ help: String, _ series: [(labels: [(String, String)], value: Double)])
    {
        self.begin(name, help, .gauge)
        for (labels, value) in series { self.sample(name, Self.labels(labels), value) }
    }

    /// Writes a counter that was read just now.
    public mutating func counter(_ name: String, _ help: String, labels: [(String, String)] = [], _ value: Double) {
        self.begin(name, help, .counter)
        self.sample(name, Self.labels(labels), value)
    }

    mutating func begin(_ name: String, _ help: String, _ kind: MetricKind) {
        if !help.isEmpty { self.lines += "# HELP \(name) \(Self.escape(help, quotes: false))\n" }
        self.lines += "# TYPE \(name) \(kind.rawValue)\n"
    }

    mutating func sample(_ name: String, _ labels: String, _ value: Double) {
        self.lines += "\(name)\(labels) \(Self.number(value))\n"
    }

    consuming func finish() -> String { self.lines }

    /// A legal name: everything but letters, digits, `_` and `:` becomes `_`.
    static func name(_ text: String) -> String {
        let legal = text.unicodeScalars.map { scalar in
            scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar)) || scalar == "_"
                || scalar == ":" ? Character(scalar) : "_"
        }
        let name = String(legal)
        return name.first?.isNumber == true ? "_\(name)" : name
    }

    static func labels(_ labels: [(String, String)]) -> String {
        guard !labels.isEmpty else { return "" }
        return "{" + labels.map { "\(Self.name($0.0))=\"\(Self.escape($0.1, quotes: true))\"" }.joined(separator: ",")
            + "}"
    }

    static func adding(_ label: String, _ value: String, to labels: String) -> String {
        labels.isEmpty ? "{\(label)=\"\(value)\"}" : "\(labels.dropLast()),\(label)=\"\(value)\"}"
    }

    static func number(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value > 0 ? "+Inf" : "-Inf" }
        if let whole = Int64(exactly: value) { return String(whole) }
        return String(value)
    }

    private static func escape(_ text: String, quotes: Bool) -> String {
        var escaped = ""
        for character in text {
            switch character {
            case "\\": escaped += "\\\\"
            case "\n", "\r\n": escaped += "\\n"
            case "\"" where quotes: escaped += "\\\""
            default: escaped.append(character)
            }
        }
        return escaped
    }
}
