internal import Foundation
internal import ServiceKit

/// The students for whom a new parent answers: none to twenty, each of them once.
struct Children: Sendable {
    /// How many can be named at once.
    private static let limit = 20

    /// The students.
    let ids: [UUID]

    /// Refuses too many, and the same one twice.
    init(_ ids: [UUID]?) throws(Problem) {
        let ids = ids ?? []
        guard ids.count <= Self.limit else { throw .invalid("children", "may name \(Self.limit) students at most") }
        guard Set(ids).count == ids.count else { throw .invalid("children", "names a student twice") }
        self.ids = ids
    }
}
