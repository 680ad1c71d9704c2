import Web

extension FamilyError: ProblemConvertible {
    var problem: Problem {
        switch self {
        case .kidLimitReached(let plan, let limit):
            Problem(.quotaExceeded, "The plan \(plan) allows \(limit) kids; remove one or choose a larger plan")
        case .noSuchKid:
            .notFound("kid")
        case .unknownTimeZone(let name):
            .validation([
                .member("timeZone", .enumeration, "\(name) is no IANA time zone; send one such as Europe/Berlin")
            ])
        }
    }
}
