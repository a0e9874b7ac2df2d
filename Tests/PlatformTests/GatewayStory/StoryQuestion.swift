/// What the clients of the story ask.
enum StoryQuestion: String, CaseIterable, Sendable {
    case student = "GET student"
    case lessons = "GET lessons"
    case me = "GET me"
    case catalogue = "GET achievements"
    case catalogueHead = "HEAD achievements"
    case keyedPlan = "keyed POST lesson"
    case conflict = "POST lesson"
    case refresh = "POST refresh"

    /// Whether it may be sent again when nobody knows what became of it: by its nature (RFC 9110 section 9.2.2) or its key.
    var mayBeRepeated: Bool {
        switch self {
        case .student, .lessons, .me, .catalogue, .catalogueHead, .keyedPlan: true
        case .conflict, .refresh: false
        }
    }

    /// The only good answer.
    var status: Int {
        switch self {
        case .student, .lessons, .me, .catalogue, .catalogueHead: 200
        case .keyedPlan: 201
        // At the time of another lesson; with a token that is none.
        case .conflict: 409
        case .refresh: 401
        }
    }

    /// How many of a hundred requests.
    private var share: Int {
        switch self {
        case .lessons: 30
        case .student: 26
        case .me: 24
        case .catalogue: 8
        case .catalogueHead: 6
        case .keyedPlan, .conflict, .refresh: 2
        }
    }

    /// A hundred questions, in an order without a pattern.
    static func deck(_ random: inout some RandomNumberGenerator) -> [StoryQuestion] {
        Self.allCases.flatMap { Array(repeating: $0, count: $0.share) }.shuffled(using: &random)
    }
}
