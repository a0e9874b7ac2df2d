internal import Contracts
internal import EventSourcing
internal import FoundationEssentials

/// A line of the one ledger of experience.
struct LedgerEntry: Equatable, Sendable {
    /// How much; negative when a correction takes it back.
    let amount: Int
    /// What it is, or was, for.
    let cause: XPCause
}

extension StudentEvent {
    /// What the event means for the ledger: the only place where experience comes from.
    ///
    /// A cause that is paid anew is first taken back in full, so that at any time a cause has paid once or not at all.
    var ledger: [LedgerEntry] {
        switch self {
        case .created, .levelChanged:
            []
        case .lessonRecorded(let event):
            Self.entries(.lesson(event.lessonID), from: event.replacedXP, to: event.xp)
        case .lessonWithdrawn(let event):
            Self.entries(.lesson(event.lessonID), from: event.replacedXP, to: 0)
        case .achievementEarned(let event):
            Self.entries(.achievement(event.achievementID), from: 0, to: event.xp)
        case .achievementRevoked(let event):
            Self.entries(.achievement(event.achievementID), from: event.xp, to: 0)
        }
    }

    private static func entries(_ cause: XPCause, from old: Int, to new: Int) -> [LedgerEntry] {
        guard old != new else { return [] }
        return [-old, new].filter { $0 != 0 }.map { LedgerEntry(amount: $0, cause: cause) }
    }
}

extension XPCause {
    fileprivate static func lesson(_ id: UUID) -> XPCause { XPCause(reason: .lessonCompleted, id: id.lowercased) }
    fileprivate static func achievement(_ id: String) -> XPCause { XPCause(reason: .achievementEarned, id: id) }
}
