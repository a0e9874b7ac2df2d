import Foundation
import Postgres
import TestKit
import Testing

@Suite("Values travel unchanged")
struct ValueTests {
    private func roundTrip<T: PostgresEncodable & PostgresDecodable & Equatable & Sendable>(
        _ values: [T],
        as type: String,
        sourceLocation: SourceLocation = #_sourceLocation
    ) async throws {
        try await withSharedSession { session in
            for value in values {
                let row = try #require(try session.queryFirst("SELECT \(value)::\(unescaped: type) AS value"))
                let returned = try row.decode("value", as: T.self)
                #expect(returned == value, sourceLocation: sourceLocation)
            }
        }
    }

    @Test("text, in every script and with every awkward character")
    func text() async throws {
        try await self.roundTrip(
            [
                "", " ", "Grüße", "日本語", "👩‍👩‍👧‍👦", "e\u{301}", "'; DROP TABLE people; --", "\\x41", "$1", "\t\r\n",
                "\u{7f}\u{1}", "NULL",
            ],
            as: "text"
        )
    }

    @Test("whole numbers of every width, with their extremes")
    func integers() async throws {
        try await self.roundTrip([Int.min, -1, 0, 1, Int.max], as: "bigint")
        try await self.roundTrip([Int64.min, 0, Int64.max], as: "bigint")
        try await self.roundTrip([Int32.min, 0, Int32.max], as: "integer")
        try await self.roundTrip([Int16.min, 0, Int16.max], as: "smallint")
    }

    @Test("fractions, infinities and truth values")
    func fractions() async throws {
        let values = [0.1, -1.5e-300, 1.7976931348623157e308, .infinity, -.infinity, 0, .pi, .leastNonzeroMagnitude]
        try await self.roundTrip(values, as: "float8")
        try await self.roundTrip([true, false], as: "boolean")
        try await TestPostgres.withClient { client in
            let nan = try await client.value("SELECT \(Double.nan)", as: Double.self)
            #expect(nan.isNaN)
            #expect(try await client.value("SELECT 12.50::numeric", as: Double.self) == 12.5)
        }
    }

    @Test("UUIDs and moments, to the microsecond, before and after 1970 and Christ")
    func uuidsAndDates() async throws {
        try await self.roundTrip((1...20).map { _ in UUID() }, as: "uuid")
        let moments = [
            0, -0.000001, 1_795_240_799.123456, -62_135_596_800, -62_135_596_801, -200_000_000_000, 253_402_300_800,
            951_782_400, 4_107_542_399.999999,
        ].map { Date(timeIntervalSince1970: $0) }
        try await TestPostgres.withClient { client in
            try await client.withSession { session in
                for moment in moments {
                    let row = try #require(
                        try session.queryFirst("SELECT \(moment), extract(epoch FROM \(moment)::timestamptz)")
                    )
                    let difference = try row.decode(0, as: Date.self).timeIntervalSince(moment)
                    #expect(abs(difference) < 0.000_001)
                    // The server's own arithmetic, not just our reading of our writing.
                    #expect(abs(try row.decode(1, as: Double.self) - moment.timeIntervalSince1970) < 0.000_001)
                }
            }
        }
    }

    @Test("bytes and JSON")
    func bytes() async throws {
        try await self.roundTrip([[], [0], Array(0...255), Array("\\x".utf8)] as [[UInt8]], as: "bytea")
        try await TestPostgres.withClient { client in
            let json = PostgresJSON(Array(#"{"a": [1, "ü\n"], "b": null}"#.utf8))
            let returned = try await client.value("SELECT \(json)", as: PostgresJSON.self)
            #expect(returned == json)
            #expect(try await client.value("SELECT \(json)::json", as: [UInt8].self) == json.bytes)
            #expect(try await client.value("SELECT \(json)::jsonb ->> 'a'", as: String.self) == #"[1, "ü\n"]"#)
        }
    }

    @Test("arrays, also empty ones and ones with NULL in them")
    func arrays() async throws {
        try await self.roundTrip(
            [[], ["a"], ["", "NULL", "null", #"a"b\c,d{e}"#, "ü 👍", " "]] as [[String]],
            as: "text[]"
        )
        try await self.roundTrip([[], [1, -2, Int.max]] as [[Int]], as: "bigint[]")
        try await self.roundTrip([[true, false]], as: "boolean[]")
        try await self.roundTrip([[0.5, -.infinity]], as: "float8[]")
        try await self.roundTrip([[UUID(), UUID()]], as: "uuid[]")
        try await self.roundTrip([[Date(timeIntervalSince1970: 1_000_000)]], as: "timestamptz[]")
        try await self.roundTrip([[PostgresJSON(Array(#"{"a": "\"\\"}"#.utf8))]], as: "jsonb[]")
        try await self.roundTrip([["a", nil, "NULL"]] as [[String?]], as: "text[]")
        try await self.roundTrip([[nil, 7]] as [[Int?]], as: "bigint[]")
        try await TestPostgres.withClient { client in
            let error = try await failure { try await client.value("SELECT ARRAY[[1,2],[3,4]]", as: [Int].self) }
            #expect(error.code == .decoding)
        }
    }

    private enum Colour: String, PostgresEncodable, PostgresDecodable {
        case red
        case green
    }

    @Test("NULL is an optional, an enum is its raw value")
    func optionalsAndEnums() async throws {
        try await self.roundTrip([nil, 5] as [Int?], as: "bigint")
        try await self.roundTrip([nil, ""] as [String?], as: "text")
        try await self.roundTrip([Colour.red, .green], as: "text")
        try await TestPostgres.withClient { client in
            let null = try await failure { try await client.value("SELECT NULL::text AS name", as: String.self) }
            #expect(null.code == .decoding)
            #expect(null.debugDescription.contains("name"))
            #expect(try await failure { try await client.value("SELECT 'blue'", as: Colour.self) }.code == .decoding)
        }
    }

    @Test("a value of another type is refused, with the column's name and without the value")
    func mismatches() async throws {
        try await TestPostgres.withClient { client in
            try await client.withSession { session in
                let row = try #require(
                    try session.queryFirst("SELECT 'canary' AS text, 40000 AS number, '2026-02-30' AS day, 2 AS text")
                )
                func code(_ column: String, _ type: (some PostgresDecodable).Type) -> String {
                    do {
                        _ = try row.decode(column, as: type)
                        return "decoded"
                    } catch {
                        return String(reflecting: error)
                    }
                }
                for text in [
                    code("text", Int.self), code("text", UUID.self), code("text", Date.self), code("text", Bool.self),
                    code("text", [Int].self), code("text", Double.self), code("number", Int16.self),
                    code("day", Date.self),
                ] {
                    #expect(text.contains("decoding"))
                    #expect(!text.contains("canary") && !text.contains("40000"))
                }
                #expect(code("missing", Int.self).contains("no column missing"))
                #expect(throws: PostgresError.self) { try row.decode(9, as: Int.self) }
                #expect(row.columns == ["text", "number", "day", "text"])
                #expect(!String(reflecting: row).contains("canary") && !dumped(row).contains("canary"))
            }
        }
    }

    @Test("a text with U+0000 is refused instead of being cut short")
    func nul() async throws {
        try await TestPostgres.withClient { client in
            let single = try await failure { try await client.value("SELECT \("a\0b")", as: String.self) }
            #expect(single.code == .invalidUse)
            let error = try await failure {
                try await client.transaction { session in
                    session.enqueue("CREATE TABLE t (name text)")
                    session.enqueue("INSERT INTO t VALUES (\("a\0b"))")
                }
            }
            #expect(error.code == .invalidUse)
            #expect(try await client.value("SELECT to_regclass('t') IS NULL") == true)
        }
    }
}
