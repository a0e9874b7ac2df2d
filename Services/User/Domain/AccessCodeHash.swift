/// What is kept of an access code.
struct AccessCodeHash: Equatable, Sendable {
    /// Of the half that finds the person.
    let selector: SecretHash
    /// Of the half that proves the right.
    let proof: SecretHash
}
