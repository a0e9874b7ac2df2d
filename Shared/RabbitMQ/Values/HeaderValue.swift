public import FoundationEssentials

/// A value in a table of AMQP: the headers of a message or the arguments of a queue.
public indirect enum HeaderValue: Sendable, Equatable {
    /// Text.
    case string(String)
    /// Any of AMQP's integers; sent with 64 bits.
    case integer(Int64)
    /// A number with a fraction; sent with 64 bits.
    case double(Double)
    /// A truth value.
    case boolean(Bool)
    /// Bytes that are no text.
    case bytes([UInt8])
    /// A table inside the table.
    case table([String: HeaderValue])
    /// A list.
    case array([HeaderValue])
    /// A point in time, in whole seconds.
    case timestamp(Date)
    /// AMQP's void.
    case null
    /// A value of a kind that is not modelled, is out of range or lies too deep; sent as void.
    case unknown(UInt8)

    /// How many tables and lists may contain each other.
    ///
    /// What lies deeper is read as `unknown` and refused on sending: the library recurses without a limit of its own
    /// (before 0.14).
    public static let maximumDepth = 4

    /// The text, if it is one.
    public var string: String? {
        if case .string(let value) = self { value } else { nil }
    }

    /// The integer, if it is one.
    public var integer: Int64? {
        if case .integer(let value) = self { value } else { nil }
    }

    /// The table, if it is one.
    public var table: [String: HeaderValue]? {
        if case .table(let value) = self { value } else { nil }
    }

    /// The list, if it is one.
    public var array: [HeaderValue]? {
        if case .array(let value) = self { value } else { nil }
    }

    /// How many tables and lists are nested here.
    var depth: Int {
        switch self {
        case .table(let table): 1 + (table.values.map(\.depth).max() ?? 0)
        case .array(let array): 1 + (array.map(\.depth).max() ?? 0)
        default: 0
        }
    }

    /// The bytes that this value takes on the wire (AMQP 0-9-1, section 4.2.5), its kind included.
    var encodedSize: Int {
        switch self {
        case .string(let value): 5 + value.utf8.count
        case .bytes(let value): 5 + value.count
        case .integer, .double, .timestamp: 9
        case .boolean: 2
        case .null, .unknown: 1
        case .array(let values): values.reduce(5) { $0 + $1.encodedSize }
        case .table(let table): 1 + Self.encodedSize(of: table)
        }
    }

    /// The bytes that a table takes on the wire.
    static func encodedSize(of table: [String: HeaderValue]) -> Int {
        table.reduce(4) { $0 + 1 + $1.key.utf8.count + $1.value.encodedSize }
    }
}
