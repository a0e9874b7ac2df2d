import EventSourcing
import FoundationEssentials
import Testing

@Suite("Identifiers that rise with time")
struct UUIDVersion7Tests {
    @Test("carry version, variant and the time")
    func form() {
        let id = UUID.version7(at: Date(timeIntervalSince1970: 4_102_444_800.123))
        let bytes = id.uuid
        #expect(bytes.6 >> 4 == 7)
        #expect(bytes.8 >> 6 == 0b10)
        #expect(id.lowercased.hasPrefix("03bb2cc3-d87b-7"))
    }

    @Test("rise strictly, also when the clock stands still or goes back")
    func rising() {
        let now = Date()
        let ids = (0..<10_000).map { UUID.version7(at: now - Double($0 % 7)).lowercased }
        #expect(zip(ids, ids.dropFirst()).allSatisfy { $0 < $1 })
    }

    @Test("are all different, whoever asks")
    func different() async {
        let ids = await withTaskGroup(of: [UUID].self) { group in
            for _ in 0..<8 { group.addTask { (0..<1_000).map { _ in UUID.version7() } } }
            return await group.reduce(into: Set<UUID>()) { $0.formUnion($1) }
        }
        #expect(ids.count == 8_000)
    }
}
