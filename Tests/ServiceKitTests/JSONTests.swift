import EventSourcing
import FoundationEssentials
import ServiceTestKit
import TestKit
import Testing

@testable import ServiceKit

@Suite("JSON from clients that may be hostile")
struct JSONParserTests {
    @Test("Documents are read as RFC 8259 says")
    func reading() throws {
        let node = try JSONParser.parse(Array(#" {"a":[1,-2.5e3,true,null],"b":"\u00e9\ud83d\ude00\n\/"} "#.utf8))
        #expect(
            node
                == .object([
                    "a": .array([.number("1"), .number("-2.5e3"), .bool(true), .null]),
                    "b": .string("é😀\n/"),
                ])
        )
    }

    @Test(
        "What is not JSON is refused",
        arguments: [
            "", " ", "{", "}", "[1,]", #"{"a":1,}"#, #"{a:1}"#, "01", "1.", ".5", "+1", "1e", "NaN", "Infinity", "tru",
            "'a'", #""a"#, "\"\u{1}\"", #""\x""#, #""\u12""#, "1 2", "[1]]", "// 1", "\u{FEFF}1",
        ]
    )
    func syntax(text: String) {
        #expect(throws: JSONParseError.syntax) { try JSONParser.parse(Array(text.utf8)) }
    }

    @Test("Text that is not Unicode is refused")
    func encoding() {
        #expect(throws: JSONParseError.encoding) { try JSONParser.parse([0x22, 0xFF, 0x22]) }
        #expect(throws: JSONParseError.encoding) { try JSONParser.parse(Array(#""\ud800""#.utf8)) }
        #expect(throws: JSONParseError.encoding) { try JSONParser.parse(Array(#""\udc00\ud800""#.utf8)) }
    }

    @Test("The one character that PostgreSQL can not store is refused at the door")
    func nul() {
        #expect(throws: JSONParseError.nul) { try JSONParser.parse(Array(#"{"topic":"a\u0000b"}"#.utf8)) }
        #expect(throws: JSONParseError.syntax) { try JSONParser.parse(Array("\"a\u{0}b\"".utf8)) }
    }

    @Test("GW-4: nesting beyond 32 levels is refused, however deep it goes on", arguments: [33, 100_000])
    func depth(levels: Int) throws {
        let bytes = Array(repeating: UInt8(ascii: "["), count: levels)
        #expect(throws: JSONParseError.tooDeep) { try JSONParser.parse(bytes) }
        let open = String(repeating: "[", count: 32), close = String(repeating: "]", count: 32)
        _ = try JSONParser.parse(Array((open + close).utf8))
    }

    @Test("A member that comes twice is refused, also when it is spelled differently")
    func duplicates() {
        #expect(throws: JSONParseError.duplicateKey) { try JSONParser.parse(Array(#"{"a":1,"a":1}"#.utf8)) }
        #expect(throws: JSONParseError.duplicateKey) { try JSONParser.parse(Array(#"{"a":1,"\u0061":1}"#.utf8)) }
    }
}

@Suite("Bodies as values")
struct RequestDecodingTests {
    private struct Lesson: Decodable {
        enum Kind: String, Decodable, CaseIterable {
            case single
            case group
        }

        struct Participant: Decodable {
            let studentID: UUID
            let score: Int?

            enum CodingKeys: String, CodingKey {
                case studentID = "student_id"
                case score
            }
        }

        let topic: String
        let startsAt: Date
        let minutes: Int
        let kind: Kind
        let price: Double?
        let participants: [Participant]

        enum CodingKeys: String, CodingKey {
            case topic
            case startsAt = "starts_at"
            case minutes = "duration_minutes"
            case kind = "lesson_type"
            case price
            case participants
        }
    }

    private func decode(_ text: String) throws -> Lesson {
        try RequestDecoding.decode(Lesson.self, from: JSONParser.parse(Array(text.utf8)), source: .body)
    }

    @Test("A body that is right becomes the value")
    func right() throws {
        let lesson = try self.decode(
            """
            {"topic":"Fractions","starts_at":"2026-03-01T18:00:00+03:00","duration_minutes":45.0,"lesson_type":"group",
             "price":null,"participants":[{"student_id":"0195F0C0-7000-7000-8000-000000000001","score":5}]}
            """
        )
        #expect(lesson.topic == "Fractions")
        #expect(RFC3339.string(lesson.startsAt) == "2026-03-01T15:00:00Z")
        #expect(lesson.minutes == 45)
        #expect(lesson.kind == .group)
        #expect(lesson.price == nil)
        #expect(lesson.participants.first?.score == 5)
    }

    @Test("All mistakes are told together, each with its place")
    func mistakes() throws {
        let problem = #expect(throws: Problem.self) {
            try self.decode(
                """
                {"topic":7,"starts_at":"tomorrow","duration_minutes":1.5,"lesson_type":"duel","price":"a lot","role":"admin",
                 "participants":[{"student_id":"1","score":"A"},{"xp":1000},5]}
                """
            )
        }
        #expect(problem?.status == 400)
        #expect(
            problem?.errors == [
                FieldError(field: "duration_minutes", message: "must be a whole number"),
                FieldError(field: "lesson_type", message: "must be one of single, group"),
                FieldError(field: "participants[0].score", message: "must be a whole number"),
                FieldError(field: "participants[0].student_id", message: "must be a UUID"),
                FieldError(field: "participants[1].student_id", message: "is required"),
                FieldError(field: "participants[1].xp", message: "is not a known field"),
                FieldError(field: "participants[2]", message: "must be an object"),
                FieldError(field: "price", message: "must be a number"),
                FieldError(field: "role", message: "is not a known field"),
                FieldError(field: "starts_at", message: "must be a time such as 2026-03-01T15:00:00Z"),
                FieldError(field: "topic", message: "must be a string"),
            ]
        )
    }

    @Test("Everything that is missing is named")
    func missing() throws {
        let problem = #expect(throws: Problem.self) { try self.decode("{}") }
        #expect(
            problem?.errors.map(\.field) == [
                "duration_minutes", "lesson_type", "participants", "starts_at", "topic",
            ]
        )
        #expect(problem?.errors.allSatisfy { $0.message == "is required" } == true)
    }

    @Test("A body that is no object is refused as a whole", arguments: ["[]", "1", "\"x\"", "null"])
    func wrongShape(text: String) {
        let problem = #expect(throws: Problem.self) { try self.decode(text) }
        #expect(problem?.status == 400)
        #expect(problem?.errors.count == 1)
    }

    @Test(
        "Numbers beyond the range of the type are mistakes, not crashes",
        arguments: [
            "1e400", "9223372036854775808", "-1e300", "1e17",
        ]
    )
    func hugeNumbers(number: String) {
        struct Count: Decodable { let count: Int }
        #expect(throws: Problem.self) {
            try RequestDecoding.decode(
                Count.self,
                from: JSONParser.parse(Array(#"{"count":\#(number)}"#.utf8)),
                source: .body
            )
        }
    }
}

@Suite("Values as answers")
struct ResponseEncodingTests {
    private struct Answer: Encodable {
        struct Money: Encodable {
            let amount: Int
            let currency: String
        }

        let id: UUID
        let at: Date
        let precise: Date
        let price: Money?
        let ratio: Double
        let list: [Int?]
        let labels: [String: Bool]
        let note: String
    }

    @Test("Identifiers are lower case, times are UTC, nothing is lost")
    func writing() throws {
        let answer = Answer(
            id: try #require(UUID(uuidString: "0195F0C0-7000-7000-8000-00000000000A")),
            at: Date(timeIntervalSince1970: 1_772_377_200),
            precise: Date(timeIntervalSince1970: 1_772_377_200.25),
            price: .init(amount: 150_000, currency: "RUB"),
            ratio: 0.5,
            list: [1, nil],
            labels: ["ok": true],
            note: "a \"quote\"\n\u{1}é"
        )
        let text = String(decoding: try ResponseEncoding.encode(answer), as: UTF8.self)
        #expect(
            text == #"{"id":"0195f0c0-7000-7000-8000-00000000000a","at":"2026-03-01T15:00:00Z","#
                + #""precise":"2026-03-01T15:00:00.250Z","price":{"amount":150000,"currency":"RUB"},"ratio":0.5,"#
                + #""list":[1,null],"labels":{"ok":true},"note":"a \"quote\"\n\u0001é"}"#
        )
    }

    @Test("An absent value is null, whatever its type, so that objects of one kind have the same members")
    func absent() throws {
        struct Everything: Encodable {
            var text: String?
            var flag: Bool?
            var number: Int?
            var wide: Int64?
            var unsigned: UInt32?
            var ratio: Double?
            var single: Float?
            var time: Date?
            var id: UUID?
            var list: [Int]?
            var object: [String: Int]?
        }
        let text = String(decoding: try ResponseEncoding.encode(Everything(number: 1)), as: UTF8.self)
        #expect(
            text == #"{"text":null,"flag":null,"number":1,"wide":null,"unsigned":null,"ratio":null,"single":null,"#
                + #""time":null,"id":null,"list":null,"object":null}"#
        )
    }

    @Test("What JSON can not say is an error")
    func notFinite() {
        #expect(throws: EncodingError.self) { try ResponseEncoding.encode([Double.nan]) }
    }
}
