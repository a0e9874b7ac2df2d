internal import Foundation

/// The parts of a stored password hash, which it takes to check a password against it.
struct ScryptHash: Sendable {
    /// By which it was made; they may not be today's.
    let parameters: ScryptParameters
    let salt: [UInt8]
    let key: [UInt8]

    /// What is stored: `scrypt$15$8$3$` and salt and key in base 64.
    var passwordHash: PasswordHash {
        let numbers = "\(self.parameters.logCost)$\(self.parameters.blockSize)$\(self.parameters.parallelism)"
        return PasswordHash(
            "scrypt$\(numbers)$\(Data(self.salt).base64EncodedString())$\(Data(self.key).base64EncodedString())"
        )
    }
}

extension ScryptHash {
    /// Reads ``passwordHash``; `nil` for anything else.
    init?(_ hash: PasswordHash) {
        let parts = hash.text.split(separator: "$", omittingEmptySubsequences: false).map(String.init)
        guard parts.count == 6, parts[0] == "scrypt",
            // What is out of these ranges was not written here, and might ask for any amount of memory.
            let logCost = Int(parts[1]), (1...20).contains(logCost),
            let blockSize = Int(parts[2]), (1...32).contains(blockSize),
            let parallelism = Int(parts[3]), (1...16).contains(parallelism),
            let salt = Data(base64Encoded: parts[4]), let key = Data(base64Encoded: parts[5]), !key.isEmpty
        else { return nil }
        self.init(
            parameters: ScryptParameters(logCost: logCost, blockSize: blockSize, parallelism: parallelism),
            salt: [UInt8](salt),
            key: [UInt8](key)
        )
    }
}
