/// Whether one request may pass: what the limiter is asked.
struct LimitQuestion: Sendable {
    /// Of the person, or of the address.
    let budget: LimitBudget
    /// Of the network that the address belongs to, where somebody could gain by having many addresses.
    let site: LimitBudget?
    /// How many requests it counts for.
    let cost: Int

    init(_ limitClass: LimitClass, key: String, site: String? = nil, cost: Int = 1) {
        self.cost = cost
        self.budget = LimitBudget(limitClass: limitClass, key: key)
        if let site, let siteClass = limitClass.siteClass {
            self.site = LimitBudget(limitClass: siteClass, key: site)
        } else {
            self.site = nil
        }
    }
}
