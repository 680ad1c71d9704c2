/// Why a family's request cannot be done.
enum FamilyError: Error, Hashable {
    /// The plan has no room for another kid.
    case kidLimitReached(plan: String, limit: Int)
    /// There is no such kid, or it is another family's.
    case noSuchKid
    /// Postgres knows no time zone of that name.
    case unknownTimeZone(String)
}
