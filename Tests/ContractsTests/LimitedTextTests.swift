import Contracts
import Testing

@Suite("A text that somebody typed")
struct LimitedTextTests {
    @Test("has no blanks around it", arguments: [" Анна ", "\t\nАнна\r\n", "\u{A0}Анна\u{2003}", "Анна"])
    func trim(_ typed: String) throws {
        #expect(try LimitedText(typed, limit: 4).text == "Анна")
    }

    @Test("may be empty", arguments: ["", " ", "\n\t\u{2003}"])
    func empty(_ typed: String) throws {
        #expect(try LimitedText(typed, limit: 0).text == "")
    }

    @Test("is measured in scalars: one letter with a hundred thousand accents is not one character")
    func accents() throws {
        let letter = "e" + String(repeating: "\u{301}", count: 100_000)
        #expect(letter.count == 1)
        #expect(throws: LimitedText.Refusal.tooLong) { try LimitedText(letter, limit: 10_000, .paragraphs) }
        #expect(try LimitedText("e\u{301}", limit: 2).text.unicodeScalars.count == 2)
        #expect(throws: LimitedText.Refusal.tooLong) { try LimitedText("e\u{301}", limit: 1) }
    }

    @Test(
        "holds nothing that hides or turns what is written",
        arguments: ["a\u{0}b", "a\u{7}b", "a\u{9B}b", "a\u{202E}b", "a\u{2066}b", "a\u{200F}b", "a\u{61C}b"]
    )
    func forbidden(_ typed: String) {
        for layout in [LimitedText.Layout.line, .paragraphs] {
            #expect(throws: LimitedText.Refusal.forbiddenCharacter) { try LimitedText(typed, limit: 10, layout) }
        }
    }

    @Test("has several lines only where that makes sense", arguments: ["a\nb", "a\r\nb", "a\tb", "a\u{2028}b"])
    func lines(_ typed: String) throws {
        #expect(throws: LimitedText.Refusal.forbiddenCharacter) { try LimitedText(typed, limit: 10) }
        #expect(try LimitedText(typed, limit: 10, .paragraphs).text == typed)
    }

    @Test("keeps what people write with", arguments: ["👨‍👩‍👧 и кот", "नमस्ते", "می‌خواهم", "E = mc²"])
    func kept(_ typed: String) throws {
        #expect(try LimitedText(typed, limit: 50).text == typed)
    }
}
