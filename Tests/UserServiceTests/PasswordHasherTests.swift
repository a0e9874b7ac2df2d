import Foundation
import ServiceKit
import TestKit
import Testing

@testable import UserService

@Suite("Hashing passwords")
struct PasswordHasherTests {
    private let hasher = PasswordHasher(.cheap)

    @Test("a password is told from others, a long one too, and is never right without a hash")
    func verify() async throws {
        let hash = try await self.hasher.hash("correct horse")
        #expect(try await self.hasher.verify("correct horse", hash))
        #expect(try await !self.hasher.verify("battery staple", hash))
        #expect(try await !self.hasher.verify("correct horse", nil))
        let long = String(repeating: "a", count: 1024)
        let hashOfLong = try await self.hasher.hash(long)
        #expect(try await self.hasher.verify(long, hashOfLong))
        #expect(try await !self.hasher.verify(long + "b", hashOfLong))
    }

    @Test("a hash says by which parameters it was made, and is checked by those")
    func parameters() async throws {
        let production = try await PasswordHasher(.recommended).hash("correct horse")
        #expect(production.text.hasPrefix("scrypt$15$8$3$"))
        #expect(try await self.hasher.verify("correct horse", production))
        #expect(try await self.hasher.strengthened(production, of: "correct horse") == nil)
        let weak = try await PasswordHasher(ScryptParameters(logCost: 4, blockSize: 8, parallelism: 1)).hash("x")
        let stronger = try #require(try await self.hasher.strengthened(weak, of: "x"))
        #expect(ScryptHash(stronger)?.parameters == .cheap)
        #expect(try await self.hasher.verify("x", stronger))
    }

    @Test(
        "what was not written here is no hash",
        arguments: [
            "", "none", "scrypt$15$8$3$AAAA", "scrypt$60$8$3$AAAA$AAAA", "bcrypt$15$8$3$AAAA$AAAA", "a$b$c$d$e$f",
        ]
    )
    func malformed(_ text: String) async throws {
        #expect(try await !self.hasher.verify("x", PasswordHash(text)))
    }

    @Test("newcomers take three places at most; who has an account still finds one")
    func places() async throws {
        let hasher = PasswordHasher(ScryptParameters(logCost: 12, blockSize: 8, parallelism: 1))
        let (refused, verified) = try await withThrowingTaskGroup(of: Bool.self) { group in
            for _ in 0..<40 {
                group.addTask {
                    do {
                        _ = try await hasher.hash("correct horse", for: .newcomer)
                        return true
                    } catch is Problem {
                        return false
                    }
                }
            }
            let verified = try await hasher.hash("correct horse")
            return (try await group.reduce(into: 0) { $0 += $1 ? 0 : 1 }, verified)
        }
        #expect(refused > 0)
        #expect(verified.text.hasPrefix("scrypt$12$"))
    }
}
