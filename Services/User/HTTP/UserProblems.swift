internal import ServiceKit

/// What clients are told when an account refuses.
extension UserRefusal: ProblemConvertible {
    var problem: Problem {
        switch self {
        case .unknownPerson, .erased:
            .notFound()
        case .alreadyExists:
            .conflict("A person of this identity exists already.")
        case .blocked:
            .accountClosed
        case .alreadyActive:
            .conflict("The account is in use and needs no access code.", slug: "account-in-use")
        case .noAccessCode, .accessCodeExpired, .accessCodeExhausted:
            .wrongAccessCode
        case .notAStudent:
            .conflict("Only students have tutors and parents.", slug: "not-a-student")
        case .tooManyParents(let limit):
            .conflict("A student has \(limit) parents at most.", slug: "too-many-parents")
        case .missing(let field):
            .invalid(field.rawValue, "must not be empty")
        case .tooLong(let field):
            .invalid(field.rawValue, "is too long")
        case .malformed(let field):
            .invalid(field.rawValue, "is not valid")
        }
    }
}

/// What clients are told when a session refuses: nothing that would help a thief.
extension SessionRefusal: ProblemConvertible {
    var problem: Problem { .unauthenticated }
}

extension Problem {
    /// 401: the same words for an unknown address, a wrong password and a blocked account.
    static var wrongCredentials: Problem {
        Problem(status: 401, slug: "wrong-credentials", title: "E-mail address or password is wrong")
    }

    /// 403: a tutor can take back an invitation, but not an account that somebody uses.
    static var notYoursToErase: Problem {
        Problem(
            status: 403,
            slug: "not-yours-to-erase",
            title: "Only its owner or an administrator can erase an account in use"
        )
    }

    /// 409: without an administrator nobody could help anybody any more.
    static var lastAdministrator: Problem {
        .conflict("The last administrator can not be erased.", slug: "last-administrator")
    }

    /// 409: nobody teaches so many; a script has run away.
    static func tooManyInvited(limit: Int) -> Problem {
        .conflict("\(limit) people whom you have invited have not come in yet.", slug: "too-many-invited")
    }

    /// 400: the same words for a wrong, an expired, a spent and a mistyped code.
    static var wrongAccessCode: Problem {
        Problem(
            status: 400,
            slug: "wrong-access-code",
            title: "The access code is wrong, spent or too old",
            detail: "Ask your tutor for a new one.",
            errors: [FieldError(field: "access_code", message: "is wrong, spent or too old")]
        )
    }
}

extension ServiceResponse {
    /// The answer, marked as nothing that may be kept on the way: it holds secrets.
    var uncached: ServiceResponse { self.header("Cache-Control", "no-store") }
}
