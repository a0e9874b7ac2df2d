import Contracts
import EventSourcing
import Foundation
import Postgres
import ServiceTestKit
import TestKit
import Testing

@testable import StudentService

@Suite("A student who is erased", .service(StudentService.definition))
struct StudentErasureTests {
    @Test("leaves no stored answer behind")
    func idempotency() async throws {
        try await StudentHouse.run { house in
            let id = house.student.id
            try await house.service.write { session in
                session.enqueue(
                    """
                    INSERT INTO idempotency_keys (principal, route, key, fingerprint, status, headers, body, mentions)
                    VALUES (\(id), 'GET /', '1', '', 200, '[]', '', '{}')
                    """
                )
            }
            #expect(try await house.service.postgres.tables(with: [id.lowercased]).contains("idempotency_keys"))
            let erased = UserErased(userID: id)
            let subject = StreamName(category: "user", id: id)
            try await house.service.receive(.news(erased, of: subject, version: 9, at: StudentHouse.noon))
            #expect(try await !house.service.postgres.tables(with: [id.lowercased]).contains("idempotency_keys"))
        }
    }
}
