extension SQL {
    /// Conditions that must all hold; `true` when there are none.
    ///
    /// - Parameter conditions: Expressions; each is put in parentheses.
    public static func all(_ conditions: [SQL]) -> SQL {
        guard let first = conditions.first else { return "true" }
        return conditions.dropFirst().reduce("(\(fragment: first))") { "\(fragment: $0) AND (\(fragment: $1))" }
    }
}

extension SQL.StringInterpolation {
    /// Appends a part of a statement together with its parameters, whose numbers go on from here.
    ///
    /// - Parameter fragment: Its text must not have a dollar sign before a digit other than in its parameters.
    public mutating func appendInterpolation(fragment: SQL) {
        let offset = self.arguments.count
        var rest = fragment.text[...]
        while let dollar = rest.firstIndex(of: "$") {
            let digits = rest[rest.index(after: dollar)...].prefix { $0.isASCII && $0.isNumber }
            self.text.append(contentsOf: rest[...dollar])
            self.text.append(Int(digits).map { String($0 + offset) } ?? "")
            rest = rest[digits.endIndex...]
        }
        self.text.append(contentsOf: rest)
        self.arguments.append(contentsOf: fragment.arguments)
    }
}
