import Contracts
import EventSourcing
import Foundation
import TestKit
import Testing

@testable import UserService

@Suite("A person on the platform")
struct UserAccountTests {
    @Test("has tutors and at most two parents, if a student")
    func relations() {
        Scenario<User>.given(Sample.introduced)
            .when(.addRelation(.tutor, Sample.tutor)).then(Sample.tutored)
            .when(.addRelation(.tutor, Sample.tutor)).then()
            .when(.addRelation(.parent, .sample(10))).then(
                .relationAdded(.init(relation: .parent, personID: .sample(10)))
            )
            .when(.addRelation(.parent, .sample(11))).then(
                .relationAdded(.init(relation: .parent, personID: .sample(11)))
            )
            .when(.addRelation(.parent, .sample(11))).then()
            .when(.addRelation(.parent, .sample(12))).thenRefused(.tooManyParents(limit: 2))
            .when(.removeRelation(.parent, .sample(10)))
            .then(.relationRemoved(.init(relation: .parent, personID: .sample(10))))
            .when(.removeRelation(.parent, .sample(10))).then()
            .when(.addRelation(.parent, .sample(12)))
            .then { _, user in #expect(user.parents == [.sample(11), .sample(12)]) }
            .when(.removeRelation(.tutor, Sample.tutor)).then(Sample.untutored)
            .then { _, user in #expect(user.tutors.isEmpty) }
    }

    @Test("can not be reached by a code any more that a tutor handed out who has left")
    func codeWithdrawn() {
        Scenario<User>.given(Sample.introduced, Sample.tutored, Sample.issued)
            .when(.removeRelation(.tutor, Sample.tutor)).then(Sample.untutored, Sample.codeWithdrawn)
            .when(.tryAccessCode(Sample.code.proof, at: Sample.noon)).thenRefused(.noAccessCode)
            .when(.issueAccessCode(Sample.code, by: Sample.tutor, at: Sample.noon)).then(Sample.issued)
    }

    @Test("loses relations even when erased, but gets no new ones")
    func erasedRelations() {
        Scenario<User>.given(Sample.introduced, Sample.tutored, Sample.erased)
            .when(.removeRelation(.tutor, Sample.tutor)).then(Sample.untutored)
            .when(.addRelation(.tutor, Sample.tutor)).thenRefused(.erased)
    }

    @Test("has none otherwise")
    func noRelations() {
        for person in [Sample.registered, Sample.introducedParent] {
            Scenario<User>.given(person).when(.addRelation(.tutor, .sample(1))).thenRefused(.notAStudent)
        }
        Scenario<User>.given().when(.addRelation(.tutor, .sample(1))).thenRefused(.unknownPerson)
        Scenario<User>.given().when(.removeRelation(.tutor, .sample(1))).thenRefused(.unknownPerson)
        Scenario<User>.given(Sample.introduced, Sample.erased)
            .when(.addRelation(.tutor, .sample(1))).thenRefused(.erased)
    }

    @Test("changes the profile, completely or in part")
    func profile() throws {
        let change = ProfileChange(
            email: try EmailAddress("anna@example.org"),
            phone: .set(try PhoneNumber("+7 (495) 123-45-67")),
            telegramUsername: .set(try TelegramUsername("@anna_k")),
            bio: " Люблю поезда "
        )
        let removal = ProfileChange(phone: .remove, telegramUsername: .remove, bio: "")
        var bare = Sample.bareProfile
        bare.email = .known("anna@example.org")
        Scenario<User>.given(Sample.introduced)
            .when(.changeProfile(change)).then(Sample.profileChanged)
            .when(.changeProfile(change)).then()
            .when(.changeProfile(removal)).then(.profileChanged(.init(profile: bare)))
            .when(.changeProfile(ProfileChange(bio: String(repeating: "я", count: 2_001)))).thenRefused(.tooLong(.bio))
            .when(.changeProfile(ProfileChange(fullName: try FullName("А"), locale: .english, timeZone: .utc)))
            .then { _, user in
                #expect(user.profile?.fullName == .known("А"))
                #expect(user.profile?.locale == .english)
                #expect(user.profile?.timeZone == .utc)
            }
    }

    @Test("changes the password")
    func password() {
        Scenario<User>.given(Sample.registered)
            .when(.changePassword(PasswordHash("scrypt$3"))).then(Sample.passwordChanged)
            .then { _, user in #expect(user.passwordHash == .known("scrypt$3")) }
            .when(.strengthenPasswordHash(PasswordHash("scrypt$4"))).then(Sample.strengthened)
            .then { _, user in #expect(user.passwordHash == .known("scrypt$4")) }
    }

    @Test("has no open access code any more after a change of the password")
    func passwordEndsCode() {
        Scenario<User>.given(Sample.introduced, Sample.issued)
            .when(.changePassword(PasswordHash("scrypt$3"))).then(Sample.passwordChanged)
            .then { _, user in #expect(user.grant == nil) }
    }

    @Test("can be blocked for a while")
    func blocked() {
        Scenario<User>.given(Sample.registered)
            .when(.block(by: Sample.admin)).then(Sample.blocked)
            .when(.block(by: Sample.admin)).then()
            .then { _, user in #expect(user.status == .blocked) }
            .when(.unblock(by: Sample.admin)).then(Sample.unblocked)
            .when(.unblock(by: Sample.admin)).then()
            .then { _, user in #expect(user.status == .active) }
        Scenario<User>.given(Sample.introduced, Sample.blocked, Sample.unblocked)
            .then { _, user in #expect(user.status == .invited) }
        Scenario<User>.given().when(.block(by: Sample.admin)).thenRefused(.unknownPerson)
        Scenario<User>.given(Sample.registered, Sample.erased).when(.unblock(by: Sample.admin)).thenRefused(.erased)
    }

    @Test("can be forgotten, once and for all")
    func erased() {
        Scenario<User>.given(Sample.introduced, Sample.issued, Sample.redeemed, Sample.profileChanged)
            .when(.erase(by: Sample.admin)).then(Sample.erased)
            .when(.erase(by: Sample.admin)).then()
            .then { _, user in
                #expect(user.status == .erased)
                #expect(user.profile?.fullName == .erased)
                #expect(user.profile?.email == .erased)
                #expect(user.profile?.phone == .erased)
                #expect(user.profile?.telegramUsername == .erased)
                #expect(user.profile?.bio == .erased)
                #expect(user.passwordHash == nil)
            }
        Scenario<User>.given().when(.erase(by: Sample.admin)).thenRefused(.unknownPerson)
    }

    @Test("is, from a log without the key, everything but personal")
    func withoutKey() throws {
        var user = User()
        for event in [Sample.introduced, Sample.tutored, Sample.redeemed, Sample.profileChanged] {
            let payload = event.payload
            let stored = NewEvent(
                id: .version7(),
                type: type(of: payload).type,
                schemaVersion: 1,
                data: try payload.encoded(event: .version7(), cipher: OpenCipher()),
                metadata: EventMetadata(correlationID: "story"),
                recordedAt: Sample.noon
            )
            user.evolve(try UserEvent.codec.decode(stored))
        }
        #expect(user.role == .student)
        #expect(user.tutors == [Sample.tutor])
        #expect(user.profile?.timeZone == Sample.moscow)
        #expect(user.profile?.fullName == .erased)
        #expect(user.profile?.email == .erased)
        #expect(user.passwordHash == .erased)
    }
}
