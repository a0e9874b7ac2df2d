internal import EventSourcing

/// Decisions about what is written about the lesson.
///
/// Room, notes, comment and reasons are sealed with a key of the lesson, because they may be about every student of it. When
/// one of them, or the tutor, is erased, that key goes; from then on nothing could be sealed any more.
extension Lesson {
    /// A text as it is stored.
    func sealed(_ field: LessonField, _ text: String?) throws(LessonRefusal) -> Personal<String>? {
        guard let text = try field.optional(text) else { return nil }
        guard !self.hasErasedTexts else { throw .textsErased(field) }
        return .known(text)
    }

    func eraseTexts() throws(LessonRefusal) -> [LessonEvent] {
        let lesson = try self.known()
        return self.hasErasedTexts ? [] : [.textsErased(.init(lesson: lesson))]
    }
}
