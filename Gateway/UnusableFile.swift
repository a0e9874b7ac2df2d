/// A file that the configuration names and that is not what it has to be.
struct UnusableFile: Error, CustomStringConvertible {
    let path: String
    let reason: any Error

    var description: String { "\(self.path): \(self.reason)" }
}
