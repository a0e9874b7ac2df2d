/// One row of a result.
///
/// It keeps the whole result alive and copies nothing until a column is decoded.
public struct Row: Sendable {
    let result: PostgresResult
    let index: Int

    /// The number of columns.
    public var count: Int { self.result.columnCount }

    /// The names of the columns, as the server spells them.
    public var columns: [String] { (0..<self.result.columnCount).map(self.result.columnName) }

    /// Reads a column by name.
    ///
    /// - Parameters:
    ///   - column: The name, spelled as the server spells it.
    ///   - type: What to read; an optional type if the column may be NULL.
    /// - Returns: The value.
    /// - Throws: ``PostgresError`` with code `decoding`; it names the column and never the value.
    public func decode<T: PostgresDecodable>(_ column: String, as type: T.Type = T.self) throws -> T {
        guard let position = self.result.columnIndex(named: column) else {
            throw PostgresError(.decoding, "no column \(column)")
        }
        return try self.decode(position)
    }

    /// Reads a column by position, counted from zero.
    ///
    /// - Parameters:
    ///   - column: The position.
    ///   - type: What to read; an optional type if the column may be NULL.
    /// - Returns: The value.
    /// - Throws: ``PostgresError`` with code `decoding`; it names the column and never the value.
    public func decode<T: PostgresDecodable>(_ column: Int, as type: T.Type = T.self) throws -> T {
        guard (0..<self.result.columnCount).contains(column) else {
            throw PostgresError(.decoding, "no column at position \(column)")
        }
        do {
            return try self.result.withValue(row: self.index, column: column) { text in
                guard let text else { return try T.postgresNull() }
                return try T(postgres: text, type: self.result.columnType(column))
            }
        } catch {
            // Errors of other types may quote the value.
            let reason = (error as? PostgresDecodingFailure)?.reason ?? "not a \(T.self)"
            throw PostgresError(.decoding, "column \(self.result.columnName(column)): \(reason)")
        }
    }
}

extension Row: CustomStringConvertible, CustomReflectable {
    /// The names of the columns; values may be personal.
    public var description: String { "row of \(self.columns.joined(separator: ", "))" }

    /// Hides the values from `dump`.
    public var customMirror: Mirror { Mirror(self, children: ["columns": self.columns]) }
}

extension PostgresResult {
    var rows: [Row] {
        (0..<self.rowCount).map { Row(result: self, index: $0) }
    }
}
