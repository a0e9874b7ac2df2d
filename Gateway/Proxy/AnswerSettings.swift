/// What the gateway's answers depend on besides the request.
struct AnswerSettings: Sendable {
    /// The origins that browsers may call from, exactly as browsers write them.
    var allowedOrigins: Set<String> = []

    /// Whether a page from there may read answers.
    ///
    /// `null` is what a browser says when it will not tell: never allowed.
    func allows(origin: String) -> Bool {
        origin != "null" && self.allowedOrigins.contains(origin)
    }
}
