import EventSourcing
import Foundation
import TestKit
import Testing

@testable import UserService

@Suite("A session")
struct SessionTests {
    private let opened = Sample.sessionEvents[0]
    private let day: TimeInterval = 24 * 60 * 60

    private func refresh(_ token: String, _ successor: String, after seconds: TimeInterval) -> SessionCommand {
        .refresh(SecretHash(token), successor: SecretHash(successor), at: Sample.noon + seconds)
    }

    private func refreshed(_ token: String, after seconds: TimeInterval) -> SessionEvent {
        .refreshed(.init(tokenHash: SecretHash(token), refreshedAt: Sample.noon + seconds))
    }

    @Test("is opened once")
    func open() {
        let open = SessionCommand.open(for: Sample.anna, token: SecretHash("first"), at: Sample.noon)
        Scenario<Session>.given().when(open).then(self.opened).when(open).thenRefused(.alreadyOpen)
    }

    @Test("AU-3: exchanges each token for its successor")
    func rotation() {
        Scenario<Session>.given(self.opened)
            .when(self.refresh("first", "second", after: 60)).then(self.refreshed("second", after: 60))
            .when(self.refresh("second", "third", after: 900)).then(self.refreshed("third", after: 900))
    }

    @Test("AU-3: answers the token before the current one for ten seconds, with the same successor")
    func grace() {
        Scenario<Session>.given(self.opened, self.refreshed("second", after: 60))
            .when(self.refresh("first", "second", after: 70)).then()
            .when(self.refresh("first", "second", after: 70.5)).then(.revoked(.init(reason: .reuse)))
    }

    @Test("AU-3: ends for everybody when a spent token comes back, also within the ten seconds")
    func reuse() {
        Scenario<Session>.given(self.opened, self.refreshed("second", after: 60), self.refreshed("third", after: 61))
            .when(self.refresh("first", "second", after: 62)).then(.revoked(.init(reason: .reuse)))
            .when(self.refresh("third", "fourth", after: 63)).thenRefused(.revoked)
    }

    @Test("does not mind a token that never was its own")
    func unknownToken() {
        Scenario<Session>.given(self.opened)
            .when(self.refresh("guess", "second", after: 60)).thenRefused(.unknownToken)
            .when(self.refresh("first", "second", after: 60)).then(self.refreshed("second", after: 60))
        Scenario<Session>.given().when(self.refresh("first", "second", after: 60)).thenRefused(.unknownSession)
    }

    @Test("ends after five thousand tokens: it remembers all of them")
    func manyTokens() {
        let tokens = (1...5_000).map { self.refreshed("\($0)", after: Double($0)) }
        Scenario<Session>.given([self.opened] + tokens)
            .when(self.refresh("5000", "5001", after: 5_001)).thenRefused(.expired)
        Scenario<Session>.given([self.opened] + tokens.dropLast())
            .when(self.refresh("4999", "5000", after: 5_000)).then(tokens[4_999])
    }

    @Test("AU-3: ends after seven idle days")
    func idle() {
        Scenario<Session>.given(self.opened)
            .when(self.refresh("first", "second", after: 7 * self.day)).thenRefused(.expired)
            .when(self.refresh("first", "second", after: 7 * self.day - 1))
            .then(self.refreshed("second", after: 7 * self.day - 1))
    }

    @Test("AU-3: ends after thirty days in all")
    func absolute() {
        var scenario = Scenario<Session>.given(self.opened)
        for number in 1..<6 {
            let seconds = Double(number) * 6 * self.day - 1
            let token = number == 1 ? "first" : "token \(number - 1)"
            scenario = scenario.when(self.refresh(token, "token \(number)", after: seconds)).then { _, _ in }
        }
        scenario.when(self.refresh("token 5", "token 6", after: 30 * self.day)).thenRefused(.expired)
    }

    @Test("is revoked once, for any reason", arguments: SessionEvent.Revoked.Reason.allCases)
    func revoked(_ reason: SessionEvent.Revoked.Reason) {
        Scenario<Session>.given(self.opened)
            .when(.revoke(reason)).then(.revoked(.init(reason: reason)))
            .when(.revoke(.logout)).then()
            .when(self.refresh("first", "second", after: 60)).thenRefused(.revoked)
        Scenario<Session>.given().when(.revoke(reason)).thenRefused(.unknownSession)
    }

    @Test("continues from a snapshot as from its history")
    func snapshot() throws {
        let session = Session(from: [self.opened, self.refreshed("second", after: 60)])
        let restored = try JSONDecoder.wire().decode(Session.self, from: JSONEncoder.wire().encode(session))
        let reuse = self.refresh("first", "second", after: 600)
        #expect(try restored.decide(reuse) == session.decide(reuse))
    }
}
