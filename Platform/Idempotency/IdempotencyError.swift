import Web

/// Why a request under a key is not done.
enum IdempotencyError: Error, Hashable {
    /// Another request with this key is at work.
    case atWork
    /// The key was used for another body.
    case reused
    /// It was done before; look up what was answered.
    case answered
}

extension IdempotencyError: ProblemConvertible {
    var problem: Problem {
        switch self {
        case .atWork, .answered: .keyInUse
        case .reused: .keyReused
        }
    }
}
