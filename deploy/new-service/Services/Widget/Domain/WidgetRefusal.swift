/// Why a widget refuses a command.
enum WidgetRefusal: Error, Equatable {
    /// A widget of this identity exists already.
    case alreadyCreated
    /// A title must have 1 to 200 characters.
    case titleOutOfRange
}
