/// One step of a schedule. A step that makes no sense where it stands, such as the commit of a transaction that was never
/// begun, is passed over: so any part of a schedule is a schedule.
public enum Step: Sendable, Codable, Hashable {
    /// A producer begins a transaction and takes its number, which may be long before it records anything.
    case begin(producer: Int)
    /// A producer changes a thing and records it; passed over while another one holds the thing.
    case record(producer: Int, thing: Int)
    /// A producer changes a thing, records it, and takes both back to a savepoint.
    case undo(producer: Int, thing: Int)
    /// A producer commits.
    case commit(producer: Int, Disturbance?)
    /// A producer rolls back.
    case rollback(producer: Int)
    /// The server ends a producer's connection.
    case kill(producer: Int)
    /// A node gives positions to what is committed, unless it has lost the right to without knowing. Its lanes hear of it
    /// with `wake` only.
    case place(node: Int, Disturbance?)
    /// A node tells its lanes what is new, however late.
    case wake(node: Int)
    /// A node tells every lane that there may be something, needed or not.
    case wakeAll(node: Int)
    /// A node runs the lane whose turn it is.
    case deliver(node: Int, Disturbance?)
    /// A node moves up cursors of lanes with nothing to do.
    case tidy(node: Int)
    /// Whoever was stalled goes on.
    case resumeProducer(Int)
    /// Whoever was stalled goes on.
    case resume(node: Int)
    /// A node loses its connections, and so every lock it has, and goes on without knowing.
    case loseLocks(node: Int)
    /// A node's process dies and another takes its place.
    case restart(node: Int)
    /// Everything that is committed has to have been delivered, whoever still has a transaction open.
    case settle
}
