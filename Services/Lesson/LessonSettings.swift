internal import Crypto
internal import Foundation
internal import ServiceKit

/// The settings that only the lesson service has.
struct LessonSettings: Sendable {
    /// Wraps the keys of lessons.
    let personalDataKey: SymmetricKey

    static func read(_ reader: inout ConfigurationReader) -> LessonSettings {
        let personal = reader.read(
            .secretBytes(
                "PERSONAL_DATA_KEY",
                count: 32,
                "Wraps the key of every lesson about which something is written."
            )
        )
        return LessonSettings(personalDataKey: SymmetricKey(data: personal))
    }
}
