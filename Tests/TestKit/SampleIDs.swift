public import FoundationEssentials

extension UUID {
    /// The `number`-th identity of a test: always the same, easy to tell apart.
    public static func sample(_ number: UInt8) -> UUID {
        UUID(uuid: (1, 147, 22, 142, 216, 0, 112, 0, 128, 0, 0, 0, 0, 0, 0, number))
    }
}
