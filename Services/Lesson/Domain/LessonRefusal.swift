internal import FoundationEssentials

/// Why a lesson refuses a command.
enum LessonRefusal: Error, Equatable {
    /// There is no such lesson.
    case unknownLesson
    /// A lesson of this identity exists already.
    case alreadyScheduled
    /// Not possible in the state the lesson is in.
    case wrongStatus(LessonStatus)
    /// A lesson needs a student.
    case noStudents
    /// A student is named twice.
    case duplicateStudent(UUID)
    /// More students than a lesson may have.
    case tooManyStudents(limit: Int)
    /// The start lies more than a year back.
    case tooFarInThePast
    /// It has not begun yet; what was asked is possible from then on.
    case notBegun(earliest: Date)
    /// Shorter or longer than a lesson may be.
    case durationOutOfRange
    /// A score outside 0…100.
    case scoreOutOfRange
    /// Whoever was absent can not have been graded.
    case scoreOfAbsentStudent(UUID)
    /// The person is not one of the lesson's students.
    case notAParticipant(UUID)
    /// A text that must not be empty.
    case missing(LessonField)
    /// A text longer than it may be.
    case tooLong(LessonField)
    /// Not of the form that such a text has.
    case malformed(LessonField)
    /// A student was erased: what is written about the lesson now could not be kept.
    case textsErased(LessonField)
}
