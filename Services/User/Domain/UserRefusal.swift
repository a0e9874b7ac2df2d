/// Why a person's account refuses a command.
enum UserRefusal: Error, Equatable {
    /// There is no such person.
    case unknownPerson
    /// A person of this identity exists already.
    case alreadyExists
    /// The person was erased; nothing can happen any more.
    case erased
    /// The person is blocked.
    case blocked
    /// The person has come in already, and needs no access code.
    case alreadyActive
    /// There is no access code to redeem.
    case noAccessCode
    /// The access code is too old.
    case accessCodeExpired
    /// The access code was mistyped too often.
    case accessCodeExhausted
    /// Only students have tutors and parents.
    case notAStudent
    /// A student has this many parents already.
    case tooManyParents(limit: Int)
    /// A text that must not be empty.
    case missing(UserField)
    /// A text longer than it may be.
    case tooLong(UserField)
    /// Not of the form that such a text has.
    case malformed(UserField)
}
