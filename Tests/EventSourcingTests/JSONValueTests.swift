import EventSourcing
import FoundationEssentials
import Testing

@Suite("JSON as a value")
struct JSONValueTests {
    @Test(
        "keeps every document",
        arguments: [
            "null", "true", "0", "-9223372036854775808", "9223372036854775807", "1.5", #""Первый шаг""#, "[1,[2,{}]]",
            #"{"a":{"b":[null,false]},"c":"1"}"#, "[]", #""""#,
        ]
    )
    func keeps(_ json: String) throws {
        let value = try JSONDecoder().decode(JSONValue.self, from: Data(json.utf8))
        #expect(String(decoding: try JSONEncoder.wire().encode(value), as: UTF8.self) == json)
    }

    @Test("lets members of objects be changed, and of nothing else")
    func members() {
        var value = JSONValue.object(["a": .integer(1)])
        value["b"] = .bool(true)
        value["a"] = nil
        #expect(value == .object(["b": .bool(true)]))
        var text = JSONValue.string("a")
        text["b"] = .null
        #expect(text == .string("a"))
        #expect(text["b"] == nil)
    }
}
