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
    /// The tables in which one of these texts stands, in the clear or as bytes.
    func tables(with texts: [String]) async throws -> Set<String> {
        let patterns = texts.flatMap { text in
            [text, text.utf8.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()]
        }
        return try await self.service.postgres.withSession { session in
            let tables = try session.query(
                "SELECT tablename::text FROM pg_tables WHERE schemaname = current_schema()"
            ).map { try $0.decode(0, as: String.self) }
            return try Set(
                tables.filter { table in
                    let rows = try session.query(
                        """
                        SELECT 1 FROM \(identifier: table) AS row, unnest(\(patterns)::text[]) AS pattern
                        WHERE strpos(row::text, pattern) > 0 LIMIT 1
                        """
                    )
                    return !rows.isEmpty
                }
            )
        }
    }

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
