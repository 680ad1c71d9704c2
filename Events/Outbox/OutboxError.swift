public import FoundationEssentials

/// Why the outbox stands still. Each says what to do.
public enum OutboxError: Error, CustomStringConvertible {
    /// The table of batches is empty.
    case noTick
    /// The table of the lease is empty.
    case noLease
    /// The database came from another cluster, or went back in time.
    case clusterChanged
    /// The server may lack the positions that this process has seen last.
    case logWentBack
    /// There is no such listener.
    case unknownListener(String, known: [String])
    /// The listener cannot be replayed.
    case notReplayable(String)
    /// The listener keeps no rows.
    case notRows(String)
    /// There is no such event.
    case unknownEvent(String)
    /// Events of the range were dropped.
    case eventsGone(archives: [String])
    /// There is no such replay.
    case unknownReplay(UUID)
    /// The replay has ended, or was ended.
    case replayIsOver(UUID, String)
    /// The range holds no event.
    case emptyRange(String)

    /// One line for the operator.
    public var description: String {
        switch self {
        case .noTick:
            "events.tick is empty, so the end of the log is unknown; restore it from a backup"
        case .noLease:
            "events.lease is empty, so nobody can sequence; `INSERT INTO events.lease DEFAULT VALUES` makes it whole"
        case .clusterChanged:
            """
            the transaction numbers of this database are not those that the log was written with: it was restored from \
            a dump or upgraded to another cluster. No event is lost, but none gets a position until \
            `storytime outbox restamp` is run once
            """
        case .logWentBack:
            """
            the server has crashed or was replaced since this process has read the log, and may lack its end; look again
            """
        case .unknownListener(let name, let known):
            "there is no listener \(name); this program has \(known.joined(separator: ", "))"
        case .notReplayable(let name):
            "\(name) keeps nothing that a replay could rebuild: only transactional listeners and relays can be replayed"
        case .notRows(let name):
            """
            \(name) writes nothing into this database that could be compared or taken back; only transactional listeners \
            do. For a relay `storytime outbox replay plan` counts what would be published again
            """
        case .unknownEvent(let id): "there is no event \(id)"
        case .eventsGone(let archives):
            archives.isEmpty
                ? "events of that range were dropped without an archive"
                : """
                events of that range were archived; bring them back first: storytime outbox archive restore \
                \(archives.joined(separator: ", "))
                """
        case .unknownReplay(let id): "there is no replay \(id.uuidString.lowercased())"
        case .replayIsOver(let id, let state): "the replay \(id.uuidString.lowercased()) is \(state) already"
        case .emptyRange(let range): "there is no event in \(range)"
        }
    }
}
