import Contracts
import EventSourcing
import Foundation
import TestKit
import Testing

@testable import UserService

/// The people that the stories are about.
enum Sample {
    static let tutor = UUID.sample(1)
    static let anna = UUID.sample(2)
    static let parent = UUID.sample(4)
    static let admin = UUID.sample(8)

    /// 1 March 2026, noon in London.
    static let noon = Date(timeIntervalSince1970: 1_772_366_400)
    static let code = AccessCodeHash(selector: SecretHash("selector"), proof: SecretHash("proof"))
    static let moscow = TimeZoneID("Europe/Moscow") ?? .utc

    static let profile = Profile(
        fullName: .known("Анна Каренина"),
        email: .known("anna@example.org"),
        phone: .known("+74951234567"),
        telegramUsername: .known("anna_k"),
        bio: .known("Люблю поезда"),
        locale: .russian,
        timeZone: moscow
    )
    static let bareProfile = Profile(
        fullName: .known("Анна Каренина"),
        locale: .russian,
        timeZone: moscow
    )

    static let registered = UserEvent.registered(
        .init(
            role: .tutor,
            profile: Profile(
                fullName: .known("Анна Каренина"),
                email: .known("anna@example.org"),
                locale: .russian,
                timeZone: moscow
            ),
            passwordHash: .known("scrypt$1")
        )
    )
    static let introduced = UserEvent.introduced(
        .init(role: .student, profile: bareProfile, introducedBy: tutor)
    )
    static let introducedParent = UserEvent.introduced(
        .init(role: .parent, profile: bareProfile, introducedBy: tutor)
    )
    static let tutored = UserEvent.relationAdded(.init(relation: .tutor, personID: tutor))
    static let untutored = UserEvent.relationRemoved(.init(relation: .tutor, personID: tutor))
    static let issued = UserEvent.accessCodeIssued(
        .init(
            selectorHash: code.selector,
            proofHash: code.proof,
            expiresAt: noon + 14 * 24 * 60 * 60,
            issuedBy: tutor
        )
    )
    static let codeWithdrawn = UserEvent.accessCodeWithdrawn(.init())
    static let missed = UserEvent.accessCodeMissed(.init(triesLeft: 4))
    static let redeemed = UserEvent.accessCodeRedeemed(
        .init(email: .known("anna@example.org"), passwordHash: .known("scrypt$2"))
    )
    static let redeemedByTelegram = UserEvent.accessCodeRedeemed(
        .init(telegramID: .known(7_000_000_001), telegramUsername: .known("anna_k"))
    )
    static let profileChanged = UserEvent.profileChanged(.init(profile: profile))
    static let passwordChanged = UserEvent.passwordChanged(.init(passwordHash: .known("scrypt$3")))
    static let strengthened = UserEvent.passwordHashStrengthened(.init(passwordHash: .known("scrypt$4")))
    static let blocked = UserEvent.blocked(.init(by: admin))
    static let unblocked = UserEvent.unblocked(.init(by: admin))
    static let erased = UserEvent.erased(.init(by: admin))

    /// One of each.
    static let events = [
        registered, introduced, tutored, untutored, issued, missed, codeWithdrawn, redeemed, profileChanged,
        passwordChanged, strengthened,
        blocked, unblocked, erased,
    ]

    /// One of each.
    static let sessionEvents: [SessionEvent] = [
        .opened(.init(userID: anna, tokenHash: SecretHash("first"), openedAt: noon)),
        .refreshed(.init(tokenHash: SecretHash("second"), refreshedAt: noon + 60)),
        .revoked(.init(reason: .reuse)),
    ]
}

extension UserEvent: CustomTestStringConvertible {
    var testDescription: String { type(of: self.payload).type }
}

extension SessionEvent: CustomTestStringConvertible {
    var testDescription: String { type(of: self.payload).type }
}
