import NIOCore

/// An answer of a gateway: what the story has to know of it.
struct StoryAnswer {
    let status: Int
    /// Whether the gateway has announced that the connection ends with it.
    let closes: Bool
    let isProblem: Bool
    let saysWhenToRetry: Bool
    let body: ByteBuffer

    /// Whether the service is not done yet with an earlier request with the same key: it is to be asked again.
    var isInUse: Bool {
        self.status == 409 && String(buffer: self.body).contains("idempotency-key-in-use")
    }

    /// Whether it is the refusal that a request may get which nobody may repeat.
    var isProperRefusal: Bool { self.status == 503 && self.isProblem && self.saysWhenToRetry }

    /// What failures are told with.
    var description: String { "\(self.status) \(String(buffer: self.body).prefix(300))" }
}
