public import EventSourcing

/// A diary: an aggregate that is somebody's own business.
public struct Diary: Aggregate, Equatable {
    /// What can be done with a diary.
    public enum Command: Sendable {
        /// Write down what happened and how it was.
        case write(text: String, mood: String?)
    }

    /// It never refuses.
    public enum Refusal: Error {}

    /// The category of its streams.
    public static let category = "diary"

    /// What was written.
    public private(set) var entries: [DiaryEvent.Entry] = []

    /// An empty diary.
    public init() {}

    /// Decides.
    public func decide(_ command: Command) throws(Refusal) -> [DiaryEvent] {
        switch command {
        case .write(let text, let mood): [.written(.init(text: .known(text), mood: .known(mood)))]
        }
    }

    /// Takes in what happened.
    public mutating func evolve(_ event: DiaryEvent) {
        switch event {
        case .written(let entry): self.entries.append(entry)
        }
    }
}

/// What can happen to a diary.
public enum DiaryEvent: DomainEvent {
    /// Something was written.
    case written(Entry)

    /// What was written.
    public struct Entry: EventPayload {
        /// The wire name.
        public static let type = "diary.written"
        /// What happened.
        public let text: Personal<String>
        /// How it was, if that was said.
        public let mood: Personal<String?>

        /// States the fact.
        public init(text: Personal<String>, mood: Personal<String?>) {
            self.text = text
            self.mood = mood
        }
    }

    /// How stored events become cases.
    public static let codec = EventCodec<DiaryEvent>().adding(Entry.self, DiaryEvent.written)

    /// The payload of this case.
    public var payload: any EventPayload {
        switch self {
        case .written(let payload): payload
        }
    }
}
