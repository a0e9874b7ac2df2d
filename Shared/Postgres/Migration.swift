/// One step of a schema's history.
///
/// Once applied anywhere it never changes: the next step corrects it.
public struct Migration: Sendable, Equatable {
    /// The position in the history; unique in its schema.
    public let number: Int
    /// What it does, for people.
    public let name: String
    /// The statements, separated by semicolons; unqualified names are in the schema that is migrated.
    public let sql: String

    /// Creates a migration.
    ///
    /// - Parameters:
    ///   - number: The position in the history; unique in its schema.
    ///   - name: What it does, for people.
    ///   - sql: The statements, separated by semicolons.
    public init(_ number: Int, _ name: String, _ sql: String) {
        self.number = number
        self.name = name
        self.sql = sql
    }
}
