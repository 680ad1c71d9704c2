public import EventOutbox
public import Web

extension OutboxError: ProblemConvertible {
    /// What an administrator is told; the text says what to do.
    public var problem: Problem {
        switch self {
        case .unknownListener, .unknownEvent, .unknownReplay: Problem(.notFound, description)
        case .emptyRange: Problem(.validationFailed, description)
        default: Problem(.conflict, description)
        }
    }
}

extension ArchiveError: ProblemConvertible {
    /// What an administrator is told.
    public var problem: Problem { Problem(.conflict, description) }
}
