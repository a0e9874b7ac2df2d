// What clients send. Every field is listed; anything else is refused.

/// The body of `POST /api/v1/widgets`.
struct CreateWidgetRequest: Decodable, Sendable {
    let title: String
}
