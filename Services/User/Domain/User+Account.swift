internal import Contracts
internal import FoundationEssentials

/// Decisions about a person who is there.
extension User {
    /// How many parents a student has at most.
    private static let mostParents = 2

    func addRelation(_ relation: Relation, _ person: UUID) throws(UserRefusal) -> [UserEvent] {
        try self.requirePerson()
        guard self.role == .student else { throw .notAStudent }
        guard !self.related(relation).contains(person) else { return [] }
        guard relation != .parent || self.parents.count < Self.mostParents else {
            throw .tooManyParents(limit: Self.mostParents)
        }
        return [.relationAdded(.init(relation: relation, personID: person))]
    }

    /// Also of somebody who was erased: whoever is related may want to be erased, too.
    func removeRelation(_ relation: Relation, _ person: UUID) throws(UserRefusal) -> [UserEvent] {
        guard self.role != nil else { throw .unknownPerson }
        guard self.related(relation).contains(person) else { return [] }
        let removed = UserEvent.relationRemoved(.init(relation: relation, personID: person))
        // Whoever has handed out a code may have kept it, and could come in as the student.
        return relation == .tutor && self.grant != nil ? [removed, .accessCodeWithdrawn(.init())] : [removed]
    }

    func changeProfile(_ change: ProfileChange) throws(UserRefusal) -> [UserEvent] {
        try self.requireUsable()
        guard let profile = self.profile else { throw .unknownPerson }
        let new = try change.applied(to: profile)
        return new == profile ? [] : [.profileChanged(.init(profile: new))]
    }

    func block(by person: UUID) throws(UserRefusal) -> [UserEvent] {
        try self.requirePerson()
        return self.status == .blocked ? [] : [.blocked(.init(by: person))]
    }

    func unblock(by person: UUID) throws(UserRefusal) -> [UserEvent] {
        try self.requirePerson()
        return self.status == .blocked ? [.unblocked(.init(by: person))] : []
    }

    func erase(by person: UUID) throws(UserRefusal) -> [UserEvent] {
        guard self.role != nil else { throw .unknownPerson }
        return self.status == .erased ? [] : [.erased(.init(by: person))]
    }

    private func related(_ relation: Relation) -> Set<UUID> {
        switch relation {
        case .tutor: self.tutors
        case .parent: self.parents
        }
    }
}
