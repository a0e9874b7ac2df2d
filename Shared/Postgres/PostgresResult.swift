internal import CLibPQ

#if canImport(Glibc)
internal import Glibc
#elseif canImport(Musl)
internal import Musl
#endif

/// Owner of one `PGresult`.
///
/// `@unchecked Sendable`: the pointer never changes and nothing writes to what it points to. libpq's manual, 34.20: "PGresult
/// objects are normally read-only after creation, and so can be passed around freely between threads." Unchecked because
/// the compiler can not know that about a C pointer.
final class PostgresResult: @unchecked Sendable {
    enum Status {
        case success
        case pipelineSync
        case pipelineAborted
        case copyIn
        case failure
        case unexpected
    }

    /// The parts of an error that are read; the letters are those of the protocol (manual, 55.8), because Swift does not
    /// import the C macros, which are character constants.
    private enum Field: Unicode.Scalar {
        case severity = "V"
        case sqlState = "C"
        case message = "M"
        case table = "t"
        case constraint = "n"
        case routine = "R"
    }

    private let result: OpaquePointer

    /// Takes over a result that libpq returned.
    init(owning result: OpaquePointer) {
        self.result = result
    }

    deinit {
        PQclear(self.result)
    }

    var status: Status {
        switch PQresultStatus(self.result) {
        case PGRES_COMMAND_OK, PGRES_TUPLES_OK, PGRES_EMPTY_QUERY: .success
        case PGRES_PIPELINE_SYNC: .pipelineSync
        case PGRES_PIPELINE_ABORTED: .pipelineAborted
        case PGRES_COPY_IN: .copyIn
        case PGRES_FATAL_ERROR, PGRES_NONFATAL_ERROR: .failure
        default: .unexpected
        }
    }

    var rowCount: Int { Int(PQntuples(self.result)) }

    var columnCount: Int { Int(PQnfields(self.result)) }

    /// The rows a command changed; zero for commands that change none.
    var affectedRows: Int {
        guard let text = PQcmdTuples(self.result) else { return 0 }
        return Int(String(cString: text)) ?? 0
    }

    func columnName(_ column: Int) -> String {
        PQfname(self.result, Int32(column)).map { String(cString: $0) } ?? ""
    }

    /// The position of a column; unlike `PQfnumber` it does not fold the name to lower case.
    func columnIndex(named name: String) -> Int? {
        name.withCString { name in
            (0..<self.columnCount).first { column in
                guard let candidate = PQfname(self.result, Int32(column)) else { return false }
                return strcmp(candidate, name) == 0
            }
        }
    }

    func columnType(_ column: Int) -> PostgresType {
        PostgresType(rawValue: PQftype(self.result, Int32(column)))
    }

    /// Lends the text of a value; `nil` for NULL.
    func withValue<R>(row: Int, column: Int, _ body: (Span<UInt8>?) throws -> R) rethrows -> R {
        let (row, column) = (Int32(row), Int32(column))
        guard PQgetisnull(self.result, row, column) == 0, let value = PQgetvalue(self.result, row, column) else {
            return try body(nil)
        }
        let bytes = UnsafeRawBufferPointer(start: value, count: Int(PQgetlength(self.result, row, column)))
        return try body(bytes.bindMemory(to: UInt8.self).span)
    }

    /// The error this result reports, without anything that could be a parameter value.
    var error: PostgresError {
        let sqlState = self.field(.sqlState).map(SQLState.init(rawValue:))
        let severity = self.field(.severity) ?? ""
        // A failure without SQLSTATE is libpq's own; a FATAL or PANIC is the last thing a connection says.
        let isLost = sqlState == nil || severity == "FATAL" || severity == "PANIC"
        return PostgresError(
            isLost ? .connectionLost : sqlState == .queryCanceled ? .timeout : .server,
            self.redactedMessage(sqlState),
            sqlState: sqlState,
            constraint: self.field(.constraint),
            table: self.field(.table),
            // The only way to tell this from other uses of 0A000 without reading a translated text.
            isStalePlan: sqlState == .featureNotSupported && self.field(.routine) == "RevalidateCachedQuery"
        )
    }

    /// Class 22, data exceptions, quotes the value it dislikes: "invalid input syntax for type uuid: "…"".
    private func redactedMessage(_ sqlState: SQLState?) -> String {
        if let sqlState, sqlState.category == "22" { return "a value the server does not accept" }
        guard let sqlState else {
            return PQresultErrorMessage(self.result).map { String(cString: $0) } ?? "no answer"
        }
        return self.field(.message) ?? sqlState.rawValue
    }

    private func field(_ field: Field) -> String? {
        PQresultErrorField(self.result, Int32(field.rawValue.value)).map { String(cString: $0) }
    }
}
