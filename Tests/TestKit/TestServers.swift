public import FoundationEssentials

/// The servers that tests talk to, as the environment names them.
public enum TestServers {
    /// A test that can not run, and why.
    public struct Unavailable: Error, CustomStringConvertible {
        /// What is missing and how to get it.
        public let description: String

        /// Creates the error.
        ///
        /// - Parameter description: What is missing and how to get it.
        public init(_ description: String) {
            self.description = description
        }
    }

    /// Reads the address of a server from the environment.
    ///
    /// - Parameter variable: The name of the variable, for example `TEST_POSTGRES_URL`.
    /// - Returns: The address.
    /// - Throws: ``Unavailable`` if it is missing or not on this machine: tests create and drop whatever they like.
    public static func url(_ variable: String) throws -> URL {
        guard let text = ProcessInfo.processInfo.environment[variable], !text.isEmpty else {
            throw Unavailable("\(variable) is not set; `make test` starts the servers and sets it")
        }
        guard let url = URL(string: text), let host = url.host() else { throw Unavailable("\(variable) is not a URL") }
        guard ["localhost", "127.0.0.1", "::1", "[::1]"].contains(host) else {
            throw Unavailable("\(variable) names \(host), but tests only ever touch servers on this machine")
        }
        return url
    }
}
