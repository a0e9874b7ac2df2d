/// Whether a cancelled lesson counts.
public enum CancellationKind: String, CaseIterable, Codable, Sendable {
    /// In time or for a good reason: it costs nothing.
    case excused
    /// Too late and without a reason.
    case unexcused
}
