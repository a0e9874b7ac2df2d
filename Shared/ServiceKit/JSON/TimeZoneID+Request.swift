public import Contracts

extension TimeZoneID {
    /// Reads a zone that a client named in the field `time_zone`.
    ///
    /// - Throws: A 400 ``Problem`` when the time zone database does not know it.
    public init(checking name: String) throws(Problem) {
        guard let zone = TimeZoneID(name) else { throw .invalid("time_zone", "is not a known IANA time zone") }
        self = zone
    }
}
