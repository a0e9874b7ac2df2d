import Contracts
import EventSourcing
import Foundation
import TestKit
import Testing

@testable import UserService

@Suite("Coming to the platform")
struct UserAccessTests {
    private var registration: Registration {
        get throws {
            Registration(
                fullName: try FullName(" Анна Каренина "),
                email: try EmailAddress("Anna@Example.org"),
                password: PasswordHash("scrypt$1"),
                timeZone: Sample.moscow
            )
        }
    }

    private func introduction(_ role: Introduction.Role) throws -> UserCommand {
        .introduce(
            Introduction(
                role: role,
                fullName: try FullName("Анна Каренина"),
                timeZone: Sample.moscow,
                accessCode: Sample.code,
                by: Sample.tutor
            ),
            at: Sample.noon
        )
    }

    private func redeem(_ proof: String = "proof", after seconds: TimeInterval = 60) throws -> UserCommand {
        .redeemAccessCode(
            SecretHash(proof),
            .password(try EmailAddress("anna@example.org"), PasswordHash("scrypt$2")),
            at: Sample.noon + seconds
        )
    }

    @Test("a tutor comes alone, and once")
    func tutor() throws {
        Scenario<User>.given()
            .when(.registerTutor(try self.registration)).then(Sample.registered)
            .then { _, user in #expect(user.status == .active) }
            .when(.registerTutor(try self.registration)).thenRefused(.alreadyExists)
            .when(try self.introduction(.parent)).thenRefused(.alreadyExists)
    }

    @Test("the first admin comes by configuration")
    func admin() throws {
        Scenario<User>.given()
            .when(.appointAdmin(try self.registration))
            .then { _, user in #expect(user.role == .admin) }
    }

    @Test("a student is brought by a tutor, who teaches from then on, with an access code")
    func student() throws {
        Scenario<User>.given()
            .when(try self.introduction(.student(tutor: Sample.tutor)))
            .then(Sample.introduced, Sample.tutored, Sample.issued)
            .then { _, user in
                #expect(user.status == .invited)
                #expect(user.tutors == [Sample.tutor])
            }
        Scenario<User>.given()
            .when(try self.introduction(.student(tutor: nil))).then(Sample.introduced, Sample.issued)
    }

    @Test("a parent is brought with an access code")
    func parent() throws {
        Scenario<User>.given().when(try self.introduction(.parent)).then(Sample.introducedParent, Sample.issued)
    }

    @Test("an access code is redeemed once")
    func redeemed() throws {
        Scenario<User>.given(Sample.introduced, Sample.issued)
            .when(try self.redeem()).then(Sample.redeemed)
            .then { _, user in
                #expect(user.status == .active)
                #expect(user.profile?.email == .known("anna@example.org"))
                #expect(user.passwordHash == .known("scrypt$2"))
            }
            .when(try self.redeem()).thenRefused(.noAccessCode)
    }

    @Test("an access code can bind a Telegram account instead")
    func telegram() throws {
        let credential = Credential.telegram(id: 7_000_000_001, username: try TelegramUsername("@anna_k"))
        Scenario<User>.given(Sample.introduced, Sample.issued)
            .when(.redeemAccessCode(SecretHash("proof"), credential, at: Sample.noon)).then(Sample.redeemedByTelegram)
            .then { _, user in
                #expect(user.status == .active)
                #expect(user.telegramID == .known(7_000_000_001))
            }
    }

    @Test("an access code ends after fourteen days")
    func expired() throws {
        let lifetime: TimeInterval = 14 * 24 * 60 * 60
        Scenario<User>.given(Sample.introduced, Sample.issued)
            .when(try self.redeem(after: lifetime)).thenRefused(.accessCodeExpired)
            .when(try self.redeem(after: lifetime - 1)).then(Sample.redeemed)
    }

    @Test("five wrong tries end an access code, and a new one begins anew")
    func exhausted() throws {
        var scenario = Scenario<User>.given(Sample.introduced, Sample.issued)
        for left in [4, 3, 2, 1, 0] {
            scenario = scenario.when(try self.redeem("guess")).then(.accessCodeMissed(.init(triesLeft: left)))
        }
        scenario
            .when(try self.redeem()).thenRefused(.accessCodeExhausted)
            .when(.issueAccessCode(Sample.code, by: Sample.tutor, at: Sample.noon)).then(Sample.issued)
            .when(try self.redeem("guess")).then(Sample.missed)
            .when(try self.redeem()).then(Sample.redeemed)
    }

    @Test("nobody comes who is unknown, blocked or erased")
    func mayNot() throws {
        let commands: [UserCommand] = [
            try self.redeem(),
            .issueAccessCode(Sample.code, by: Sample.tutor, at: Sample.noon),
            .changePassword(PasswordHash("scrypt$3")),
            .changeProfile(ProfileChange(locale: .english)),
        ]
        for command in commands {
            Scenario<User>.given().when(command).thenRefused(.unknownPerson)
            Scenario<User>.given(Sample.introduced, Sample.issued, Sample.blocked).when(command).thenRefused(.blocked)
            Scenario<User>.given(Sample.introduced, Sample.issued, Sample.erased).when(command).thenRefused(.erased)
        }
    }

    @Test("nobody is issued an access code who has come in already")
    func activeAccount() {
        let issue = UserCommand.issueAccessCode(Sample.code, by: Sample.tutor, at: Sample.noon)
        Scenario<User>.given(Sample.registered).when(issue).thenRefused(.alreadyActive)
        Scenario<User>.given(Sample.introduced, Sample.issued, Sample.redeemed).when(issue).thenRefused(.alreadyActive)
    }

    @Test("an access code can be tried before it is redeemed, and a wrong try counts")
    func tried() throws {
        Scenario<User>.given(Sample.introduced, Sample.issued)
            .when(.tryAccessCode(SecretHash("proof"), at: Sample.noon)).then()
            .when(.tryAccessCode(SecretHash("guess"), at: Sample.noon)).then(Sample.missed)
            .when(try self.redeem()).then(Sample.redeemed)
            .when(.tryAccessCode(SecretHash("proof"), at: Sample.noon)).thenRefused(.noAccessCode)
    }
}
