import Crypto
import EventStorePostgres
import Foundation
import Postgres
import ServiceKit
import ServiceTestKit
import TestKit
import Testing

@testable import UserService

extension UserHouse {
    /// Builds every read model again, and expects the same.
    func rebuildAll() async throws {
        let definition = UserService.definition
        let rebuild = ProjectionRebuild(client: self.service.postgres, schema: definition.schema, keys: self.keys)
        for projection in definition.projections {
            let report = try await rebuild.run(projection)
            #expect(report.swapped, "\(projection.name)")
            #expect(report.differing.isEmpty)
        }
    }

    /// Redeems an access code without the time that a password takes.
    func redeem(_ code: String, _ credential: Credential, on person: UUID) async throws {
        let code = try #require(AccessCode(code))
        let proof = self.secrets.hash(of: code).proof
        try await self.handle(.redeemAccessCode(proof, credential, at: self.service.clock.date), on: person)
    }
}
