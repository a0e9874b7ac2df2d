/// What happens to the platform at the time.
struct StoryChapter: Sendable {
    let title: String
    /// Whether something is broken; then what nobody may repeat may be refused.
    let isBroken: Bool
}
