/// A telephone number in international form (E.164): a plus sign and 7 to 15 digits.
struct PhoneNumber: Equatable, Sendable {
    /// The number.
    let text: String

    /// Takes a number with or without blanks, dashes, dots and brackets.
    init(_ text: String) throws(UserRefusal) {
        let digits = try UserField.phone.checked(text).filter { !" -.()\u{A0}".contains($0) }
        guard
            digits.first == "+", (8...16).contains(digits.count),
            digits.dropFirst().allSatisfy({ $0.isASCII && $0.isNumber })
        else { throw .malformed(.phone) }
        self.text = digits
    }
}
