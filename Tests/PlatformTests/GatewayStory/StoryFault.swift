/// Something that happens to an instance of a service.
struct StoryFault: Sendable {
    enum Kind: Sendable {
        /// SIGKILL, and a new start.
        case kill
        /// SIGSTOP, and SIGCONT once every gateway looks elsewhere.
        case freeze
        /// SIGSTOP until the breakers of all gateways have opened.
        case longFreeze
    }

    let member: Member
    let kind: Kind

    /// So many faults, one after the other: every instance in turn, killed and stopped by turns.
    static func script(_ count: Int) -> [StoryFault] {
        let members = [Member.user, .lesson, .student, .secondUser, .secondLesson, .secondStudent]
        return (0..<count).map { index in
            let member = members[index % members.count]
            let isKilled = (index + index / members.count).isMultiple(of: 2)
            // Only the lesson service has writes enough that nobody may repeat.
            let freeze = member.product == Member.lesson.rawValue ? Kind.longFreeze : .freeze
            return StoryFault(member: member, kind: isKilled ? .kill : freeze)
        }
    }

    /// What is told of it.
    var title: String { "\(self.kind) \(self.member.rawValue)" }
}
