internal import ServiceKit

/// What clients are told when a widget refuses.
extension WidgetRefusal: ProblemConvertible {
    var problem: Problem {
        switch self {
        case .alreadyCreated: .conflict("A widget of this identity exists already.")
        case .titleOutOfRange: .invalid("title", "must have 1 to 200 characters")
        }
    }
}
