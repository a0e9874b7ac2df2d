/// Whose budget of which class.
struct LimitBudget: Hashable, Sendable {
    let limitClass: LimitClass
    let key: String
}
