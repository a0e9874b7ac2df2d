import Contracts
import EventSourcing
import Foundation
import Testing

@testable import StudentService

@Suite("Experience")
struct XPTests {
    @Test(
        "is a JSON number while every reader keeps it exactly, a text beyond",
        arguments: [
            ("0", "[0]"), ("-300", "[-300]"), ("9007199254740992", "[9007199254740992]"),
            ("9007199254740993", #"["9007199254740993"]"#),
            ("170141183460469231731687303715884105727", #"["170141183460469231731687303715884105727"]"#),
        ]
    )
    func json(_ number: String, _ json: String) throws {
        let xp = try #require(XP(number))
        let bytes = try JSONEncoder.wire().encode([xp])
        #expect(String(decoding: bytes, as: UTF8.self) == json)
        #expect(try JSONDecoder.wire().decode([XP].self, from: bytes) == [xp])
    }

    @Test("is nothing but a number", arguments: [#"["1.5"]"#, #"["many"]"#, "[true]", "[1.5]", "[null]"])
    func noNumber(_ json: String) {
        #expect(throws: DecodingError.self) { try JSONDecoder.wire().decode([XP].self, from: Data(json.utf8)) }
    }

    @Test(
        "for a lesson depends on type and score, from 100 to 300",
        arguments: [
            (LessonType.regular, nil, 100), (.regular, 74, 100), (.regular, 75, 120), (.regular, 90, 150),
            (.practice, nil, 120), (.practice, 75, 144), (.practice, 100, 180),
            (.test, 0, 150), (.test, 89, 180), (.test, 90, 225),
            (.exam, 10, 200), (.exam, 75, 240), (.exam, 92, 300),
        ] as [(LessonType, Int?, Int)]
    )
    func lesson(_ type: LessonType, _ score: Int?, _ xp: Int) {
        #expect(LessonXP.amount(for: .sample(type: type, score: score)) == xp)
        #expect(LessonXP.amount(for: .sample(.late, type: type, score: score)) == xp)
        #expect(LessonXP.amount(for: .sample(.excusedAbsence, type: type)) == 0)
        #expect(LessonXP.amount(for: .sample(.unexcusedAbsence, type: type)) == 0)
    }
}
