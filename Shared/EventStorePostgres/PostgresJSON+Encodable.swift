internal import EventSourcing
internal import Foundation
public import Postgres

extension PostgresJSON {
    /// A value as `jsonb`, in the form that events have.
    public init(encoding value: some Encodable) throws {
        self.init([UInt8](try JSONEncoder.wire().encode(value)))
    }
}
