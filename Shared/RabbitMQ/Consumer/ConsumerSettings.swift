/// What a consumer takes, and how much at a time.
struct ConsumerSettings: Sendable {
    let queue: String
    let prefetch: Int
    let maxBatch: Int
    let topology: Topology
}
