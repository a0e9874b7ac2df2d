internal import FoundationEssentials

/// What a widget can be asked to do.
enum WidgetCommand: Sendable {
    /// Begin.
    case create(WidgetTitle, by: UUID)
}
