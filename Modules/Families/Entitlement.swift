/// What an account's plan allows its family.
struct Entitlement: Sendable, Hashable {
    let plan: String
    let kids: Int

    /// Refuses one kid more than there may be.
    func admit(oneMoreThan count: Int) throws(FamilyError) {
        guard count < kids else { throw .kidLimitReached(plan: plan, limit: kids) }
    }
}
