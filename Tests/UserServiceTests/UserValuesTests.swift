import TestKit
import Testing

@testable import UserService

@Suite("What people say about themselves")
struct UserValuesTests {
    @Test(
        "an e-mail address is written small",
        arguments: [
            (" Anna@Example.ORG ", "anna@example.org"), ("a+b.c@sub.example.org", "a+b.c@sub.example.org"),
            ("иван@почта.рф", "иван@почта.рф"),
        ]
    )
    func email(_ typed: String, _ address: String) throws {
        #expect(try EmailAddress(typed).text == address)
    }

    @Test(
        "what can be no e-mail address is refused",
        arguments: [
            "anna", "@example.org", "anna@", "anna@example", "a@b@example.org", "anna@example..org", "anna@-a.org",
            "an na@example.org", "anna@example.org\r\nBcc: all@example.org", "a,b@example.org", "<a@example.org>",
            "a\u{0}@example.org", "anna@exa_mple.org", "an\u{200B}na@example.org", "и\u{306}@почта.рф", "a@и\u{306}.рф",
            "a@exam\u{AD}ple.org",
        ]
    )
    func noEmail(_ typed: String) {
        #expect(throws: UserRefusal.malformed(.email)) { try EmailAddress(typed) }
    }

    @Test("an e-mail address has a length")
    func longEmail() {
        #expect(throws: UserRefusal.missing(.email)) { try EmailAddress(" ") }
        #expect(throws: UserRefusal.tooLong(.email)) { try EmailAddress(String(repeating: "a", count: 260) + "@b.org") }
    }

    @Test("a name is some text on one line")
    func name() throws {
        #expect(try FullName("  Лев Толстой ").text == "Лев Толстой")
        #expect(throws: UserRefusal.missing(.fullName)) { try FullName(" \t") }
        #expect(throws: UserRefusal.malformed(.fullName)) { try FullName("Лев\nТолстой") }
        #expect(throws: UserRefusal.malformed(.fullName)) { try FullName("Лев\u{202E}йотслоТ") }
        #expect(throws: UserRefusal.tooLong(.fullName)) {
            try FullName("e" + String(repeating: "\u{301}", count: 100_000))
        }
        #expect(throws: UserRefusal.tooLong(.fullName)) { try FullName(String(repeating: "я", count: 201)) }
    }

    @Test("a telephone number is an international one", arguments: ["+7 (495) 123-45-67", "+74951234567"])
    func phone(_ typed: String) throws {
        #expect(try PhoneNumber(typed).text == "+74951234567")
    }

    @Test("anything else is no telephone number", arguments: ["", "84951234567", "+7abc", "+123", "+1234567890123456"])
    func noPhone(_ typed: String) {
        #expect(throws: UserRefusal.malformed(.phone)) { try PhoneNumber(typed) }
    }

    @Test("a Telegram name has 5 to 32 Latin letters, digits and underscores")
    func telegram() throws {
        #expect(try TelegramUsername("@Anna_K1").text == "Anna_K1")
        for typed in ["anna", "анна_к", "an-na1", String(repeating: "a", count: 33)] {
            #expect(throws: UserRefusal.malformed(.telegramUsername)) { try TelegramUsername(typed) }
        }
    }

    @Test("an access code has eight characters without look-alikes")
    func accessCode() throws {
        var random = SeededGenerator(seed: 1)
        for _ in 0..<200 {
            let code = AccessCode(using: &random)
            #expect(code.description.count == 8)
            #expect(!code.description.contains { "01OIL".contains($0) })
            #expect(code.selector + code.proof == code.description)
            #expect(AccessCode(code.description) == code)
        }
    }

    @Test("an access code is read as people type it", arguments: ["ABCD-2345", " abcd 2345 ", "АВCD-2345", "авcd2345"])
    func typedCode(_ typed: String) throws {
        #expect(try #require(AccessCode(typed)).description == "ABCD2345")
    }

    @Test(
        "anything else is no access code",
        arguments: ["", "ABCD234", "ABCD23456", "ABCD-2O45", "ABCD234ß", "ABCD🙂345"]
    )
    func noCode(_ typed: String) {
        #expect(AccessCode(typed) == nil)
    }
}
